// What is asked for is OpenSSL's code of SHA-256, not its choice of one: to look an algorithm up by
// name makes all its tables first, five million instructions in a program that may live for three
// milliseconds. These calls are there in all of OpenSSL 3, marked as deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/sha256.h"

#include "base/require.h"

#include <openssl/sha.h>
#include <stdlib.h>

// One finished context is kept for the next hash.
static SHA256_CTX *spare;

// The context itself is libcrypto's; the name is ours so that callers need no OpenSSL header.
Sha256 *sha256_new(void)
{
    SHA256_CTX *context = spare ? spare : malloc(sizeof *context);
    spare = NULL;
    if (!context)
        require_memory();
    REQUIRE(SHA256_Init(context) == 1);
    return (Sha256 *)context;
}

void sha256_add(Sha256 *hash, Str piece)
{
    REQUIRE(SHA256_Update((SHA256_CTX *)hash, piece.p, piece.n) == 1);
}

void sha256_finish(Sha256 *hash, char ret_hex[SHA256_HEX])
{
    static const char DIGITS[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    REQUIRE(SHA256_Final(digest, (SHA256_CTX *)hash) == 1);
    for (size_t i = 0; i < sizeof digest; i++) {
        ret_hex[2 * i] = DIGITS[digest[i] >> 4];
        ret_hex[2 * i + 1] = DIGITS[digest[i] & 15];
    }
    ret_hex[2 * sizeof digest] = '\0';
    free(spare);
    spare = (SHA256_CTX *)hash;
}
