// NOT NULL and defaults of columns that are there.
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "check/rules/renaming.h"
#include "sql/quote.h"

#include <string.h>

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, email text, level int NOT NULL DEFAULT 0); "       \
    "INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"

// A CHECK that says the column is not NULL; a validated one first.
static const Constraint *not_null_check(const ColumnSubject *subject)
{
    const Constraint *found = NULL;
    if (subject->relation)
        VEC_EACH (const Constraint, constraint, &subject->relation->constraints)
            if (constraint->kind == CONSTRAINT_CHECK && constraint->is_enforced &&
                words_have(&constraint->not_null, subject->name) &&
                (!found || constraint->is_valid))
                found = constraint;
    return found;
}

static const Constraint *pending_not_null(const ColumnSubject *subject)
{
    VEC_EACH (const Constraint, constraint, &subject->relation->constraints)
        if (constraint->kind == CONSTRAINT_NOT_NULL && !constraint->is_valid &&
            words_have(&constraint->columns, subject->name))
            return constraint;
    return NULL;
}

static void report_scan(const ColumnSubject *subject, const Constraint *unproven)
{
    const Judged *judged = subject->judged;
    Finding *finding = subject_report(
        subject, NULL, "making %s.%s NOT NULL reads all of %s under ACCESS EXCLUSIVE%s%s%s",
        subject->table, subject->name, subject->table,
        unproven            ? ": constraint "
        : subject->is_known ? ": no validated CHECK proves it"
                            : ", unless a validated CHECK that was not seen proves it",
        unproven ? unproven->name : "", unproven ? " is there, but not validated" : "");
    if (!subject->is_known && !unproven)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
    finding->instead =
        unproven ? judged_printf(judged,
                                 "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
                                 "-- in a later transaction:\n"
                                 "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;",
                                 subject->sql_table, quote_name(judged->scratch, unproven->name),
                                 subject->sql_table, subject->sql_name)
                 : judged_keep(judged->lint, sql_not_null(subject));
}

// ADD CONSTRAINT name NOT NULL column, of 18: the column stands elsewhere.
static bool constraint_subject(const Judged *judged, ColumnSubject *ret_subject)
{
    const Node *constraint = node_field(judged->command, "def");
    if (!node_text_is(constraint, "contype", "CONSTR_NOTNULL") ||
        node_flag(constraint, "skip_validation") || !column_subject(judged, ret_subject))
        return false;
    ret_subject->name = node_text(node_first(node_field(constraint, "keys")), NULL);
    ret_subject->sql_name = quote_name(judged->scratch, ret_subject->name);
    ret_subject->column =
        ret_subject->relation ? relation_column(ret_subject->relation, ret_subject->name) : NULL;
    return true;
}

static void check_set_not_null(const Judged *judged)
{
    ColumnSubject subject;
    bool is_named = node_text_is(judged->command, "subtype", "AT_AddConstraint");
    if (is_named ? !constraint_subject(judged, &subject) : !column_subject(judged, &subject))
        return;
    if (subject.column && subject.column->is_not_null)
        return;
    const Constraint *check = not_null_check(&subject);
    if (check && check->is_valid)
        return;
    if (!check && subject.column && subject.column->is_not_null_pending)
        check = pending_not_null(&subject);
    report_scan(&subject, check);
}

static void check_native(const Judged *judged)
{
    const Node *constraint = node_field(judged->command, "def");
    const Node *test = node_field(constraint, "raw_expr");
    if (judged->pg_from < 18 || !node_text_is(constraint, "contype", "CONSTR_CHECK") ||
        !node_is(test, "NullTest") || !node_text_is(test, "nulltesttype", "IS_NOT_NULL") ||
        !node_is(node_field(test, "arg"), "ColumnRef"))
        return;
    ColumnSubject subject;
    if (!column_subject(judged, &subject))
        return;
    const char *column = node_last_text(node_field(test, "arg.fields"));
    Finding *finding = subject_report(
        &subject, constraint,
        "CHECK (%s IS NOT NULL) is a detour since PostgreSQL 18: NOT NULL itself can be NOT VALID",
        column);
    subject.name = column;
    subject.sql_name = quote_name(judged->scratch, column);
    finding->instead = judged_keep(judged->lint, sql_not_null(&subject));
}

static void check_drop_not_null(const Judged *judged)
{
    ColumnSubject subject;
    if (!column_subject(judged, &subject) ||
        (subject.is_known && subject.column && !subject.column->is_not_null &&
         !subject.column->is_not_null_pending))
        return;
    subject_report(&subject, NULL,
                   "%s.%s may be NULL from now on: code that reads it and expects a value breaks",
                   subject.table, subject.name);
}

static void check_set_default(const Judged *judged)
{
    ColumnSubject subject;
    if (!node_has(judged->command, "def") || !column_subject(judged, &subject))
        return;
    // A column of this very file: no process writes it yet.
    if (subject.column && subject.column->made.transaction &&
        subject.column->made.file == judged->file->number)
        return;
    NODE_EACH(command, node_field(judged->node, "cmds"))
    if (node_text_is(command, "def.colname", subject.name))
        return;
    subject_report(
        &subject, NULL,
        "the default of %s.%s changes for INSERTs that leave it out: processes that write "
        "every column go on with the value they have",
        subject.table, subject.name);
}

static void check_drop_default(const Judged *judged)
{
    ColumnSubject subject;
    GoneNames *gone = gone_names(judged, rule_find(STR("drop-default-not-null")));
    if (!column_subject(judged, &subject))
        return;
    if (node_has(judged->command, "def")) {
        gone_again(judged, gone, subject.table, subject.name);
        return;
    }
    const Column *column = subject.column;
    if (column && (!column->is_not_null || !column->has_default))
        return;
    Finding *finding = subject_report(
        &subject, NULL,
        column ? "%s.%s is NOT NULL and loses its default: every INSERT that leaves it out fails"
               : "%s.%s loses its default: where it is NOT NULL, every INSERT that leaves it out "
                 "fails",
        subject.table, subject.name);
    gone_add(judged, gone, subject.table, subject.name);
    if (!column)
        verdict_grade_at_most(finding, SEVERITY_NOTICE);
}

static const RuleExample SCAN_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ALTER COLUMN email SET NOT NULL;"},
    {.setup = USERS " ALTER TABLE users ADD CONSTRAINT email_is_set CHECK (email IS NOT NULL) NOT "
                    "VALID;",
     .sql = "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
     .note = "the CHECK is not validated"},
    {.sql = "ALTER TABLE never_seen ALTER COLUMN email SET NOT NULL;"},
    {0},
};
static const RuleExample SCAN_GOOD[] = {
    {.setup = USERS " ALTER TABLE users ADD CONSTRAINT email_is_set CHECK (email IS NOT NULL) NOT "
                    "VALID; ALTER TABLE users VALIDATE CONSTRAINT email_is_set;",
     .sql = "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
     .note = "proven by a validated CHECK"},
    {.setup = USERS, .sql = "ALTER TABLE users ALTER COLUMN level SET NOT NULL;"},
    {.sql = "CREATE TABLE fresh (id bigint);\nALTER TABLE fresh ALTER COLUMN id SET NOT NULL;"},
    {0},
};

static const RuleExample NATIVE_BAD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD CONSTRAINT email_is_set CHECK (email IS NOT NULL) NOT VALID;",
     .pg_from = 18},
    {0},
};
static const RuleExample NATIVE_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD CONSTRAINT email_is_set NOT NULL email NOT VALID;",
     .allows = "validate-never",
     .pg_from = 18},
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD CONSTRAINT email_is_set CHECK (email IS NOT NULL) NOT VALID;",
     .note = "17 and before know no other way",
     .allows = "validate-never"},
    {0},
};

static const RuleExample NULL_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ALTER COLUMN level DROP NOT NULL;"},
    {0},
};
static const RuleExample NULL_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ALTER COLUMN email DROP NOT NULL;",
     .note = "it may be NULL already"},
    {0},
};

static const RuleExample DEFAULT_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ALTER COLUMN level SET DEFAULT 1;"},
    {0},
};
static const RuleExample DEFAULT_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN token uuid;\n"
            "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();"},
    {0},
};

static const RuleExample DROP_DEFAULT_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ALTER COLUMN level DROP DEFAULT;"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'a';\n"
            "ALTER TABLE users ALTER COLUMN kind DROP DEFAULT;",
     .note = "running code does not know the column"},
    {0},
};
static const RuleExample DROP_DEFAULT_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ALTER COLUMN level DROP DEFAULT;\n"
            "ALTER TABLE users ALTER COLUMN level SET DEFAULT 2;",
     .note = "the same transaction gives it another",
     .allows = "set-default-partial-writes"},
    {.setup = USERS " ALTER TABLE users ALTER COLUMN email SET DEFAULT '';",
     .sql = "ALTER TABLE users ALTER COLUMN email DROP DEFAULT;",
     .note = "it may be NULL"},
    {0},
};

#define NOT_NULL_STEPS                                                                             \
    "ALTER TABLE users ADD CONSTRAINT users_email_is_not_null CHECK (email IS NOT NULL) NOT "      \
    "VALID;\n"                                                                                     \
    "-- in a later transaction:\n"                                                                 \
    "ALTER TABLE users VALIDATE CONSTRAINT users_email_is_not_null;\n"                             \
    "-- and in one more:\n"                                                                        \
    "ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n"                                         \
    "ALTER TABLE users DROP CONSTRAINT users_email_is_not_null;"

const Rule RULES_COLUMN_NULL[] = {
    {
        .id = "set-not-null-scan",
        .severity = SEVERITY_ERROR,
        .risk = RISK_SCAN,
        .summary = "SET NOT NULL reads the whole table",
        .why = "Every row is looked at under ACCESS EXCLUSIVE, and one that is NULL makes it fail. "
               "From PostgreSQL 12 on a validated CHECK (column IS NOT NULL) is proof enough, and "
               "nothing is read.",
        .instead = "add the CHECK as NOT VALID, validate it in a later transaction, then SET NOT "
                   "NULL and drop the CHECK; on 18 a NOT NULL constraint itself can be NOT VALID",
        .instead_sql = NOT_NULL_STEPS,
        .aliases = "squawk:adding-not-nullable-field eugene:E2 "
                   "strong_migrations:change_column_null atlas:MF104 atlas:PG303",
        .on = "AT_SetNotNull AT_AddConstraint",
        .check = check_set_not_null,
        .bad = SCAN_BAD,
        .good = SCAN_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_scanned = true},
    },
    {
        .id = "set-not-null-native",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .pg_from = 18,
        .summary = "since PostgreSQL 18 NOT NULL can be NOT VALID without a CHECK",
        .why = "PostgreSQL 18 keeps NOT NULL as a constraint with a name: it can be added as NOT "
               "VALID and validated later under SHARE UPDATE EXCLUSIVE. The CHECK, SET NOT NULL "
               "and the dropping of the CHECK are not needed any more.",
        .instead = "add NOT NULL itself as NOT VALID and validate it in a later transaction",
        .instead_sql = "ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT "
                       "VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;",
        .on = "AT_AddConstraint",
        .check = check_native,
        .bad = NATIVE_BAD,
        .good = NATIVE_GOOD,
    },
    {
        .id = "drop-not-null",
        .severity = SEVERITY_WARNING,
        .risk = RISK_COMPATIBILITY,
        .summary = "readers may meet a NULL that they do not expect",
        .why = "Code that reads the column was written for a value in every row. The first NULL "
               "that anybody writes breaks it, far from this migration.",
        .instead = "deploy readers that stand a NULL first, then drop NOT NULL",
        .aliases = "squawk:ban-drop-not-null",
        .on = "AT_DropNotNull",
        .check = check_drop_not_null,
        .bad = NULL_BAD,
        .good = NULL_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "set-default-partial-writes",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_COMPATIBILITY,
        .summary = "a new default does not reach writers that name every column",
        .why = "A default counts where an INSERT leaves the column out. Object mappers often write "
               "every column, with the default that they read when they started, so old and new "
               "values come in side by side until the last process is restarted.",
        .instead = "deploy code that writes the new value itself, then change the default",
        .aliases = "strong_migrations:change_column_default",
        .on = "AT_ColumnDefault",
        .check = check_set_default,
        .bad = DEFAULT_BAD,
        .good = DEFAULT_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-default-not-null",
        .severity = SEVERITY_WARNING,
        .risk = RISK_COMPATIBILITY,
        .summary = "a required column without a default breaks INSERTs that leave it out",
        .why = "Running code that does not know the column, or relies on its default, fails with "
               "every INSERT (23502) from the moment the default is gone.",
        .instead = "keep the default until all code that runs writes the column",
        .aliases = "strong_migrations:change_column_default",
        .on = "AT_ColumnDefault",
        .check = check_drop_default,
        .bad = DROP_DEFAULT_BAD,
        .good = DROP_DEFAULT_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
