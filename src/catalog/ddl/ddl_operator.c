// Operators, and the classes and families that indexes find them in.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

enum {
    TEXT_MAX = 1 << 20
};

// "app.<(integer,integer)" gives "OPERATOR(app.<)".
static const char *operator_clause(const Ddl *ddl, const SnapshotObject *object, const char *option,
                                   const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    return value ? arena_printf(ddl->arena, ", %s = OPERATOR(%s)", option,
                                ddl_signature_name(ddl->arena, value))
                 : "";
}

static const char *operand_clause(const Ddl *ddl, Str type, const char *option)
{
    if (str_eq(type, STR("NONE")))
        return "";
    return arena_printf(ddl->arena, ", %s = " STR_FMT, option, STR_ARG(type));
}

static bool create_operator(Ddl *ddl, const SnapshotObject *object)
{
    const char *name = ddl_signature_name(ddl->arena, object->identity);
    Str operands = str_skip(str_from(object->identity), strlen(name) + 1);
    operands.n -= 1;
    DdlItems types = ddl_items(ddl->arena, arena_dup(ddl->arena, operands));
    REQUIRE(types.len == 2);
    ddl_add(ddl, "CREATE OPERATOR %s (%s%s%s%s%s%s%s%s%s)", name,
            ddl_function_clause(ddl, object, "FUNCTION = ", "function"),
            operand_clause(ddl, types.items[0], "LEFTARG"),
            operand_clause(ddl, types.items[1], "RIGHTARG"),
            operator_clause(ddl, object, "COMMUTATOR", "commutator"),
            operator_clause(ddl, object, "NEGATOR", "negator"),
            ddl_function_clause(ddl, object, ", RESTRICT = ", "restrict"),
            ddl_function_clause(ddl, object, ", JOIN = ", "join"),
            ddl_value(ddl, object, "hashes") ? ", HASHES" : "",
            ddl_value(ddl, object, "merges") ? ", MERGES" : "");
    return true;
}

static bool drop_operator(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP OPERATOR %s", object->identity);
    return true;
}

static const char *estimator(const Ddl *ddl, const SnapshotObject *object, const char *name)
{
    const char *clause = ddl_function_clause(ddl, object, "", name);
    return *clause ? clause : "NONE";
}

static DdlResult change_operator(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    static const char *const FIXED[] = {"function", "commutator", "negator", "hashes", "merges"};
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        if (ddl_differs(then, now, FIXED[i]))
            return DDL_BY_CREATE;
    if (ddl_differs(then, now, "restrict"))
        ddl_add(ddl, "ALTER OPERATOR %s SET (RESTRICT = %s)", now->identity,
                estimator(ddl, now, "restrict"));
    if (ddl_differs(then, now, "join"))
        ddl_add(ddl, "ALTER OPERATOR %s SET (JOIN = %s)", now->identity,
                estimator(ddl, now, "join"));
    return DDL_DONE;
}

const DdlKind DDL_OPERATOR = {
    .kind = "operator",
    .owner_word = "OPERATOR",
    .create = create_operator,
    .drop = drop_operator,
    .change = change_operator,
};

static DdlItems members_of(const Ddl *ddl, const SnapshotObject *object)
{
    return ddl_lines(ddl->arena, ddl_value(ddl, object, "members"));
}

// "app.odd_ops USING btree" as it stands between CREATE ... and the rest.
static Str access_method_of(const SnapshotObject *object, Str *ret_name)
{
    Str identity = str_from(object->identity);
    size_t at = ddl_scan(identity, STR(" USING "));
    *ret_name = (Str){identity.p, at};
    return str_skip(identity, at);
}

// STORAGE stands for a class that has nothing else: it says the type again.
static bool create_class(Ddl *ddl, const SnapshotObject *object)
{
    TEXT_SCOPED items;
    text_init(&items, TEXT_MAX);
    const char *storage = ddl_value(ddl, object, "storage");
    DdlItems members = members_of(ddl, object);
    VEC_EACH (const Str, line, &members)
        text_printf(&items, "%s" STR_FMT, items.len ? ", " : "", STR_ARG(*line));
    if (storage || !members.len)
        text_printf(&items, "%sSTORAGE %s", items.len ? ", " : "",
                    storage ? storage : ddl_value(ddl, object, "type"));
    Str name;
    Str using = access_method_of(object, &name);
    ddl_add(ddl, "CREATE OPERATOR CLASS " STR_FMT "%s%s" STR_FMT "%s AS %s", STR_ARG(name),
            ddl_value(ddl, object, "default") ? " DEFAULT" : "",
            ddl_clause(ddl, object, " FOR TYPE ", "type"), STR_ARG(using),
            ddl_clause(ddl, object, " FAMILY ", "family"), text_cstr(&items));
    return true;
}

static bool drop_class(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP OPERATOR CLASS %s", object->identity);
    return true;
}

const DdlKind DDL_OPERATOR_CLASS = {
    .kind = "operator class",
    .owner_word = "OPERATOR CLASS",
    .create = create_class,
    .drop = drop_class,
};

static void add_members(Ddl *ddl, const SnapshotObject *object, const DdlItems *but)
{
    DdlItems members = members_of(ddl, object);
    VEC_EACH (const Str, line, &members)
        if (!ddl_has_item(but, *line))
            ddl_add(ddl, "ALTER OPERATOR FAMILY %s ADD " STR_FMT, object->identity, STR_ARG(*line));
}

// "OPERATOR 1 app.<(integer,integer) FOR ORDER BY ..." is dropped as "OPERATOR 1
// (integer,integer)", "FUNCTION 1 (integer, integer) app.f(integer,integer)" as "FUNCTION 1
// (integer, integer)".
static const char *member_place(const Ddl *ddl, Str line)
{
    size_t word = ddl_scan(line, STR(" "));
    Str rest = str_skip(line, word + 1);
    size_t number = ddl_scan(rest, STR(" "));
    size_t open = ddl_scan(rest, STR("("));
    Str types = str_skip(rest, open);
    size_t close = ddl_scan(str_skip(types, 1), STR(")"));
    return arena_printf(ddl->arena, STR_FMT " " STR_FMT " " STR_FMT ")",
                        STR_ARG(((Str){line.p, word})), STR_ARG(((Str){rest.p, number})),
                        STR_ARG(((Str){types.p, close + 1})));
}

static void drop_members(Ddl *ddl, const SnapshotObject *object, const DdlItems *but)
{
    DdlItems members = members_of(ddl, object);
    VEC_EACH (const Str, line, &members)
        if (!ddl_has_item(but, *line))
            ddl_add(ddl, "ALTER OPERATOR FAMILY %s DROP %s", object->identity,
                    member_place(ddl, *line));
}

// Of a family of the system's or of an extension's only what was added is known: it has no owner.
static bool is_users(const Ddl *ddl, const SnapshotObject *object)
{
    return ddl_value(ddl, object, "owner") != NULL;
}

static bool create_family(Ddl *ddl, const SnapshotObject *object)
{
    if (is_users(ddl, object))
        ddl_add(ddl, "CREATE OPERATOR FAMILY %s", object->identity);
    add_members(ddl, object, &(DdlItems){0});
    return true;
}

static bool drop_family(Ddl *ddl, const SnapshotObject *object)
{
    if (is_users(ddl, object))
        ddl_add(ddl, "DROP OPERATOR FAMILY %s", object->identity);
    else
        drop_members(ddl, object, &(DdlItems){0});
    return true;
}

static DdlResult change_family(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    DdlItems old = members_of(ddl, then);
    DdlItems new = members_of(ddl, now);
    drop_members(ddl, then, &new);
    add_members(ddl, now, &old);
    return DDL_DONE;
}

const DdlKind DDL_OPERATOR_FAMILY = {
    .kind = "operator family",
    .owner_word = "OPERATOR FAMILY",
    .create = create_family,
    .drop = drop_family,
    .change = change_family,
};
