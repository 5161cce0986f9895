// Who may do what, and which schema an unqualified name means.
#include "check/rules/families.h"
#include "check/rules/object.h"

#include <string.h>

// grant-revoke-owner

static const char *grantees(const Judged *judged, const Node *statement)
{
    NameList list = {0};
    NODE_EACH(role, node_field(statement, "grantees"))
    {
        const char *name = node_text(role, "rolename");
        name_list_add(judged->scratch, &list,
                      *name                                               ? name
                      : node_text_is(role, "roletype", "ROLESPEC_PUBLIC") ? "PUBLIC"
                                                                          : "the current role");
    }
    return name_list_text(judged->scratch, &list);
}

static bool is_to_public(const Node *statement)
{
    NODE_EACH(role, node_field(statement, "grantees"))
    if (node_text_is(role, "roletype", "ROLESPEC_PUBLIC"))
        return true;
    return false;
}

// All privileges, or one that is more than to look: nobody means that for PUBLIC on a table.
static bool is_wide(const Node *statement)
{
    const Node *privileges = node_field(statement, "privileges");
    NODE_EACH(privilege, privileges)
    if (!node_text_is(privilege, "priv_name", "select"))
        return true;
    return !privileges;
}

static bool has_only_own(const Judged *judged, const Node *statement)
{
    if (!node_text_is(statement, "targtype", "ACL_TARGET_OBJECT"))
        return false;
    NODE_EACH(object, node_field(statement, "objects"))
    {
        const Node *names = object_names(object);
        const Routine *routine = object_routine(judged, names);
        const Type *type = object_type(judged, names);
        if (node_is(object, "String") || // a schema, a database: who made it is not known
            !(relation_is_ours(judged, object_relation(judged, names)) ||
              (routine && made_is_ours(judged, &routine->made)) ||
              (type && made_is_ours(judged, &type->made))))
            return false;
    }
    return true;
}

static const char *first_object(const Judged *judged, const Node *statement)
{
    const Node *object = node_first(node_field(statement, "objects"));
    return object ? object_name(judged, object_names(object)) : "";
}

static void check_grant(const Judged *judged, const Node *statement)
{
    bool is_table = node_text_is(statement, "objtype", "OBJECT_TABLE");
    const char *name = first_object(judged, statement);
    if (has_only_own(judged, statement))
        return;
    if (!node_flag(statement, "is_grant"))
        judged_report(judged, NULL, name, "takes privileges%s%s from %s: what needs them fails",
                      *name ? " on " : "", name, grantees(judged, statement));
    else if (is_to_public(statement) && is_table && is_wide(statement))
        judged_report(judged, NULL, name, "lets every role change %s%s: PUBLIC is everybody",
                      *name ? "rows of " : "rows", name);
}

static void check_owner(const Judged *judged)
{
    const Node *owner = node_field(judged->command ? judged->command : judged->node, "newowner");
    const Node *range = node_field(judged->node, "relation");
    const Node *object = range ? range : object_names(node_field(judged->node, "object"));
    const Routine *routine = range ? NULL : object_routine(judged, object);
    const Type *type = range ? NULL : object_type(judged, object);
    if ((range && object_is_ours(judged, range)) ||
        (routine && made_is_ours(judged, &routine->made)) ||
        (type && made_is_ours(judged, &type->made)))
        return;
    const char *name = object_name(judged, object);
    const char *role = node_text(owner, "rolename");
    judged_report(judged, judged->command, name,
                  "makes %s the owner of %s: the one before cannot change it any more, and row "
                  "level security may hold for other roles",
                  *role ? role : "the current role", name);
}

static void check_privilege(const Judged *judged)
{
    if (node_is(judged->node, "GrantStmt"))
        check_grant(judged, judged->node);
    else if (node_is(judged->node, "AlterDefaultPrivilegesStmt"))
        check_grant(judged, node_field(judged->node, "action"));
    else if (node_is(judged->node, "ReassignOwnedStmt"))
        judged_report(judged, NULL, "", "gives all that the role owns here to %s",
                      node_text(judged->node, "newrole.rolename"));
    else
        check_owner(judged);
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY);"
static const RuleExample PRIVILEGE_BAD[] = {
    {.setup = NOTES, .sql = "ALTER TABLE notes OWNER TO pg_monitor;"},
    {.setup = NOTES, .sql = "REVOKE SELECT ON notes FROM PUBLIC;"},
    {.setup = NOTES, .sql = "GRANT ALL ON notes TO PUBLIC;"},
    {.sql = "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;"},
    {0},
};
static const RuleExample PRIVILEGE_GOOD[] = {
    {.setup = NOTES, .sql = "GRANT SELECT, INSERT ON notes TO pg_monitor;"},
    {.sql = NOTES "REVOKE ALL ON notes FROM PUBLIC; ALTER TABLE notes OWNER TO CURRENT_USER;",
     .note = "made in the same file"},
    {.sql = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            "REVOKE EXECUTE ON FUNCTION one() FROM PUBLIC;",
     .note = "made in the same file"},
    {0},
};

// search-path-dependence

static bool sets_path_by_call(const Judged *judged)
{
    const Node *call = node_field(node_first(node_field(judged->node, "targetList")), "val");
    const Node *name = node_first(node_field(call, "args"));
    const Node *value = node_next(name);
    return node_is(call, "FuncCall") &&
           strcmp(node_last_text(node_field(call, "funcname")), "set_config") == 0 &&
           node_text_is(name, "sval.sval", "search_path") && *node_text(value, "sval.sval") &&
           !node_flag(node_next(value), "boolval.boolval");
}

static bool sets_path(const Judged *judged)
{
    const Node *node = judged->node;
    if (node_is(node, "SelectStmt"))
        return sets_path_by_call(judged);
    const Node *first = node_first(node_field(node, "args"));
    return node_text_is(node, "name", "search_path") && !node_flag(node, "is_local") &&
           node_text_is(node, "kind", "VAR_SET_VALUE") && *node_text(first, "sval.sval");
}

static void check_search_path(const Judged *judged)
{
    if (sets_path(judged))
        judged_report(judged, NULL, "",
                      "what unqualified names mean from here on depends on the session, and in a "
                      "pool the next client has this search_path too");
}

static const RuleExample SEARCH_PATH_BAD[] = {
    {.setup = "CREATE SCHEMA shop;",
     .sql = "SET search_path = shop, public; CREATE TABLE items (id bigint);"},
    {.sql = "SELECT set_config('search_path', 'public', false);"},
    {0},
};
static const RuleExample SEARCH_PATH_GOOD[] = {
    {.setup = "CREATE SCHEMA shop;", .sql = "CREATE TABLE shop.items (id bigint);"},
    {.setup = "CREATE SCHEMA shop;",
     .sql = "SET LOCAL search_path = shop; CREATE TABLE items (id bigint);",
     .note = "ends with the transaction"},
    {.sql = "SELECT pg_catalog.set_config('search_path', '', false);",
     .note = "a dump: every name is qualified",
     .allows = "set-leaks-session"},
    {0},
};

const Rule RULES_PRIVILEGE[] = {
    {
        .id = "grant-revoke-owner",
        .severity = SEVERITY_WARNING,
        .risk = RISK_SECURITY,
        .summary = "privileges or the owner of something in use change",
        .why = "A REVOKE or another owner takes effect at the commit, for sessions that run: the "
               "application's role gets 42501 where it worked a moment ago. The owner is also who "
               "may run later migrations on the object, and is exempt from its policies. A GRANT "
               "to PUBLIC gives to every role of the cluster, those of tomorrow as well. ALTER "
               "TABLE ... OWNER takes ACCESS EXCLUSIVE.",
        .instead = "grant the new way first, deploy, look at who still uses the old one, revoke "
                   "later",
        .instead_sql = "GRANT SELECT ON notes TO app_reader;",
        .on = "GrantStmt AlterDefaultPrivilegesStmt AlterOwnerStmt ReassignOwnedStmt "
              "AT_ChangeOwner",
        .check = check_privilege,
        .bad = PRIVILEGE_BAD,
        .good = PRIVILEGE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "search-path-dependence",
        .severity = SEVERITY_WARNING,
        .risk = RISK_OPERATION,
        .summary = "the meaning of unqualified names is changed for the session",
        .why = "The same file makes its tables in another schema when it is run by another role or "
               "behind another file, and a schema that does not exist is passed over in silence. "
               "The setting stays in the session: behind a pooler the application's next query "
               "has it.",
        .instead = "qualify names, or SET LOCAL inside the transaction",
        .instead_sql = "CREATE TABLE shop.items (id bigint);",
        .on = "VariableSetStmt SelectStmt",
        .check = check_search_path,
        .bad = SEARCH_PATH_BAD,
        .good = SEARCH_PATH_GOOD,
    },
    {0},
};
