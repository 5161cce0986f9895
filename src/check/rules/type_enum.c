// Labels of enums: when a new one may be used, and who still writes an old one.
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "sql/quote.h"

#include <string.h>

// enum-add-value-transaction

typedef struct NewLabel {
    const char *type;
    const char *label;
    bool is_new_type; // of a type of the same transaction: may be used from 17 on
} NewLabel;

// Labels that the current transaction added.
typedef struct NewLabels {
    int transaction;
    VEC(NewLabel) items;
} NewLabels;

static void remember_label(const Judged *judged, NewLabels *labels)
{
    const Node *names = node_field(judged->node, "typeName");
    const Type *type = object_type(judged, names);
    bool is_new = type && type->made.transaction == judged->transaction->number;
    if (is_new && judged->pg_from >= 17)
        return;
    if (labels->transaction != judged->transaction->number)
        labels->items.len = 0;
    labels->transaction = judged->transaction->number;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &labels->items) = (NewLabel){
        .type = arena_strdup(arena, node_last_text(names)),
        .label = arena_strdup(arena, node_text(judged->node, "newVal")),
        .is_new_type = is_new,
    };
}

static bool has_column_of(const Relation *relation, const char *type)
{
    VEC_EACH (const Column, column, &relation->columns)
        if (strcmp(column->type.name, type) == 0)
            return true;
    return false;
}

// The statement can mean the enum: by a cast or a column definition, or because a table that it
// names has such a column, or is not known.
static bool touches_type(const Judged *judged, const char *type)
{
    NODE_WALK(node, judged->node)
    {
        if (node_has(node, "names") && node_has(node, "typemod") &&
            strcmp(node_last_text(node_field(node, "names")), type) == 0)
            return true;
        if (!node_has(node, "relname"))
            continue;
        const Relation *relation = judged_relation(judged, node);
        if (!relation || relation->is_only_altered || has_column_of(relation, type))
            return true;
    }
    return false;
}

static void check_label_use(const Judged *judged)
{
    NewLabels *labels = judged_memory(judged->lint, &RULES_TYPE_ENUM[0], sizeof *labels);
    if (node_is(judged->node, "AlterEnumStmt") && node_has(judged->node, "newVal") &&
        !node_has(judged->node, "oldVal")) {
        if (judged->transaction->is_block)
            remember_label(judged, labels);
        return;
    }
    if (!labels->items.len || labels->transaction != judged->transaction->number)
        return;
    NODE_WALK(node, judged->node)
    {
        if (!node_is(node, "A_Const") || !node_has(node, "sval"))
            continue;
        VEC_EACH (const NewLabel, added, &labels->items) {
            if (!node_text_is(node, "sval.sval", added->label) ||
                !touches_type(judged, added->type))
                continue;
            Finding *finding = judged_report(
                judged, node, added->type,
                "uses label '%s', which this transaction added to %s: it fails with \"unsafe use "
                "of new value\" (55P04)",
                added->label, added->type);
            finding->safe_from = added->is_new_type ? 17 : 0;
            finding->instead =
                judged_printf(judged,
                              "-- a file of its own, that commits before the label is used:\n"
                              "ALTER TYPE %s ADD VALUE IF NOT EXISTS '%s';",
                              quote_name(judged->scratch, added->type), added->label);
            return;
        }
    }
}

#define MOODS                                                                                      \
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"                                                      \
    "CREATE TABLE people (id bigint PRIMARY KEY, mood mood);"
static const RuleExample ADD_VALUE_BAD[] = {
    {.setup = MOODS,
     .sql = "ALTER TYPE mood ADD VALUE 'happy'; INSERT INTO people VALUES (1, 'happy');"},
    {.setup = MOODS,
     .sql = "ALTER TYPE mood ADD VALUE 'happy';"
            "ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'happy';"},
    {.sql = "CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood ADD VALUE 'happy';"
            "CREATE TABLE moods (mood mood DEFAULT 'happy');",
     .note = "before 17 even where the type is of the same transaction",
     .pg_to = 16},
    {0},
};
static const RuleExample ADD_VALUE_GOOD[] = {
    {.setup = MOODS, .sql = "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'ok';"},
    {.setup = "CREATE TABLE people (id bigint PRIMARY KEY, name text);",
     .sql = "CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood ADD VALUE 'happy';"
            "CREATE TABLE moods (mood mood DEFAULT 'happy');",
     .note = "the type is of the same transaction",
     .pg_from = 17},
    {.setup = MOODS "ALTER TYPE mood ADD VALUE 'happy';",
     .sql = "INSERT INTO people VALUES (1, 'happy');",
     .note = "added by an earlier file"},
    {0},
};

// enum-rename-value

static void check_rename_value(const Judged *judged)
{
    const Node *names = node_field(judged->node, "typeName");
    const Type *type = object_type(judged, names);
    if (!node_has(judged->node, "oldVal") || (type && made_is_ours(judged, &type->made)))
        return;
    const char *name = node_dotted(judged->scratch, names);
    const char *old = node_text(judged->node, "oldVal");
    const char *new = node_text(judged->node, "newVal");
    Finding *finding =
        judged_report(judged, NULL, name,
                      "renames label '%s' of %s to '%s': code that runs now writes '%s' and fails",
                      old, name, new, old);
    finding->instead = judged_printf(judged,
                                     "ALTER TYPE %s ADD VALUE '%s';\n"
                                     "-- then write '%s', change the rows in batches, and leave "
                                     "'%s' unused",
                                     name, new, new, old);
}

static const RuleExample RENAME_VALUE_BAD[] = {
    {.setup = MOODS, .sql = "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';"},
    {0},
};
static const RuleExample RENAME_VALUE_GOOD[] = {
    {.setup = MOODS, .sql = "ALTER TYPE mood ADD VALUE 'fine';"},
    {.sql = "CREATE TYPE mood AS ENUM ('ok'); ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';",
     .note = "made in the same file"},
    {0},
};

// enum-create

static void check_enum_create(const Judged *judged)
{
    const char *name = node_dotted(judged->scratch, node_field(judged->node, "typeName"));
    judged_report(judged, NULL, name, "labels of enum %s can be added and renamed, never removed",
                  name);
}

static const RuleExample ENUM_CREATE_BAD[] = {
    {.sql = "CREATE TYPE mood AS ENUM ('sad', 'ok');"},
    {0},
};
static const RuleExample ENUM_CREATE_GOOD[] = {
    {.sql =
         "CREATE TABLE moods (name text PRIMARY KEY); INSERT INTO moods VALUES ('sad'), ('ok');"},
    {.sql = "CREATE TABLE people (mood text CHECK (mood IN ('sad', 'ok')));"},
    {.sql = "CREATE TYPE address AS (street text, town text);", .note = "a composite type"},
    {0},
};

const Rule RULES_TYPE_ENUM[] = {
    {
        .id = "enum-add-value-transaction",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "a new enum label is used before it is committed",
        .why = "ALTER TYPE ... ADD VALUE runs in a transaction, but the label cannot be used until "
               "that transaction has committed: as a value, in a default, a CHECK or a view the "
               "statement fails with 55P04. From 17 on labels of a type that the same "
               "transaction made can be used at once.",
        .instead = "put ADD VALUE into a file of its own before the one that uses it",
        .instead_sql = "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy';",
        .on = "*",
        .check = check_label_use,
        .bad = ADD_VALUE_BAD,
        .good = ADD_VALUE_GOOD,
        .claim = {.sqlstate = "55P04"},
    },
    {
        .id = "enum-rename-value",
        .severity = SEVERITY_WARNING,
        .risk = RISK_COMPATIBILITY,
        .summary = "an enum label is renamed under running code",
        .why =
            "Rows show the new label at once, and every insert or comparison with the old one is "
            "an error (22P02), not an empty result. Processes of the version before the deploy "
            "break, and so does a rollback of the code.",
        .instead = "add the new label, write it, change the rows in batches, leave the old label",
        .instead_sql = "ALTER TYPE mood ADD VALUE 'fine';",
        .on = "AlterEnumStmt",
        .check = check_rename_value,
        .bad = RENAME_VALUE_BAD,
        .good = RENAME_VALUE_GOOD,
    },
    {
        .id = "enum-create",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .is_optional = true,
        .summary = "an enum's labels can never be removed",
        .why = "A label stays for ever; taking one away means a new type and a rewrite of every "
               "column that uses it. The order of labels is that of ORDER BY and cannot be "
               "changed either. A lookup table or a CHECK on text changes without a rewrite.",
        .instead = "a lookup table with a foreign key, or text with a CHECK",
        .instead_sql = "CREATE TABLE moods (name text PRIMARY KEY);",
        .aliases = "eugene:W13",
        .on = "CreateEnumStmt",
        .check = check_enum_create,
        .bad = ENUM_CREATE_BAD,
        .good = ENUM_CREATE_GOOD,
    },
    {0},
};
