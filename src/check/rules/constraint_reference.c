// Foreign keys as they live on: without an index, with ON DELETE CASCADE.
#include "check/rules/families.h"
#include "check/rules/foreign_key.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

// fk-without-index

// An index that was made before the chain's first file would not be known: only where the table or
// the columns are of the chain is its absence a fact.
static bool is_certain(const Relation *relation, const Words *columns)
{
    if (verdict_is_whole(relation))
        return true;
    VEC_EACH (const char *, name, columns) {
        const Column *column = relation_column(relation, *name);
        if (!column || !column->made.transaction)
            return false;
    }
    return columns->len > 0;
}

// Both tables are made together: nothing is in them, and maybe never much will be.
static bool is_all_new(const JudgedChain *chain, const Relation *child, const Constraint *key)
{
    const Relation *parent = model_relation(chain->model, key->references_schema, key->references);
    return parent && verdict_is_whole(parent) && verdict_is_whole(child) &&
           parent->made.file == key->made.file && child->made.file == key->made.file;
}

static void report_without_index(const JudgedChain *chain, const Relation *child,
                                 const Constraint *key)
{
    Arena *arena = chain->scratch;
    const char *full = arena_printf(arena, "%s.%s", child->schema, child->name);
    const char *columns = proposal_spoken(arena, &key->columns);
    Finding *finding =
        judged_report_made(chain, &key->made, full,
                           "no index of %s begins with %s: each DELETE in %s%s%s, and each UPDATE "
                           "of its key, reads all of %s for foreign key %s",
                           full, columns, key->references_schema ? key->references_schema : "",
                           key->references_schema && *key->references_schema ? "." : "",
                           key->references, full, key->name);
    const char *index = proposal_made_name(arena, child->name, &key->columns, "idx");
    finding->instead = judged_keep(
        chain->lint,
        arena_printf(arena, "CREATE INDEX %s%s ON %s (%s);",
                     child->kind == RELATION_PARTITIONED ? "" : "CONCURRENTLY ",
                     quote_name(arena, index), quote_qualified(arena, child->schema, child->name),
                     proposal_words(arena, &key->columns)));
    if (is_all_new(chain, child, key))
        verdict_grade(finding, SEVERITY_NOTICE);
}

static void end_without_index(const JudgedChain *chain)
{
    VEC_EACH (Relation *, relation, &chain->model->relations)
        VEC_EACH (const Constraint, key, &(*relation)->constraints)
            if (key->kind == CONSTRAINT_FOREIGN && key->is_enforced && key->made.transaction &&
                !key->is_inherited && key->columns.len && is_certain(*relation, &key->columns) &&
                !relation_index_on(*relation, &key->columns))
                report_without_index(chain, *relation, key);
}

static const RuleExample WITHOUT_INDEX_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint, kind text);\n"
              "CREATE INDEX notes_kind_idx ON notes (kind, user_id);",
     .sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .note = "an index that begins with another column does not help"},
    {0},
};
static const RuleExample WITHOUT_INDEX_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));\n"
            "CREATE INDEX notes_user_id_idx ON notes (user_id);",
     .note = "made later in the same file"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "CREATE TABLE notes (\n"
            "    user_id bigint REFERENCES users (id),\n"
            "    number int,\n"
            "    PRIMARY KEY (user_id, number)\n"
            ");",
     .note = "the primary key begins with it"},
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);",
     .sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users NOT VALID;",
     .note = "a table that the files do not make may have the index"},
    {0},
};

// fk-cascade-large

static const char *action_words(const Node *constraint)
{
    const char *action = node_text(constraint, "fk_del_action");
    if (!strcmp(action, "c"))
        return "ON DELETE CASCADE";
    if (!strcmp(action, "n"))
        return "ON DELETE SET NULL";
    return strcmp(action, "d") == 0 ? "ON DELETE SET DEFAULT" : NULL;
}

static void check_cascade(const Judged *judged)
{
    ForeignKeys keys = foreign_keys_of(judged);
    VEC_EACH (const ForeignKey, key, &keys) {
        const char *words = action_words(key->constraint);
        // Once: those who have one of them mostly have many.
        if (!words || !judged_first_in_file(judged))
            continue;
        judged_report(judged, key->constraint, key->child_name,
                      "%s: deleting one row of %s changes all rows of %s that reference it, in "
                      "one transaction",
                      words, key->parent_name, key->child_name);
    }
}

static const RuleExample CASCADE_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);",
     .sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID;"},
    {0},
};
static const RuleExample CASCADE_GOOD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
              "CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint);\n"
              "CREATE INDEX notes_user_id_idx ON notes (user_id);",
     .sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES users ON DELETE RESTRICT NOT VALID;"},
    {0},
};

const Rule RULES_CONSTRAINT_REFERENCE[] = {
    {
        .id = "fk-without-index",
        .severity = SEVERITY_WARNING,
        .risk = RISK_MAINTENANCE,
        .summary = "no index supports a foreign key",
        .why =
            "PostgreSQL makes no index for the referencing columns. When a row of the referenced "
            "table is deleted, or its key changes, the server looks for rows that reference it, "
            "and without an index reads the whole referencing table: once for each deleted row. "
            "Joins over the foreign key read it as well.",
        .instead = "make an index that begins with the referencing columns, before the foreign key",
        .instead_sql = "CREATE INDEX CONCURRENTLY notes_user_id_idx ON notes (user_id);",
        .aliases = "eugene:E15",
        .chain_end = end_without_index,
        .bad = WITHOUT_INDEX_BAD,
        .good = WITHOUT_INDEX_GOOD,
    },
    {
        .id = "fk-cascade-large",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_OPERATION,
        .summary = "one DELETE in the parent changes any number of rows in the child",
        .why = "ON DELETE CASCADE, SET NULL and SET DEFAULT work inside of the DELETE that causes "
               "them. When many rows reference the deleted one, a single statement locks and "
               "writes them all: it runs long, bloats the table and holds its locks until the end. "
               "Rows are gone that nobody named.",
        .instead = "ON DELETE RESTRICT, and delete the referencing rows in batches first",
        .instead_sql = "ALTER TABLE notes ADD CONSTRAINT notes_user_id_fkey\n"
                       "    FOREIGN KEY (user_id) REFERENCES users ON DELETE RESTRICT NOT VALID;",
        .on = "CreateStmt AT_AddConstraint AT_AddColumn",
        .check = check_cascade,
        .bad = CASCADE_BAD,
        .good = CASCADE_GOOD,
    },
    {0},
};
