// A script and the fixes of its statements to what runs instead: the script itself, changed, and
// where several transactions are needed, what further files have to hold.
// Refuses to know layouts and names of files. Invariant: bytes that no fix is about stay as they
// are, in their order; a statement that could notice a step still runs behind it.
#pragma once

#include "check/fix/fix.h"

typedef struct FixScript {
    Str up;
    bool is_one_transaction;
    bool is_single; // without a transaction its file may hold one statement only
    bool has_down;
    Str down;    // as the file has it
    Fixes fixes; // in the order of statements, and of commands in them
} FixScript;

typedef struct FixPart {
    bool is_alone; // runs without a transaction
    bool is_down_alone;
    bool is_contract;  // see FIX_CONTRACT
    const char *title; // NULL: of the file itself
    const char *up;
    const char *down; // NULL: none, or as it was
} FixPart;

typedef struct FixParts {
    VEC(FixPart) items;        // the first is the file itself
    bool has_moved_statements; // of the script's own, into a further part
} FixParts;

// False with `ret_why`: it cannot be divided.
bool fix_divide(Arena *arena, const FixScript *script, FixParts *ret_parts, const char **ret_why)
    __attribute__((warn_unused_result));
