// What a dump of one database has not got, and what was recorded after it: the database's own
// settings, privileges and owner; the journal.
#include "config.h"
#include "io/clock.h"
#include "io/json.h"
#include "queries.h"
#include "run/backup/database_sql.h"
#include "run/backup/restore_private.h"
#include "run/store.h"
#include "sql/quote.h"

#include <string.h>

enum {
    JOURNAL_BATCH = 500
};

// The journal of the copy; none where the backup is older than our schema: then it is made.
static bool open_store(Arena *arena, Restore *restore, Session *copy, Target *ret_store, Err *err)
{
    Target store = restore->target;
    store.session = copy;
    if (!target_refresh(arena, &store, err) || !store_ensure(arena, &store, err))
        return false;
    *ret_store = store;
    return true;
}

static bool carry_rows(Arena *arena, Restore *restore, Session *copy, Err *err)
{
    const char *schema = restore->target.schema;
    const char *read = query_text(arena, &QUERY_RESTORE_JOURNAL_ROWS, schema);
    const char *write = query_text(arena, &QUERY_RESTORE_JOURNAL_CARRY, schema);
    const char *behind = "0";
    for (;;) {
        const char *parameters[] = {behind, arena_printf(arena, "%d", JOURNAL_BATCH)};
        Rows batch;
        Rows written;
        if (!session_query(restore->target.session, arena, read, 2, parameters, &batch, err))
            return false;
        const char *rows = rows_text(&batch, 0, 0);
        if (!rows)
            return true;
        if (!session_query(copy, arena, write, 1, &rows, &written, err))
            return false;
        restore->journal_rows += (int64_t)written.count;
        behind = rows_text(&batch, 0, 1);
    }
}

static bool record(Arena *arena, const Restore *restore, const Target *store, Err *err)
{
    JSON_SCOPED detail = json_object();
    Rows rows;
    json_put(detail, "backup", json_cstr(backup_name(restore->options.backup)));
    json_put(detail, "backup_of", json_cstr(restore_moment(restore->options.backup)));
    json_put(detail, "database", json_cstr(restore->live));
    json_put(detail, "replaced", json_cstr(restore->fact.oid ? restore->replaced : NULL));
    json_put(detail, "level", json_integer(restore->level));
    json_put(detail, "tool_version", json_cstr(MIGRATE_SAFE_VERSION));
    const char *parameters[] = {restore->options.run_id, "restored", NULL,
                                json_line(arena, detail)};
    return session_query(store->session, arena,
                         query_text(arena, &QUERY_HISTORY_JOURNAL, store->schema), 4, parameters,
                         &rows, err);
}

// In one transaction with the row of the restore itself. A database that we never wrote to has no
// journal, and gets none by this.
bool carry_journal(Arena *arena, Restore *restore, Session *copy, Err *err)
{
    Target store;
    Target found = restore->target;
    int64_t start_us = clock_monotonic_us();
    found.session = copy;
    found.schema = restore->options.schema ? restore->options.schema : TARGET_DEFAULT_SCHEMA;
    if (!restore->has_target && !target_refresh(arena, &found, err))
        return false;
    if (restore->has_target ? !restore->target.has_history : !found.has_history)
        return true;
    if (!restore->has_target)
        restore->target.schema = found.schema;
    if (!open_store(arena, restore, copy, &store, err))
        return err_note(err, "the journal of %s", restore->copy);
    bool ok = session_exec(copy, "BEGIN", err) &&
              (!restore->has_target || carry_rows(arena, restore, copy, err)) &&
              record(arena, restore, &store, err) && session_exec(copy, "COMMIT", err);
    if (!ok) {
        session_rollback(copy);
        return err_note(err, "carrying over the journal");
    }
    if (restore->journal_rows)
        restore_step_done(&restore->options, start_us,
                          arena_printf(arena, "carried over %lld newer rows of the journal",
                                       (long long)restore->journal_rows));
    return true;
}

// What a role may not set (another role's setting, a superuser's parameter, an owner that is gone)
// is said with the statement, and stops nothing.
static void make(Arena *arena, Restore *restore, const char *statement)
{
    Err err = {0};
    if (session_exec(restore->server, statement, &err) || err.class == ERR_INTERRUPTED)
        return;
    restore_warn(arena, restore, "not carried over: %s; let a superuser run it once %s is back: %s",
                 err.message, restore->live, statement);
}

static bool is_comment(const char *statement)
{
    return strncmp(statement, "COMMENT ", 8) == 0;
}

// The live database is gone: as the manifest has it.
static void make_recorded(Arena *arena, Restore *restore)
{
    const BackupManifest *manifest = restore->options.backup->manifest;
    if (!manifest)
        return;
    VEC_EACH (const char *const, statement, &manifest->settings) {
        const char *other =
            database_statement_for(arena, *statement, manifest->database, restore->copy);
        if (other && !is_comment(*statement))
            make(arena, restore, other);
    }
}

bool carry_properties(Arena *arena, Restore *restore, Err *err)
{
    const char *parameters[] = {restore->live, restore->copy};
    Rows rows;
    if (!restore->fact.oid) {
        make_recorded(arena, restore);
        return true;
    }
    if (!session_query(restore->server, arena, QUERY_RESTORE_PROPERTIES.text, 2, parameters, &rows,
                       err))
        return err_note(err, "reading the settings of %s", restore->live);
    for (size_t i = 0; i < rows.count; i++)
        make(arena, restore, rows_text(&rows, i, 0));
    return true;
}

// What the database's comment is to be: its own, or the recorded one. A statement.
const char *carry_comment(Arena *arena, const Restore *restore)
{
    const BackupManifest *manifest = restore->options.backup->manifest;
    const char *name = quote_identifier(arena, restore->live);
    if (!restore->fact.oid && manifest)
        VEC_EACH (const char *const, statement, &manifest->settings)
            if (is_comment(*statement)) {
                const char *other =
                    database_statement_for(arena, *statement, manifest->database, restore->live);
                if (other)
                    return other;
            }
    return arena_printf(arena, "COMMENT ON DATABASE %s IS %s", name,
                        restore->fact.comment && restore->fact.marker.step == MARKER_NONE
                            ? quote_literal(arena, restore->fact.comment)
                            : "NULL");
}
