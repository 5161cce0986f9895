// Columns whose type or kind makes them costly to add: generated ones, domains, json.
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "sql/lex.h"

#include <string.h>

#define USERS        "CREATE TABLE users (id bigint PRIMARY KEY, email text);"
#define USERS_FILLED USERS " INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"

// The definition of the column that is added.
static const Node *added(const Judged *judged)
{
    return node_field(judged->command, "def");
}

static bool ends_with_word(const char *text, const char *word)
{
    size_t length = strlen(text);
    size_t word_length = strlen(word);
    return length >= word_length &&
           str_eq_nocase((Str){text + length - word_length, word_length}, str_from(word));
}

// VIRTUAL where every server knows it; else a plain column that a trigger fills.
static const char *computed_or_virtual(const ColumnSubject *subject, const Node *generated)
{
    Arena *arena = subject->judged->scratch;
    const char *text = column_constraint_text(subject, generated);
    Str before = str_from(text);
    if (ends_with_word(text, "STORED"))
        before.n -= strlen("STORED");
    if (subject->judged->pg_from >= 18)
        return arena_printf(
            arena, "ALTER TABLE %s ADD COLUMN %s " STR_FMT "VIRTUAL;", subject->sql_table,
            column_text_without(subject, "CONSTR_GENERATED CONSTR_CHECK CONSTR_UNIQUE"),
            STR_ARG(before));
    ptrdiff_t open = str_find(before, STR("("));
    return sql_computed_column(
        subject, subject->sql_name,
        column_type_words(subject, node_field(subject->definition, "typeName")),
        arena_dup(arena, str_trim(str_skip(before, open > 0 ? (size_t)open : 0))), NULL);
}

static void check_stored_generated(const Judged *judged)
{
    const Node *generated = column_constraint(added(judged), "CONSTR_GENERATED");
    ColumnSubject subject;
    if (!node_text_is(generated, "generated_kind", "s") || !column_subject(judged, &subject))
        return;
    Finding *finding =
        subject_report(&subject, generated,
                       "adding %s.%s as a stored generated column rewrites %s and its indexes "
                       "under ACCESS EXCLUSIVE: it is computed for each row",
                       subject.table, subject.name, subject.table);
    finding->instead = judged_keep(judged->lint, computed_or_virtual(&subject, generated));
}

// The first with a constraint, of a domain and those that it is over. Of an array nothing is tried.
static const Type *constrained_domain(const Judged *judged, const Node *type_name)
{
    if (node_has(type_name, "arrayBounds"))
        return NULL;
    const Node *names = node_field(type_name, "names");
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    const Type *type = model_type(judged->model, schema, node_last_text(names));
    for (int depth = 0; type && type->kind == TYPE_DOMAIN && depth < 32; depth++) {
        if (type->has_constraint)
            return type;
        type = model_type(judged->model, type->base.schema, type->base.name);
    }
    return NULL;
}

// A domain's CHECK, of the column in place of VALUE.
static const char *check_of_column(const ColumnSubject *subject, const char *check)
{
    Arena *arena = subject->judged->scratch;
    const char *text = "";
    Lexer lexer = {.text = str_from(check), .is_whole = true};
    for (Token token = lex_next(&lexer); token.kind != TOKEN_END; token = lex_next(&lexer)) {
        Str piece = lex_is_word(&lexer, token, STR("VALUE")) ? str_from(subject->sql_name)
                                                             : lex_text(&lexer, token);
        text = arena_join(arena, str_from(text), piece, STR(""));
    }
    return text;
}

static void check_constrained_domain(const Judged *judged)
{
    const Node *type_name = node_field(added(judged), "typeName");
    const Type *domain = constrained_domain(judged, type_name);
    ColumnSubject subject;
    if (!domain || !column_subject(judged, &subject))
        return;
    Finding *finding = subject_report(
        &subject, type_name,
        "adding %s.%s of domain %s rewrites %s and its indexes under ACCESS EXCLUSIVE: the "
        "domain's constraints are tried on each row",
        subject.table, subject.name, domain->name, subject.table);
    const char *text =
        arena_printf(judged->scratch, "ALTER TABLE %s ADD COLUMN %s %s;", subject.sql_table,
                     subject.sql_name, column_type_text(judged->scratch, &domain->base));
    VEC_EACH (const Constraint, constraint, &domain->constraints)
        if (constraint->kind == CONSTRAINT_CHECK && constraint->text)
            text = arena_printf(judged->scratch,
                                "%s\nALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;\n"
                                "-- in a later transaction:\n"
                                "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                                text, subject.sql_table, sql_made_name(&subject, "check"),
                                check_of_column(&subject, constraint->text), subject.sql_table,
                                sql_made_name(&subject, "check"));
    finding->instead = judged_keep(judged->lint, text);
}

static void check_generated_kind(const Judged *judged)
{
    const Node *generated = column_constraint(added(judged), "CONSTR_GENERATED");
    ColumnSubject subject;
    if (!node_text_is(generated, "generated_kind", "v") || !column_subject(judged, &subject))
        return;
    const char *text = column_constraint_text(&subject, generated);
    if (ends_with_word(text, "VIRTUAL"))
        return;
    Finding *finding = subject_report(
        &subject, generated,
        "%s.%s is generated without STORED or VIRTUAL: PostgreSQL 18 makes it virtual, 17 and "
        "before refuse it",
        subject.table, subject.name);
    finding->instead =
        judged_printf(judged, "ALTER TABLE %s ADD COLUMN %s %s VIRTUAL;", subject.sql_table,
                      column_text_without(&subject, "CONSTR_GENERATED"), text);
}

static void check_json(const Judged *judged)
{
    const Node *type_name = node_field(judged->command, "def.typeName");
    ColumnSubject subject;
    if (!column_type_is(type_name, "json") || !column_subject(judged, &subject))
        return;
    Finding *finding =
        subject_report(&subject, type_name,
                       "%s.%s is json, which has no equality: SELECT DISTINCT, GROUP "
                       "BY and UNION over rows of %s fail from now on",
                       subject.table, subject.name, subject.table);
    finding->instead = judged_printf(
        judged, "ALTER TABLE %s ADD COLUMN %s jsonb%s%s;", subject.sql_table, subject.sql_name,
        column_constraint(subject.definition, "CONSTR_NOTNULL") ? " NOT NULL" : "",
        column_constraint(subject.definition, "CONSTR_DEFAULT")
            ? arena_printf(judged->scratch, " DEFAULT %s", column_default_text(&subject))
            : "");
}

static const RuleExample STORED_BAD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN mail text GENERATED ALWAYS AS (lower(email)) STORED;"},
    {0},
};
static const RuleExample STORED_GOOD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN mail text GENERATED ALWAYS AS (lower(email)) VIRTUAL;",
     .note = "computed when it is read",
     .pg_from = 18},
    {.sql = "CREATE TABLE fresh (a int);\n"
            "ALTER TABLE fresh ADD COLUMN b int GENERATED ALWAYS AS (a * 2) STORED;"},
    {0},
};

static const RuleExample DOMAIN_BAD[] = {
    {.setup = USERS_FILLED " CREATE DOMAIN score AS int CHECK (VALUE >= 0);",
     .sql = "ALTER TABLE users ADD COLUMN points score;"},
    {0},
};
static const RuleExample DOMAIN_GOOD[] = {
    {.setup = USERS_FILLED " CREATE DOMAIN label AS text;",
     .sql = "ALTER TABLE users ADD COLUMN nick label;",
     .note = "a domain without constraints"},
    {.setup = USERS_FILLED " CREATE TYPE mood AS ENUM ('sad', 'ok');",
     .sql = "ALTER TABLE users ADD COLUMN mood mood;"},
    {0},
};

static const RuleExample KIND_BAD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN mail text GENERATED ALWAYS AS (lower(email));",
     .pg_from = 18},
    {0},
};
static const RuleExample KIND_GOOD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN mail text GENERATED ALWAYS AS (lower(email)) VIRTUAL;",
     .pg_from = 18},
    {0},
};

static const RuleExample JSON_BAD[] = {
    {.setup = USERS_FILLED, .sql = "ALTER TABLE users ADD COLUMN settings json;"},
    {0},
};
static const RuleExample JSON_GOOD[] = {
    {.setup = USERS_FILLED,
     .sql = "ALTER TABLE users ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';"},
    {0},
};

const Rule RULES_COLUMN_ADD_TYPE[] = {
    {
        .id = "add-column-stored-generated",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "a stored generated column rewrites the table",
        .why = "The value is computed and stored for each row at once: the table and all its "
               "indexes are written anew under ACCESS EXCLUSIVE. A virtual column (PostgreSQL 18) "
               "is computed when it is read and costs nothing to add.",
        .instead = "on 18 a VIRTUAL column; before, a plain column that a trigger fills for new "
                   "rows and batches for the old ones",
        .instead_sql = "ALTER TABLE users ADD COLUMN mail text GENERATED ALWAYS AS (lower(email)) "
                       "VIRTUAL; -- 18",
        .aliases = "squawk:adding-field-with-default eugene:E11 "
                   "strong_migrations:add_column_generated_stored",
        .on = "AT_AddColumn",
        .check = check_stored_generated,
        .bad = STORED_BAD,
        .good = STORED_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "add-column-constrained-domain",
        .severity = SEVERITY_ERROR,
        .risk = RISK_REWRITE,
        .summary = "a column of a domain with constraints rewrites the table",
        .why = "A domain may refuse NULL, so PostgreSQL tries its constraints on each row, and "
               "does so by writing the table and all its indexes anew under ACCESS EXCLUSIVE, "
               "even where there is no default. A domain without CHECK and NOT NULL costs nothing.",
        .instead = "add a column of the domain's base type, with its CHECK as NOT VALID, and "
                   "validate it in a later transaction",
        .instead_sql = "ALTER TABLE users ADD COLUMN points int;\n"
                       "ALTER TABLE users ADD CONSTRAINT users_points_check CHECK (points >= 0) "
                       "NOT VALID;\n"
                       "-- in a later transaction:\n"
                       "ALTER TABLE users VALIDATE CONSTRAINT users_points_check;",
        .on = "AT_AddColumn",
        .check = check_constrained_domain,
        .bad = DOMAIN_BAD,
        .good = DOMAIN_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE, .is_rewritten = true},
    },
    {
        .id = "add-column-generated-kind-unsaid",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_COMPATIBILITY,
        .summary = "a generated column says neither STORED nor VIRTUAL",
        .why = "Until PostgreSQL 17 the word STORED had to stand there. From 18 on a generated "
               "column without it is VIRTUAL: it is computed at each read, and cannot be indexed.",
        .instead = "write VIRTUAL or STORED",
        .instead_sql = "ALTER TABLE users ADD COLUMN mail text GENERATED ALWAYS AS (lower(email)) "
                       "VIRTUAL;",
        .on = "AT_AddColumn",
        .check = check_generated_kind,
        .bad = KIND_BAD,
        .good = KIND_GOOD,
    },
    {
        .id = "add-column-json",
        .severity = SEVERITY_WARNING,
        .risk = RISK_COMPATIBILITY,
        .summary = "json has no equality",
        .why = "PostgreSQL cannot compare two json values. Every running SELECT DISTINCT, GROUP "
               "BY, UNION or IN over whole rows of the table fails as soon as the column is there "
               "(42883). jsonb can be compared and indexed.",
        .instead = "use jsonb",
        .instead_sql = "ALTER TABLE users ADD COLUMN settings jsonb;",
        .aliases = "eugene:E3 strong_migrations:add_column_json",
        .on = "AT_AddColumn",
        .check = check_json,
        .bad = JSON_BAD,
        .good = JSON_GOOD,
    },
    {0},
};
