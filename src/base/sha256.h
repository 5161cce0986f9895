// SHA-256 over bytes that arrive in pieces (OpenSSL's libcrypto).
// Refuses to know what is hashed. Invariant: a digest is 64 lower-case hex digits and a NUL.
#pragma once

#include "base/str.h"

enum {
    SHA256_HEX = 65
};

typedef struct Sha256 Sha256;

Sha256 *sha256_new(void);
void sha256_add(Sha256 *hash, Str piece);
void sha256_of(Str text, char ret_hex[SHA256_HEX]);         // all of it at once
void sha256_finish(Sha256 *hash, char ret_hex[SHA256_HEX]); // frees it
