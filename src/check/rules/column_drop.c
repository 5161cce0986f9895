// DROP COLUMN and RENAME COLUMN: values that are gone, names that running code still uses.
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "sql/quote.h"

#include <string.h>

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, team bigint, name text, email text); "             \
    "INSERT INTO users SELECT g, g, g, 'b' FROM generate_series(1, 50) g;"

static bool is_cascade(const Judged *judged)
{
    return node_text_is(judged->command, "behavior", "DROP_CASCADE");
}

// Of a column that holds values, or may: not one that this transaction made, nor one that is known
// to be absent.
static bool dropped(const Judged *judged, ColumnSubject *ret_subject)
{
    if (!column_subject(judged, ret_subject))
        return false;
    const Column *column = ret_subject->column;
    if (!column)
        return !ret_subject->is_known || !node_flag(judged->command, "missing_ok");
    return column->made.transaction != judged->transaction->number;
}

static void check_drop(const Judged *judged)
{
    ColumnSubject subject;
    if (!dropped(judged, &subject))
        return;
    bool is_computed = subject.column && subject.column->generated;
    Finding *finding = subject_report(
        &subject, NULL,
        is_computed ? "dropping %s.%s breaks running code that reads it"
                    : "dropping %s.%s loses its values, and breaks running code that "
                      "reads or writes it",
        subject.table, subject.name);
    if (is_computed)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
}

static const char *with_comma(Arena *arena, const char *list, const char *more)
{
    return arena_printf(arena, "%s%s%s", list, *list ? ", " : "", more);
}

static bool references_column(const Constraint *constraint, const ColumnSubject *subject)
{
    const Relation *relation = subject->relation;
    if (constraint->kind != CONSTRAINT_FOREIGN || !constraint->references ||
        strcmp(constraint->references, relation->name) != 0)
        return false;
    if (constraint->references_schema && *constraint->references_schema &&
        strcmp(constraint->references_schema, relation->schema) != 0)
        return false;
    if (constraint->referenced_columns.len)
        return words_have(&constraint->referenced_columns, subject->name);
    const Constraint *primary = relation_primary_key(relation);
    return primary && words_have(&primary->columns, subject->name);
}

// What CASCADE takes along, as far as it was seen.
typedef struct Taken {
    const char *list; // "view people, foreign key a_b_fkey of b"
    const char *sql;  // a DROP for each
} Taken;

static void take(Taken *taken, Arena *arena, const char *thing, const char *sql)
{
    taken->list = with_comma(arena, taken->list, thing);
    taken->sql = arena_printf(arena, "%s%s;\n", taken->sql, sql);
}

static Taken taken_along(const ColumnSubject *subject)
{
    Arena *arena = subject->judged->scratch;
    Taken taken = {"", ""};
    if (!subject->column)
        return taken;
    ColumnReaders readers = {0};
    column_readers(subject, subject->column, &readers);
    VEC_EACH (const ColumnReader, reader, &readers)
        take(&taken, arena,
             arena_printf(arena, "view %s.%s", reader->view->schema, reader->view->name),
             arena_printf(arena, "DROP %sVIEW %s",
                          reader->view->kind == RELATION_VIEW ? "" : "MATERIALIZED ",
                          sql_relation(arena, reader->view)));
    for (size_t i = 0; i < subject->relation->referrers.len; i++) {
        const Relation *referrer = subject->relation->referrers.items[i];
        VEC_EACH (const Constraint, constraint, &referrer->constraints)
            if (references_column(constraint, subject))
                take(&taken, arena,
                     arena_printf(arena, "foreign key %s of %s.%s", constraint->name,
                                  referrer->schema, referrer->name),
                     arena_printf(arena, "ALTER TABLE %s DROP CONSTRAINT %s",
                                  sql_relation(arena, referrer),
                                  quote_name(arena, constraint->name)));
    }
    return taken;
}

static void check_cascade(const Judged *judged)
{
    ColumnSubject subject;
    if (!is_cascade(judged) || !dropped(judged, &subject))
        return;
    Taken taken = taken_along(&subject);
    Finding *finding =
        subject_report(&subject, NULL,
                       *taken.list ? "dropping %s.%s with CASCADE takes along %s"
                                   : "dropping %s.%s with CASCADE takes along whatever needs it%s",
                       subject.table, subject.name, taken.list);
    finding->instead = judged_printf(judged, "%sALTER TABLE %s DROP COLUMN %s;", taken.sql,
                                     subject.sql_table, subject.sql_name);
}

static const char *column_list(Arena *arena, const Words *columns)
{
    const char *list = "";
    for (size_t i = 0; i < columns->len; i++)
        list = with_comma(arena, list, *columns->items[i] ? columns->items[i] : "an expression");
    return list;
}

static bool is_of_primary(const Relation *relation, const Index *index)
{
    const Constraint *constraint =
        index->constraint ? relation_constraint(relation, index->constraint) : NULL;
    return constraint && constraint->kind == CONSTRAINT_PRIMARY;
}

// An index over this column alone is gone with good reason, unless it is the primary key.
static void check_indexed(const Judged *judged)
{
    ColumnSubject subject;
    if (!dropped(judged, &subject) || !subject.relation)
        return;
    VEC_EACH (const Index, index, &subject.relation->indexes) {
        bool is_primary = is_of_primary(subject.relation, index);
        if (!words_have(&index->columns, subject.name) || (index->columns.len < 2 && !is_primary))
            continue;
        const char *kind = is_primary ? "primary key" : index->is_unique ? "unique index" : "index";
        Finding *finding = subject_report(
            &subject, NULL, "dropping %s.%s drops %s %s (%s) as well%s", subject.table,
            subject.name, kind, index->name, column_list(judged->scratch, &index->columns),
            index->is_unique ? ": nothing keeps the rest unique any more" : "");
        if (!index->is_unique)
            verdict_grade_at_most(finding, SEVERITY_WARNING);
        const char *rest = "";
        for (size_t i = 0; i < index->columns.len; i++)
            if (strcmp(index->columns.items[i], subject.name) != 0)
                rest = with_comma(judged->scratch, rest,
                                  quote_name(judged->scratch, index->columns.items[i]));
        if (*rest && !index->has_expression && !index->is_partial)
            finding->instead =
                judged_printf(judged,
                              "-- outside of a transaction, before the column is dropped:\n"
                              "CREATE %sINDEX CONCURRENTLY ON %s (%s);",
                              index->is_unique ? "UNIQUE " : "", subject.sql_table, rest);
    }
}

static const RuleExample DROP_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users DROP COLUMN email;"},
    {.sql = "ALTER TABLE never_seen DROP COLUMN IF EXISTS email;"},
    {0},
};
static const RuleExample DROP_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN draft text;\nALTER TABLE users DROP COLUMN draft;",
     .note = "made by the same transaction"},
    {.setup = USERS,
     .sql = "ALTER TABLE users DROP COLUMN IF EXISTS phone;",
     .note = "there is none"},
    {.sql = "CREATE TABLE fresh (id bigint, a int);\nALTER TABLE fresh DROP COLUMN a;"},
    {0},
};

static const RuleExample CASCADE_BAD[] = {
    {.setup = USERS " CREATE VIEW mails AS SELECT id, email FROM users;",
     .sql = "ALTER TABLE users DROP COLUMN email CASCADE;"},
    {0},
};
static const RuleExample CASCADE_GOOD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users DROP COLUMN email;", .allows = "drop-column"},
    {0},
};

static const RuleExample INDEXED_BAD[] = {
    {.setup = USERS " CREATE UNIQUE INDEX users_team_name ON users (team, name);",
     .sql = "ALTER TABLE users DROP COLUMN team;"},
    {.setup = USERS, .sql = "ALTER TABLE users DROP COLUMN id;", .note = "the primary key"},
    {0},
};
static const RuleExample INDEXED_GOOD[] = {
    {.setup = USERS " CREATE INDEX users_email ON users (email);",
     .sql = "ALTER TABLE users DROP COLUMN email;",
     .allows = "drop-column"},
    {0},
};

const Rule RULES_COLUMN_DROP[] = {
    {
        .id = "drop-column",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "a column's values are gone, and code that uses it breaks",
        .why = "The values cannot be had back but from a backup. Code that runs still names the "
               "column in its statements, or has its list of columns cached, and fails from the "
               "moment it is gone. The drop itself is short, under ACCESS EXCLUSIVE.",
        .instead = "deploy code that neither reads nor writes it, keep its values elsewhere where "
                   "they may be needed, and drop it in a later release",
        .instead_sql = "CREATE TABLE users_email_kept AS SELECT id, email FROM users;\n"
                       "-- in a later release, when no code uses it:\n"
                       "ALTER TABLE users DROP COLUMN email;",
        .aliases = "squawk:ban-drop-column strong_migrations:remove_column atlas:DS103",
        .on = "AT_DropColumn",
        .check = check_drop,
        .bad = DROP_BAD,
        .good = DROP_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-column-cascade",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "CASCADE takes along what nobody named",
        .why = "Views, foreign keys of other tables, policies, triggers and generated columns that "
               "use the column are dropped with it. The statement names none of them, and what "
               "they are may differ from one database to the next.",
        .instead = "drop each of them by name, then the column without CASCADE",
        .instead_sql = "DROP VIEW mails;\n"
                       "ALTER TABLE users DROP COLUMN email;",
        .aliases = "squawk:ban-drop-column",
        .on = "AT_DropColumn",
        .check = check_cascade,
        .bad = CASCADE_BAD,
        .good = CASCADE_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-column-indexed-unique",
        .severity = SEVERITY_ERROR,
        .risk = RISK_INTEGRITY,
        .summary = "indexes over several columns go with any of them",
        .why = "PostgreSQL drops every index and every constraint that has the column in it, and "
               "says nothing. Uniqueness of the other columns is gone, ON CONFLICT on them fails, "
               "and queries lose the index.",
        .instead = "build an index over the other columns first, CONCURRENTLY",
        .instead_sql = "CREATE UNIQUE INDEX CONCURRENTLY users_name_key ON users (name);\n"
                       "ALTER TABLE users DROP COLUMN team;",
        .on = "AT_DropColumn",
        .check = check_indexed,
        .bad = INDEXED_BAD,
        .good = INDEXED_GOOD,
        .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
    },
    {0},
};
