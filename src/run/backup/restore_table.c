#include "run/backup/restore_table.h"

#include "check/restore_name.h"
#include "config.h"
#include "io/clock.h"
#include "io/fault.h"
#include "io/file.h"
#include "io/json.h"
#include "pg/client.h"
#include "queries.h"
#include "run/backup/facts.h"
#include "run/backup/restore_private.h"
#include "run/backup/restore_scratch.h"
#include "sql/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Move {
    Arena *arena;
    const RestoreOptions *options;
    Target *live;
    Scratch *scratch;
    const char *schema; // new, in both
    RestoredTables *result;
} Move;

static bool moved(const Move *move, const char *kind, const char *name, Err *err)
{
    return session_exec(move->scratch->session,
                        arena_printf(move->arena, "ALTER %s %s SET SCHEMA %s", kind, name,
                                     quote_identifier(move->arena, move->schema)),
                        err) ||
           err_note(err, "in a copy of the backup, %s", name);
}

// How the live database would say that it has it: to_regtype and its kind give null, not an error.
static const char *look_for(const char *kind)
{
    if (strcmp(kind, "TYPE") == 0)
        return "SELECT pg_catalog.to_regtype($1) IS NOT NULL";
    if (strcmp(kind, "SEQUENCE") == 0) // a default of the copy must not count the live one on
        return "SELECT false AND $1::pg_catalog.text IS NULL";
    return "SELECT pg_catalog.to_regprocedure($1) IS NOT NULL";
}

static bool bring_needs(const Move *move, const char *oid, Err *err)
{
    Rows needs;
    if (!session_query(move->scratch->session, move->arena, QUERY_RESTORE_TABLE_NEEDS.text, 1, &oid,
                       &needs, err))
        return false;
    for (size_t i = 0; i < needs.count; i++) {
        const char *kind = rows_text(&needs, i, 0);
        const char *name = rows_text(&needs, i, 1);
        Rows found;
        if (!session_query(move->live->session, move->arena, look_for(kind), 1, &name, &found, err))
            return false;
        if (rows_bool(&found, 0, 0))
            continue;
        if (!moved(move, kind, name, err))
            return false;
        *vec_append(move->arena, &move->result->brought) = name;
    }
    return true;
}

static bool oid_of(const Move *move, const char *name, const char **ret_oid, Err *err)
{
    Rows rows;
    if (!session_query(move->scratch->session, move->arena,
                       "SELECT pg_catalog.to_regclass($1)::pg_catalog.oid", 1, &name, &rows, err))
        return false;
    *ret_oid = rows_text(&rows, 0, 0);
    return true;
}

static bool cut_free(const Move *move, const char *oid, Err *err)
{
    Rows rows;
    if (!session_query(move->scratch->session, move->arena, QUERY_RESTORE_TABLE_FREE.text, 1, &oid,
                       &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (!session_exec(move->scratch->session, rows_text(&rows, i, 0), err))
            return false;
    return true;
}

static const TableFact *fact_of(const DataFacts *facts, const char *schema, const char *name)
{
    VEC_EACH (const TableFact, fact, &facts->tables)
        if (strcmp(fact->schema, schema) == 0 && strcmp(fact->name, name) == 0)
            return fact;
    return NULL;
}

// The table itself and its partitions; only the root is cut off from what is above it.
static bool move_tree(const Move *move, const Rows *tree, Err *err)
{
    for (size_t i = 0; i < tree->count; i++) {
        const char *schema = rows_text(tree, i, 0);
        const char *name = rows_text(tree, i, 1);
        const char *whole =
            arena_printf(move->arena, "%s.%s", quote_identifier(move->arena, schema),
                         quote_identifier(move->arena, name));
        const char *oid;
        if (!oid_of(move, whole, &oid, err) || (i == 0 && !cut_free(move, oid, err)) ||
            !bring_needs(move, oid, err) || !moved(move, "TABLE", whole, err))
            return false;
        if (strcmp(rows_text(tree, i, 2), "r") == 0)
            *vec_append(move->arena, &move->result->tables) =
                (RestoredTable){.schema = schema, .name = name};
    }
    return true;
}

static bool fail_no_table(const Move *move, const char *table, Err *err)
{
    fail(err, ERR_CHECK, "backup %s has no table %s", backup_name(move->options->backup), table);
    return err_hint(err, "name it with its schema, as SQL spells it: --table public.orders");
}

static bool move_table(const Move *move, const char *table, Err *err)
{
    Rows names;
    Rows tree;
    Err ignored = {0};
    if (!session_query(move->scratch->session, move->arena,
                       "SELECT (pg_catalog.parse_ident($1))[1], (pg_catalog.parse_ident($1))[2]", 1,
                       &table, &names, &ignored) ||
        !rows_text(&names, 0, 1))
        return fail_no_table(move, table, err);
    const char *parts[] = {rows_text(&names, 0, 0), rows_text(&names, 0, 1)};
    if (!session_query(move->scratch->session, move->arena, QUERY_RESTORE_TABLE_TREE.text, 2, parts,
                       &tree, err))
        return false;
    return tree.count ? move_tree(move, &tree, err) : fail_no_table(move, table, err);
}

// Through a file: pg_restore makes all of it in one transaction, and needs no lock of a live table.
static bool carry(const Move *move, Err *err)
{
    Arena *arena = move->arena;
    Client dump;
    Client restore;
    const char *folder = getenv("TMPDIR");
    char *path = arena_printf(arena, "%s/migrate-safe-XXXXXX", folder && *folder ? folder : "/tmp");
    if (!client_open(arena, &move->scratch->place, "pg_dump", move->scratch->session, &dump, err) ||
        !client_open_restore(arena, &move->options->place, dump.tool.major, move->live->session,
                             &restore, err))
        return false;
    int file = mkostemp(path, O_CLOEXEC); // 0600
    if (file < 0)
        return fail_errno(err, ERR_IO, errno, "cannot make a file in %s", path);
    unlink(path);
    const char *const dump_arguments[] = {
        "--format=custom",
        "--compress=0",
        "--no-owner",
        "--no-privileges",
        "--no-publications",
        "--no-subscriptions",
        "--no-tablespaces",
        "--encoding=UTF8",
        arena_printf(arena, "--schema=%s", quote_identifier(arena, move->schema)),
        NULL};
    const char *const restore_arguments[] = {"--single-transaction", "--exit-on-error",
                                             "--no-owner", "--no-privileges", NULL};
    ClientRun out = {
        .arguments = dump_arguments, .receive = client_to_descriptor, .context = &file};
    ClientRun in = {.arguments = restore_arguments, .input = file};
    bool ok = client_run(arena, &dump, &out, err) &&
              (lseek(file, 0, SEEK_SET) == 0 || fail_errno(err, ERR_IO, errno, "%s", path));
    FAULT_POINT("restore.dumped");
    ok = ok && client_run(arena, &restore, &in, err);
    close(file);
    FAULT_POINT("restore.tables");
    return ok;
}

static bool is_equal(const Move *move, const TableFact *now, const TableFact *then,
                     RestoredTable *table, Err *err)
{
    table->rows = now->rows;
    if (!then)
        return true;
    bool has_digests = now->digest && then->digest;
    if (then->rows != now->rows || (has_digests && strcmp(then->digest, now->digest) != 0)) {
        fail(err, ERR_CHECK, "table %s.%s is not what backup %s had: %lld rows, it had %lld%s",
             table->schema, table->name, backup_name(move->options->backup), (long long)now->rows,
             (long long)then->rows, then->rows == now->rows ? ", of other content" : "");
        return err_hint(err, "prove another backup first: migrate-safe backup verify ID --level 3");
    }
    table->is_proven = has_digests;
    return true;
}

static bool prove(const Move *move, Err *err)
{
    DataFacts facts;
    Words names = {0};
    const BackupManifest *manifest = move->options->backup->manifest;
    VEC_EACH (const RestoredTable, table, &move->result->tables)
        *vec_append(move->arena, &names) =
            arena_printf(move->arena, "%s.%s", quote_identifier(move->arena, move->schema),
                         quote_identifier(move->arena, table->name));
    FactsOptions options = {.tables = &names};
    bool ok =
        session_exec(move->live->session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
        facts_take(move->arena, move->live->session, &options, &facts, err);
    session_rollback(move->live->session);
    if (!ok)
        return false;
    VEC_EACH (RestoredTable, table, &move->result->tables) {
        const TableFact *now = fact_of(&facts, move->schema, table->name);
        const TableFact *then =
            manifest ? fact_of(&manifest->data, table->schema, table->name) : NULL;
        if (!now)
            return fail(err, ERR_CHECK, "table %s.%s is not there", move->schema, table->name);
        if (!is_equal(move, now, then, table, err))
            return false;
    }
    return true;
}

static bool record(const Move *move, Err *err)
{
    Rows rows;
    if (!move->live->has_history)
        return true;
    JSON_SCOPED detail = json_object();
    json_t *tables = json_array();
    VEC_EACH (const RestoredTable, table, &move->result->tables)
        json_array_append_new(
            tables, json_cstr(arena_printf(move->arena, "%s.%s", table->schema, table->name)));
    json_put(detail, "backup", json_cstr(backup_name(move->options->backup)));
    json_put(detail, "backup_of", json_cstr(restore_moment(move->options->backup)));
    json_put(detail, "schema", json_cstr(move->schema));
    json_put(detail, "tables", tables);
    json_put(detail, "tool_version", json_cstr(MIGRATE_SAFE_VERSION));
    const char *parameters[] = {move->options->run_id, "tables_restored", NULL,
                                json_line(move->arena, detail)};
    return session_query(move->live->session, move->arena,
                         query_text(move->arena, &QUERY_HISTORY_JOURNAL, move->live->schema), 4,
                         parameters, &rows, err);
}

// What was made and is not what it must be is taken away again.
static bool bring(const Move *move, const Words *tables, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    Err ignored = {0};
    const char *quoted = quote_identifier(move->arena, move->schema);
    if (!session_exec(move->scratch->session,
                      arena_printf(move->arena, "SET search_path = ''; CREATE SCHEMA %s", quoted),
                      err))
        return false;
    VEC_EACH (const char *const, table, tables)
        if (!move_table(move, *table, err))
            return false;
    if (!carry(move, err)) {
        err->class = err->class == ERR_INTERRUPTED ? ERR_INTERRUPTED : ERR_ROLLBACK;
        return err_note(err, "bringing the tables into %s", session_target(move->live->session));
    }
    restore_step_done(move->options, start_us,
                      arena_printf(move->arena, "brought into schema %s", move->schema));
    start_us = clock_monotonic_us();
    if (prove(move, err) && record(move, err)) {
        restore_step_done(move->options, start_us,
                          "proved them: rows and digests are the backup's");
        return true;
    }
    session_rollback(move->live->session);
    if (session_is_alive(move->live->session))
        (void)!session_exec(move->live->session,
                            arena_printf(move->arena, "DROP SCHEMA IF EXISTS %s CASCADE", quoted),
                            &ignored);
    return false;
}

// Two of one second have two names.
static bool choose_schema(Move *move, Err *err)
{
    char stamp[CLOCK_TEXT];
    clock_now_compact(stamp);
    for (int attempt = 1;; attempt++) {
        Rows rows;
        move->schema = restore_name(move->arena, "migrate_safe", "restore", stamp, attempt);
        if (!session_query(move->live->session, move->arena,
                           "SELECT pg_catalog.to_regnamespace($1) IS NULL", 1, &move->schema, &rows,
                           err))
            return false;
        if (rows_bool(&rows, 0, 0))
            return true;
    }
}

bool restore_tables(Arena *arena, const RestoreOptions *options, const Words *tables,
                    RestoredTables *ret_tables, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    TARGET_SCOPED live = {0};
    Scratch scratch;
    RestoredTables result = {0};
    TargetOptions target = {.url = options->url,
                            .schema = options->schema,
                            .command = options->command,
                            .wait = options->wait};
    Target opened;
    if (!target_open(arena, &target, &opened, err))
        return false;
    live = opened;
    if (live.is_standby)
        return fail(err, ERR_CHECK, "%s is a standby: nothing can be restored there",
                    session_target(live.session));
    if (!scratch_open(arena, options, live.session, &scratch, err))
        return false;
    restore_step_done(
        options, start_us,
        scratch.cluster
            ? "restored the backup on a server of our own"
            : arena_printf(arena, "restored the backup into a database beside %s", live.database));
    result.database = live.database;
    Move move = {
        .arena = arena, .options = options, .live = &live, .scratch = &scratch, .result = &result};
    bool ok = choose_schema(&move, err) && bring(&move, tables, err);
    result.schema = move.schema;
    scratch_close(arena, &scratch);
    if (ok)
        *ret_tables = result;
    return ok;
}
