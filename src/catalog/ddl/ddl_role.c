// Roles and who is a member of which. Passwords are not known: a role that is made has none.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

enum {
    OPTIONS_MAX = 1 << 12
};

typedef struct RoleFlag {
    const char *name;
    const char *word; // where the attribute has its value
    const char *usual;
} RoleFlag;

static const RoleFlag FLAGS[] = {
    {"superuser", "SUPERUSER", "NOSUPERUSER"},
    {"inherit", "NOINHERIT", "INHERIT"},
    {"create role", "CREATEROLE", "NOCREATEROLE"},
    {"create database", "CREATEDB", "NOCREATEDB"},
    {"login", "LOGIN", "NOLOGIN"},
    {"replication", "REPLICATION", "NOREPLICATION"},
    {"bypass row security", "BYPASSRLS", "NOBYPASSRLS"},
};

bool ddl_is_role_gone(const Ddl *ddl, Str role)
{
    const char *name = arena_dup(ddl->arena, role);
    return ddl_part_find(ddl->then, "", "role", name) && !ddl_part_find(ddl->now, "", "role", name);
}

static bool is_other(const SnapshotObject *then, const SnapshotObject *now, const char *name)
{
    Str value;
    return then ? ddl_differs(then, now, name)
                : snapshot_attribute_find(now->text, str_from(name), &value);
}

// " LOGIN CONNECTION LIMIT 5": what is not as before, or not as usual where `then` is NULL.
static const char *role_options(const Ddl *ddl, const SnapshotObject *then,
                                const SnapshotObject *now)
{
    TEXT_SCOPED text;
    text_init(&text, OPTIONS_MAX);
    const char *limit = ddl_value(ddl, now, "connection limit");
    const char *until = ddl_value(ddl, now, "valid until");
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++)
        if (is_other(then, now, FLAGS[i].name))
            text_printf(&text, " %s",
                        ddl_value(ddl, now, FLAGS[i].name) ? FLAGS[i].word : FLAGS[i].usual);
    if (is_other(then, now, "connection limit"))
        text_printf(&text, " CONNECTION LIMIT %s", limit ? limit : "-1");
    if (is_other(then, now, "valid until"))
        text_printf(&text, " VALID UNTIL %s",
                    quote_literal(ddl->arena, until ? until : "infinity"));
    return arena_dup(ddl->arena, text_str(&text));
}

static bool say_rest(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *comment = ddl_value(ddl, now, "comment");
    if (is_other(then, now, "label"))
        return ddl_refuse(ddl, "role %s: a security label is its provider's to set", now->identity);
    if (is_other(then, now, "comment"))
        ddl_add(ddl, "COMMENT ON ROLE %s IS %s", now->identity,
                comment ? quote_literal(ddl->arena, comment) : "NULL");
    return true;
}

static bool create_role(Ddl *ddl, const SnapshotObject *role)
{
    ddl_add(ddl, "CREATE ROLE %s%s", role->identity, role_options(ddl, NULL, role));
    return say_rest(ddl, NULL, role);
}

static bool drop_role(Ddl *ddl, const SnapshotObject *role)
{
    ddl_add_loss(ddl, arena_printf(ddl->arena, "role %s and its password", role->identity),
                 "DROP ROLE %s", role->identity);
    return true;
}

static DdlResult change_role(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *options = role_options(ddl, then, now);
    if (options[0])
        ddl_add(ddl, "ALTER ROLE %s%s", now->identity, options);
    return say_rest(ddl, then, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_ROLE = {
    .kind = "role",
    .create = create_role,
    .drop = drop_role,
    .change = change_role,
};

typedef struct Membership {
    Str member;
    Str role;
    const char *by; // " GRANTED BY g", or ""
} Membership;

// "app in readers by admin"
static Membership membership_of(const Ddl *ddl, const SnapshotObject *object)
{
    Str identity = str_from(object->identity);
    size_t in = ddl_scan(identity, STR(" in "));
    Str rest = str_skip(identity, in + strlen(" in "));
    size_t by = ddl_scan(rest, STR(" by "));
    const char *grantor = "";
    if (by < rest.n)
        grantor = arena_printf(ddl->arena, " GRANTED BY " STR_FMT,
                               STR_ARG(str_skip(rest, by + strlen(" by "))));
    return (Membership){{identity.p, in}, {rest.p, by}, grantor};
}

// Since 16 each option is true or false; before, there is only one, to be granted or not.
static const char *membership_options(const Ddl *ddl, const SnapshotObject *object)
{
    const char *inherit = ddl_value(ddl, object, "inherit");
    bool is_admin = ddl_value(ddl, object, "admin");
    if (!inherit)
        return is_admin ? " WITH ADMIN OPTION" : "";
    return arena_printf(ddl->arena, " WITH ADMIN %s, INHERIT %s, SET %s",
                        is_admin ? "TRUE" : "FALSE", inherit[0] == 'y' ? "TRUE" : "FALSE",
                        ddl_value(ddl, object, "set role") ? "FALSE" : "TRUE");
}

static bool create_membership(Ddl *ddl, const SnapshotObject *object)
{
    Membership membership = membership_of(ddl, object);
    ddl_add(ddl, "GRANT " STR_FMT " TO " STR_FMT "%s%s", STR_ARG(membership.role),
            STR_ARG(membership.member), membership_options(ddl, object), membership.by);
    return true;
}

// DROP ROLE of either takes it along, but not the one of the grantor.
static bool drop_membership(Ddl *ddl, const SnapshotObject *object)
{
    Membership membership = membership_of(ddl, object);
    if (!membership.by[0] &&
        (ddl_is_role_gone(ddl, membership.role) || ddl_is_role_gone(ddl, membership.member)))
        return true;
    ddl_add(ddl, "REVOKE " STR_FMT " FROM " STR_FMT "%s", STR_ARG(membership.role),
            STR_ARG(membership.member), membership.by);
    return true;
}

static DdlResult change_membership(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    Membership membership = membership_of(ddl, now);
    if (ddl->server_major < 16 && !ddl_value(ddl, now, "admin"))
        ddl_add(ddl, "REVOKE ADMIN OPTION FOR " STR_FMT " FROM " STR_FMT, STR_ARG(membership.role),
                STR_ARG(membership.member));
    else
        create_membership(ddl, now);
    return DDL_DONE;
}

const DdlKind DDL_MEMBERSHIP = {
    .kind = "membership",
    .create = create_membership,
    .drop = drop_membership,
    .change = change_membership,
};
