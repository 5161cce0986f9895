#include "cli/rollback_partial.h"

#include "check/rollback_data.h"
#include "cli/diff_side.h"
#include "io/file.h"
#include "io/json.h"
#include "run/partial_proof.h"
#include "run/schema_proof.h"
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
    Words roles; // of the server
    Migrations applied;
    SchemaChange change;
    PartialProof proof;  // on rows
    SchemaProof schemas; // without, where that could not be tried
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

static void find_applied(Partial *partial)
{
    Workspace *workspace = partial->workspace;
    VEC_EACH (const StatusEntry, entry, &workspace->status.entries)
        if (entry->applied && entry->migration && entry->applied != partial->row)
            *vec_append(workspace->context->arena, &partial->applied) = *entry->migration;
}

static bool replay(Partial *partial, Err *err)
{
    Workspace *workspace = partial->workspace;
    Arena *arena = workspace->context->arena;
    Source applied = workspace->source;
    SchemaReplayOptions options = {.major = session_server_major(workspace->target.session),
                                   .schema = workspace->target.schema,
                                   .run_id = workspace->run_id,
                                   .roles = &partial->roles,
                                   .owner = session_user(workspace->target.session),
                                   .sink = &workspace->sink};
    applied.table = NULL;
    applied.migrations = partial->applied;
    partial->scope = SNAPSHOT_DUMPED;
    partial->before.name = "the migrations before it, run on a server of our own";
    return schema_replay(arena, &applied, &options, &partial->before.snapshot, err);
}

// Between two databases an address says nothing: what has the same name is taken for the same.
static void take_addresses(Snapshot *before, const Snapshot *now)
{
    VEC_EACH (SnapshotObject, object, &before->objects) {
        const SnapshotObject *same = snapshot_find(now, object->kind, object->identity);
        object->address = same ? same->address : (SnapshotAddress){0};
    }
}

static bool read_schemas(Partial *partial, Err *err)
{
    bool is_stored;
    Target *target = &partial->workspace->target;
    partial->now.name = session_target(target->session);
    find_applied(partial);
    if (!schema_replay_roles(partial->workspace->context->arena, target->session, &partial->roles,
                             err) ||
        !load_stored(partial, &is_stored, err) || (!is_stored && !replay(partial, err)) ||
        !snapshot_take_linked(partial->workspace->context->arena, target->session, target->schema,
                              partial->before.snapshot.has_roles, &partial->now.snapshot, err))
        return false;
    if (!is_stored)
        take_addresses(&partial->before.snapshot, &partial->now.snapshot);
    return true;
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

static const char *count(Arena *arena, int64_t number, const char *one, const char *many)
{
    return arena_printf(arena, "%lld %s", (long long)number, number == 1 ? one : many);
}

static const char *proof_line(const Partial *partial)
{
    const PartialProof *proof = &partial->proof;
    const RoundTrip *trip = &proof->trip;
    Arena *arena = partial->workspace->context->arena;
    if (proof->server && trip->verdict == ROUND_TRIP_FAILS)
        return arena_printf(arena, "NOT PROVEN: tried on PostgreSQL %s it fails (%s): %s",
                            proof->server, trip->stage, trip->err.message);
    if (proof->server)
        return arena_printf(arena, "Proven by round trip on PostgreSQL %s, %s in %s%s",
                            proof->server, count(arena, trip->rows, "row", "rows"),
                            count(arena, trip->tables, "table", "tables"),
                            trip->fewer ? " (the statements fail with more)" : "");
    if (!partial->schemas.server)
        return arena_printf(arena, "NOT PROVEN: %s", partial->schemas.no_proof);
    return arena_printf(arena, "Proven on PostgreSQL %s, without rows: %s", partial->schemas.server,
                        proof->no_proof);
}

static void add_losses(const Partial *partial, Words *head)
{
    Arena *arena = partial->workspace->context->arena;
    const RoundTrip *trip = &partial->proof.trip;
    VEC_EACH (const RoundTripLoss, loss, &trip->lost)
        *vec_append(arena, head) = arena_printf(arena, "Loses: %s: they do not come back",
                                                round_trip_loss_text(arena, loss));
    VEC_EACH (const RoundTripLoss, loss, &trip->gone)
        *vec_append(arena, head) =
            arena_printf(arena, "Loses: %s written since", round_trip_loss_text(arena, loss));
    // those of a statement are told with its line
    for (size_t i = 0; !partial->data.seeds.len && i < trip->remains.len; i++)
        *vec_append(arena, head) = arena_printf(
            arena, "Not taken back: %s", round_trip_loss_text(arena, &trip->remains.items[i]));
    if (trip->has_caveat)
        *vec_append(arena, head) = arena_printf(
            arena, "Fails with rows that only the new schema takes, and then changes nothing: %s",
            trip->caveat.message);
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
    *vec_append(arena, &head) = proof_line(partial);
    add_losses(partial, &head);
    add_lines(arena, "Loses: what the up destroyed: ", &partial->data.destroyed, &head);
    add_lines(arena, "Not taken back: ", &partial->data.refused, &head);
    add_lines(arena, "Not taken back, if it was: ", &partial->data.doubts, &head);
    VEC_EACH (const RollbackSeed, seed, &partial->data.seeds)
        *vec_append(arena, &head) =
            arena_printf(arena, "Not taken back: line %d: rows that it writes into %s",
                         seed->position.line, seed->table);
    *vec_append(arena, &head) = "Behind it: migrate-safe recover --mark-not-applied";
    return schema_change_script(arena, &partial->change, &head);
}

// NULL: it is not.
static const char *proven_on(const Partial *partial)
{
    if (!partial->proof.server)
        return partial->schemas.server;
    return partial->proof.trip.verdict == ROUND_TRIP_FAILS ? NULL : partial->proof.server;
}

static bool write(const Partial *partial, const char *script, Err *err)
{
    bool is_tried = partial->proof.server != NULL;
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
        json_put(document, "proven_on", json_cstr(proven_on(partial)));
        json_put(document, "rows", is_tried ? json_integer(partial->proof.trip.rows) : json_null());
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

// What is proven without rows; what CONCURRENTLY left behind is made by nobody on purpose.
static bool prove_schemas(Partial *partial, Err *err)
{
    Target *target = &partial->workspace->target;
    if (has_invalid_index(&partial->now.snapshot)) {
        partial->schemas.no_proof =
            arena_printf(partial->workspace->context->arena,
                         "an invalid index is there, and none can be made to try it; %s",
                         partial->proof.no_proof);
        return true;
    }
    return schema_prove(partial->workspace->context->arena, &partial->now.snapshot,
                        &partial->before.snapshot, &partial->change, target->schema,
                        &partial->schemas, err);
}

static bool prove_on_rows(Partial *partial, Err *err)
{
    Workspace *workspace = partial->workspace;
    Arena *arena = workspace->context->arena;
    const Target *target = &workspace->target;
    RoundTripsOptions options = {.major = session_server_major(target->session),
                                 .schema = target->schema,
                                 .run_id = workspace->run_id,
                                 .roles = &partial->roles,
                                 .owner = session_user(target->session)};
    PartialRequest request = {.before = &partial->applied,
                              .migration = partial->migration,
                              .done = partial->row->statements_done,
                              .then = &partial->before.snapshot,
                              .now = &partial->now.snapshot,
                              .text = schema_change_script(arena, &partial->change, NULL)};
    if (!partial->migration) {
        partial->proof.no_proof = "its file is gone";
        return true;
    }
    return partial_prove(arena, &request, &options, &partial->proof, err);
}

static bool refuse_other(const Partial *partial, Err *err)
{
    fail(err, ERR_CHECK, "no SQL: it was tried on a server of our own, and brings another schema");
    return err_detail(err, "%s", partial->proof.trip.reason);
}

// What no dump carries is not compared with what a replay made, but CONCURRENTLY left it here.
static void drop_invalid_indexes(Partial *partial)
{
    Arena *arena = partial->workspace->context->arena;
    DdlStatements rest = partial->change.statements;
    partial->change.statements = (DdlStatements){0};
    VEC_EACH (const SnapshotObject, object, &partial->now.snapshot.objects)
        if (strcmp(object->kind, "invalid index") == 0)
            *vec_append(arena, &partial->change.statements) =
                (DdlStatement){.sql = arena_printf(arena, "DROP INDEX %s", object->identity)};
    VEC_EACH (const DdlStatement, statement, &rest)
        *vec_append(arena, &partial->change.statements) = *statement;
}

static bool prove(Partial *partial, Err *err)
{
    SnapshotDifferences differences; // one without a statement is seen by trying
    snapshot_differences(partial->workspace->context->arena, &partial->now.snapshot,
                         &partial->before.snapshot, partial->scope, &differences);
    if (!differences.len && !partial->change.statements.len) {
        partial->schemas.no_proof = "there is nothing to prove";
        return true;
    }
    if (!prove_on_rows(partial, err))
        return false;
    const RoundTrip *trip = &partial->proof.trip;
    if (trip->verdict == ROUND_TRIP_DIFFERS && trip->reason[0])
        return refuse_other(partial, err);
    return partial->proof.server || prove_schemas(partial, err);
}

// Without what nobody can write there is none of it.
static bool make_sql(Partial *partial, Err *err)
{
    if (!schema_change(partial->workspace->context->arena, &partial->now.snapshot,
                       &partial->before.snapshot, partial->scope, &partial->change))
        return refuse(&partial->change, err);
    if (partial->scope == SNAPSHOT_DUMPED)
        drop_invalid_indexes(partial);
    return prove(partial, err);
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
    return true;
}

int rollback_partial(Workspace *workspace)
{
    Err err = {0};
    Partial partial = {.workspace = workspace, .scope = SNAPSHOT_WHOLE};
    if (!make(&partial, &err) || !write(&partial, script_of(&partial), &err))
        return command_fail(workspace->context, &err);
    return 0;
}
