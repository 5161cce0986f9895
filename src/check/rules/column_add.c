// Columns that cannot be added without writing the whole table anew, or not at all.
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "check/volatility.h"

#include <string.h>

#define USERS        "CREATE TABLE users (id bigint PRIMARY KEY, email text);"
#define USERS_FILLED USERS " INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"

// The definition of the column that is added.
static const Node *added(const Judged *judged)
{
    return node_field(judged->command, "def");
}

// What fills the column in later, behind the statement that only makes room for it.
static const char *default_then_batches(const ColumnSubject *subject, const char *value)
{
    Arena *arena = subject->judged->scratch;
    const char *not_null =
        column_constraint(subject->definition, "CONSTR_NOTNULL")
            ? arena_printf(arena, "\n-- when no row is left:\n%s", sql_not_null(subject))
            : "";
    return arena_printf(arena,
                        "ALTER TABLE %s ADD COLUMN %s;\n"
                        "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;\n"
                        "-- then, outside of this transaction, until it changes no row:\n"
                        "%s%s",
                        subject->sql_table,
                        column_text_without(subject, "CONSTR_DEFAULT CONSTR_NOTNULL CONSTR_NULL "
                                                     "CONSTR_CHECK CONSTR_UNIQUE CONSTR_PRIMARY "
                                                     "CONSTR_FOREIGN"),
                        subject->sql_table, subject->sql_name, value,
                        sql_batch(subject, subject->sql_name, "DEFAULT", NULL), not_null);
}

static void check_volatile_default(const Judged *judged)
{
    const Node *expression = column_default(added(judged));
    if (!expression)
        return;
    ExpressionVolatility volatility = volatility_of(judged->model, expression);
    ColumnSubject subject;
    if (!volatility_counts(volatility) || !column_subject(judged, &subject))
        return;
    const char *value = column_default_text(&subject);
    bool is_unknown = volatility.volatility == VOLATILITY_UNKNOWN;
    Finding *finding = subject_report(
        &subject, expression,
        is_unknown ? "adding %s.%s with default %s rewrites %s and its indexes under ACCESS "
                     "EXCLUSIVE, unless %s() is declared STABLE or IMMUTABLE"
                   : "adding %s.%s with default %s rewrites %s and its indexes under ACCESS "
                     "EXCLUSIVE: %s() is volatile",
        subject.table, subject.name, value, subject.table, volatility.function);
    if (is_unknown)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
    finding->instead = judged_keep(judged->lint, default_then_batches(&subject, value));
}

static void check_serial(const Judged *judged)
{
    const char *type = column_serial_type(added(judged));
    ColumnSubject subject;
    if (!type || !column_subject(judged, &subject))
        return;
    const char *sequence = sql_made_name(&subject, "seq");
    const char *value = arena_printf(judged->scratch, "nextval('%s')", sequence);
    Finding *finding = subject_report(
        &subject, subject.definition,
        "adding %s.%s as serial rewrites %s and its indexes under ACCESS EXCLUSIVE: its default "
        "nextval() is volatile",
        subject.table, subject.name, subject.table);
    finding->instead =
        judged_printf(judged,
                      "CREATE SEQUENCE %s;\n"
                      "ALTER TABLE %s ADD COLUMN %s bigint;\n"
                      "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;\n"
                      "ALTER SEQUENCE %s OWNED BY %s.%s;\n"
                      "-- then, outside of this transaction, until it changes no row:\n%s",
                      sequence, subject.sql_table, subject.sql_name, subject.sql_table,
                      subject.sql_name, value, sequence, subject.sql_table, subject.sql_name,
                      sql_batch(&subject, subject.sql_name, "DEFAULT", NULL));
}

static void check_identity(const Judged *judged)
{
    const Node *identity = column_constraint(added(judged), "CONSTR_IDENTITY");
    ColumnSubject subject;
    if (!identity || !column_subject(judged, &subject))
        return;
    const char *sequence = sql_made_name(&subject, "fill");
    Finding *finding = subject_report(
        &subject, identity,
        "adding %s.%s as identity rewrites %s and its indexes under ACCESS EXCLUSIVE: each row "
        "takes a number of its sequence",
        subject.table, subject.name, subject.table);
    finding->instead = judged_printf(
        judged,
        "CREATE SEQUENCE %s;\n"
        "ALTER TABLE %s ADD COLUMN %s bigint;\n"
        "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval('%s');\n"
        "-- then, outside of this transaction, until it changes no row:\n%s\n"
        "-- when no row is left:\n%s\n"
        "-- and at last, in one transaction, with START above the highest number:\n"
        "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT,\n"
        "    ALTER COLUMN %s ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1000000);\n"
        "DROP SEQUENCE %s;",
        sequence, subject.sql_table, subject.sql_name, subject.sql_table, subject.sql_name,
        sequence, sql_batch(&subject, subject.sql_name, "DEFAULT", NULL), sql_not_null(&subject),
        subject.sql_table, subject.sql_name, subject.sql_name, sequence);
}

static bool is_filled(const Node *definition)
{
    return column_default(definition) || column_serial_type(definition) ||
           column_constraint(definition, "CONSTR_IDENTITY") ||
           column_constraint(definition, "CONSTR_GENERATED");
}

static void check_not_null_no_default(const Judged *judged)
{
    const Node *definition = added(judged);
    const Node *not_null = column_constraint(definition, "CONSTR_NOTNULL");
    if (!not_null)
        not_null = column_constraint(definition, "CONSTR_PRIMARY");
    ColumnSubject subject;
    if (!not_null || is_filled(definition) || !column_subject(judged, &subject))
        return;
    Finding *finding = subject_report(
        &subject, not_null, "adding %s.%s as %s without a default fails as soon as %s has a row",
        subject.table, subject.name,
        node_text_is(not_null, "contype", "CONSTR_PRIMARY") ? "PRIMARY KEY" : "NOT NULL",
        subject.table);
    finding->instead = judged_printf(
        judged,
        "ALTER TABLE %s ADD COLUMN %s;\n"
        "-- deploy code that always writes it, and fill what is there; when no row is left:\n%s",
        subject.sql_table,
        column_text_without(&subject, "CONSTR_NOTNULL CONSTR_DEFAULT CONSTR_PRIMARY"),
        sql_not_null(&subject));
}

static const RuleExample VOLATILE_DEFAULT_BAD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();"},
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN seen timestamptz NOT NULL DEFAULT clock_timestamp();",
     .note = "unlike now(), it differs from row to row"},
    {.setup = USERS_FILLED " CREATE SEQUENCE numbers;",
     .sql = "ALTER TABLE users ADD COLUMN number bigint DEFAULT nextval('numbers');"},
    {.setup = USERS_FILLED " CREATE FUNCTION label() RETURNS text LANGUAGE sql AS $$SELECT 'a'$$;",
     .sql = "ALTER TABLE users ADD COLUMN label text DEFAULT label();",
     .note = "a function is volatile unless it says otherwise"},
    {0},
};
static const RuleExample VOLATILE_DEFAULT_GOOD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN created timestamptz NOT NULL DEFAULT now();",
     .note = "stable: evaluated once"},
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN since date DEFAULT current_date;"},
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN active boolean NOT NULL DEFAULT true;"},
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN tags text[] NOT NULL DEFAULT ARRAY['a', 'b'];"},
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN level int DEFAULT coalesce(1, 2);"},
    {.setup = USERS_FILLED " CREATE FUNCTION label() RETURNS text STABLE LANGUAGE sql AS "
                           "$$SELECT 'a'$$;",
     .sql = "ALTER TABLE users ADD COLUMN label text DEFAULT label();"},
    {.sql = "CREATE TABLE fresh (id bigint);\n"
            "ALTER TABLE fresh ADD COLUMN token uuid DEFAULT gen_random_uuid();",
     .note = "the table is new and empty"},
    {0},
};

static const RuleExample SERIAL_BAD[] = {
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN number bigserial;"},
    {0},
};
static const RuleExample SERIAL_GOOD[] = {
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN number bigint;"},
    {.sql = "CREATE TABLE fresh (email text);\nALTER TABLE fresh ADD COLUMN id bigserial;"},
    {0},
};

static const RuleExample IDENTITY_BAD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;"},
    {0},
};
static const RuleExample IDENTITY_GOOD[] = {
    {.sql = "CREATE TABLE fresh (email text);\n"
            "ALTER TABLE fresh ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;"},
    {0},
};

static const RuleExample NOT_NULL_BAD[] = {
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN phone varchar(255) NOT NULL;"},
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN phone text DEFAULT NULL::text NOT NULL;"},
    {0},
};
static const RuleExample NOT_NULL_GOOD[] = {
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN phone text NOT NULL DEFAULT '';"},
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN phone text;"},
    {.sql = "CREATE TABLE fresh (id bigint);\nALTER TABLE fresh ADD COLUMN phone text NOT NULL;"},
    {0},
};

#define BATCHES                                                                                    \
    "-- then, outside of this transaction, until it changes no row:\n"                             \
    "UPDATE users SET token = DEFAULT WHERE id IN (\n"                                             \
    "    SELECT id FROM users WHERE token IS NULL LIMIT 5000);"

const Rule RULES_COLUMN_ADD[] = {
    {
        .id = "add-column-volatile-default",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "a volatile default rewrites the table",
        .why = "A default that is the same for all rows is kept once, in the catalog, and the "
               "rows stay as they are. A volatile one (random(), gen_random_uuid(), "
               "clock_timestamp(), nextval(), a function that is not declared otherwise) must be "
               "evaluated for each row: the table and all its indexes are written anew under "
               "ACCESS EXCLUSIVE, and nobody reads or writes meanwhile. now() and current_date "
               "are stable and cost nothing.",
        .instead = "add the column without a default, set the default for new rows, then fill the "
                   "rows that are there in batches",
        .instead_sql = "ALTER TABLE users ADD COLUMN token uuid;\n"
                       "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();\n" //
        BATCHES,
        .aliases = "squawk:adding-field-with-default eugene:E10 "
                   "strong_migrations:add_column_default "
                   "strong_migrations:add_column_default_callable atlas:PG302",
        .on = "AT_AddColumn",
        .check = check_volatile_default,
        .bad = VOLATILE_DEFAULT_BAD,
        .good = VOLATILE_DEFAULT_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "add-column-serial",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "a serial column rewrites the table",
        .why = "serial means a sequence and the default nextval(), which is volatile: each row "
               "that is there takes its number at once, and the table and all its indexes are "
               "written anew under ACCESS EXCLUSIVE.",
        .instead = "add a plain bigint column with the sequence as its default for new rows, and "
                   "number the rows that are there in batches",
        .instead_sql = "CREATE SEQUENCE users_number_seq;\n"
                       "ALTER TABLE users ADD COLUMN number bigint;\n"
                       "ALTER TABLE users ALTER COLUMN number SET DEFAULT "
                       "nextval('users_number_seq');\n"
                       "ALTER SEQUENCE users_number_seq OWNED BY users.number;",
        .aliases = "squawk:adding-serial-primary-key-field eugene:E11 "
                   "strong_migrations:add_column_auto_incrementing",
        .on = "AT_AddColumn",
        .check = check_serial,
        .bad = SERIAL_BAD,
        .good = SERIAL_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "add-column-identity",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "an identity column rewrites the table",
        .why = "Each row that is there takes a number of the new sequence at once: the table and "
               "all its indexes are written anew under ACCESS EXCLUSIVE, as for serial.",
        .instead = "add a plain bigint column with a sequence as default, number the rows in "
                   "batches, prove NOT NULL, and attach the identity last",
        .instead_sql = "CREATE SEQUENCE users_number_fill;\n"
                       "ALTER TABLE users ADD COLUMN number bigint;\n"
                       "ALTER TABLE users ALTER COLUMN number SET DEFAULT "
                       "nextval('users_number_fill');",
        .aliases = "squawk:adding-field-with-default eugene:E11 "
                   "strong_migrations:add_column_auto_incrementing",
        .on = "AT_AddColumn",
        .check = check_identity,
        .bad = IDENTITY_BAD,
        .good = IDENTITY_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "add-column-not-null-no-default",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "a required column without a default fails on a table with rows",
        .why = "The rows that are there would have no value, so PostgreSQL refuses the column "
               "(23502). On an empty table, as in a test database, it passes. Where it passes, "
               "running code that does not write the column fails from then on.",
        .instead = "add it without NOT NULL, or with a constant default; fill it, then prove NOT "
                   "NULL with a validated CHECK",
        .instead_sql = "ALTER TABLE users ADD COLUMN phone text NOT NULL DEFAULT '';",
        .aliases = "squawk:adding-required-field atlas:MF103",
        .on = "AT_AddColumn",
        .check = check_not_null_no_default,
        .bad = NOT_NULL_BAD,
        .good = NOT_NULL_GOOD,
        .claim = {.relation = "public.users", .sqlstate = "23502"},
    },
    {0},
};
