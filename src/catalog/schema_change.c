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

void changing_add_default_grantees(const Changing *changing, const SnapshotObject *object,
                                   Words *grantees)
{
    Grants grants = {0};
    Ddl ddl = {.arena = changing->arena};
    if (strcmp(object->kind, "default privileges") != 0)
        return;
    const char *text = ddl_value(&ddl, object, "privileges");
    if (!text || !privileges_read(changing->arena, text, &grants))
        return;
    VEC_EACH (const Grant, grant, &grants)
        if (!has_role(grantees, grant->role))
            *vec_append(changing->arena, grantees) = grant->role;
}

// Those that still hold while new objects are made.
static void find_default_grantees(Changing *changing)
{
    VEC_EACH (const ChangeItem, item, &changing->items)
        if (item->then && item->now)
            changing_add_default_grantees(changing, item->then, &changing->default_grantees);
}

bool changing_is_one_database(const Changing *changing)
{
    const char *then = changing->then.snapshot->database;
    const char *now = changing->now.snapshot->database;
    return then && now && strcmp(then, now) == 0;
}

// What is outside of the transaction stays first, unless it already needs the new names.
static void put_renames_first(Changing *changing)
{
    DdlStatements all = {0};
    size_t first = 0;
    while (!changing->is_outside_renamed && first < changing->change->statements.len &&
           changing->change->statements.items[first].is_outside)
        *vec_append(changing->arena, &all) = changing->change->statements.items[first++];
    VEC_EACH (const DdlStatement, statement, &changing->renames)
        *vec_append(changing->arena, &all) = *statement;
    for (size_t i = first; i < changing->change->statements.len; i++)
        *vec_append(changing->arena, &all) = changing->change->statements.items[i];
    changing->change->statements = all;
}

static void work_out(Changing *changing)
{
    changing_rename(changing);
    if (changing->change->refusals.len)
        return;
    changing_match(changing);
    changing_offer(changing);
    find_default_grantees(changing);
    changing_link(changing);
    changing_spread(changing);
    changing_check_columns(changing);
    changing_host(changing);
    changing_order(changing);
    put_renames_first(changing);
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
