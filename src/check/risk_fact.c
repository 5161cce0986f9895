#include "check/risk_fact.h"

#include "check/type_change.h"
#include "sql/plpgsql.h"
#include "sql/quote.h"

#include <string.h>

typedef struct Looking {
    Arena *arena;
    const RiskLook *look;
    const ParsedStatement *parsed; // of a DO block the one inside
    RiskFacts *facts;
} Looking;

static void add(Looking *looking, RiskMatter matter, const char *relation, const char *what)
{
    *vec_append(looking->arena, looking->facts) = (RiskFact){
        .matter = matter,
        .relation = relation,
        .what = what,
        .position = looking->parsed->statement.position,
    };
}

static bool is_of_the_plan(const Looking *looking, const Relation *relation)
{
    return relation && (relation->is_temporary ||
                        (!relation->is_only_altered &&
                         relation->made.transaction >= looking->look->first_transaction));
}

// A relation as a statement names it.
typedef struct Named {
    const Relation *relation; // NULL: its CREATE was never seen
    const char *name;         // quoted, with a schema
    bool is_new;
} Named;

static Named named(const Looking *looking, const char *schema, const char *name)
{
    const Model *model = looking->look->model;
    const Relation *relation = model_relation(model, schema, name);
    const char *in = relation ? relation->schema : *schema ? schema : model_creation_schema(model);
    return (Named){relation, quote_qualified(looking->arena, in, relation ? relation->name : name),
                   is_of_the_plan(looking, relation)};
}

static Named named_range(const Looking *looking, const Node *range)
{
    return named(looking, node_text(range, "schemaname"), node_text(range, "relname"));
}

// A list of names: {"s", "t"}, {"t"}; `behind` of them at the end are another thing's.
static Named named_list(const Looking *looking, const Node *list, size_t behind)
{
    const char *names[] = {"", ""};
    size_t count = node_count(list);
    NODE_EACH(item, list)
    {
        if (count-- <= behind)
            break;
        names[0] = names[1];
        names[1] = node_text(item, NULL);
    }
    return named(looking, names[0], names[1]);
}

static bool has_constraint(const Node *definition, const char *types)
{
    NODE_EACH(constraint, node_field(definition, "constraints"))
    if (strstr(types, node_text(constraint, "contype")))
        return true;
    return false;
}

static void look_at_new_column(Looking *looking, const Named *table, const Node *definition)
{
    const char *column = node_text(definition, "colname");
    if (has_constraint(definition, "CONSTR_NOTNULL CONSTR_PRIMARY"))
        add(looking, MATTER_ADDS_NOT_NULL_COLUMN, table->name,
            arena_printf(looking->arena, "adds the column %s, NOT NULL, to %s", column,
                         table->name));
    if (has_constraint(definition, "CONSTR_FOREIGN"))
        add(looking, MATTER_ADDS_KEY, table->name,
            arena_printf(looking->arena, "adds a foreign key to %s", table->name));
}

static void look_at_new_constraint(Looking *looking, const Named *table, const Node *constraint)
{
    const char *type = node_text(constraint, "contype");
    bool is_primary = strcmp(type, "CONSTR_PRIMARY") == 0;
    if (is_primary || strcmp(type, "CONSTR_FOREIGN") == 0)
        add(looking, MATTER_ADDS_KEY, table->name,
            arena_printf(looking->arena, "adds a %s key to %s", is_primary ? "primary" : "foreign",
                         table->name));
    else if (strcmp(type, "CONSTR_NOTNULL") == 0)
        add(looking, MATTER_SETS_NOT_NULL, table->name,
            arena_printf(looking->arena, "makes a column of %s NOT NULL", table->name));
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

// Of one that was never seen made its name tells, as PostgreSQL gives it.
static bool is_key(const Named *table, const char *name)
{
    if (table->relation && !table->relation->is_only_altered)
        VEC_EACH (const Constraint, constraint, &table->relation->constraints)
            if (strcmp(constraint->name, name) == 0)
                return constraint->kind == CONSTRAINT_PRIMARY ||
                       constraint->kind == CONSTRAINT_FOREIGN;
    return ends_with(name, "_pkey") || ends_with(name, "_fkey");
}

static void look_at_type(Looking *looking, const Named *table, const Node *command)
{
    TypeChange change;
    const char *column = node_text(command, "name");
    type_change_of_command(looking->arena, looking->look->model, table->relation, command, &change);
    add(looking, MATTER_CHANGES_TYPE, table->name,
        arena_printf(looking->arena, "changes the type of the column %s of %s", column,
                     table->name));
    if (change.can_lose)
        add(looking, MATTER_LOSES_VALUES, table->name,
            arena_printf(looking->arena, "may cut values of the column %s of %s", column,
                         table->name));
}

typedef struct AlterMatter {
    const char *subtype;
    RiskMatter matter;
    const char *what; // before the table's name
} AlterMatter;

static const AlterMatter ALTER_MATTERS[] = {
    {"AT_DisableRowSecurity", MATTER_DROPS_OTHER, "switches row security off on"},
    {"AT_NoForceRowSecurity", MATTER_DROPS_OTHER, "no longer forces row security on"},
    {"AT_DisableTrig", MATTER_DROPS_OTHER, "disables a trigger of"},
    {"AT_DisableTrigAll", MATTER_DROPS_OTHER, "disables all triggers of"},
    {"AT_DisableTrigUser", MATTER_DROPS_OTHER, "disables the triggers of"},
    {"AT_DetachPartition", MATTER_DROPS_OTHER, "detaches a partition of"},
    {"AT_DropInherit", MATTER_DROPS_OTHER, "ends the inheritance of"},
};

static void look_at_command(Looking *looking, const Named *table, const Node *command)
{
    Arena *arena = looking->arena;
    const char *subtype = node_text(command, "subtype");
    const char *name = node_text(command, "name");
    if (strcmp(subtype, "AT_AddColumn") == 0)
        look_at_new_column(looking, table, node_field(command, "def"));
    else if (strcmp(subtype, "AT_AddConstraint") == 0)
        look_at_new_constraint(looking, table, node_field(command, "def"));
    else if (strcmp(subtype, "AT_AlterColumnType") == 0)
        look_at_type(looking, table, command);
    else if (strcmp(subtype, "AT_SetNotNull") == 0)
        add(looking, MATTER_SETS_NOT_NULL, table->name,
            arena_printf(arena, "makes the column %s of %s NOT NULL", name, table->name));
    else if (strcmp(subtype, "AT_DropColumn") == 0)
        add(looking, MATTER_DROPS_COLUMN, table->name,
            arena_printf(arena, "drops the column %s of %s", name, table->name));
    else if (strcmp(subtype, "AT_DropConstraint") == 0)
        add(looking, is_key(table, name) ? MATTER_DROPS_KEY : MATTER_DROPS_OTHER, table->name,
            arena_printf(arena, "drops the constraint %s of %s", name, table->name));
    for (size_t i = 0; i < sizeof ALTER_MATTERS / sizeof *ALTER_MATTERS; i++)
        if (strcmp(subtype, ALTER_MATTERS[i].subtype) == 0)
            add(looking, ALTER_MATTERS[i].matter, table->name,
                arena_printf(arena, "%s %s", ALTER_MATTERS[i].what, table->name));
    if (node_text_is(command, "behavior", "DROP_CASCADE"))
        add(looking, MATTER_DROPS_ALONG, table->name,
            arena_printf(arena, "drops from %s what depends on it along (CASCADE)", table->name));
}

static void look_at_alter(Looking *looking, const Node *node)
{
    Named table = named_range(looking, node_field(node, "relation"));
    if (table.is_new)
        return;
    NODE_EACH(command, node_field(node, "cmds"))
    look_at_command(looking, &table, command);
}

static void look_at_index(Looking *looking, const Node *node)
{
    Named table = named_range(looking, node_field(node, "relation"));
    if (!table.is_new)
        add(looking, MATTER_ADDS_INDEX, table.name,
            arena_printf(looking->arena, "builds an index on %s", table.name));
}

// Names of these are not in the application's queries.
static bool is_renamed_unseen(const char *type)
{
    static const char UNSEEN[] =
        "OBJECT_INDEX OBJECT_TABCONSTRAINT OBJECT_DOMCONSTRAINT OBJECT_TRIGGER OBJECT_POLICY "
        "OBJECT_RULE OBJECT_STATISTIC_EXT OBJECT_EVENT_TRIGGER OBJECT_PUBLICATION "
        "OBJECT_SUBSCRIPTION OBJECT_TABLESPACE";
    return *type && strstr(UNSEEN, type);
}

static void look_at_rename(Looking *looking, const Node *node)
{
    const Node *range = node_field(node, "relation");
    Named table = range ? named_range(looking, range) : (Named){0};
    bool is_column = node_text_is(node, "renameType", "OBJECT_COLUMN");
    if (is_renamed_unseen(node_text(node, "renameType")) || table.is_new)
        return;
    add(looking, MATTER_RENAMES, table.name,
        is_column    ? arena_printf(looking->arena, "renames the column %s of %s",
                                    node_text(node, "subname"), table.name)
        : table.name ? arena_printf(looking->arena, "renames %s", table.name)
                     : arena_printf(looking->arena, "gives something that is there the name %s",
                                    node_text(node, "newname")));
}

static void look_at_move(Looking *looking, const Node *node)
{
    const Node *range = node_field(node, "relation");
    Named table = range ? named_range(looking, range) : (Named){0};
    if (!table.is_new)
        add(looking, MATTER_RENAMES, table.name,
            arena_printf(looking->arena, "moves %s into the schema %s",
                         table.name ? table.name : "something", node_text(node, "newschema")));
}

static void look_at_dropped_relation(Looking *looking, const Node *object, bool has_rows)
{
    Named table = named_list(looking, object, 0);
    if (!table.is_new)
        add(looking, has_rows ? MATTER_DROPS_TABLE : MATTER_DROPS_OTHER, table.name,
            arena_printf(looking->arena, "drops %s%s", table.name,
                         has_rows ? " with its rows" : ""));
}

static void look_at_dropped(Looking *looking, const char *type, const Node *object)
{
    static const char ALONG[] = "OBJECT_SCHEMA OBJECT_EXTENSION OBJECT_FOREIGN_SERVER";
    static const char OF_RELATIONS[] = "OBJECT_TRIGGER OBJECT_POLICY OBJECT_RULE";
    bool is_view = strcmp(type, "OBJECT_VIEW") == 0 || strcmp(type, "OBJECT_MATVIEW") == 0 ||
                   strcmp(type, "OBJECT_FOREIGN_TABLE") == 0;
    const char *name = node_dotted(looking->arena, object);
    if (!*name)
        name = node_text(object, NULL);
    if (strcmp(type, "OBJECT_TABLE") == 0 || is_view)
        look_at_dropped_relation(looking, object, !is_view);
    else if (strstr(OF_RELATIONS, type) && named_list(looking, object, 1).is_new)
        return;
    else
        add(looking, strstr(ALONG, type) ? MATTER_DROPS_ALONG : MATTER_DROPS_OTHER, NULL,
            *name ? arena_printf(looking->arena, "drops %s", name) : "drops what others may call");
}

static void look_at_drop(Looking *looking, const Node *node)
{
    size_t before = looking->facts->len;
    NODE_EACH(object, node_field(node, "objects"))
    look_at_dropped(looking, node_text(node, "removeType"), object);
    if (node_text_is(node, "behavior", "DROP_CASCADE") && looking->facts->len > before)
        add(looking, MATTER_DROPS_ALONG, NULL, "drops what depends on it along (CASCADE)");
}

static void look_at_truncate(Looking *looking, const Node *node)
{
    NODE_EACH(range, node_field(node, "relations"))
    {
        Named table = named_range(looking, range);
        if (!table.is_new)
            add(looking, MATTER_REMOVES_ROWS, table.name,
                arena_printf(looking->arena, "removes all rows of %s", table.name));
    }
}

// One that changes rows, also where it stands in a WITH.
static void look_at_rows(Looking *looking, const Node *node)
{
    Named table = named_range(looking, node_field(node, "relation"));
    bool is_delete = node_is(node, "DeleteStmt");
    bool is_insert = node_is(node, "InsertStmt");
    bool reads = node_has(node, "selectStmt.fromClause");
    if (table.is_new || (is_insert && !reads && !node_has(node, "onConflictClause")))
        return;
    if (is_delete && !node_has(node, "whereClause"))
        add(looking, MATTER_REMOVES_ROWS, table.name,
            arena_printf(looking->arena, "removes all rows of %s", table.name));
    else
        add(looking, MATTER_CHANGES_ROWS, table.name,
            arena_printf(looking->arena, "%s rows of %s",
                         is_delete                    ? "removes"
                         : is_insert                  ? "copies or overwrites"
                         : node_is(node, "MergeStmt") ? "merges"
                                                      : "changes",
                         table.name));
}

static void look_at_all_rows(Looking *looking, const Node *root)
{
    NODE_WALK(node, root)
    if (node_is(node, "InsertStmt") || node_is(node, "UpdateStmt") || node_is(node, "DeleteStmt") ||
        node_is(node, "MergeStmt"))
        look_at_rows(looking, node);
}

static void look_at_routine(Looking *looking, const Node *node)
{
    const Node *names = node_field(node, "funcname");
    if (!node_flag(node, "replace"))
        return;
    const Routine *known = model_routine(looking->look->model, NULL, node_last_text(names), NULL);
    if (!known || known->made.transaction < looking->look->first_transaction)
        add(looking, MATTER_CHANGES_ROUTINE, NULL,
            arena_printf(looking->arena, "makes the function %s, or replaces it",
                         node_dotted(looking->arena, names)));
}

typedef struct OtherMatter {
    const char *kind;
    RiskMatter matter;
    const char *what;
} OtherMatter;

static const OtherMatter OTHERS[] = {
    {"AlterFunctionStmt", MATTER_CHANGES_ROUTINE, "changes a function"},
    {"DropOwnedStmt", MATTER_DROPS_ALONG, "drops all that a role owns"},
    {"DropRoleStmt", MATTER_DROPS_ALONG, "drops a role"},
    {"DropTableSpaceStmt", MATTER_DROPS_ALONG, "drops a tablespace"},
    {"DropUserMappingStmt", MATTER_DROPS_OTHER, "drops a user mapping"},
    {"DropdbStmt", MATTER_DROPS_ALONG, "drops a database"},
    {"DropSubscriptionStmt", MATTER_DROPS_ALONG, "drops a subscription"},
};

static void look_at_statement(Looking *looking, const ParsedStatement *parsed);

static void look_at_body(Looking *looking)
{
    const ParsedStatement *around = looking->parsed;
    const Body *body = body_of(looking->arena, looking->parsed);
    VEC_EACH (const BodyStatement, statement, &body->statements)
        if (statement->parsed.node && !node_is(statement->parsed.node, "DoStmt"))
            look_at_statement(looking, &statement->parsed);
    looking->parsed = around;
}

static void look_at_statement(Looking *looking, const ParsedStatement *parsed)
{
    const Node *node = parsed->node;
    looking->parsed = parsed;
    if (node_is(node, "AlterTableStmt"))
        look_at_alter(looking, node);
    else if (node_is(node, "IndexStmt"))
        look_at_index(looking, node);
    else if (node_is(node, "RenameStmt"))
        look_at_rename(looking, node);
    else if (node_is(node, "AlterObjectSchemaStmt"))
        look_at_move(looking, node);
    else if (node_is(node, "DropStmt"))
        look_at_drop(looking, node);
    else if (node_is(node, "TruncateStmt"))
        look_at_truncate(looking, node);
    else if (node_is(node, "CreateFunctionStmt"))
        look_at_routine(looking, node);
    else if (node_is(node, "DoStmt"))
        look_at_body(looking);
    else
        look_at_all_rows(looking, node);
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (node_is(node, OTHERS[i].kind))
            add(looking, OTHERS[i].matter, NULL, OTHERS[i].what);
}

static void look_at_effects(Looking *looking, const Effects *effects)
{
    Arena *arena = looking->arena;
    if (effects->is_incomplete)
        add(looking, MATTER_IS_UNSEEN, NULL, "runs what cannot be seen before");
    VEC_EACH (const Effect, effect, &effects->items) {
        const char *relation = arena_strdup(arena, effect->relation);
        if (effect->is_new || is_of_the_plan(looking, effect->known))
            continue;
        if (effect->is_rewritten)
            add(looking, MATTER_REWRITES, relation,
                arena_printf(arena, "writes %s anew under a lock", relation));
        else if (effect->is_scanned && lock_mode_blocks_writes(effect->mode))
            add(looking, MATTER_SCANS, relation,
                arena_printf(arena, "reads all of %s under a lock that blocks %s", relation,
                             lock_mode_blocks_reads(effect->mode) ? "everybody" : "writes"));
        else if (effect->builds_index && lock_mode_blocks_writes(effect->mode))
            add(looking, MATTER_BLOCKS_WRITES, relation,
                arena_printf(arena, "blocks writes to %s while an index is built", relation));
    }
}

void risk_facts_of(Arena *arena, const RiskLook *look, RiskFacts *facts)
{
    Looking looking = {arena, look, look->parsed, facts};
    look_at_statement(&looking, look->parsed);
    looking.parsed = look->parsed;
    if (look->effects)
        look_at_effects(&looking, look->effects);
}
