// A statement that writes history and journal, and what else has to be true in the same
// transaction. Refuses to know what it records. Invariant: a record and those behind it are written
// together or not at all.
#pragma once

#include "pg/session.h"

typedef struct Record {
    const char *sql; // a query's text for this store
    int count;
    const char *const *parameters;
    const struct Record *next; // written behind it; NULL: nothing
} Record;

// Outside of a transaction: in one of its own.
bool record_write(Session *session, Arena *arena, const Record *record, Err *err)
    __attribute__((warn_unused_result));
