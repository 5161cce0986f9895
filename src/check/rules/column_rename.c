// RENAME COLUMN, and the name that becomes free by it.
#include "check/quarantine.h"
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "check/rules/families.h"
#include "sql/quote.h"

#include <string.h>

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, name text); "                                      \
    "INSERT INTO users SELECT g, 'a' FROM generate_series(1, 50) g;"

enum {
    RENAME_COLUMN,
    RENAME_THEN_REUSE,
};

// A name that a column gave up.
typedef struct FreeName {
    uint32_t hash;        // of relation and name
    const char *name;     // "public.users.name"
    const char *relation; // "public.users"
    const char *column;
    const char *to;
    int file;
    int transaction;
    bool is_taken; // by another column, in the same transaction
    size_t next;   // of the same bucket
    Position position;
} FreeName;

enum {
    BUCKETS = 4096,
};

typedef struct FreeNames {
    VEC(FreeName) items;
    size_t first[BUCKETS]; // place of the newest behind this hash, from 1
} FreeNames;

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

// The newest of that name; NULL: none.
static FreeName *find(FreeNames *names, const char *name)
{
    for (size_t at = names->first[hash_of(name) % BUCKETS]; at;) {
        FreeName *item = &names->items.items[at - 1];
        if (strcmp(item->name, name) == 0)
            return item;
        at = item->next;
    }
    return NULL;
}

static void keep(const Judged *judged, FreeNames *names, const char *relation, const char *column)
{
    Arena *arena = judged_arena(judged->lint);
    FreeName *item = vec_append(arena, &names->items);
    *item = (FreeName){
        .name = arena_printf(arena, "%s.%s", relation, column),
        .relation = arena_strdup(arena, relation),
        .column = arena_strdup(arena, column),
        .to = arena_strdup(arena, node_text(judged->node, "newname")),
        .file = judged->file->number,
        .transaction = judged->transaction->number,
        .position = parsed_position(judged->parsed, judged->node),
    };
    size_t *first = &names->first[hash_of(item->name) % BUCKETS];
    item->next = *first;
    *first = names->items.len;
}

static FreeNames *memory(struct Lint *lint, int rule)
{
    return judged_memory(lint, &RULES_COLUMN_RENAME[rule], sizeof(FreeNames));
}

// Of a column that others know by its name.
static bool renamed(const Judged *judged, ColumnSubject *ret_subject)
{
    return node_text_is(judged->node, "renameType", "OBJECT_COLUMN") &&
           column_subject(judged, ret_subject) &&
           !(ret_subject->column &&
             ret_subject->column->made.transaction == judged->transaction->number);
}

static const char *full_name(const ColumnSubject *subject, const char *column)
{
    return arena_printf(subject->judged->scratch, "%s.%s", subject->full, column);
}

// "total_new" or "new_total" beside "total": the second column of a type change, about to take its
// place.
static bool has_shadow(const ColumnSubject *subject)
{
    size_t length = strlen(subject->name);
    if (subject->relation)
        VEC_EACH (const Column, column, &subject->relation->columns) {
            size_t other = strlen(column->name);
            if (other <= length + 1)
                continue;
            const char *tail = column->name + other - length;
            if ((strncmp(column->name, subject->name, length) == 0 &&
                 column->name[length] == '_') ||
                (strcmp(tail, subject->name) == 0 && tail[-1] == '_'))
                return true;
        }
    return false;
}

static const char RENAMED[] =
    "renaming %s.%s to %s breaks running code at once: it knows the old name only";

static void check_rename(const Judged *judged)
{
    ColumnSubject subject;
    if (!renamed(judged, &subject))
        return;
    const char *to = node_text(judged->node, "newname");
    FreeNames *names = memory(judged->lint, RENAME_COLUMN);
    if (str_starts(str_from(to), STR(QUARANTINE_SCHEMA "_")))
        return; // in place of DROP COLUMN
    FreeName *swapped = find(names, full_name(&subject, to));
    if (swapped && swapped->transaction == judged->transaction->number && !swapped->is_taken) {
        swapped->is_taken = true;
        return;
    }
    if (has_shadow(&subject)) {
        keep(judged, names, subject.full, subject.name);
        return;
    }
    Finding *finding = subject_report(&subject, NULL, RENAMED, subject.table, subject.name, to);
    if (!node_text_is(judged->node, "relationType", "OBJECT_TABLE"))
        return;
    const char *type =
        subject.column ? column_type_text(judged->scratch, &subject.column->type) : "text";
    const char *sql_to = quote_name(judged->scratch, to);
    finding->instead =
        judged_printf(judged,
                      "ALTER TABLE %s ADD COLUMN %s %s;\n"
                      "-- keep both equal with a trigger, then outside of this transaction:\n%s\n"
                      "-- deploy code that uses the new name; in a later release:\n"
                      "ALTER TABLE %s DROP COLUMN %s;",
                      subject.sql_table, sql_to, type,
                      sql_batch(&subject, sql_to, subject.sql_name,
                                arena_printf(judged->scratch, "%s IS NULL AND %s IS NOT NULL",
                                             sql_to, subject.sql_name)),
                      subject.sql_table, subject.sql_name);
}

// What looked like the first half of a swap, and was none.
static void end_rename(const JudgedFile *file)
{
    FreeNames *names = memory(file->lint, RENAME_COLUMN);
    if (!names->items.len)
        return;
    VEC_EACH (const FreeName, name, &names->items)
        if (!name->is_taken)
            judged_report_file(file, name->position, name->relation, RENAMED, name->relation,
                               name->column, name->to);
    names->items.len = 0;
    memset(names->first, 0, sizeof names->first);
}

static void check_reuse(const Judged *judged)
{
    FreeNames *names = memory(judged->lint, RENAME_THEN_REUSE);
    ColumnSubject subject;
    if (!judged->command) {
        if (renamed(judged, &subject))
            keep(judged, names, subject.full, subject.name);
        return;
    }
    if (!names->items.len || !column_subject(judged, &subject))
        return;
    const FreeName *before = find(names, full_name(&subject, subject.name));
    if (!before || (subject.relation && subject.relation->made.transaction > before->transaction))
        return;
    bool is_same_file = before->file == judged->file->number;
    Finding *finding = subject_report(
        &subject, subject.definition,
        "%s.%s is a new column under the name that %s had %s: running code writes the old values "
        "into it",
        subject.table, subject.name, before->to,
        is_same_file ? arena_printf(judged->scratch, "until line %d", before->position.line)
                     : "before");
    if (!is_same_file)
        verdict_grade_at_most(finding, SEVERITY_NOTICE);
}

static const RuleExample RENAME_BAD[] = {
    {.setup = USERS, .sql = "ALTER TABLE users RENAME COLUMN name TO full_name;"},
    {.setup = USERS " CREATE VIEW people AS SELECT id, name FROM users;",
     .sql = "ALTER VIEW people RENAME COLUMN name TO full_name;"},
    {.setup = USERS " ALTER TABLE users ADD COLUMN name_short text;",
     .sql = "ALTER TABLE users RENAME COLUMN name TO name_old;",
     .note = "and nothing takes its place"},
    {0},
};
static const RuleExample RENAME_GOOD[] = {
    {.setup = USERS " ALTER TABLE users ADD COLUMN name_new varchar(100);",
     .sql = "ALTER TABLE users RENAME COLUMN name TO name_old;\n"
            "ALTER TABLE users RENAME COLUMN name_new TO name;",
     .note = "another column takes its place in the same transaction"},
    {.setup = USERS,
     .sql = "ALTER TABLE users ADD COLUMN phone text;\n"
            "ALTER TABLE users RENAME COLUMN phone TO mobile;",
     .note = "nobody knows the column yet"},
    {.sql = "CREATE TABLE fresh (a int);\nALTER TABLE fresh RENAME COLUMN a TO b;"},
    {.setup = "CREATE TYPE point3 AS (x int, y int);",
     .sql = "ALTER TYPE point3 RENAME ATTRIBUTE x TO z;",
     .allows = "drop-view-function-type"},
    {0},
};

static const RuleExample REUSE_BAD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users RENAME COLUMN name TO full_name;\n"
            "ALTER TABLE users ADD COLUMN name text;"},
    {0},
};
static const RuleExample REUSE_GOOD[] = {
    {.setup = USERS,
     .sql = "ALTER TABLE users RENAME COLUMN name TO full_name;\n"
            "ALTER TABLE users ADD COLUMN short_name text;",
     .allows = "rename-column"},
    {0},
};

const Rule RULES_COLUMN_RENAME[] = {
    [RENAME_COLUMN] =
        {
            .id = "rename-column",
            .severity = SEVERITY_ERROR,
            .risk = RISK_COMPATIBILITY,
            .summary = "running code knows the column by its old name",
            .why = "From the moment that it commits, every statement of running code that names "
                   "the column fails, and between the migration and the deployment nothing can be "
                   "done about it. The rename itself takes ACCESS EXCLUSIVE for a moment.",
            .instead = "add a column of the new name, keep both equal with a trigger, fill it, "
                       "deploy, and drop the old one in a later release",
            .instead_sql = "ALTER TABLE users ADD COLUMN full_name text;\n"
                           "-- keep both equal with a trigger, fill it in batches, deploy code "
                           "that uses the new name;\n"
                           "-- in a later release:\n"
                           "ALTER TABLE users DROP COLUMN name;",
            .aliases = "squawk:renaming-column strong_migrations:rename_column atlas:BC102",
            .on = "RenameStmt",
            .check = check_rename,
            .file_end = end_rename,
            .bad = RENAME_BAD,
            .good = RENAME_GOOD,
            .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
        },
    [RENAME_THEN_REUSE] =
        {
            .id = "rename-column-then-reuse",
            .severity = SEVERITY_ERROR,
            .risk = RISK_INTEGRITY,
            .summary = "a new column under a name that another one had just before",
            .why = "Code that still runs means the old column by that name. It does not fail: it "
                   "writes its values into the new column, and reads nothing from it.",
            .instead = "give the new column a name that none had",
            .on = "RenameStmt AT_AddColumn",
            .check = check_reuse,
            .bad = REUSE_BAD,
            .good = REUSE_GOOD,
            .claim = {"public.users", LOCK_ACCESS_EXCLUSIVE},
        },
    {0},
};
