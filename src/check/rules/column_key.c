// Foreign keys between columns of different types.
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "check/rules/families.h"

#include <string.h>

// Types that PostgreSQL compares with each other, by the same letter.
static const struct {
    const char *name;
    char family;
} FAMILIES[] = {
    {"int2", 'n'},   {"int4", 'n'},      {"int8", 'n'},        {"numeric", 'n'}, {"float4", 'n'},
    {"float8", 'n'}, {"text", 't'},      {"varchar", 't'},     {"bpchar", 't'},  {"name", 't'},
    {"date", 'd'},   {"timestamp", 'd'}, {"timestamptz", 'd'}, {"uuid", 'u'},    {"bool", 'b'},
    {"bytea", 'y'},  {"inet", 'i'},      {"cidr", 'i'},        {"jsonb", 'j'},
};

// 0: a type of the user's, of which nothing is known.
static char family_of(const ColumnType *type)
{
    for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++)
        if (!type->is_array && strcmp(type->name, FAMILIES[i].name) == 0)
            return FAMILIES[i].family;
    return 0;
}

static ColumnType base_of(const Model *model, ColumnType type)
{
    for (int depth = 0; depth < 32 && !type.is_array; depth++) {
        const Type *domain = model_type(model, type.schema, type.name);
        if (!domain || domain->kind != TYPE_DOMAIN)
            break;
        type = domain->base;
    }
    return type;
}

typedef enum Match {
    MATCH_SAME,
    MATCH_CAST,  // compared, by a cast
    MATCH_NEVER, // PostgreSQL has no operator for it
} Match;

static Match match_of(const Model *model, ColumnType one, ColumnType other)
{
    one = base_of(model, one);
    other = base_of(model, other);
    char family = family_of(&one);
    char other_family = family_of(&other);
    if (!family || !other_family || strcmp(one.name, other.name) == 0)
        return MATCH_SAME;
    if (family != other_family)
        return MATCH_NEVER;
    return family == 't' || family == 'i' ? MATCH_SAME : MATCH_CAST;
}

// The type of a column that this statement defines; false: it does not.
static bool type_here(const Judged *judged, const char *name, ColumnType *ret_type)
{
    bool is_create = strcmp(judged->kind, "CreateStmt") == 0;
    NODE_EACH(item, node_field(judged->node, is_create ? "tableElts" : "cmds"))
    {
        const Node *definition = item;
        if (!is_create)
            definition =
                node_text_is(item, "subtype", "AT_AddColumn") ? node_field(item, "def") : NULL;
        if (node_is(definition, "ColumnDef") && node_text_is(definition, "colname", name)) {
            *ret_type = replay_type(judged->scratch, node_field(definition, "typeName"), NULL);
            return true;
        }
    }
    return false;
}

static bool type_of(const Judged *judged, const Node *range, const char *name, ColumnType *ret_type)
{
    const Node *own = node_field(judged->node, "relation");
    bool is_own = strcmp(node_text(range, "relname"), node_text(own, "relname")) == 0 &&
                  strcmp(node_text(range, "schemaname"), node_text(own, "schemaname")) == 0;
    if (is_own && type_here(judged, name, ret_type))
        return true;
    const Relation *relation = judged_relation(judged, range);
    const Column *column = relation ? relation_column(relation, name) : NULL;
    if (column)
        *ret_type = column->type;
    return column != NULL;
}

// The column that is referenced in place `at`; without a list those of the primary key. NULL: not
// known.
static const char *referenced(const Judged *judged, const Node *foreign, size_t at)
{
    const Node *names = node_field(foreign, "pk_attrs");
    if (names) {
        const Node *name = node_first(names);
        while (at-- && name)
            name = node_next(name);
        return name ? node_text(name, NULL) : NULL;
    }
    const Relation *relation = judged_relation(judged, node_field(foreign, "pktable"));
    const Constraint *primary = relation ? relation_primary_key(relation) : NULL;
    return primary && at < primary->columns.len ? primary->columns.items[at] : NULL;
}

static void report_pair(const Judged *judged, const Node *foreign, const char *name, size_t at)
{
    const Node *own = node_field(judged->node, "relation");
    const Node *parent = node_field(foreign, "pktable");
    const char *other_name = referenced(judged, foreign, at);
    ColumnType type;
    ColumnType other;
    if (!other_name || !type_of(judged, own, name, &type) ||
        !type_of(judged, parent, other_name, &other))
        return;
    Match match = match_of(judged->model, type, other);
    if (match == MATCH_SAME)
        return;
    Arena *arena = judged->scratch;
    Finding *finding =
        judged_report(judged, foreign, judged_name(judged, own),
                      "%s.%s is %s, and references %s.%s, which is %s: %s", node_dotted(arena, own),
                      name, column_type_text(arena, &type), node_dotted(arena, parent), other_name,
                      column_type_text(arena, &other),
                      match == MATCH_NEVER ? "PostgreSQL refuses the foreign key"
                                           : "each check casts, and values may not fit");
    if (match == MATCH_CAST)
        verdict_grade_at_most(finding, SEVERITY_WARNING);
}

static void check_foreign(const Judged *judged, const Node *foreign, const char *column)
{
    if (!node_text_is(foreign, "contype", "CONSTR_FOREIGN"))
        return;
    size_t at = 0;
    if (column)
        report_pair(judged, foreign, column, 0);
    else
        NODE_EACH(name, node_field(foreign, "fk_attrs"))
    report_pair(judged, foreign, node_text(name, NULL), at++);
}

static void check_definition(const Judged *judged, const Node *definition)
{
    NODE_EACH(constraint, node_field(definition, "constraints"))
    check_foreign(judged, constraint, node_text(definition, "colname"));
}

// Of a column that changes its type: what it references, and what references it.
static void check_change(const Judged *judged)
{
    ColumnSubject subject;
    if (!column_subject(judged, &subject) || !subject.column)
        return;
    ColumnType type =
        replay_type(judged->scratch, node_field(subject.definition, "typeName"), NULL);
    VEC_EACH (const Constraint, constraint, &subject.relation->constraints) {
        if (constraint->kind != CONSTRAINT_FOREIGN || constraint->columns.len != 1 ||
            strcmp(constraint->columns.items[0], subject.name) != 0)
            continue;
        const Relation *parent =
            model_relation(judged->model, constraint->references_schema, constraint->references);
        const Constraint *primary = parent ? relation_primary_key(parent) : NULL;
        const Words *columns = constraint->referenced_columns.len ? &constraint->referenced_columns
                               : primary                          ? &primary->columns
                                                                  : NULL;
        const Column *other =
            columns && columns->len == 1 ? relation_column(parent, columns->items[0]) : NULL;
        if (other && match_of(judged->model, type, other->type) == MATCH_CAST)
            verdict_grade_at_most(
                subject_report(&subject, subject.definition,
                               "%s.%s becomes %s, and references %s.%s, which is %s", subject.table,
                               subject.name, column_type_text(judged->scratch, &type), parent->name,
                               other->name, column_type_text(judged->scratch, &other->type)),
                SEVERITY_NOTICE);
    }
}

static void check_mismatch(const Judged *judged)
{
    if (strcmp(judged->kind, "CreateStmt") == 0)
        NODE_EACH(item, node_field(judged->node, "tableElts"))
        {
            if (node_is(item, "ColumnDef"))
                check_definition(judged, item);
            else
                check_foreign(judged, item, NULL);
        }
    else if (node_text_is(judged->command, "subtype", "AT_AddColumn"))
        check_definition(judged, node_field(judged->command, "def"));
    else if (node_text_is(judged->command, "subtype", "AT_AddConstraint"))
        check_foreign(judged, node_field(judged->command, "def"), NULL);
    else
        check_change(judged);
}

#define TEAMS "CREATE TABLE teams (id bigint PRIMARY KEY, code varchar(10) UNIQUE);"

static const RuleExample MISMATCH_BAD[] = {
    {.setup = TEAMS,
     .sql = "CREATE TABLE players (id bigint PRIMARY KEY, team_id int REFERENCES teams);"},
    {.setup = TEAMS " CREATE TABLE players (id bigint, team_id int);",
     .sql = "ALTER TABLE players ADD CONSTRAINT players_team FOREIGN KEY (team_id) REFERENCES "
            "teams NOT VALID;"},
    {.setup = TEAMS,
     .sql = "CREATE TABLE players (id bigint PRIMARY KEY, team_id text REFERENCES teams (id));",
     .note = "fails"},
    {0},
};
static const RuleExample MISMATCH_GOOD[] = {
    {.setup = TEAMS,
     .sql = "CREATE TABLE players (id bigint PRIMARY KEY, team_id bigint NOT NULL);\n"
            "CREATE INDEX players_team ON players (team_id);",
     .note = "no foreign key"},
    {.setup = TEAMS,
     .sql = "CREATE TABLE players (id bigint PRIMARY KEY, team_id bigint, code varchar(20),\n"
            "    CONSTRAINT players_team FOREIGN KEY (team_id) REFERENCES teams,\n"
            "    CONSTRAINT players_code FOREIGN KEY (code) REFERENCES teams (code));",
     .note = "a length is no other type",
     .allows = "fk-without-index fk-in-create-table-hot-parent multiple-fks-one-transaction"},
    {0},
};

const Rule RULES_COLUMN_KEY[] = {
    {
        .id = "fk-column-type-mismatch",
        .severity = SEVERITY_ERROR,
        .risk = RISK_INTEGRITY,
        .summary = "a foreign key between columns of different types",
        .why = "An int that references a bigint works until the referenced numbers pass "
               "2147483647: from then on no row can reference them. Each check casts, which may "
               "keep it from an index. Types that do not compare at all make the statement fail "
               "(42804).",
        .instead = "give both columns the same type",
        .instead_sql = "CREATE TABLE players (id bigint PRIMARY KEY, team_id bigint REFERENCES "
                       "teams);",
        .on = "AT_AddConstraint AT_AddColumn AT_AlterColumnType CreateStmt",
        .check = check_mismatch,
        .bad = MISMATCH_BAD,
        .good = MISMATCH_GOOD,
    },
    {0},
};
