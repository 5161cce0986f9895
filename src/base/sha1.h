// SHA-1 over bytes that arrive in pieces (OpenSSL's libcrypto), to check what other tools wrote.
// Refuses to be used for anything of ours (sha256.h is). Invariant: a digest is 40 lower-case hex
// digits and a NUL.
#pragma once

#include "base/str.h"

enum {
    SHA1_HEX = 41
};

typedef struct Sha1 Sha1;

Sha1 *sha1_new(void);
void sha1_add(Sha1 *hash, Str piece);
void sha1_finish(Sha1 *hash, char ret_hex[SHA1_HEX]); // frees it
