// OpenSSL 3 calls these functions deprecated, and its manual (SHA256_Init(3)) still has them. What
// it wants instead, EVP, makes the whole library ready first: it reads openssl.cnf and knows every
// algorithm, which took a third of the time of `lint` with one file.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include "base/require.h"

#include <openssl/sha.h>
#include <stdlib.h>

struct Sha256 {
    SHA256_CTX context;
};

static void begin(Sha256 *hash)
{
    REQUIRE(SHA256_Init(&hash->context) == 1);
}

static void end(Sha256 *hash, char ret_hex[SHA256_HEX])
{
    static const char DIGITS[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    REQUIRE(SHA256_Final(digest, &hash->context) == 1);
    for (size_t i = 0; i < sizeof digest; i++) {
        ret_hex[2 * i] = DIGITS[digest[i] >> 4];
        ret_hex[2 * i + 1] = DIGITS[digest[i] & 15];
    }
    ret_hex[SHA256_HEX - 1] = '\0';
}

Sha256 *sha256_new(void)
{
    Sha256 *hash = malloc(sizeof *hash);
    if (!hash)
        require_memory();
    begin(hash);
    return hash;
}

void sha256_add(Sha256 *hash, Str piece)
{
    REQUIRE(SHA256_Update(&hash->context, piece.p, piece.n) == 1);
}

void sha256_finish(Sha256 *hash, char ret_hex[SHA256_HEX])
{
    end(hash, ret_hex);
    free(hash);
}

void sha256_of(Str text, char ret_hex[SHA256_HEX])
{
    Sha256 hash;
    begin(&hash);
    sha256_add(&hash, text);
    end(&hash, ret_hex);
}
