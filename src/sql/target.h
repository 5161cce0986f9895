// What a statement works on, by its leading words: which object, on which tables, how locked.
// Refuses grammar beyond those words (the lock plan will replace it) and catalogs. Invariant: names
// are given as the user spelled them, quotes and schema included, ready for to_regclass(); NULL
// where the words do not say it.
#pragma once

#include "base/arena.h"
#include "sql/lock_mode.h"
#include "sql/statement.h"

typedef enum TargetVerb {
    TARGET_OTHER,
    TARGET_CREATE_INDEX, // object: the index (NULL: the server chooses the name), relation: its
                         // table
    TARGET_DROP_INDEX,   // relations: the indexes, object: the first
    TARGET_REINDEX,      // relation: table (TABLE), or object and relation: index (INDEX); neither
                         // for SCHEMA, DATABASE, SYSTEM
    TARGET_ALTER_TABLE,  // also VIEW, SEQUENCE, INDEX, ...: relation; object: the partition of
                         // ATTACH and DETACH
    TARGET_DETACH_PARTITION, // CONCURRENTLY: relation: the parent, object: the partition
    TARGET_CREATE_TABLE, // object; relations it locks: REFERENCES, PARTITION OF, INHERITS parents
    TARGET_DROP_TABLE,   // also DROP VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE
    TARGET_TRUNCATE,
    TARGET_LOCK,
    TARGET_TRIGGER, // CREATE/ALTER/DROP TRIGGER, RULE, POLICY object ON relation
    TARGET_COMMENT, // COMMENT ON TABLE/COLUMN ...
    TARGET_CLUSTER,
    TARGET_VACUUM,   // also ANALYZE
    TARGET_REFRESH,  // MATERIALIZED VIEW
    TARGET_DATABASE, // CREATE/DROP DATABASE: object
    TARGET_TABLESPACE,
    TARGET_SUBSCRIPTION,
    TARGET_SYSTEM, // ALTER SYSTEM
    TARGET_WRITE,  // INSERT, UPDATE, DELETE, MERGE, COPY FROM: relation
} TargetVerb;

typedef struct StatementTarget {
    TargetVerb verb;
    bool is_create; // of CREATE/DROP pairs
    bool is_concurrent;
    bool has_if_exists; // IF EXISTS or IF NOT EXISTS
    const char *object;
    const char *const *relations; // ends with NULL; what it locks (also the referenced ones), the
                                  // first is the main one
    const TargetLock *locks;      // one for each relation
    size_t relation_count;
    bool is_strong; // a lock that conflicts with readers or writers (SHARE and above)
} StatementTarget;

void statement_target(Arena *arena, Str text, StatementTarget *ret_target);
