// Level 3: the restored database has the rows, sequences and objects of the manifest.
#include "base/text.h"
#include "base/words.h"
#include "io/clock.h"
#include "queries.h"
#include "run/backup/facts.h"
#include "run/backup/verify_private.h"
#include "run/snapshot.h"
#include "run/target.h"
#include "sql/quote.h"

#include <unistd.h>

static int session_count(const Verification *verification)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return verification->options->jobs ? verification->options->jobs : cores > 1 ? (int)cores : 1;
}

// Backups of chosen tables have facts of those alone.
static const Words *tables_of(Arena *arena, const BackupManifest *manifest)
{
    if (manifest->content != BACKUP_TABLES && manifest->content != BACKUP_AFFECTED)
        return NULL;
    Words *tables = arena_new_object(arena, Words);
    VEC_EACH (const TableFact, table, &manifest->data.tables)
        *vec_append(arena, tables) =
            arena_printf(arena, "%s.%s", quote_identifier(arena, table->schema),
                         quote_identifier(arena, table->name));
    return tables;
}

// Each comparison gives a list of its own.
static void append(Arena *arena, Differences *differences, const Differences *found)
{
    VEC_EACH (const char *const, line, found)
        *vec_append(arena, differences) = *line;
}

static bool compare_data(Verification *verification, bool is_one_session, Differences *differences,
                         Err *err)
{
    Arena *arena = verification->arena;
    const BackupManifest *manifest = verification->backup->manifest;
    FactsOptions options = {
        .url = is_one_session ? NULL : verification->place.url,
        .jobs = is_one_session ? 1 : session_count(verification),
        .tables = tables_of(arena, manifest),
    };
    DataFacts now;
    Differences found = {0};
    if (!facts_take(arena, verification->place.session, &options, &now, err))
        return false;
    data_facts_compare(arena, &manifest->data, &now, DIFFERENCES_MOST, &found);
    append(arena, differences, &found);
    return true;
}

static bool compare_schema(Verification *verification, Differences *differences, Err *err)
{
    Arena *arena = verification->arena;
    const BackupManifest *manifest = verification->backup->manifest;
    Snapshot now;
    if (!manifest->schema || manifest->content == BACKUP_TABLES)
        return true;
    SnapshotScope scope =
        manifest->content == BACKUP_SCHEMA_ONLY ? SNAPSHOT_DUMPED_SCHEMA : SNAPSHOT_DUMPED;
    const char *own = verification->options->own_schema;
    if (!snapshot_take(arena, verification->place.session, own ? own : TARGET_DEFAULT_SCHEMA, &now,
                       err))
        return false;
    Differences found = {0};
    snapshot_compare(arena, manifest->schema, &now, scope, DIFFERENCES_MOST, &found);
    append(arena, differences, &found);
    return true;
}

static bool find_invalid_indexes(Verification *verification, Differences *differences, Err *err)
{
    Arena *arena = verification->arena;
    Rows rows;
    if (!session_query(verification->place.session, arena, QUERY_BACKUP_INVALID_INDEXES.text, 0,
                       NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, differences) =
            arena_printf(arena, "index %s: invalid after the restore", rows_text(&rows, i, 0));
    return true;
}

bool verify_differences(Verification *verification, bool is_one_session,
                        Differences *ret_differences, Err *err)
{
    const BackupManifest *manifest = verification->backup->manifest;
    bool has_data = manifest->content != BACKUP_SCHEMA_ONLY;
    return (!has_data || compare_data(verification, is_one_session, ret_differences, err)) &&
           compare_schema(verification, ret_differences, err) &&
           find_invalid_indexes(verification, ret_differences, err);
}

// "12 tables with 4,000 rows, 3 sequences, 40 objects"
static const char *compared(const Verification *verification)
{
    const BackupManifest *manifest = verification->backup->manifest;
    int64_t rows = 0;
    VEC_EACH (const TableFact, table, &manifest->data.tables)
        rows += table->rows;
    size_t tables = manifest->data.tables.len;
    size_t sequences = manifest->data.sequences.len;
    size_t objects = manifest->schema ? manifest->schema->objects.len : 0;
    return arena_printf(verification->arena,
                        "%zu table%s with %lld row%s, %zu sequence%s, %zu object%s as the manifest "
                        "says",
                        tables, tables == 1 ? "" : "s", (long long)rows, rows == 1 ? "" : "s",
                        sequences, sequences == 1 ? "" : "s", objects, objects == 1 ? "" : "s");
}

bool verify_equal(Verification *verification, Err *err)
{
    int64_t since = clock_monotonic_us();
    Session *session = verification->place.session;
    Differences *differences = &verification->result->differences;
    const char *begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    if (!session_exec(session, begin, err) ||
        !verify_differences(verification, false, differences, err) ||
        !session_exec(session, "COMMIT", err)) {
        session_rollback(session);
        return err_note(err, "the restored database cannot be compared");
    }
    if (differences->len)
        return verify_refuse_differences(
            verification, "the restored database is not the one that was backed up", err);
    verify_step_done(verification, BACKUP_EQUAL, since, "%s", compared(verification));
    return true;
}
