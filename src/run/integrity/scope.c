// Which relations are looked at, and which of them cannot be read.
#include "base/text.h"
#include "io/json.h"
#include "queries.h"
#include "run/integrity/integrity_private.h"
#include "sql/quote.h"

enum {
    LIST_MAX = 64 << 20,
    DETAILS_MOST = 20
};

// Columns of integrity/scope.sql.
enum {
    SCOPE_OID,
    SCOPE_NAME,
    SCOPE_KIND,
    SCOPE_BYTES,
    SCOPE_READABLE,
    SCOPE_SCHEMA_USABLE,
    SCOPE_SCHEMA,
    SCOPE_HIDDEN,
    SCOPE_LOCKED,
    SCOPE_KEY,
    SCOPE_EMPTY,
};

typedef struct Obstacle {
    IntegrityId kind;
    Words names;
} Obstacle;

static void add_oid(Text *list, const char *oid)
{
    text_printf(list, "%s%s", list->len ? "," : "{", oid);
}

static const char *ended(Arena *arena, Text *list)
{
    text_append(list, list->len ? STR("}") : STR("{}"));
    return arena_dup(arena, text_str(list));
}

// A schema that may not be used is granted first, each once.
static const char *grants(Examination *examination, const Rows *rows, const Words *names)
{
    Arena *arena = examination->arena;
    const char *role = quote_identifier(arena, session_user(examination->session));
    TEXT_SCOPED text;
    text_init(&text, LIST_MAX);
    const char *last = "";
    for (size_t row = 0; row < rows->count; row++) {
        const char *schema = rows_text(rows, row, SCOPE_SCHEMA);
        if (rows_bool(rows, row, SCOPE_SCHEMA_USABLE) || strcmp(schema, last) == 0)
            continue;
        text_printf(&text, "GRANT USAGE ON SCHEMA %s TO %s; ", schema, role);
        last = schema;
    }
    text_append(&text, STR("GRANT SELECT ON "));
    for (size_t i = 0; i < names->len && i < DETAILS_MOST; i++)
        text_printf(&text, "%s%s", i ? ", " : "", names->items[i]);
    text_printf(&text, "%s TO %s; or, from 14 on: GRANT pg_read_all_data TO %s;",
                names->len > DETAILS_MOST ? ", ..." : "", role, role);
    return arena_dup(arena, text_str(&text));
}

static void tell(Examination *examination, const Rows *rows, const Obstacle *obstacle)
{
    static const char *const WORDS[] = {
        [INTEGRITY_READABLE] = "may not be read",
        [INTEGRITY_HIDDEN] = "may have rows that are hidden from this role",
        [INTEGRITY_LOCKED] = "locked by somebody",
    };
    Arena *arena = examination->arena;
    size_t count = obstacle->names.len;
    if (!count)
        return;
    const char *fix = obstacle->kind == INTEGRITY_READABLE
                          ? grants(examination, rows, &obstacle->names)
                      : obstacle->kind == INTEGRITY_HIDDEN
                          ? "connect as their owner, or as a role with BYPASSRLS"
                          : "migrate-safe verify once more, when its holder has ended";
    Check *check = check_list_add(
        arena, examination->checks, &INTEGRITY_KINDS[obstacle->kind], VERDICT_UNKNOWN, fix, "%s %s",
        integrity_counted(arena, obstacle->kind, count), WORDS[obstacle->kind]);
    for (size_t i = 0; i < count && i < DETAILS_MOST; i++)
        check_detail(arena, check, "%s", obstacle->names.items[i]);
    if (count > DETAILS_MOST)
        check_detail(arena, check, "and %zu more", count - DETAILS_MOST);
}

static bool ask(Examination *examination, Rows *ret_rows, Err *err)
{
    const Words *tables = examination->options->tables;
    const char *parameters[] = {
        tables ? json_words_line(examination->arena, tables->items, tables->len) : NULL,
        examination->schema};
    return session_query(examination->session, examination->arena, QUERY_INTEGRITY_SCOPE.text, 2,
                         parameters, ret_rows, err) ||
           err_note(err, "listing the tables");
}

bool integrity_read_scope(Examination *examination, Err *err)
{
    Arena *arena = examination->arena;
    Obstacle unreadable = {.kind = INTEGRITY_READABLE};
    Obstacle hidden = {.kind = INTEGRITY_HIDDEN};
    Obstacle locked = {.kind = INTEGRITY_LOCKED};
    TEXT_SCOPED all;
    TEXT_SCOPED readable;
    Rows rows;
    text_init(&all, LIST_MAX);
    text_init(&readable, LIST_MAX);
    if (!ask(examination, &rows, err))
        return false;
    vec_reserve(arena, &examination->scope, rows.count + 1);
    for (size_t row = 0; row < rows.count; row++) {
        Scoped *scoped = vec_append(arena, &examination->scope);
        *scoped = (Scoped){
            .oid = rows_text(&rows, row, SCOPE_OID),
            .name = rows_text(&rows, row, SCOPE_NAME),
            .kind = *rows_text(&rows, row, SCOPE_KIND),
            .bytes = rows_int(&rows, row, SCOPE_BYTES),
            .key = rows_text(&rows, row, SCOPE_KEY),
        };
        // Even its constraints' texts cannot be asked for without waiting.
        bool is_locked = rows_bool(&rows, row, SCOPE_LOCKED);
        bool is_hidden = rows_bool(&rows, row, SCOPE_HIDDEN);
        bool may_read = rows_bool(&rows, row, SCOPE_READABLE);
        if (is_locked)
            *vec_append(arena, &locked.names) = scoped->name;
        else
            add_oid(&all, scoped->oid);
        if (!may_read)
            *vec_append(arena, &unreadable.names) = scoped->name;
        else if (is_hidden)
            *vec_append(arena, &hidden.names) = scoped->name;
        examination->looked_at += !is_locked;
        scoped->is_readable =
            may_read && !is_hidden && !is_locked && !rows_bool(&rows, row, SCOPE_EMPTY);
        if (scoped->is_readable)
            add_oid(&readable, scoped->oid);
    }
    examination->all = ended(arena, &all);
    examination->readable = ended(arena, &readable);
    tell(examination, &rows, &unreadable);
    tell(examination, &rows, &hidden);
    tell(examination, &rows, &locked);
    return true;
}
