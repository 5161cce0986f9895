#include "cli/rollback_partial.h"

#include "check/rollback_data.h"
#include "cli/diff_sql.h"
#include "io/file.h"
#include "io/json.h"
#include "run/schema_replay.h"
#include "run/script.h"
#include "run/snapshot.h"
#include "run/snapshot_store.h"

#include <string.h>

enum {
    MODE = 0644
};

typedef struct Partial {
    Workspace *workspace;
    const AppliedMigration *row; // that stopped half way
    const Migration *migration;  // its file; NULL: it is gone
    DiffSource before;
    DiffSource now;
    SnapshotScope scope;
    RollbackData data;
    DiffSql sql;
} Partial;

static bool find_dirty(Partial *partial, Err *err)
{
    VEC_EACH (const StatusEntry, entry, &partial->workspace->status.entries)
        if (entry->applied && entry->applied->is_dirty) {
            partial->row = entry->applied;
            partial->migration = entry->migration;
        }
    if (!partial->row) {
        fail(err, ERR_CHECK, "no migration stopped half way on %s",
             session_target(partial->workspace->target.session));
        return err_hint(err, "see: migrate-safe status");
    }
    if (!partial->row->is_dirty_down)
        return true;
    fail(err, ERR_CHECK, "version %s stopped while it was taken back", partial->row->version);
    return err_hint(err, "go on with it: migrate-safe recover --resume");
}

static int64_t applied_before(const Partial *partial)
{
    int64_t last = 0;
    VEC_EACH (const StatusEntry, entry, &partial->workspace->status.entries)
        if (entry->applied && entry->applied != partial->row &&
            entry->applied->applied_order > last)
            last = entry->applied->applied_order;
    return last;
}

// The snapshot that the last run before it has left.
static bool load_stored(Partial *partial, bool *ret_is_there, Err *err)
{
    StoredSnapshot stored;
    Workspace *workspace = partial->workspace;
    Arena *arena = workspace->context->arena;
    if (!snapshot_store_find(arena, &workspace->target, &stored, err))
        return false;
    *ret_is_there = stored.id && stored.fingerprint &&
                    stored.applied_last == applied_before(partial) &&
                    stored.server_major == session_server_major(workspace->target.session);
    partial->before.name = "the snapshot that the run before it has stored";
    return !*ret_is_there ||
           snapshot_store_load(arena, &workspace->target, &stored, &partial->before.snapshot, err);
}

static bool replay(Partial *partial, Err *err)
{
    Words roles = {0};
    Workspace *workspace = partial->workspace;
    Arena *arena = workspace->context->arena;
    Source applied = workspace->source;
    SchemaReplayOptions options = {.major = session_server_major(workspace->target.session),
                                   .schema = workspace->target.schema,
                                   .run_id = workspace->run_id,
                                   .roles = &roles,
                                   .owner = session_user(workspace->target.session),
                                   .sink = &workspace->sink};
    applied.table = NULL;
    applied.migrations = (Migrations){0};
    VEC_EACH (const StatusEntry, entry, &workspace->status.entries)
        if (entry->applied && entry->migration && entry->applied != partial->row)
            *vec_append(arena, &applied.migrations) = *entry->migration;
    partial->scope = SNAPSHOT_DUMPED;
    partial->before.name = "the migrations before it, run on a server of our own";
    return schema_replay_roles(arena, workspace->target.session, &roles, err) &&
           schema_replay(arena, &applied, &options, &partial->before.snapshot, err);
}

static bool read_schemas(Partial *partial, Err *err)
{
    bool is_stored;
    Target *target = &partial->workspace->target;
    partial->now.name = session_target(target->session);
    return load_stored(partial, &is_stored, err) && (is_stored || replay(partial, err)) &&
           snapshot_take_linked(partial->workspace->context->arena, target->session, target->schema,
                                partial->before.snapshot.has_roles, &partial->now.snapshot, err);
}

// The statements that are done, and the one that may have begun.
static bool read_statements(Partial *partial, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    ParsedStatement parsed;
    int64_t left = partial->row->statements_done + 1;
    Arena *arena = partial->workspace->context->arena;
    if (!partial->migration || !script_open(&partial->migration->up, &reader, err))
        return !partial->migration;
    while (left > 0) {
        SplitResult result = parse_next(arena, script_splitter(reader), &parsed, err);
        if (result != SPLIT_STATEMENT)
            return result == SPLIT_END;
        StatementClass class = parsed.statement.class;
        left -= class != STATEMENT_BEGIN && class != STATEMENT_COMMIT;
        rollback_data_statement(arena, &parsed, &partial->before.snapshot, &partial->now.snapshot,
                                &partial->data);
    }
    return true;
}

static void add_lines(Arena *arena, const char *what, const Words *lines, Words *head)
{
    VEC_EACH (const char *const, line, lines)
        *vec_append(arena, head) = arena_printf(arena, "%s%s", what, *line);
}

static const char *script_of(const Partial *partial)
{
    Words head = {0};
    Arena *arena = partial->workspace->context->arena;
    const AppliedMigration *row = partial->row;
    *vec_append(arena, &head) = arena_printf(
        arena, "Takes back what is there of version %s: %lld of %lld statements are done.",
        row->version, (long long)row->statements_done, (long long)row->statements_total);
    *vec_append(arena, &head) =
        arena_printf(arena, "From %s to %s.", partial->now.name, partial->before.name);
    *vec_append(arena, &head) =
        partial->sql.server
            ? arena_printf(arena, "Proven on PostgreSQL %s, without rows.", partial->sql.server)
            : arena_printf(arena, "NOT PROVEN: %s", partial->sql.no_proof);
    add_lines(arena, "Loses: what the up destroyed: ", &partial->data.destroyed, &head);
    add_lines(arena, "Not taken back: ", &partial->data.refused, &head);
    add_lines(arena, "Not taken back, if it was: ", &partial->data.doubts, &head);
    VEC_EACH (const RollbackSeed, seed, &partial->data.seeds)
        *vec_append(arena, &head) =
            arena_printf(arena, "Not taken back: line %d: rows that it writes into %s",
                         seed->position.line, seed->table);
    *vec_append(arena, &head) = "Behind it: migrate-safe recover --mark-not-applied";
    return schema_change_script(arena, partial->sql.change, &head);
}

static bool write(const Partial *partial, const char *script, Err *err)
{
    Context *context = partial->workspace->context;
    const char *path = option_text(&context->options, OPTION_OUTPUT);
    if (path && !file_write(path, str_from(script), MODE, err))
        return false;
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        json_put(document, "schema", json_cstr("migrate-safe/generate-rollback-partial/1"));
        json_put(document, "version", json_cstr(partial->row->version));
        json_put(document, "statements_done", json_integer(partial->row->statements_done));
        json_put(document, "statements_total", json_integer(partial->row->statements_total));
        json_put(document, "proven_on", json_cstr(partial->sql.server));
        json_put(document, "text", json_cstr(script));
        return json_write(stdout, document) || fail(err, ERR_IO, "stdout cannot be written");
    }
    if (!path)
        fputs(script, context->out.stream);
    return true;
}

static bool refuse(const SchemaChange *change, Err *err)
{
    fail(err, ERR_CHECK, "no SQL: %s", change->refusals.items[0]);
    return err_hint(err, "see all that differs: migrate-safe drift --replay");
}

static bool has_invalid_index(const Snapshot *snapshot)
{
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (strcmp(object->kind, "invalid index") == 0)
            return true;
    return false;
}

// What CONCURRENTLY left behind is made by nobody on purpose, so it cannot be tried.
static bool make_sql(Partial *partial, Err *err)
{
    Context *context = partial->workspace->context;
    if (!has_invalid_index(&partial->now.snapshot))
        return diff_sql_make(context, &partial->now, &partial->before, partial->scope,
                             &partial->sql, err);
    SchemaChange *change = arena_new_object(context->arena, SchemaChange);
    partial->sql = (DiffSql){
        .change = change, .no_proof = "an invalid index is there, and none can be made to try it"};
    return schema_change(context->arena, &partial->now.snapshot, &partial->before.snapshot,
                         partial->scope, change) ||
           change->refusals.len;
}

static bool make(Partial *partial, Err *err)
{
    Context *context = partial->workspace->context;
    if (!workspace_load_sound(partial->workspace, err) ||
        !workspace_connect(partial->workspace, err) || !find_dirty(partial, err) ||
        !read_schemas(partial, err) || !read_statements(partial, err) || !make_sql(partial, err))
        return false;
    rollback_data_schemas(context->arena, &partial->before.snapshot, &partial->now.snapshot,
                          &partial->data);
    return !partial->sql.change->refusals.len || refuse(partial->sql.change, err);
}

int rollback_partial(Workspace *workspace)
{
    Err err = {0};
    Partial partial = {.workspace = workspace, .scope = SNAPSHOT_WHOLE};
    if (!make(&partial, &err) || !write(&partial, script_of(&partial), &err))
        return command_fail(workspace->context, &err);
    return 0;
}
