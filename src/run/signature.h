// SSH signatures over a text, by ssh-keygen -Y: made with somebody's key, checked against a file of
// allowed signers (ssh-keygen(1), ALLOWED SIGNERS).
// Refuses to know what is signed, and keys' secrets: ssh-keygen or the agent has them. Invariant: a
// principal is given only when ssh-keygen has verified the very text for it, in our namespace.
#pragma once

#include "base/err.h"
#include "base/words.h"

// `key`: a private key's file, or a public one whose other half an agent has. A passphrase is asked
// on the terminal. ERR_IO: no ssh-keygen, no such key; ERR_CHECK: it did not sign.
bool signature_make(Arena *arena, const char *key, Str text, const char **ret_signature, Err *err)
    __attribute__((warn_unused_result));

typedef struct SignatureProof {
    const char *principal; // who has signed; NULL: `why_not`
    const char *key;       // fingerprint
    const char *why_not;   // a clause
} SignatureProof;

// Of several names for one key the first that is in `wanted` is taken. Errors: ERR_IO, no
// ssh-keygen; ERR_INTERRUPTED.
bool signature_check(Arena *arena, const char *allowed_signers, Str text, Str signature,
                     const Words *wanted, SignatureProof *ret_proof, Err *err)
    __attribute__((warn_unused_result));
