// Functions and procedures, as pg_get_functiondef() writes them.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

// What CREATE OR REPLACE cannot change (ProcedureCreate() of src/backend/catalog/pg_proc.c).
typedef struct Header {
    DdlItems arguments;
    Str returns;
    bool is_window;
} Header;

static const char *text_of(const Ddl *ddl, const SnapshotObject *object)
{
    const char *source = ddl_value(ddl, object, "source");
    return source ? source : ddl_value(ddl, object, "definition");
}

static Str without_last_line_end(const char *text)
{
    Str all = str_from(text);
    return str_ends(all, STR("\n")) ? (Str){all.p, all.n - 1} : all;
}

static Str behind(Str text, Str needle)
{
    size_t at = ddl_scan(text, needle);
    return at < text.n ? str_skip(text, at + needle.n) : (Str){0};
}

static Header header_of(const Ddl *ddl, const SnapshotObject *object)
{
    Str rest = behind(str_from(text_of(ddl, object)), STR("("));
    size_t close = ddl_scan(rest, STR(")"));
    Header header = {.arguments =
                         ddl_items(ddl->arena, arena_dup(ddl->arena, (Str){rest.p, close}))};
    rest = close < rest.n ? str_skip(rest, close + 1) : (Str){0};
    size_t language = ddl_scan(rest, STR("\n LANGUAGE "));
    size_t transform = ddl_scan(rest, STR("\n TRANSFORM "));
    header.returns = (Str){rest.p, language < transform ? language : transform};
    header.is_window =
        str_starts(behind(behind(rest, STR("\n LANGUAGE ")), STR("\n")), STR(" WINDOW"));
    return header;
}

// A default may come and change, not go; a name may be given, not taken or changed.
static bool may_replace_argument(Str then, Str now)
{
    size_t old = ddl_scan(then, STR(" DEFAULT "));
    size_t new = ddl_scan(now, STR(" DEFAULT "));
    Str type = {then.p, old};
    Str other = {now.p, new};
    bool is_named_now =
        other.n > type.n + 1 && str_ends(other, type) && other.p[other.n - type.n - 1] == ' ';
    return (str_eq(type, other) || is_named_now) && (old == then.n || new < now.n);
}

static bool may_replace(const Header *then, const Header *now)
{
    if (then->is_window != now->is_window || !str_eq(then->returns, now->returns) ||
        then->arguments.len != now->arguments.len)
        return false;
    for (size_t i = 0; i < now->arguments.len; i++)
        if (!may_replace_argument(then->arguments.items[i], now->arguments.items[i]))
            return false;
    return true;
}

static bool create_routine(Ddl *ddl, const SnapshotObject *object)
{
    static const Str REPLACE = {"CREATE OR REPLACE ", sizeof "CREATE OR REPLACE " - 1};
    const char *text = text_of(ddl, object);
    if (!text || !str_starts(str_from(text), REPLACE))
        return ddl_refuse(ddl, "%s %s: its text was not read", object->kind, object->identity);
    Str rest = str_skip(without_last_line_end(text), REPLACE.n);
    ddl_add(ddl, "CREATE " STR_FMT, STR_ARG(rest));
    return true;
}

static DdlResult change_routine(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *old = text_of(ddl, then);
    const char *new = text_of(ddl, now);
    if (!old || !new)
        return DDL_BY_CREATE;
    if (strcmp(old, new) == 0)
        return DDL_DONE;
    Header before = header_of(ddl, then);
    Header after = header_of(ddl, now);
    if (!may_replace(&before, &after))
        return DDL_BY_CREATE;
    ddl_add(ddl, STR_FMT, STR_ARG(without_last_line_end(new)));
    return DDL_DONE;
}

static bool drop_function(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP FUNCTION %s", object->identity);
    return true;
}

static bool drop_procedure(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP PROCEDURE %s", object->identity);
    return true;
}

const DdlKind DDL_FUNCTION = {
    .kind = "function",
    .owner_word = "FUNCTION",
    .grant_word = "FUNCTION",
    .create = create_routine,
    .drop = drop_function,
    .change = change_routine,
};

const DdlKind DDL_PROCEDURE = {
    .kind = "procedure",
    .owner_word = "PROCEDURE",
    .grant_word = "PROCEDURE",
    .create = create_routine,
    .drop = drop_procedure,
    .change = change_routine,
};
