// Views, functions and types: what callers rely on, and how long a refresh blocks them.
#include "check/replay/replay.h"
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "check/rules/renaming.h"

#include <string.h>

enum {
    DROP_CALLED,
    CHANGES_SIGNATURE,
    REFRESH_BLOCKING,
};

// drop-view-function-type

static const char *called_word(const char *type)
{
    static const char *const TYPES[][2] = {
        {"OBJECT_VIEW", "view"},         {"OBJECT_MATVIEW", "materialized view"},
        {"OBJECT_FUNCTION", "function"}, {"OBJECT_PROCEDURE", "procedure"},
        {"OBJECT_ROUTINE", "routine"},   {"OBJECT_AGGREGATE", "aggregate"},
        {"OBJECT_TYPE", "type"},         {"OBJECT_DOMAIN", "domain"},
        {"OBJECT_SEQUENCE", "sequence"}, {"OBJECT_FOREIGN_TABLE", "foreign table"},
        {"OBJECT_OPERATOR", "operator"}, {"OBJECT_CAST", "cast"},
    };
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(type, TYPES[i][0]) == 0)
            return TYPES[i][1];
    return NULL;
}

static bool called_is_ours(const Judged *judged, const Node *names)
{
    const Relation *relation = object_relation(judged, names);
    const Type *type = object_type(judged, names);
    const Routine *routine = object_routine(judged, names);
    return relation_is_ours(judged, relation) || (type && made_is_ours(judged, &type->made)) ||
           (routine && made_is_ours(judged, &routine->made));
}

// What a statement makes, by its kind: the list of names, or the RangeVar.
static const Node *made_names(const Judged *judged)
{
    static const char *const FIELDS[][2] = {
        {"ViewStmt", "view"},
        {"CreateTableAsStmt", "into.rel"},
        {"CreateSeqStmt", "sequence"},
        {"CreateFunctionStmt", "funcname"},
        {"CreateEnumStmt", "typeName"},
        {"CompositeTypeStmt", "typevar"},
        {"CreateRangeStmt", "typeName"},
        {"CreateDomainStmt", "domainname"},
        {"CreateStmt", "relation"},
        {"DefineStmt", "defnames"},
    };
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (node_is(judged->node, FIELDS[i][0]))
            return node_field(judged->node, FIELDS[i][1]);
    return NULL;
}

static const char *last_name(const Node *names)
{
    return node_has(names, "relname") ? node_text(names, "relname") : node_last_text(names);
}

// In place of a schema: a name that this transaction itself gave by RENAME, so that no code has it.
static const char GIVEN[] = "\n";

static void check_drop_called(const Judged *judged)
{
    GoneNames *gone = gone_names(judged, &RULES_VIEW[DROP_CALLED]);
    if (node_is(judged->node, "RenameStmt")) {
        const char *name = node_text(judged->node, "newname");
        if (!gone_again(judged, gone, "", name))
            gone_add(judged, gone, GIVEN, name);
        return;
    }
    if (!node_is(judged->node, "DropStmt")) {
        gone_again(judged, gone, "", last_name(made_names(judged)));
        return;
    }
    const char *word = called_word(node_text(judged->node, "removeType"));
    NODE_EACH(object, word ? node_field(judged->node, "objects") : NULL)
    {
        const Node *names = object_names(object);
        if (called_is_ours(judged, names) || gone_has_in(gone, GIVEN, node_last_text(names)))
            continue;
        const char *name = object_name(judged, names);
        judged_report(judged, NULL, name, "drops %s %s: what uses it fails from the commit on",
                      word, name);
        gone_add(judged, gone, "", node_last_text(names));
    }
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY, body text, done boolean);"
static const RuleExample DROP_CALLED_BAD[] = {
    {.setup = NOTES "CREATE VIEW open_notes AS SELECT id FROM notes;",
     .sql = "DROP VIEW open_notes;"},
    {.setup = "CREATE FUNCTION add_one(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1';",
     .sql = "DROP FUNCTION add_one(int);"},
    {.setup = "CREATE TYPE mood AS ENUM ('ok');", .sql = "DROP TYPE mood;"},
    {0},
};
static const RuleExample DROP_CALLED_GOOD[] = {
    {.setup = "CREATE TYPE mood AS ENUM ('ok');",
     .sql = "ALTER TYPE mood RENAME TO mood_old;\nCREATE TYPE mood AS ENUM ('ok', 'good');\n"
            "DROP TYPE mood_old;",
     .note = "nobody but this transaction had that name"},
    {.setup = NOTES "CREATE VIEW open_notes AS SELECT id FROM notes;",
     .sql = "DROP VIEW open_notes; CREATE VIEW open_notes AS SELECT id, body FROM notes;",
     .note = "there again at the commit (its privileges are not: repeat the GRANTs)"},
    {.sql = "CREATE VIEW ones AS SELECT 1 AS one; DROP VIEW ones;",
     .note = "made in the same file"},
    {0},
};

// create-or-replace-changes-signature

// The column's name as PostgreSQL gives it; NULL where the tree does not say.
static const char *target_name(const Node *target)
{
    const char *name = node_text(target, "name");
    if (*name)
        return name;
    const Node *value = node_field(target, "val");
    while (node_is(value, "TypeCast"))
        value = node_field(value, "arg");
    const char *list = node_is(value, "ColumnRef")  ? "fields"
                       : node_is(value, "FuncCall") ? "funcname"
                                                    : NULL;
    name = list ? node_last_text(node_field(value, list)) : "";
    return *name ? name : NULL;
}

static void report_view(const Judged *judged, const char *name, const char *what)
{
    Finding *finding =
        judged_report(judged, NULL, name, "CREATE OR REPLACE VIEW %s fails: %s", name, what);
    finding->instead = judged_printf(
        judged,
        "-- keep the columns that are there, in their order, and add new ones behind them;\n"
        "-- or in one transaction, with the privileges given anew:\n"
        "DROP VIEW %s;\nCREATE VIEW %s AS ...;\nGRANT SELECT ON %s TO ...;",
        name, name, name);
}

static void check_replaced_view(const Judged *judged)
{
    const Node *range = node_field(judged->node, "view");
    const Relation *view = judged_relation(judged, range);
    if (!view || view->kind != RELATION_VIEW)
        return;
    const Node *target = node_first(node_field(judged->node, "query.targetList"));
    const Node *alias = node_first(node_field(judged->node, "aliases"));
    const char *name = relation_label(judged->scratch, view);
    for (size_t i = 0; i < view->columns.len; i++, target = node_next(target)) {
        const char *old = view->columns.items[i].name;
        const char *new = target ? target_name(target) : NULL;
        if (alias) {
            new = node_text(alias, NULL);
            alias = node_next(alias);
        }
        if (!target) {
            report_view(judged, name,
                        arena_printf(judged->scratch, "column %s is missing (42P16)", old));
            return;
        }
        if (!new || !*new)
            return; // * or an expression: cannot be followed further
        if (*old && strcmp(old, "?column?") != 0 && strcmp(old, new) != 0) {
            report_view(judged, name,
                        arena_printf(judged->scratch, "column %s becomes %s (42P16)", old, new));
            return;
        }
    }
}

// "int4,text" of the parameters that a call has.
static const char *call_types(const Judged *judged)
{
    const char *types = "";
    NODE_EACH(parameter, node_field(judged->node, "parameters"))
    {
        const char *mode = node_text(parameter, "mode");
        if (strcmp(mode, "FUNC_PARAM_OUT") == 0 || strcmp(mode, "FUNC_PARAM_TABLE") == 0)
            continue;
        ColumnType type = replay_type(judged->scratch, node_field(parameter, "argType"), NULL);
        types = arena_printf(judged->scratch, "%s%s%s%s", types, *types ? "," : "", type.name,
                             type.is_array ? "[]" : "");
    }
    return types;
}

static void check_replaced_routine(const Judged *judged)
{
    const Node *names = node_field(judged->node, "funcname");
    const char *name = node_last_text(names);
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    const Routine *routine = model_routine(judged->model, schema, name, call_types(judged));
    const Node *returned = node_field(judged->node, "returnType");
    if (!routine || !returned || !*routine->returns || node_flag(returned, "setof"))
        return;
    ColumnType type = replay_type(judged->scratch, returned, NULL);
    if (strcmp(type.name, routine->returns) == 0 || type.is_array)
        return;
    const char *arguments = routine->arguments ? routine->arguments : "";
    Finding *finding = judged_report(
        judged, NULL, name,
        "CREATE OR REPLACE of %s(%s) fails: it returns %s, which cannot become %s (42P13)", name,
        arguments, routine->returns, type.name);
    finding->instead = judged_printf(judged,
                                     "-- a new name beside the old one, until no caller is left:\n"
                                     "CREATE FUNCTION %s_v2(...) RETURNS %s ...;",
                                     name, type.name);
}

static void check_signature(const Judged *judged)
{
    if (!node_flag(judged->node, "replace"))
        return;
    if (node_is(judged->node, "ViewStmt"))
        check_replaced_view(judged);
    else
        check_replaced_routine(judged);
}

#define TWO_COLUMNS NOTES "CREATE VIEW open_notes AS SELECT id, body FROM notes;"
static const RuleExample SIGNATURE_BAD[] = {
    {.setup = TWO_COLUMNS,
     .sql = "CREATE OR REPLACE VIEW open_notes AS SELECT id FROM notes;",
     .note = "a column is missing"},
    {.setup = TWO_COLUMNS,
     .sql = "CREATE OR REPLACE VIEW open_notes AS SELECT id, body AS text FROM notes;",
     .note = "a column has another name"},
    {.setup = "CREATE FUNCTION next_id() RETURNS int LANGUAGE sql AS 'SELECT 1';",
     .sql = "CREATE OR REPLACE FUNCTION next_id() RETURNS bigint LANGUAGE sql "
            "AS 'SELECT 1::bigint';"},
    {0},
};
static const RuleExample SIGNATURE_GOOD[] = {
    {.setup = TWO_COLUMNS,
     .sql = "CREATE OR REPLACE VIEW open_notes AS SELECT id, body, done FROM notes;",
     .note = "a column more, behind the others"},
    {.setup = "CREATE FUNCTION next_id() RETURNS int LANGUAGE sql AS 'SELECT 1';",
     .sql = "CREATE OR REPLACE FUNCTION next_id() RETURNS int LANGUAGE sql AS 'SELECT 2';"},
    {0},
};

// refresh-matview-blocking

static bool has_unique_index(const Relation *view)
{
    VEC_EACH (const Index, index, &view->indexes)
        if (index->is_unique && !index->is_partial && !index->has_expression)
            return true;
    return false;
}

static void check_refresh(const Judged *judged)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *view = judged_relation(judged, range);
    if (node_flag(judged->node, "skipData") || relation_is_ours(judged, view))
        return;
    const char *name = judged_name(judged, range);
    const char *sql = object_sql(judged, range);
    bool is_known = view && !view->is_only_altered;
    bool has_unique = view && has_unique_index(view);
    if (!node_flag(judged->node, "concurrent")) {
        Finding *finding = judged_report(judged, NULL, name,
                                         "readers of %s wait until its whole query has run", name);
        finding->instead = judged_printf(
            judged, "%sREFRESH MATERIALIZED VIEW CONCURRENTLY %s;",
            has_unique ? ""
                       : judged_printf(judged, "CREATE UNIQUE INDEX ON %s (...); -- once\n", sql),
            sql);
    } else if (is_known && !has_unique) {
        judged_report(judged, NULL, name,
                      "REFRESH CONCURRENTLY of %s fails: it has no unique index on plain columns "
                      "(55000)",
                      name);
    }
}

#define TOTALS                                                                                     \
    NOTES "CREATE MATERIALIZED VIEW totals AS SELECT done, count(*) FROM notes GROUP BY 1;"
static const RuleExample REFRESH_BAD[] = {
    {.setup = TOTALS, .sql = "REFRESH MATERIALIZED VIEW totals;"},
    {.setup = TOTALS,
     .sql = "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
     .note = "no unique index: an error"},
    {0},
};
static const RuleExample REFRESH_GOOD[] = {
    {.setup = TOTALS "CREATE UNIQUE INDEX totals_done ON totals (done);",
     .sql = "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
     .note = "takes EXCLUSIVE: reads go on"},
    {.setup = NOTES,
     .sql = "CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM notes WITH NO DATA;"
            "REFRESH MATERIALIZED VIEW totals;",
     .note = "made in the same file"},
    {0},
};

const Rule RULES_VIEW[] = {
    [DROP_CALLED] =
        {
            .id = "drop-view-function-type",
            .severity = SEVERITY_WARNING,
            .risk = RISK_COMPATIBILITY,
            .summary = "a view, function, type or sequence that code may call is dropped",
            .why =
                "Callers fail from the commit on, those of the version before the deploy and "
                "those after a rollback of it. Its privileges and comments are lost even when it "
                "is made again. Objects that the same transaction makes anew, or that this file "
                "made, are not meant.",
            .instead = "add the new one beside it under a new name or signature, move the callers, "
                       "drop the old one in a later migration",
            .instead_sql = "CREATE VIEW open_notes_v2 AS SELECT id, body FROM notes;",
            .on = "DropStmt RenameStmt ViewStmt CreateTableAsStmt CreateSeqStmt CreateFunctionStmt "
                  "CreateEnumStmt CompositeTypeStmt CreateRangeStmt CreateDomainStmt CreateStmt "
                  "DefineStmt",
            .check = check_drop_called,
            .bad = DROP_CALLED_BAD,
            .good = DROP_CALLED_GOOD,
        },
    [CHANGES_SIGNATURE] =
        {
            .id = "create-or-replace-changes-signature",
            .severity = SEVERITY_ERROR,
            .risk = RISK_FAILURE,
            .summary = "CREATE OR REPLACE cannot change columns or the return type",
            .why = "A replaced view must have the columns it had, by name, type and place, and may "
                   "only add some behind them; a replaced function keeps its return type, the "
                   "names of its arguments and their defaults. Anything else is an error, and the "
                   "drop that makes it possible takes the privileges with it.",
            .instead = "add columns at the end, or make the new form under a new name and move the "
                       "callers",
            .instead_sql = "CREATE VIEW open_notes_v2 AS SELECT id FROM notes;",
            .on = "ViewStmt CreateFunctionStmt",
            .check = check_signature,
            .bad = SIGNATURE_BAD,
            .good = SIGNATURE_GOOD,
            .claim = {.sqlstate = "42P16"},
        },
    [REFRESH_BLOCKING] =
        {
            .id = "refresh-matview-blocking",
            .severity = SEVERITY_WARNING,
            .risk = RISK_BLOCKING,
            .summary = "a refresh blocks the readers of the materialized view",
            .why = "REFRESH takes ACCESS EXCLUSIVE on the view for as long as its query runs, and "
                   "in a migration until the transaction commits. With CONCURRENTLY it takes "
                   "EXCLUSIVE: reads go on, and only changed rows are written. That needs a unique "
                   "index on plain columns, without a WHERE, and a view that was filled before.",
            .instead = "give it a unique index once, and refresh CONCURRENTLY",
            .instead_sql = "CREATE UNIQUE INDEX totals_done ON totals (done);\n"
                           "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
            .on = "RefreshMatViewStmt",
            .check = check_refresh,
            .bad = REFRESH_BAD,
            .good = REFRESH_GOOD,
            .claim = {.relation = "public.totals",
                      .mode = LOCK_ACCESS_EXCLUSIVE,
                      .is_rewritten = true},
        },
    {0},
};
