#include "base/sha1.h"

#include "base/require.h"

#include <openssl/evp.h>

// The context itself is libcrypto's; the name is ours so that callers need no OpenSSL header.
Sha1 *sha1_new(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context)
        require_memory();
    REQUIRE(EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1);
    return (Sha1 *)context;
}

void sha1_add(Sha1 *hash, Str piece)
{
    REQUIRE(EVP_DigestUpdate((EVP_MD_CTX *)hash, piece.p, piece.n) == 1);
}

void sha1_finish(Sha1 *hash, char ret_hex[SHA1_HEX])
{
    static const char DIGITS[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    REQUIRE(EVP_DigestFinal_ex((EVP_MD_CTX *)hash, digest, &size) == 1 && size == 20);
    for (unsigned int i = 0; i < size; i++) {
        ret_hex[2 * i] = DIGITS[digest[i] >> 4];
        ret_hex[2 * i + 1] = DIGITS[digest[i] & 15];
    }
    ret_hex[40] = '\0';
    EVP_MD_CTX_free((EVP_MD_CTX *)hash);
}
