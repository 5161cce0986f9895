#include "check/fix/taken.h"

#include <string.h>

static void add(Arena *arena, Words *keys, const char *kind, const char *name)
{
    *vec_append(arena, keys) = arena_printf(arena, "%s %s", kind, name);
}

static void add_part(Arena *arena, Words *keys, const char *kind, const char *table,
                     const char *name)
{
    *vec_append(arena, keys) = arena_printf(arena, "%s %s.%s", kind, table, name);
}

static bool add_command(Arena *arena, const Node *command, const char *table, Words *keys)
{
    static const struct {
        const char *subtype, *kind, *name;
    } COMMANDS[] = {
        {"AT_AddColumn", "column", "def.colname"},
        {"AT_DropColumn", "column", "name"},
        {"AT_AddConstraint", "constraint", "def.conname"},
        {"AT_DropConstraint", "constraint", "name"},
        {"AT_ValidateConstraint", "constraint", "name"},
        {"AT_SetNotNull", "not null", "name"},
        {"AT_DropNotNull", "not null", "name"},
        {"AT_ColumnDefault", "default", "name"},
        {"AT_AlterColumnType", "type", "name"},
    };
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        if (!node_text_is(command, "subtype", COMMANDS[i].subtype))
            continue;
        const char *name = node_text(command, COMMANDS[i].name);
        if (*name)
            add_part(arena, keys, COMMANDS[i].kind, table, name);
        return *name != '\0';
    }
    return false;
}

static bool add_commands(Arena *arena, const Node *alter, Words *keys)
{
    const char *table = node_text(alter, "relation.relname");
    NODE_EACH(command, node_field(alter, "cmds"))
    if (!add_command(arena, command, table, keys))
        return false;
    return true;
}

// The names of one object of DROP: a list, or what holds one.
static const Node *names_of(const Node *object)
{
    static const char *const PLACES[] = {"names", "objname"};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        if (node_has(object, PLACES[i]))
            return node_field(object, PLACES[i]);
    return object;
}

static bool add_dropped(Arena *arena, const Node *drop, Words *keys)
{
    static const struct {
        const char *type, *kind;
        bool is_part; // of a table, whose name is the last but one
    } KINDS[] = {
        {"OBJECT_INDEX", "index", false},         {"OBJECT_TABLE", "table", false},
        {"OBJECT_VIEW", "view", false},           {"OBJECT_MATVIEW", "view", false},
        {"OBJECT_SEQUENCE", "sequence", false},   {"OBJECT_TYPE", "type", false},
        {"OBJECT_FUNCTION", "function", false},   {"OBJECT_SCHEMA", "schema", false},
        {"OBJECT_EXTENSION", "extension", false}, {"OBJECT_TRIGGER", "trigger", true},
        {"OBJECT_POLICY", "policy", true},
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (!node_text_is(drop, "removeType", KINDS[i].type))
            continue;
        NODE_EACH(object, node_field(drop, "objects"))
        {
            const Node *names = names_of(object);
            const char *table = "";
            if (KINDS[i].is_part)
                NODE_EACH(name, names)
            if (node_next(name) && !node_next(node_next(name)))
                table = node_text(name, NULL);
            if (KINDS[i].is_part)
                add_part(arena, keys, KINDS[i].kind, table, node_last_text(names));
            else
                add(arena, keys, KINDS[i].kind,
                    node_count(names) ? node_last_text(names) : node_text(names, NULL));
        }
        return true;
    }
    return false;
}

// There and back are the same two names.
static void add_renamed(Arena *arena, const Node *rename, Words *keys)
{
    const char *part = node_text(rename, "subname");
    const char *table = node_text(rename, "relation.relname");
    const char *old_name = *part ? part : table;
    const char *new_name = node_text(rename, "newname");
    bool is_sorted = strcmp(old_name, new_name) < 0;
    *vec_append(arena, keys) = arena_printf(
        arena, "rename %s %s %s %s", node_text(rename, "renameType"), *part ? table : "",
        is_sorted ? old_name : new_name, is_sorted ? new_name : old_name);
}

const char *taken_rows(Arena *arena, const Node *statement, bool is_down)
{
    bool is_truncate = node_is(statement, "TruncateStmt");
    bool is_gone = node_is(statement, "DeleteStmt") || is_truncate;
    const Node *range = is_truncate ? node_first(node_field(statement, "relations"))
                                    : node_field(statement, "relation");
    const char *verb = node_is(statement, "UpdateStmt") ? "UPDATE"
                       : is_down ? (node_is(statement, "InsertStmt") ? "INSERT" : NULL)
                       : is_gone ? "INSERT"
                                 : NULL;
    return verb ? arena_printf(arena, "rows %s %s", verb, node_text(range, "relname")) : NULL;
}

bool taken_objects(Arena *arena, const Node *statement, Words *ret_keys)
{
    static const struct {
        const char *kind, *object, *table, *name;
        bool is_list; // `name` is a list of names
    } MADE[] = {
        {"IndexStmt", "index", NULL, "idxname", false},
        {"CreateStmt", "table", NULL, "relation.relname", false},
        {"CreateTableAsStmt", "table", NULL, "into.rel.relname", false},
        {"ViewStmt", "view", NULL, "view.relname", false},
        {"CreateSeqStmt", "sequence", NULL, "sequence.relname", false},
        {"CreateEnumStmt", "type", NULL, "typeName", true},
        {"CreateDomainStmt", "type", NULL, "domainname", true},
        {"CompositeTypeStmt", "type", NULL, "typevar.relname", false},
        {"CreateFunctionStmt", "function", NULL, "funcname", true},
        {"CreateSchemaStmt", "schema", NULL, "schemaname", false},
        {"CreateExtensionStmt", "extension", NULL, "extname", false},
        {"CreateTrigStmt", "trigger", "relation.relname", "trigname", false},
        {"CreatePolicyStmt", "policy", "table.relname", "policy_name", false},
    };
    if (node_is(statement, "AlterTableStmt"))
        return add_commands(arena, statement, ret_keys);
    if (node_is(statement, "DropStmt"))
        return add_dropped(arena, statement, ret_keys);
    if (node_is(statement, "CommentStmt")) {
        *vec_append(arena, ret_keys) =
            arena_printf(arena, "comment %s %s", node_text(statement, "objtype"),
                         node_dotted(arena, names_of(node_field(statement, "object"))));
        return true;
    }
    if (node_is(statement, "RenameStmt") && node_has(statement, "relation")) {
        add_renamed(arena, statement, ret_keys);
        return true;
    }
    for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++) {
        if (!node_is(statement, MADE[i].kind))
            continue;
        const Node *names = node_field(statement, MADE[i].name);
        const char *name = MADE[i].is_list ? node_last_text(names) : node_text(names, NULL);
        if (MADE[i].table)
            add_part(arena, ret_keys, MADE[i].object, node_text(statement, MADE[i].table), name);
        else
            add(arena, ret_keys, MADE[i].object, name);
        return *name != '\0';
    }
    return false;
}
