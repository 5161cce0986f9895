// Columns that are cheap to add, and yet: what else is there, and what comes with it.
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "check/volatility.h"

#include <string.h>

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, email text); "                                     \
    "INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"

static bool types_equal(const ColumnType *one, const ColumnType *other)
{
    if (strcmp(one->name, other->name) != 0 || one->is_array != other->is_array ||
        one->modifier_count != other->modifier_count)
        return false;
    for (int i = 0; i < one->modifier_count && i < 2; i++)
        if (one->modifiers[i] != other->modifiers[i])
            return false;
    return !*one->schema || !*other->schema || strcmp(one->schema, other->schema) == 0;
}

static void check_drift(const Judged *judged)
{
    ColumnSubject subject;
    if (!node_flag(judged->command, "missing_ok") || !column_subject(judged, &subject) ||
        !subject.column)
        return;
    Arena *arena = judged->scratch;
    ColumnType wanted = replay_type(arena, node_field(subject.definition, "typeName"), NULL);
    const char *difference = NULL;
    if (!types_equal(&wanted, &subject.column->type))
        difference = arena_printf(arena, "as %s, and does not become %s",
                                  column_type_text(arena, &subject.column->type),
                                  column_type_text(arena, &wanted));
    else if (column_constraint(subject.definition, "CONSTR_NOTNULL") &&
             !subject.column->is_not_null && !subject.column->is_not_null_pending)
        difference = "without NOT NULL, and does not get it";
    else if (column_default(subject.definition) && !subject.column->has_default)
        difference = "without a default, and does not get one";
    if (difference)
        subject_report(&subject, subject.definition,
                       "%s.%s is there already, %s: IF NOT EXISTS "
                       "passes over it",
                       subject.table, subject.name, difference);
}

// The command of this statement that adds the column; NULL: none.
static const Node *added_here(const Judged *judged, const char *name)
{
    NODE_EACH(command, node_field(judged->node, "cmds"))
    if (node_text_is(command, "subtype", "AT_AddColumn") &&
        node_text_is(command, "def.colname", name))
        return node_field(command, "def");
    return NULL;
}

static void check_default_split(const Judged *judged)
{
    const Node *expression = node_field(judged->command, "def");
    ColumnSubject subject;
    if (!expression || !column_subject(judged, &subject))
        return;
    const Node *added = added_here(judged, subject.name);
    bool is_fresh = subject.column && subject.column->made.transaction &&
                    subject.column->made.file == judged->file->number &&
                    !subject.column->has_default && !subject.column->generated;
    if ((!added && !is_fresh) || column_default(added) ||
        volatility_counts(volatility_of(judged->model, expression)))
        return;
    const char *value = clause_text(judged, parsed_offset(judged->parsed, expression), 0);
    Arena *arena = judged->scratch;
    const char *type = added ? column_type_words(&subject, node_field(added, "typeName"))
                             : column_type_text(arena, &subject.column->type);
    Finding *finding = subject_report(
        &subject, expression,
        "%s.%s gets its default in a second step: the rows that are there stay NULL, while ADD "
        "COLUMN with the default would give it to them for nothing",
        subject.table, subject.name);
    finding->instead = judged_printf(judged, "ALTER TABLE %s ADD COLUMN %s %s DEFAULT %s;",
                                     subject.sql_table, subject.sql_name, type, value);
}

// Waiting for the lock ends by itself.
static bool is_bounded(const Judged *judged)
{
    const SettingState *timeout = &judged->session->lock_timeout;
    if (timeout->is_set && !timeout->is_useless)
        return timeout->value_ms > 0;
    return judged->assumes_timeouts;
}

static void check_fanout(const Judged *judged)
{
    const Relation *relation = judged_relation(judged, node_field(judged->node, "relation"));
    ColumnSubject subject;
    if (!relation || relation->kind != RELATION_PARTITIONED || !column_subject(judged, &subject))
        return;
    const char *partitions =
        relation->children.len
            ? arena_printf(judged->scratch, "its %zu partition%s", relation->children.len,
                           relation->children.len == 1 ? "" : "s")
            : "each of its partitions";
    Finding *finding = subject_report(
        &subject, NULL,
        "adding %s.%s takes ACCESS EXCLUSIVE on %s and %s, and keeps all of them until it commits",
        subject.table, subject.name, subject.table, partitions);
    if (is_bounded(judged))
        verdict_grade_at_most(finding, SEVERITY_NOTICE);
    finding->instead = judged_printf(judged,
                                     "SET LOCAL lock_timeout = '2s';\n"
                                     "ALTER TABLE %s ADD COLUMN %s;",
                                     subject.sql_table, column_text_without(&subject, ""));
}

static void check_column_limit(const Judged *judged)
{
    const Relation *relation = judged_relation(judged, node_field(judged->node, "relation"));
    ColumnSubject subject;
    if (!relation ||
        (int)relation->columns.len + relation->dropped_columns < RELATION_COLUMNS_MOST / 2)
        return;
    int count = (int)relation->columns.len + relation->dropped_columns;
    for (const Node *command = node_first(node_field(judged->node, "cmds")); command;
         command = node_next(command)) {
        count += node_text_is(command, "subtype", "AT_AddColumn");
        if (command == judged->command)
            break;
    }
    if (count <= RELATION_COLUMNS_MOST || !column_subject(judged, &subject))
        return;
    subject_report(&subject, subject.definition,
                   "adding %s.%s fails: %s has %zu columns and %d that were dropped, and a table "
                   "has at most %d with those",
                   subject.table, subject.name, subject.table, relation->columns.len,
                   relation->dropped_columns, RELATION_COLUMNS_MOST);
}

static void check_discriminator(const Judged *judged)
{
    const Node *definition = node_field(judged->command, "def");
    if (!node_text_is(definition, "colname", "type") || !column_default(definition))
        return;
    const Node *type_name = node_field(definition, "typeName");
    ColumnSubject subject;
    if ((!column_type_is(type_name, "text") && !column_type_is(type_name, "varchar")) ||
        !column_subject(judged, &subject))
        return;
    subject_report(&subject, definition,
                   "%s.type with a default: object mappers read a class name from it (single table "
                   "inheritance), and processes that run now do not know that class",
                   subject.table);
}

static const RuleExample DRIFT_BAD[] = {
    {.setup = USERS " ALTER TABLE users ADD COLUMN age smallint;",
     .sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS age bigint;"},
    {.setup = USERS " ALTER TABLE users ADD COLUMN age smallint;",
     .sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS age smallint NOT NULL DEFAULT 0;"},
    {0},
};
static const RuleExample DRIFT_GOOD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS age bigint;"},
    {.setup = USERS " ALTER TABLE users ADD COLUMN age bigint;",
     .sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS age bigint;",
     .note = "the same column"},
    {0},
};

static const RuleExample SPLIT_BAD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN active boolean;\n"
            "ALTER TABLE users ALTER COLUMN active SET DEFAULT true;"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN active boolean, ALTER COLUMN active SET DEFAULT true;"},
    {0},
};
static const RuleExample SPLIT_GOOD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN active boolean DEFAULT true;"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN token uuid;\n"
            "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();",
     .note = "a volatile default is right to come later"},
    {0},
};

#define EVENTS                                                                                     \
    "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at); "                           \
    "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO "              \
    "('2025-01-01'); "                                                                             \
    "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO "              \
    "('2026-01-01');"

static const RuleExample FANOUT_BAD[] = {
    {.setup = EVENTS, .sql = "ALTER TABLE events ADD COLUMN kind text;"},
    {0},
};
static const RuleExample FANOUT_GOOD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN kind text;"},
    {.sql = "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\n"
            "ALTER TABLE events ADD COLUMN kind text;"},
    {0},
};

#define TEN(p)                                                                                     \
    p "0 int," p "1 int," p "2 int," p "3 int," p "4 int," p "5 int," p "6 int," p "7 int," p      \
      "8 int," p "9 int,"
#define HUNDRED(p)                                                                                 \
    TEN(p "0")                                                                                     \
    TEN(p "1")                                                                                     \
    TEN(p "2") TEN(p "3") TEN(p "4") TEN(p "5") TEN(p "6") TEN(p "7") TEN(p "8") TEN(p "9")
#define FOUR_HUNDRED(p) HUNDRED(p "0") HUNDRED(p "1") HUNDRED(p "2") HUNDRED(p "3")

static const RuleExample LIMIT_BAD[] = {
    {.setup = "CREATE TABLE wide (" FOUR_HUNDRED("a") FOUR_HUNDRED("b") FOUR_HUNDRED("c")
         FOUR_HUNDRED("d") "CHECK (true)); ALTER TABLE wide DROP COLUMN a000;",
     .sql = "ALTER TABLE wide ADD COLUMN another int;",
     .note = "1599 columns, and one that was dropped"},
    {0},
};
static const RuleExample LIMIT_GOOD[] = {
    {.setup = USERS " ALTER TABLE users DROP COLUMN email;",
     .sql = "ALTER TABLE users ADD COLUMN another int;"},
    {0},
};

static const RuleExample TYPE_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN type text NOT NULL DEFAULT 'Customer';"},
    {0},
};
static const RuleExample TYPE_GOOD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN type text;"},
    {.setup = USERS, .sql = "ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'a';"},
    {0},
};

const Rule RULES_COLUMN_CONTEXT[] = {
    {
        .id = "add-column-if-not-exists-drift",
        .severity = SEVERITY_WARNING,
        .risk = RISK_INTEGRITY,
        .summary = "IF NOT EXISTS passes over a column that is another one",
        .why = "IF NOT EXISTS looks at the name alone. A column of that name with another type, "
               "without the NOT NULL or without the default stays as it is, and the migration "
               "reports success.",
        .instead = "leave IF NOT EXISTS out, or change the column that is there",
        .on = "AT_AddColumn",
        .check = check_drift,
        .bad = DRIFT_BAD,
        .good = DRIFT_GOOD,
    },
    {
        .id = "add-column-and-default-split",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_MAINTENANCE,
        .summary = "a constant default in a second step leaves old rows NULL",
        .why = "ADD COLUMN with a constant default costs nothing and gives every row the value. "
               "Set afterwards, the default counts for new rows alone; those that are there must "
               "be filled by an UPDATE that writes each of them.",
        .instead = "add the column with its default in one statement",
        .instead_sql = "ALTER TABLE users ADD COLUMN active boolean DEFAULT true;",
        .on = "AT_ColumnDefault",
        .check = check_default_split,
        .bad = SPLIT_BAD,
        .good = SPLIT_GOOD,
    },
    {
        .id = "add-column-partition-fanout",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "adding a column locks the parent and every partition",
        .why = "ACCESS EXCLUSIVE is taken on the partitioned table and on each partition, one "
               "after the other, and all are kept until the end. One long reader of any partition "
               "stops it half way, and everybody else waits behind it.",
        .instead = "run it alone, with a short lock_timeout and retries, when little is going on",
        .instead_sql = "SET LOCAL lock_timeout = '2s';\n"
                       "ALTER TABLE events ADD COLUMN kind text;",
        .on = "AT_AddColumn",
        .check = check_fanout,
        .bad = FANOUT_BAD,
        .good = FANOUT_GOOD,
        .claim = {"public.events_2024", LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "add-column-column-limit",
        .severity = SEVERITY_ERROR,
        .risk = RISK_FAILURE,
        .summary = "a table has at most 1600 columns, with the dropped ones",
        .why = "A dropped column keeps its number for good. A table to which columns are added "
               "and dropped again and again reaches the limit with few columns left, and then no "
               "column can be added (54011).",
        .instead = "build the table anew and copy its rows, or move columns to a table of their "
                   "own",
        .on = "AT_AddColumn",
        .check = check_column_limit,
        .bad = LIMIT_BAD,
        .good = LIMIT_GOOD,
        .claim = {.relation = "public.wide", .sqlstate = "54011"},
    },
    {
        .id = "add-sti-discriminator-default",
        .severity = SEVERITY_NOTICE,
        .risk = RISK_COMPATIBILITY,
        .summary = "a column `type` with a default is read as a class name",
        .why = "Rails and other object mappers take a column `type` for the name of a class. With "
               "a default every row has one at once, and processes that started before the "
               "deployment fail on it.",
        .instead = "add the column without a default, deploy code that knows the classes, then "
                   "set the default",
        .instead_sql = "ALTER TABLE users ADD COLUMN type text;",
        .on = "AT_AddColumn",
        .check = check_discriminator,
        .bad = TYPE_BAD,
        .good = TYPE_GOOD,
    },
    {0},
};
