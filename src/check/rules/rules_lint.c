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

static const RuleExample UNUSED_BAD[] = {
    {.sql = "-- migrate-safe: ignore syntax-error: the server is newer\n"
            "CREATE TABLE notes (id bigint);",
     .note = "what it was written for is gone, or stands elsewhere"},
    {0},
};
static const RuleExample UNUSED_GOOD[] = {
    {.sql = "-- migrate-safe: ignore syntax-error: of a newer server\nCREATE TABEL notes (id int);",
     .allows = "syntax-error"},
    {.sql = "-- an ignore is a comment\nCREATE TABLE notes (id bigint);"},
    {0},
};
static const RuleExample EXPIRED_BAD[] = {
    {.sql = "-- migrate-safe: ignore syntax-error until 2020-01-31: until the upgrade\n"
            "CREATE TABLE notes (id bigint);"},
    {0},
};
static const RuleExample EXPIRED_GOOD[] = {
    {.sql = "-- migrate-safe: ignore syntax-error until 2999-12-31: until the upgrade\n"
            "CREATE TABEL notes (id bigint);",
     .allows = "syntax-error"},
    {0},
};
static const RuleExample UNKNOWN_BAD[] = {
    {.sql = "-- migrate-safe: ignore sintax-error: misspelt\nCREATE TABLE notes (id bigint);"},
    {.sql = "CREATE TABLE notes (id bigint); -- migrate-safe: ignore syntax-error",
     .note = "without a reason"},
    {0},
};
static const RuleExample UNKNOWN_GOOD[] = {
    {.sql = "CREATE TABEL notes (id bigint); -- migrate-safe: ignore syntax-error: of a newer one",
     .allows = "syntax-error"},
    {.sql = "-- squawk-ignore some-rule-of-its-own\nCREATE TABLE notes (id bigint);",
     .note = "another tool's comment names another tool's rules"},
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
    {
        .id = "unused-ignore",
        .severity = SEVERITY_WARNING,
        .risk = RISK_MAINTENANCE,
        .summary = "an ignore comment that nothing needs",
        .why = "The rule finds nothing where the comment stands. It was corrected, or the comment "
               "stands in a wrong place; left there it would hide the next finding, which nobody "
               "has looked at.",
        .instead = "remove the comment, or put it above the statement it is meant for",
        .bad = UNUSED_BAD,
        .good = UNUSED_GOOD,
    },
    {
        .id = "expired-ignore",
        .severity = SEVERITY_WARNING,
        .risk = RISK_MAINTENANCE,
        .summary = "an ignore comment whose day is over",
        .why = "The comment said until when the finding may be passed over, and that day is gone. "
               "The finding counts again.",
        .instead = "correct what was found, or decide on a new day",
        .bad = EXPIRED_BAD,
        .good = EXPIRED_GOOD,
    },
    {
        .id = "unknown-ignore",
        .severity = SEVERITY_WARNING,
        .risk = RISK_MAINTENANCE,
        .summary = "an ignore comment that names no rule, or no reason",
        .why = "It ignores nothing, though its writer meant it to.",
        .instead = "correct the name (migrate-safe lint --rules lists them) and give a reason",
        .instead_sql = "-- migrate-safe: ignore RULE: reason",
        .bad = UNKNOWN_BAD,
        .good = UNKNOWN_GOOD,
    },
    {0},
};
