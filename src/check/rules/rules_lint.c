// What is wrong with the file itself, and with what it says to the linter.
#include "check/rules/families.h"

static const RuleExample SYNTAX_BAD[] = {
    {.sql = "CREATE TABEL notes (id bigint);"},
    {0},
};
static const RuleExample SYNTAX_GOOD[] = {
    {.sql = "CREATE TABLE notes (id bigint);"},
    {0},
};

const Rule RULES_LINT[] = {
    {
        .id = "syntax-error",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SYNTAX,
        .summary = "PostgreSQL cannot read the statement",
        .why = "The statement is no SQL of PostgreSQL 13 to 18, so the migration stops at it. What "
               "stands behind it is judged all the same.",
        .instead = "correct it at the place that is pointed at",
        .bad = SYNTAX_BAD,
        .good = SYNTAX_GOOD,
        .claim = {.sqlstate = "42601"},
    },
    {0},
};
