// Checks that were made: each with its verdict, what was seen, what it is held against, why it
// matters and what to type. Refuses to look at anything itself. Invariant: every check that did not
// pass has something to do about it; what could not be asked is there as "unknown".
#pragma once

#include "base/words.h"

#define VERDICTS(X)                                                                                \
    X(VERDICT_PASS, "pass")                                                                        \
    X(VERDICT_WARN, "warn")       /* works, but will hurt one day */                               \
    X(VERDICT_FAIL, "fail")       /* a change has to stop here, or something is wrong */           \
    X(VERDICT_UNKNOWN, "unknown") /* could not be asked */

typedef enum Verdict {
#define X(name, word) name,
    VERDICTS(X)
#undef X
    VERDICT_COUNT,
} Verdict;

const char *verdict_word(Verdict verdict);

// What is checked. Those of one command stand in one table.
typedef struct CheckKind {
    const char *id;  // "section.name"
    const char *why; // it matters
} CheckKind;

Str check_kind_section(const CheckKind *kind); // "section"
Str check_kind_name(const CheckKind *kind);    // "name"

typedef struct Check {
    const CheckKind *kind;
    Verdict verdict;
    const char *value;       // what was seen, one line
    const char *limit;       // what that is held against; NULL: nothing
    const char *fix;         // what to type; NULL when it passed
    Words details;           // which ones, a line each
    const char *passed_over; // a failure that counts as none, because of this: "--force"
} Check;

typedef struct CheckList {
    VEC(Check) checks; // in the order of their table
} CheckList;

// REQUIREs a fix for everything but a pass. The check is there to be completed, until the next is
// added. Several of one kind are allowed.
Check *check_list_add(Arena *arena, CheckList *list, const CheckKind *kind, Verdict verdict,
                      const char *fix, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
// Another line of details.
void check_detail(Arena *arena, Check *check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t check_list_count(const CheckList *list, Verdict verdict);
// No check failed, but those that were passed over.
bool check_list_passes(const CheckList *list);
// The first of its kind; NULL when it was not made.
const Check *check_list_find(const CheckList *list, const CheckKind *kind);
