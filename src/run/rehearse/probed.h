// A constraint as it is probed: which rows it refuses, as the catalog says it.
// Refuses to probe (constraint_probes.c does). Invariant: every name in an expression has its
// schema.
#pragma once

#include "check/rehearsal.h"
#include "pg/session.h"

typedef enum ProbedKind {
    PROBED_NOT_NULL = 'n',
    PROBED_UNIQUE = 'u', // also an index that is no constraint
    PROBED_PRIMARY = 'p',
    PROBED_FOREIGN = 'f',
    PROBED_CHECK = 'c',
    PROBED_EXCLUSION = 'x',
    PROBED_DOMAIN_CHECK = 'd',
    PROBED_DOMAIN_NOT_NULL = 'o',
} ProbedKind;

typedef struct ProbedConstraint {
    ProbedKind kind;
    int64_t relation;      // or the domain
    const char *table;     // or the domain, quoted and qualified
    const char *name;      // as in ConstraintProbe
    Words columns;         // that it looks at
    const char *condition; // of a check; of an index: which rows are in it
    Words keys;            // of an index: expressions
    Words operators;       // of an exclusion, one for each key
    const char *referenced;
    bool is_referenced_partitioned;
    Words referenced_columns;
    bool is_full;         // MATCH FULL
    bool are_nulls_equal; // NULLS NOT DISTINCT
    bool is_valid;        // of all rows that are there
    const char *reason;   // why it cannot be probed; NULL: it can
    Words names;          // that an error may call it by
} ProbedConstraint;

typedef VEC(ProbedConstraint) ProbedConstraints;

const char *probed_kind_word(ProbedKind kind); // "not null", "foreign key"
const char *probed_sqlstate(ProbedKind kind);  // of its refusal
// Those that `after` has and `before` has not, or has otherwise. In a transaction with an empty
// search_path.
bool probed_read(Arena *arena, Session *session, const Snapshot *before, const Snapshot *after,
                 ProbedConstraints *ret_constraints, Err *err) __attribute__((warn_unused_result));
