// What can be wrong with a database's data and with what guards them: the kinds of checks.
// Refuses to look (run/integrity/ does). Invariant: those of one section stand together.
#pragma once

#include "check/check_list.h"

#include <stdint.h>

// id (section.name), why it matters, what was looked at: one, many
#define INTEGRITY_CHECKS(X)                                                                        \
    X(INTEGRITY_READABLE, "scope.readable", "what may not be read is not proven", "relation",      \
      "relations")                                                                                 \
    X(INTEGRITY_HIDDEN, "scope.row_security",                                                      \
      "rows that are hidden from this role are not proven", "relation", "relations")               \
    X(INTEGRITY_LOCKED, "scope.locked", "nobody is waited for, so what is locked is not proven",   \
      "relation", "relations")                                                                     \
    X(INTEGRITY_ORPHANS, "references.orphans",                                                     \
      "a row that refers to nothing: joins lose it, and a dump of it cannot be restored",          \
      "foreign key", "foreign keys")                                                               \
    X(INTEGRITY_REFERENCE_INDEX, "references.index",                                               \
      "each DELETE of a row that is referred to reads all of the referring table", "relation",     \
      "relations")                                                                                 \
    X(INTEGRITY_REFERENCE_TYPES, "references.types",                                               \
      "a key of another type is cast for each comparison, and holds values that the other cannot", \
      "relation", "relations")                                                                     \
    X(INTEGRITY_NOT_NULL, "rows.not_null",                                                         \
      "queries are planned on the promise that there is no null", "column", "columns")             \
    X(INTEGRITY_CHECK, "rows.check",                                                               \
      "what a constraint says is relied upon, and a dump of rows "                                 \
      "that break it cannot be restored",                                                          \
      "constraint", "constraints")                                                                 \
    X(INTEGRITY_DOMAIN, "rows.domain",                                                             \
      "a value that its domain refuses can be read, but not written again",                        \
      "constraint of a domain", "constraints of domains")                                          \
    X(INTEGRITY_PARTITION, "rows.partition",                                                       \
      "a row in the wrong partition is not found by queries that skip that partition",             \
      "partition", "partitions")                                                                   \
    X(INTEGRITY_DUPLICATES, "keys.duplicates",                                                     \
      "two rows with one key: an UPDATE changes both, or one at random", "unique index",           \
      "unique indexes")                                                                            \
    X(INTEGRITY_EXCLUSION, "keys.exclusion", "rows that must not meet do", "constraint",           \
      "constraints")                                                                               \
    X(INTEGRITY_INDEX_VALID, "indexes.valid",                                                      \
      "an invalid index costs each write and serves no query; an invalid unique one holds "        \
      "nothing",                                                                                   \
      "relation", "relations")                                                                     \
    X(INTEGRITY_INDEX_LEFTOVERS, "indexes.leftovers",                                              \
      "half an index that REINDEX CONCURRENTLY left behind costs each write", "relation",          \
      "relations")                                                                                 \
    X(INTEGRITY_INDEX_DUPLICATE, "indexes.duplicate", "each write pays for both", "relation",      \
      "relations")                                                                                 \
    X(INTEGRITY_INDEX_REDUNDANT, "indexes.redundant", "each write pays for both", "relation",      \
      "relations")                                                                                 \
    X(INTEGRITY_INDEX_STRUCTURE, "indexes.structure",                                              \
      "a damaged index gives wrong answers without an error", "index", "indexes")                  \
    X(INTEGRITY_VALIDATED, "constraints.validated",                                                \
      "rows from before it may break it, and the planner does not believe in it", "relation",      \
      "relations")                                                                                 \
    X(INTEGRITY_TRIGGERS, "triggers.enabled",                                                      \
      "what a disabled trigger guards is not guarded, and nothing says so", "relation",            \
      "relations")                                                                                 \
    X(INTEGRITY_SEQUENCE_BEHIND, "sequences.behind",                                               \
      "the next INSERT takes a number that is there already", "sequence", "sequences")             \
    X(INTEGRITY_SEQUENCE_END, "sequences.end", "at its end every INSERT fails", "sequence",        \
      "sequences")                                                                                 \
    X(INTEGRITY_SEQUENCE_WEAR, "sequences.wear",                                                   \
      "when the type holds no larger number every INSERT fails, and a larger type is a long "      \
      "migration",                                                                                 \
      "column", "columns")                                                                         \
    X(INTEGRITY_VIEWS, "code.views", "who reads it gets an error", "view", "views")                \
    X(INTEGRITY_FUNCTIONS, "code.functions", "who calls it gets an error", "function",             \
      "functions")                                                                                 \
    X(INTEGRITY_POLICIES, "security.policies", "policies and row security only work together",     \
      "relation", "relations")                                                                     \
    X(INTEGRITY_COLLATIONS, "server.collations",                                                   \
      "an index that was sorted by other rules misses rows and lets duplicates in", "database",    \
      "databases")                                                                                 \
    X(INTEGRITY_XID_AGE, "server.xid_age",                                                         \
      "at 2.1 billion the server takes no more writes until it was vacuumed", "database",          \
      "databases")                                                                                 \
    X(INTEGRITY_OWN, "own.queries", "what the team itself knows must hold", "query", "queries")    \
    X(INTEGRITY_COUNTS, "before.counts", "rows that came or went though nothing should have",      \
      "table", "tables")                                                                           \
    X(INTEGRITY_DEPENDENTS, "before.dependents",                                                   \
      "others depend on this answer, which must not change", "query", "queries")

typedef enum IntegrityId {
#define X(name, id, why, one, many) name,
    INTEGRITY_CHECKS(X)
#undef X
    INTEGRITY_COUNT,
} IntegrityId;

extern const CheckKind INTEGRITY_KINDS[INTEGRITY_COUNT];

typedef uint64_t IntegritySet; // a bit for each

#define INTEGRITY_BIT(id) ((IntegritySet)1 << (id))
#define INTEGRITY_ALL     (INTEGRITY_BIT(INTEGRITY_COUNT) - 1)

// "412 foreign keys"
const char *integrity_counted(Arena *arena, IntegrityId id, size_t count);
IntegrityId integrity_find(Str name); // by its whole id; INTEGRITY_COUNT when unknown
// Those that "references", "references.orphans" or "orphans" mean; 0: none.
IntegritySet integrity_named(Str name);
// What --only and --except take: sections and ids; NULL past the last.
const char *integrity_word(size_t index);
