// What a statement works on, by its leading words: which object, of which relation; also of a
// statement that no grammar has read (one kept in a history, of a newer server).
// Refuses grammar beyond those words, locks (check/lock/ has them) and catalogs. Invariant: names
// are given as the user spelled them, quotes and schema included, ready for to_regclass(); NULL
// where the words do not say it.
#pragma once

#include "base/arena.h"
#include "sql/statement.h"

typedef enum TargetVerb {
    TARGET_OTHER,
    TARGET_CREATE_INDEX, // object: the index (NULL: the server chooses the name), relation: its
                         // table
    TARGET_DROP_INDEX,   // relations: the indexes, object: the first
    TARGET_REINDEX,      // relation: table (TABLE), or object and relation: index (INDEX); neither
                         // for SCHEMA, DATABASE, SYSTEM
    TARGET_ALTER_TABLE,  // also VIEW, SEQUENCE, INDEX, ...: relation
    TARGET_DETACH_PARTITION, // CONCURRENTLY: relation: the parent, object: the partition
    TARGET_CREATE_TABLE,     // object
    TARGET_DROP_TABLE, // also DROP VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE: relations
    TARGET_TRIGGER,    // CREATE/ALTER/DROP TRIGGER, RULE, POLICY object ON relation
    TARGET_COMMENT,    // COMMENT ON TABLE/COLUMN ...
    TARGET_CLUSTER,
    TARGET_VACUUM,   // also ANALYZE
    TARGET_REFRESH,  // MATERIALIZED VIEW
    TARGET_DATABASE, // CREATE/DROP DATABASE: object
    TARGET_TABLESPACE,
    TARGET_SUBSCRIPTION,
    TARGET_SYSTEM, // ALTER SYSTEM
} TargetVerb;

typedef struct StatementTarget {
    TargetVerb verb;
    bool is_create; // of CREATE/DROP pairs
    bool is_concurrent;
    bool has_if_exists; // IF EXISTS or IF NOT EXISTS
    const char *object;
    const char *const *relations; // ends with NULL
    size_t relation_count;
} StatementTarget;

void statement_target(Arena *arena, Str text, StatementTarget *ret_target);
