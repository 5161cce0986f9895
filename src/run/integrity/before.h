// What must be the same afterwards: how many rows tables have, and the answers that others depend
// on. Refuses digests of rows (backup/facts.h has them). Invariant: what was not counted is -1, and
// said.
#pragma once

#include "base/vec.h"
#include "run/integrity/integrity.h"

typedef struct BeforeTable {
    const char *name; // quoted and qualified
    int64_t rows;     // -1: it could not be counted
} BeforeTable;

typedef struct BeforeAnswer {
    const char *file;   // of the query
    const char *answer; // as CSV; NULL: it failed
    const char *error;
} BeforeAnswer;

typedef struct Before {
    const char *taken_at;
    const char *target; // for people
    VEC(BeforeTable) tables;
    VEC(BeforeAnswer) answers;
} Before;

// `dependents`: a folder of queries, NULL: none. What cannot be read is a check, "unknown". The
// session must be in no transaction. Errors: those of integrity_examine; ERR_IO, ERR_CONFIG of the
// folder.
bool before_take(Arena *arena, Session *session, const IntegrityOptions *options,
                 const char *dependents, CheckList *checks, Before *ret_before, Err *err)
    __attribute__((warn_unused_result));
// With mode 0600: answers may have secrets. Errors: ERR_IO; ERR_CHECK, it is no such file.
bool before_write(const Before *before, const char *path, Err *err)
    __attribute__((warn_unused_result));
bool before_read(Arena *arena, const char *path, Before *ret_before, Err *err)
    __attribute__((warn_unused_result));
// `expected`: "app.orders=+10", "orders=any", "app.old=gone". ERR_CONFIG: it is none of these, or
// names no table of either.
bool before_compare(Arena *arena, const Before *then, const Before *now, const Words *expected,
                    CheckList *checks, Err *err) __attribute__((warn_unused_result));

// Of before_take; in counts.c.
bool integrity_count_rows(Arena *arena, Session *session, const IntegrityOptions *options,
                          CheckList *checks, Before *before, Err *err)
    __attribute__((warn_unused_result));
