// Statements of a probe, each taken back when the server refuses it; rows put into a table to see
// whether it takes them.
// Refuses to judge. Invariant: the transaction is as it was after probe_insert, whatever came.
//
// The transaction's session_replication_role is replica, so that nothing of ours fires a trigger;
// a row is inserted as an application does it, with the user's own triggers and rules disabled.
#pragma once

#include "check/sample/facts.h"
#include "run/rehearse/probed.h"

typedef struct Probing {
    Arena *arena;
    Session *session;
    SampleFacts facts;
    Words without; // tables for which no row could be made, with the reason
} Probing;

// What the server said to a statement.
typedef struct ProbeAnswer {
    bool was_taken;
    const char *sqlstate;
    const char *message;
    SessionErrorNames names;
} ProbeAnswer;

// One row of a table, and where it is.
typedef struct ProbeRow {
    int64_t relation;  // that it is in: a partition
    const char *place; // ctid
    const char *text;  // as PostgreSQL writes it, of the table's type
    bool is_mended;    // it is otherwise there
} ProbeRow;

typedef VEC(ProbeRow) ProbeRows;

// A row that is to be inserted: the first one with columns of another one.
typedef struct ProbeInsert {
    const ProbedConstraint *constraint;
    const ProbeRow *row;    // goes first, so that it does not stand in its own way
    bool keeps_row;         // it does not
    const Words *changed;   // columns; NULL: none
    const char *other;      // row whose values they get; NULL: they are NULL
    const char *forerunner; // SQL that is run first, as a replica; NULL: none
} ProbeInsert;

// False: the session can do nothing more.
bool probe_try(const Probing *probing, const char *sql, ProbeAnswer *ret_answer, Err *err)
    __attribute__((warn_unused_result));
// A statement that gives rows; none when it was refused.
bool probe_ask(const Probing *probing, const char *sql, Rows *ret_rows, ProbeAnswer *ret_answer,
               Err *err) __attribute__((warn_unused_result));
// The row that is there becomes what its text says, until the transaction is taken back.
bool probe_mend(const Probing *probing, const ProbedConstraint *constraint, const ProbeRow *row,
                ProbeAnswer *ret_answer, Err *err) __attribute__((warn_unused_result));
bool probe_insert(const Probing *probing, const ProbeInsert *insert, ProbeAnswer *ret_answer,
                  Err *err) __attribute__((warn_unused_result));
// What refused a row is dropped, until the transaction is taken back. False in `ret_is_aside`: it
// cannot be.
bool probe_set_aside(const Probing *probing, const ProbedConstraint *constraint,
                     const ProbeAnswer *refusal, bool *ret_is_aside, Err *err)
    __attribute__((warn_unused_result));

const SampleTable *probe_table(const Probing *probing, int64_t relation); // NULL: not known
