// Rows that a constraint has to take, and what makes them wrong for it alone.
// Refuses to insert them. Invariant: a row that is given as good was in the table, or differs from
// one that was in the columns that the constraint looks at.
#pragma once

#include "run/rehearse/probe_attempt.h"

// At most four; none: `ret_reason` says why.
bool probe_good_rows(const Probing *probing, const ProbedConstraint *constraint,
                     ProbeRows *ret_rows, const char **ret_reason, Err *err)
    __attribute__((warn_unused_result));
// What turns the first of `rows` into a wrong one. `ret_wrong->constraint` NULL: none was found,
// `ret_reason` says why.
bool probe_make_wrong(const Probing *probing, const ProbedConstraint *constraint,
                      const ProbeRows *rows, ProbeInsert *ret_wrong, const char **ret_reason,
                      Err *err) __attribute__((warn_unused_result));
// A value of a domain that is good (or wrong) for it, as text; NULL: `ret_reason` says why.
bool probe_domain_value(const Probing *probing, const ProbedConstraint *domain, bool is_wrong,
                        const char **ret_text, const char **ret_reason, Err *err)
    __attribute__((warn_unused_result));
