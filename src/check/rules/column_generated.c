// Columns that fill themselves: generated ones and identities.
#include "check/rules/column_subject.h"
#include "check/rules/families.h"

#include <string.h>

#define PRICES                                                                                     \
    "CREATE TABLE prices (id bigint PRIMARY KEY, net int, gross int GENERATED ALWAYS AS (net * "   \
    "2) STORED); INSERT INTO prices (id, net) SELECT g, g FROM generate_series(1, 50) g;"
#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, name text); "                                      \
    "INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"

enum {
    CHANGE_EXPRESSION,
    DROP_EXPRESSION,
    ADD_IDENTITY,
};

static void check_set_expression(const Judged *judged)
{
    ColumnSubject subject;
    if (!column_subject(judged, &subject) || (subject.column && subject.column->generated == 'v'))
        return;
    bool is_sure = subject.column && subject.column->generated == 's';
    Finding *finding = subject_report(
        &subject, NULL,
        is_sure ? "a new expression for %s.%s rewrites %s and its indexes under ACCESS EXCLUSIVE"
                : "a new expression for %s.%s rewrites %s and its indexes under ACCESS EXCLUSIVE, "
                  "where the column is stored",
        subject.table, subject.name, subject.table);
    if (!is_sure)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
}

static void check_drop_expression(const Judged *judged)
{
    ColumnSubject subject;
    if (!column_subject(judged, &subject))
        return;
    subject_report(&subject, NULL,
                   "%s.%s keeps its values and is not computed any more: INSERTs of running code "
                   "leave it NULL, and updates leave it as it is",
                   subject.table, subject.name);
}

// An identity whose numbers may begin below those that are there.
typedef struct Unset {
    const char *relation;
    const char *table;
    const char *column;
    Position position;
    int transaction;
} Unset;

typedef struct Unsets {
    VEC(Unset) items;
} Unsets;

static Unsets *memory(struct Lint *lint)
{
    return judged_memory(lint, &RULES_COLUMN_GENERATED[ADD_IDENTITY], sizeof(Unsets));
}

static bool sets_start(const Node *options)
{
    NODE_EACH(option, options)
    if ((node_text_is(option, "defname", "start") || node_text_is(option, "defname", "restart")) &&
        node_has(option, "arg"))
        return true;
    return false;
}

static void remember_identity(const Judged *judged)
{
    ColumnSubject subject;
    if (sets_start(node_field(judged->command, "def.options")) || !column_subject(judged, &subject))
        return;
    // Without rows of its own before: made with this transaction's columns.
    if (subject.column && subject.column->made.transaction == judged->transaction->number)
        return;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &memory(judged->lint)->items) = (Unset){
        .relation = arena_strdup(arena, subject.full),
        .table = arena_strdup(arena, subject.table),
        .column = arena_strdup(arena, subject.name),
        .position = parsed_position(judged->parsed, judged->command),
        .transaction = judged->transaction->number,
    };
}

static void forget(const Judged *judged, const char *relation, const char *column)
{
    VEC_EACH (Unset, unset, &memory(judged->lint)->items)
        if (unset->transaction == judged->transaction->number &&
            (!relation || strcmp(unset->relation, relation) == 0) &&
            (!column || strcmp(unset->column, column) == 0))
            unset->transaction = 0;
}

static bool calls_setval(const Node *select)
{
    NODE_WALK(node, select)
    if (node_is(node, "FuncCall") &&
        strcmp(node_last_text(node_field(node, "funcname")), "setval") == 0)
        return true;
    return false;
}

static void check_add_identity(const Judged *judged)
{
    if (judged->command && node_text_is(judged->command, "subtype", "AT_AddIdentity"))
        remember_identity(judged);
    else if (!memory(judged->lint)->items.len)
        return;
    else if (judged->command && sets_start(node_field(judged->command, "def")))
        forget(judged, judged_name(judged, node_field(judged->node, "relation")),
               node_text(judged->command, "name"));
    else if ((strcmp(judged->kind, "AlterSeqStmt") == 0 &&
              sets_start(node_field(judged->node, "options"))) ||
             (strcmp(judged->kind, "SelectStmt") == 0 && calls_setval(judged->node)))
        forget(judged, NULL, NULL);
}

static void end_add_identity(const JudgedFile *file)
{
    Unsets *unsets = memory(file->lint);
    VEC_EACH (const Unset, unset, &unsets->items)
        if (unset->transaction)
            judged_report_file(file, unset->position, unset->relation,
                               "the identity of %s.%s begins at 1: the next INSERT collides with "
                               "the rows that are there",
                               unset->table, unset->column);
    unsets->items.len = 0;
}

static const RuleExample SET_BAD[] = {
    {.setup = PRICES,
     .sql = "ALTER TABLE prices ALTER COLUMN gross SET EXPRESSION AS (net * 3);",
     .pg_from = 17},
    {0},
};
static const RuleExample SET_GOOD[] = {
    {.setup = "CREATE TABLE prices (net int, gross int GENERATED ALWAYS AS (net * 2) VIRTUAL);",
     .sql = "ALTER TABLE prices ALTER COLUMN gross SET EXPRESSION AS (net * 3);",
     .note = "a virtual column is computed when it is read",
     .pg_from = 18},
    {0},
};

static const RuleExample DROP_BAD[] = {
    {.setup = PRICES, .sql = "ALTER TABLE prices ALTER COLUMN gross DROP EXPRESSION;"},
    {0},
};
static const RuleExample DROP_GOOD[] = {
    {.sql = "CREATE TABLE fresh (a int, b int GENERATED ALWAYS AS (a) STORED);\n"
            "ALTER TABLE fresh ALTER COLUMN b DROP EXPRESSION;"},
    {0},
};

static const RuleExample IDENTITY_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;"},
    {0},
};
static const RuleExample IDENTITY_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH "
            "1000);"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;\n"
            "SELECT setval(pg_get_serial_sequence('users', 'id'), max(id)) FROM users;"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;\n"
            "ALTER TABLE users ALTER COLUMN id RESTART WITH 1000;"},
    {0},
};

const Rule RULES_COLUMN_GENERATED[] = {
    [CHANGE_EXPRESSION] =
        {
            .id = "change-generated-expression",
            .severity = SEVERITY_ERROR,
            .risk = RISK_REWRITE,
            .pg_from = 17,
            .summary = "a new expression of a stored column rewrites the table",
            .why = "The value is computed and stored anew for each row: the table and all its "
                   "indexes are written anew under ACCESS EXCLUSIVE.",
            .instead = "add a new column, fill it in batches, and let code move over to it",
            .on = "AT_SetExpression",
            .check = check_set_expression,
            .bad = SET_BAD,
            .good = SET_GOOD,
            .claim = {"public.prices", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
        },
    [DROP_EXPRESSION] =
        {
            .id = "drop-generated-expression",
            .severity = SEVERITY_WARNING,
            .risk = RISK_COMPATIBILITY,
            .summary = "a generated column becomes one that code has to fill",
            .why = "The values stay as they are. From then on nobody computes the column: rows "
                   "that running code inserts have none, and those that it updates keep an old "
                   "one, without an error.",
            .instead = "let a trigger fill it in the same transaction, until all code does",
            .on = "AT_DropExpression",
            .check = check_drop_expression,
            .bad = DROP_BAD,
            .good = DROP_GOOD,
            .claim = {"public.prices", LOCK_ACCESS_EXCLUSIVE},
        },
    [ADD_IDENTITY] =
        {
            .id = "add-identity-existing-column",
            .severity = SEVERITY_ERROR,
            .risk = RISK_FAILURE,
            .summary = "an identity on a filled column begins at 1",
            .why = "The new sequence knows nothing of the rows that are there. The next INSERT "
                   "takes 1 and collides (23505), or, without a unique index, gives a second row "
                   "the same number. The column must be NOT NULL before.",
            .instead = "say where it begins, above the highest number, in the same transaction",
            .instead_sql = "ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;\n"
                           "SELECT setval(pg_get_serial_sequence('users', 'id'), max(id)) FROM "
                           "users;",
            .on = "AT_AddIdentity AT_SetIdentity AlterSeqStmt SelectStmt",
            .check = check_add_identity,
            .file_end = end_add_identity,
            .bad = IDENTITY_BAD,
            .good = IDENTITY_GOOD,
            .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
        },
    {0},
};
