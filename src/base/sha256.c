#include "base/sha256.h"

#include "base/require.h"

#include <openssl/evp.h>

// OpenSSL looks an algorithm up by name each time it is asked for; a thousand small files ask a
// thousand times.
static const EVP_MD *algorithm(void)
{
    static EVP_MD *fetched;
    if (!fetched)
        fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
    REQUIRE(fetched != NULL);
    return fetched;
}

// One finished context is kept for the next hash.
static EVP_MD_CTX *spare;

// The context itself is libcrypto's; the name is ours so that callers need no OpenSSL header.
Sha256 *sha256_new(void)
{
    EVP_MD_CTX *context = spare ? spare : EVP_MD_CTX_new();
    spare = NULL;
    if (!context)
        require_memory();
    REQUIRE(EVP_DigestInit_ex2(context, algorithm(), NULL) == 1);
    return (Sha256 *)context;
}

void sha256_add(Sha256 *hash, Str piece)
{
    REQUIRE(EVP_DigestUpdate((EVP_MD_CTX *)hash, piece.p, piece.n) == 1);
}

void sha256_finish(Sha256 *hash, char ret_hex[SHA256_HEX])
{
    static const char DIGITS[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    REQUIRE(EVP_DigestFinal_ex((EVP_MD_CTX *)hash, digest, &size) == 1 && size == 32);
    for (unsigned int i = 0; i < size; i++) {
        ret_hex[2 * i] = DIGITS[digest[i] >> 4];
        ret_hex[2 * i + 1] = DIGITS[digest[i] & 15];
    }
    ret_hex[64] = '\0';
    EVP_MD_CTX_free(spare);
    spare = (EVP_MD_CTX *)hash;
}

void sha256_of(Str text, char ret_hex[SHA256_HEX])
{
    Sha256 *hash = sha256_new();
    sha256_add(hash, text);
    sha256_finish(hash, ret_hex);
}
