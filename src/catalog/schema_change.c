#include "catalog/schema_change.h"

#include "base/text.h"
#include "catalog/change/changing.h"
#include "catalog/privileges.h"

#include <stdarg.h>

enum {
    SCRIPT_MAX = 1 << 30
};

void changing_refuse(Changing *changing, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *refusal = arena_vprintf(changing->arena, format, args);
    va_end(args);
    VEC_EACH (const char *const, known, &changing->change->refusals)
        if (strcmp(*known, refusal) == 0)
            return;
    *vec_append(changing->arena, &changing->change->refusals) = refusal;
}

Ddl changing_ddl(const Changing *changing)
{
    return (Ddl){
        .arena = changing->arena,
        .server_major = changing->now.snapshot->server_major,
        .then = &changing->then.parts,
        .now = &changing->now.parts,
        .default_grantees = &changing->default_grantees,
    };
}

static void check_side(Changing *changing, const Snapshot *snapshot, const char *side)
{
    VEC_EACH (const SnapshotGap, gap, &snapshot->gaps)
        changing_refuse(changing, "%s: %lld of it could not be read %s, %s", gap->kind,
                        (long long)gap->count, side, gap->why);
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (!object->text) {
            changing_refuse(changing,
                            "there are hashes alone %s, as a backup has them: SQL needs "
                            "the texts of what they are of",
                            side);
            return;
        }
    if (!snapshot->has_edges)
        changing_refuse(changing,
                        "what depends on what is not known %s: the snapshot was written by an "
                        "older version",
                        side);
}

static bool has_role(const Words *roles, const char *role)
{
    VEC_EACH (const char *const, known, roles)
        if (strcmp(*known, role) == 0)
            return true;
    return false;
}

// Those that still hold while new objects are made.
static void find_default_grantees(Changing *changing)
{
    VEC_EACH (const ChangeItem, item, &changing->items) {
        Grants grants = {0};
        Ddl ddl = changing_ddl(changing);
        if (!item->then || !item->now || strcmp(item->then->kind, "default privileges") != 0)
            continue;
        const char *text = ddl_value(&ddl, item->then, "privileges");
        if (!text || !privileges_read(changing->arena, text, &grants))
            continue;
        VEC_EACH (const Grant, grant, &grants)
            if (!has_role(&changing->default_grantees, grant->role))
                *vec_append(changing->arena, &changing->default_grantees) = grant->role;
    }
}

static void work_out(Changing *changing)
{
    changing_match(changing);
    changing_name(changing);
    find_default_grantees(changing);
    changing_link(changing);
    changing_spread(changing);
    changing_check_columns(changing);
    changing_host(changing);
    changing_order(changing);
}

bool schema_change(Arena *arena, const Snapshot *then, const Snapshot *now, SnapshotScope scope,
                   SchemaChange *ret_change)
{
    SchemaChange change = {0};
    Changing changing = {
        .arena = arena,
        .scope = scope,
        .then.snapshot = then,
        .now.snapshot = now,
        .change = &change,
    };
    if (then->server_major != now->server_major)
        changing_refuse(
            &changing, "the two are of PostgreSQL %d and %d, which deparse the same in other words",
            then->server_major, now->server_major);
    check_side(&changing, then, "before");
    check_side(&changing, now, "behind");
    if (!change.refusals.len)
        work_out(&changing);
    *ret_change = change;
    return change.refusals.len == 0;
}

// Comment lines never end a comment: a name may hold a line end.
static void append_comment(Text *text, const char *before, const char *line)
{
    text_printf(text, "-- %s", before);
    for (const char *p = line; *p; p++)
        text_append_char(text, *p == '\n' || *p == '\r' ? ' ' : *p);
    text_append_char(text, '\n');
}

static void append_statements(Text *text, const DdlStatements *statements)
{
    bool is_inside = false;
    VEC_EACH (const DdlStatement, statement, statements) {
        if (is_inside == statement->is_outside)
            text_printf(text, "%s\n", is_inside ? "COMMIT;\n" : "BEGIN;\n");
        is_inside = !statement->is_outside;
        if (statement->loss)
            append_comment(text, "loses: ", statement->loss);
        text_printf(text, "%s;\n", statement->sql);
    }
    if (is_inside)
        text_printf(text, "\nCOMMIT;\n");
}

const char *schema_change_script(Arena *arena, const SchemaChange *change, const Words *head)
{
    TEXT_SCOPED text;
    text_init(&text, SCRIPT_MAX);
    if (head)
        VEC_EACH (const char *const, line, head)
            append_comment(&text, "", *line);
    VEC_EACH (const char *const, offer, &change->offers)
        append_comment(&text, "", *offer);
    text_printf(&text, "SET search_path = '';\nSET check_function_bodies = off;\n\n");
    append_statements(&text, &change->statements);
    text_printf(&text, "\nRESET search_path;\nRESET check_function_bodies;\n");
    return arena_dup(arena, text_str(&text));
}
