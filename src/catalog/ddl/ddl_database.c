// The database: who may use it, how many at once, its comment, and settings for it and for roles.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 20
};

static bool refuse_whole(Ddl *ddl, const SnapshotObject *object)
{
    return ddl_refuse(ddl, "the database itself is neither made nor dropped");
}

// "app CONNECT WITH GRANT OPTION"; the owner is "(owner)".
static void add_access(Ddl *ddl, Str line, bool is_granted)
{
    size_t role = ddl_scan(line, STR(" "));
    Str rest = str_skip(line, role + 1);
    size_t with = ddl_scan(rest, STR(" WITH GRANT OPTION"));
    Str name = {line.p, role};
    bool is_owner = str_eq(name, STR("(owner)"));
    const char *before =
        arena_printf(ddl->arena, "%s " STR_FMT " ON DATABASE", is_granted ? "GRANT" : "REVOKE",
                     STR_ARG(((Str){rest.p, with})));
    const char *behind = arena_printf(ddl->arena, " %s " STR_FMT, is_granted ? "TO" : "FROM",
                                      STR_ARG(is_owner ? STR("") : name));
    const char *end = !is_granted ? " CASCADE" : with < rest.n ? " WITH GRANT OPTION" : "";
    if (is_owner)
        ddl_add_for_database_owner(ddl, before, behind, end);
    else
        ddl_add_for_database(ddl, before, arena_printf(ddl->arena, "%s%s", behind, end));
}

static DdlResult change_database(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    DdlItems old = ddl_lines(ddl->arena, ddl_value(ddl, then, "access"));
    DdlItems new = ddl_lines(ddl->arena, ddl_value(ddl, now, "access"));
    VEC_EACH (const Str, line, &old)
        if (!ddl_has_item(&new, *line))
            add_access(ddl, *line, false);
    VEC_EACH (const Str, line, &new)
        if (!ddl_has_item(&old, *line))
            add_access(ddl, *line, true);
    const char *limit = ddl_value(ddl, now, "connection limit");
    if (ddl_differs(then, now, "connection limit"))
        ddl_add_for_database(
            ddl, "ALTER DATABASE",
            arena_printf(ddl->arena, " CONNECTION LIMIT %s", limit ? limit : "-1"));
    const char *comment = ddl_value(ddl, now, "comment");
    if (ddl_differs(then, now, "comment"))
        ddl_add_for_database(ddl, "COMMENT ON DATABASE",
                             arena_printf(ddl->arena, " IS %s",
                                          comment ? quote_literal(ddl->arena, comment) : "NULL"));
    return DDL_DONE;
}

const DdlKind DDL_DATABASE = {
    .kind = "database",
    .create = refuse_whole,
    .drop = refuse_whole,
    .change = change_database,
};

// Settings whose value is a list of names (GUC_LIST_QUOTE, 13 to 18): one literal would be one
// name.
static const char *const LISTS[] = {
    "local_preload_libraries",  "search_path",      "session_preload_libraries",
    "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories",
};

static bool is_list(Str name)
{
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        if (str_eq_nocase(name, str_from(LISTS[i])))
            return true;
    return false;
}

// A name without quotes is read in small letters.
static const char *plain_name(Arena *arena, Str name)
{
    bool is_quoted = str_starts(name, STR("\""));
    TEXT_SCOPED plain;
    text_init(&plain, TEXT_MAX);
    for (size_t i = is_quoted; i + is_quoted < name.n; i++) {
        char c = name.p[i];
        bool is_capital = !is_quoted && c >= 'A' && c <= 'Z';
        text_append_char(&plain, is_capital ? (char)(c - 'A' + 'a') : c);
        i += is_quoted && c == '"';
    }
    return arena_dup(arena, text_str(&plain));
}

static const char *list_literals(const Ddl *ddl, const char *value)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    Str rest = str_from(value);
    for (;;) {
        size_t end = ddl_scan(rest, STR(","));
        const char *name = plain_name(ddl->arena, str_trim((Str){rest.p, end}));
        text_printf(&text, "%s%s", text.len ? ", " : "", quote_literal(ddl->arena, name));
        if (end == rest.n)
            return arena_dup(ddl->arena, text_str(&text));
        rest = str_skip(rest, end + 1);
    }
}

// The parts of "app.jwt", each a name.
static const char *setting_name(const Ddl *ddl, Str name)
{
    const char *quoted = "";
    while (name.n > 0) {
        Str part = str_until(name, '.');
        quoted = arena_printf(ddl->arena, "%s%s%s", quoted, *quoted ? "." : "",
                              quote_name(ddl->arena, arena_dup(ddl->arena, part)));
        name = str_skip(name, part.n < name.n ? part.n + 1 : part.n);
    }
    return quoted;
}

// "work_mem for app"; `what` is behind the name of the database.
static void add_setting(Ddl *ddl, const SnapshotObject *object, const char *verb, const char *value)
{
    Str identity = str_from(object->identity);
    size_t at = ddl_scan(identity, STR(" for "));
    const char *what =
        arena_printf(ddl->arena, " %s %s%s", verb, setting_name(ddl, (Str){identity.p, at}), value);
    const char *role = arena_printf(
        ddl->arena, "ALTER ROLE " STR_FMT,
        STR_ARG(str_skip(identity, at < identity.n ? at + strlen(" for ") : identity.n)));
    if (strcmp(object->kind, DDL_ROLE_SETTING.kind) == 0)
        ddl_add(ddl, "%s%s", role, what);
    else if (at < identity.n)
        ddl_add_for_database(ddl, arena_printf(ddl->arena, "%s IN DATABASE", role), what);
    else
        ddl_add_for_database(ddl, "ALTER DATABASE", what);
}

static bool create_setting(Ddl *ddl, const SnapshotObject *object)
{
    Str identity = str_from(object->identity);
    Str name = {identity.p, ddl_scan(identity, STR(" for "))};
    const char *value = ddl_value(ddl, object, "value");
    if (!value || ddl_value(ddl, object, "secret"))
        return ddl_refuse(ddl, "%s %s: its value is a secret, of which only the hash is known",
                          object->kind, object->identity);
    const char *literals =
        is_list(name) ? list_literals(ddl, value) : quote_literal(ddl->arena, value);
    add_setting(ddl, object, "SET", arena_printf(ddl->arena, " TO %s", literals));
    return true;
}

static bool drop_setting(Ddl *ddl, const SnapshotObject *object)
{
    add_setting(ddl, object, "RESET", "");
    return true;
}

static DdlResult change_setting(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return create_setting(ddl, now) ? DDL_DONE : DDL_REFUSED;
}

// DROP ROLE takes them along.
static bool drop_role_setting(Ddl *ddl, const SnapshotObject *object)
{
    Str identity = str_from(object->identity);
    size_t at = ddl_scan(identity, STR(" for "));
    return ddl_is_role_gone(ddl, str_skip(identity, at + strlen(" for "))) ||
           drop_setting(ddl, object);
}

const DdlKind DDL_ROLE_SETTING = {
    .kind = "role setting",
    .create = create_setting,
    .drop = drop_role_setting,
    .change = change_setting,
};

const DdlKind DDL_DATABASE_SETTING = {
    .kind = "database setting",
    .create = create_setting,
    .drop = drop_setting,
    .change = change_setting,
};
