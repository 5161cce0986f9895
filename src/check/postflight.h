// What is looked at behind a change. Refuses to look itself (run/postflight/ does). Invariant: a
// check fails only where going on would be wrong; what may have been meant is a warning.
#pragma once

#include "check/check_list.h"
#include "check/meant.h"

#include <stdint.h>

// id (section.name), why it matters
#define POSTFLIGHT_CHECKS(X)                                                                       \
    X(POSTFLIGHT_DIRTY, "history.dirty", "what stopped half way is neither the old nor the new")   \
    X(POSTFLIGHT_PLAN, "history.plan", "the application may need all that was to be applied")      \
    X(POSTFLIGHT_REHEARSED, "schema.rehearsed",                                                    \
      "what was rehearsed is proven; another result is not")                                       \
    X(POSTFLIGHT_DRIFT, "schema.drift", "what others changed is in no migration")                  \
    X(POSTFLIGHT_CONSTRAINTS, "schema.constraints",                                                \
      "a constraint that is not validated lets older rows break it")                               \
    X(POSTFLIGHT_INDEXES, "schema.indexes",                                                        \
      "an invalid index costs every write and helps no query")                                     \
    X(POSTFLIGHT_PRIVILEGES, "kept.privileges", "who lost a privilege gets errors from now on")    \
    X(POSTFLIGHT_ROW_SECURITY, "kept.row_security",                                                \
      "without it rows are seen by who must not see them")                                         \
    X(POSTFLIGHT_TRIGGERS, "kept.triggers", "what they did is done by nobody now")                 \
    X(POSTFLIGHT_OWNERS, "kept.owners", "only the owner may alter it")                             \
    X(POSTFLIGHT_DEFAULT_PRIVILEGES, "kept.default_privileges",                                    \
      "what is made from now on lacks them")                                                       \
    X(POSTFLIGHT_COMMENTS, "kept.comments", "they are lost with what is made anew")                \
    X(POSTFLIGHT_OBJECTS, "kept.objects", "CASCADE takes along what nobody named")                 \
    X(POSTFLIGHT_ORPHANS, "data.orphans", "rows that point to nothing break the application")      \
    X(POSTFLIGHT_ROWS, "data.rows", "rows of a table that nobody touched must stay")               \
    X(POSTFLIGHT_SEQUENCES, "data.sequences", "the next INSERT collides with a row that is there") \
    X(POSTFLIGHT_STATISTICS, "data.statistics", "without statistics the planner guesses")          \
    X(POSTFLIGHT_VERIFY, "checks.verify", "what a migration promised has to hold behind all")      \
    X(POSTFLIGHT_USER, "checks.user", "these are your own")                                        \
    X(POSTFLIGHT_SMOKE, "checks.smoke", "that the schema is right does not say that it works")

typedef enum PostflightId {
#define X(name, id, why) name,
    POSTFLIGHT_CHECKS(X)
#undef X
    POSTFLIGHT_COUNT,
} PostflightId;

extern const CheckKind POSTFLIGHT_KINDS[POSTFLIGHT_COUNT];

// A table that has rows of its own.
typedef struct SeenTable {
    int64_t oid;
    const char *name;    // qualified and quoted
    int64_t file;        // relfilenode: another one behind a rewrite or TRUNCATE
    int64_t estimate;    // rows, as statistics have them
    int64_t rows;        // counted; -1: not
    int64_t expressions; // indexes over expressions
    bool is_empty;       // it has no page, as far as that was looked at
} SeenTable;

typedef VEC(SeenTable) SeenTables; // by oid

const SeenTable *seen_table_find(const SeenTables *facts, int64_t oid); // NULL: it is not there

// Tables that lost rows and that no statement takes rows from.
void postflight_judge_rows(Arena *arena, const SeenTables *then, const SeenTables *now,
                           const Meant *meant, CheckList *checks);
// Those that are new, were rewritten, or have a new index over an expression, and have pages.
void postflight_needs_analyze(Arena *arena, const SeenTables *then, const SeenTables *now,
                              Words *ret_names);
