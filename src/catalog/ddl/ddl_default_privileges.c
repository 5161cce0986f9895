// Privileges where there is no object of the user's: of what will be made, and of the system's own.
#include "base/require.h"
#include "base/text.h"
#include "catalog/ddl/ddl_grant.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

enum {
    NAME_MAX_BYTES = 1024
};

// What quote_ident() quoted, as privileges_text() does.
static const char *role_name(const Ddl *ddl, Str quoted)
{
    TEXT_SCOPED name;
    text_init(&name, NAME_MAX_BYTES);
    bool is_quoted = str_starts(quoted, STR("\""));
    for (size_t i = is_quoted; i + is_quoted < quoted.n; i++) {
        text_append_char(&name, quoted.p[i]);
        if (is_quoted && quoted.p[i] == '"')
            i++;
    }
    return quote_name(ddl->arena, arena_dup(ddl->arena, text_str(&name)));
}

typedef struct Defaults {
    const char *role;
    const char *objects;    // "tables"
    const char *schema;     // " IN SCHEMA app"; "": everywhere
    const char *grant_word; // of one such object; NULL: not known
} Defaults;

static const char *const OBJECTS[][2] = {
    {"functions", "FUNCTION"}, {"large objects", "LARGE OBJECT"},
    {"schemas", "SCHEMA"},     {"sequences", "SEQUENCE"},
    {"tables", "TABLE"},       {"types", "TYPE"},
};

// "of app on tables in schema shop"
static Defaults read_identity(const Ddl *ddl, const SnapshotObject *object)
{
    Str rest = str_skip(str_from(object->identity), strlen("of "));
    size_t on = ddl_scan(rest, STR(" on "));
    Defaults defaults = {.role = role_name(ddl, (Str){rest.p, on}), .schema = ""};
    rest = str_skip(rest, on + strlen(" on "));
    size_t in = ddl_scan(rest, STR(" in schema "));
    defaults.objects = arena_dup(ddl->arena, (Str){rest.p, in});
    if (in < rest.n)
        defaults.schema = arena_printf(ddl->arena, " IN SCHEMA " STR_FMT,
                                       STR_ARG(str_skip(rest, in + strlen(" in schema "))));
    for (size_t i = 0; i < sizeof OBJECTS / sizeof *OBJECTS; i++)
        if (strcmp(OBJECTS[i][0], defaults.objects) == 0)
            defaults.grant_word = OBJECTS[i][1];
    return defaults;
}

// Those of a schema are beside the others, those of everywhere in place of the built-in ones.
static bool read_grants(Ddl *ddl, const Defaults *defaults, const SnapshotObject *object,
                        Grants *ret_grants)
{
    const char *text = object ? ddl_value(ddl, object, "privileges") : NULL;
    if (text)
        return privileges_read(ddl->arena, text, ret_grants);
    if (!object && !*defaults->schema)
        ddl_add_built_in(ddl, defaults->grant_word, defaults->role, ret_grants);
    return true;
}

static bool set_defaults(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const SnapshotObject *object = now ? now : then;
    REQUIRE(object);
    Defaults defaults = read_identity(ddl, object);
    Grants old = {0};
    Grants new = {0};
    if (!defaults.grant_word || !read_grants(ddl, &defaults, then, &old) ||
        !read_grants(ddl, &defaults, now, &new))
        return ddl_refuse(ddl,
                          "default privileges %s: they are of a newer server than this program",
                          object->identity);
    DdlGranting granting = {
        .ddl = ddl,
        .prefix = arena_printf(ddl->arena, "ALTER DEFAULT PRIVILEGES FOR ROLE %s%s ", defaults.role,
                               defaults.schema),
        .place = defaults.objects,
    };
    ddl_change_grants(&granting, &old, &new, defaults.role);
    return true;
}

static bool create_defaults(Ddl *ddl, const SnapshotObject *object)
{
    return set_defaults(ddl, NULL, object);
}

static bool drop_defaults(Ddl *ddl, const SnapshotObject *object)
{
    return set_defaults(ddl, object, NULL);
}

static DdlResult change_defaults(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return set_defaults(ddl, then, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_DEFAULT_PRIVILEGES = {
    .kind = "default privileges",
    .create = create_defaults,
    .drop = drop_defaults,
    .change = change_defaults,
};

// As pg_identify_object() calls them. Where one begins with another, the longer one is first.
static const struct {
    const char *type;
    const char *grant_word;
    bool is_column;
} SYSTEM_OBJECTS[] = {
    {"aggregate ", "FUNCTION", false},
    {"composite type ", "TYPE", false},
    {"domain ", "DOMAIN", false},
    {"foreign table column ", "TABLE", true},
    {"foreign table ", "TABLE", false},
    {"foreign-data wrapper ", "FOREIGN DATA WRAPPER", false},
    {"function ", "FUNCTION", false},
    {"language ", "LANGUAGE", false},
    {"materialized view column ", "TABLE", true},
    {"materialized view ", "TABLE", false},
    {"procedure ", "PROCEDURE", false},
    {"schema ", "SCHEMA", false},
    {"sequence ", "SEQUENCE", false},
    {"server ", "FOREIGN SERVER", false},
    {"table column ", "TABLE", true},
    {"table ", "TABLE", false},
    {"type ", "TYPE", false},
    {"view column ", "TABLE", true},
    {"view ", "TABLE", false},
};

// "app.t.a" as the table "app.t" and its column.
static void set_column(DdlGranting *granting, const char *grant_word, const char *identity)
{
    Str rest = str_from(identity);
    size_t dot = 0;
    for (size_t at = 0; (at = ddl_scan(rest, STR("."))) < rest.n; rest = str_skip(rest, at + 1))
        dot = (size_t)(rest.p - identity) + at;
    Arena *arena = granting->ddl->arena;
    granting->place = arena_printf(arena, "%s %.*s", grant_word, (int)dot, identity);
    granting->column = identity + dot + 1;
}

static bool set_place(DdlGranting *granting, const SnapshotObject *object)
{
    for (size_t i = 0; i < sizeof SYSTEM_OBJECTS / sizeof *SYSTEM_OBJECTS; i++) {
        Str type = str_from(SYSTEM_OBJECTS[i].type);
        if (!str_starts(str_from(object->identity), type))
            continue;
        const char *identity = object->identity + type.n;
        if (SYSTEM_OBJECTS[i].is_column)
            set_column(granting, SYSTEM_OBJECTS[i].grant_word, identity);
        else
            granting->place =
                arena_printf(granting->ddl->arena, "%s %s", SYSTEM_OBJECTS[i].grant_word, identity);
        return true;
    }
    return false;
}

// What is not said is as it was when the system or its extension was made.
static bool set_system(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const SnapshotObject *object = now ? now : then;
    REQUIRE(object);
    const char *before = ddl_value(ddl, object, then ? "privileges" : "initial privileges");
    const char *behind = ddl_value(ddl, object, now ? "privileges" : "initial privileges");
    if (then && now)
        before = ddl_value(ddl, then, "privileges");
    DdlGranting granting = {.ddl = ddl, .prefix = ""};
    Grants old = {0};
    Grants new = {0};
    if (!set_place(&granting, object) || !before || !behind ||
        !privileges_read(ddl->arena, before, &old) || !privileges_read(ddl->arena, behind, &new))
        return ddl_refuse(ddl, "privileges of %s: nothing is known of such an object",
                          object->identity);
    ddl_change_grants(&granting, &old, &new, NULL);
    return true;
}

static bool create_system(Ddl *ddl, const SnapshotObject *object)
{
    return set_system(ddl, NULL, object);
}

static bool drop_system(Ddl *ddl, const SnapshotObject *object)
{
    return set_system(ddl, object, NULL);
}

static DdlResult change_system(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return set_system(ddl, then, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_SYSTEM_PRIVILEGES = {
    .kind = "system privileges",
    .create = create_system,
    .drop = drop_system,
    .change = change_system,
};

// Which large objects there are is data, so whether this one is there is not known: without it the
// statements fail. One without an entry is its owner's alone.
static bool drop_large_object(Ddl *ddl, const SnapshotObject *object)
{
    const char *owner = ddl_value(ddl, object, "owner");
    const char *privileges = ddl_value(ddl, object, "privileges");
    DdlGranting granting = {
        .ddl = ddl,
        .prefix = "",
        .place = arena_printf(ddl->arena, "LARGE OBJECT %s", object->identity),
    };
    Grants old = {0};
    Grants new = {0};
    if (!owner || !privileges || !privileges_read(ddl->arena, privileges, &old))
        return ddl_refuse(ddl,
                          "large object %s: its privileges are of a newer server than this "
                          "program",
                          object->identity);
    owner = quote_name(ddl->arena, owner);
    ddl_add_built_in(ddl, "LARGE OBJECT", owner, &new);
    ddl_change_grants(&granting, &old, &new, owner);
    return true;
}

static bool create_large_object(Ddl *ddl, const SnapshotObject *object)
{
    return true; // owner and privileges are all that is known of it
}

static DdlResult change_large_object(Ddl *ddl, const SnapshotObject *then,
                                     const SnapshotObject *now)
{
    return DDL_DONE; // it has an owner and privileges
}

const DdlKind DDL_LARGE_OBJECT = {
    .kind = "large object",
    .owner_word = "LARGE OBJECT",
    .grant_word = "LARGE OBJECT",
    .create = create_large_object,
    .drop = drop_large_object,
    .change = change_large_object,
};
