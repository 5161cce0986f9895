// What the looks of postflight have in common. Refuses all others.
// Invariant: a look that fails leaves the session without a transaction, and one check "unknown".
#pragma once

#include "run/postflight/postflight.h"

typedef struct Postflight {
    Arena *arena;
    Target *target;
    const PostflightOptions *options;
    CheckList *checks;
    int patience_ms; // of one query
} Postflight;

// A transaction in which nothing can be written and no lock is waited for.
bool postflight_begin(Postflight *postflight, Err *err) __attribute__((warn_unused_result));
bool postflight_end(Postflight *postflight, Err *err) __attribute__((warn_unused_result));
// A check that could not be made, of `err`; the transaction is over.
void postflight_unknown(Postflight *postflight, PostflightId id, const Err *err);

// The checks of another list as one, with what they found as its details; `passed`: when all did.
void postflight_tell(Postflight *postflight, PostflightId id, const CheckList *found,
                     const char *passed);

void postflight_user(Postflight *postflight);
void postflight_orphans(Postflight *postflight);
void postflight_sequences(Postflight *postflight);
void postflight_statistics(Postflight *postflight);
void postflight_verify_again(Postflight *postflight);
