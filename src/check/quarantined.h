// What is in quarantine: how each thing is called, since when, and when it is due.
// Refuses to read a database, and the clock (it is told what time it is). Invariant: what nobody
// knows the age of is never due.
#pragma once

#include "base/err.h"
#include "check/quarantine.h"

typedef struct Quarantined {
    // Where it is, by the catalog.
    const char *schema;
    const char *relation;
    const char *column; // NULL: all of the relation
    int64_t oid;        // of the relation
    const char *comment;
    const char *problem; // why that cannot be read: then none of the following is known
    QuarantineKind kind;
    const char *version;
    const char *was;   // "app.orders", "app.orders.note", of rows the table's
    bool is_back;      // and steps are left:
    size_t left;       // that many
    const char *since; // RFC 3339, UTC; NULL: not known
    int64_t rows;      // -1: not known
    int64_t bytes;     // of a relation; -1: not known
    bool is_estimate;  // the rows
    const char *name;  // what commands call it
    int64_t since_ms;  // both 0 when not known
    int64_t due_ms;    // milliseconds since 1970
    bool is_due;
} Quarantined;

typedef VEC(Quarantined) QuarantinedList;
typedef VEC(const Quarantined *) QuarantinedChoice;

// Fills what follows from the rest, and sorts: oldest first, what is not known last.
void quarantined_settle(Arena *arena, QuarantinedList *list, int64_t days, int64_t now_ms);

// What a word on the command line means: what something is called, what it was called, else all
// of a version, in the order in which it comes back: a table before its columns, rows last, and of
// those the newest first.
// ERR_CONFIG: nothing, or two of which only one can be meant.
bool quarantined_choose(Arena *arena, const QuarantinedList *list, const char *word,
                        QuarantinedChoice *ret_choice, Err *err)
    __attribute__((warn_unused_result));

size_t quarantined_count_due(const QuarantinedList *list);
// "2 things in quarantine, 1 of them past its 30 days: migrate-safe quarantine purge"; NULL:
// nothing is there.
const char *quarantined_sentence(Arena *arena, const QuarantinedList *list, int64_t days);
