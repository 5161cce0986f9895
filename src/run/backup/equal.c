// The comparison of level 3, wherever a backup was restored.
#include "run/backup/equal.h"

#include "base/words.h"
#include "io/process.h"
#include "queries.h"
#include "run/backup/facts.h"
#include "run/snapshot.h"
#include "sql/quote.h"

typedef struct Equality {
    Arena *arena;
    const BackupManifest *manifest;
    Session *session;
    const EqualOptions *options;
    Differences *differences;
} Equality;

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

static bool compare_data(const Equality *equality, Err *err)
{
    const EqualOptions *wanted = equality->options;
    FactsOptions options = {
        .url = wanted->url,
        .jobs = !wanted->url   ? 1
                : wanted->jobs ? wanted->jobs
                               : process_core_count(),
        .tables = tables_of(equality->arena, equality->manifest),
    };
    DataFacts now;
    if (equality->manifest->content == BACKUP_SCHEMA_ONLY)
        return true;
    if (!facts_take(equality->arena, equality->session, &options, &now, err))
        return false;
    DataFacts then = equality->manifest->data;
    if (wanted->is_by_counts)
        then.algorithm = NULL;
    data_facts_compare(equality->arena, &then, &now, DIFFERENCES_MOST, equality->differences);
    return true;
}

static bool compare_schema(const Equality *equality, Err *err)
{
    const BackupManifest *manifest = equality->manifest;
    Snapshot now;
    if (!manifest->schema || equality->options->is_rows_only)
        return true;
    SnapshotScope scope =
        manifest->content == BACKUP_SCHEMA_ONLY ? SNAPSHOT_DUMPED_SCHEMA : SNAPSHOT_DUMPED;
    if (!snapshot_take(equality->arena, equality->session, equality->options->own_schema, &now,
                       err))
        return false;
    Differences of_schema = {0}; // snapshot_compare gives a list of its own
    snapshot_compare(equality->arena, manifest->schema, &now, scope, DIFFERENCES_MOST, &of_schema);
    VEC_EACH (const char *const, line, &of_schema)
        *vec_append(equality->arena, equality->differences) = *line;
    return true;
}

static bool find_invalid_indexes(const Equality *equality, Err *err)
{
    Rows rows;
    if (!session_query(equality->session, equality->arena, QUERY_BACKUP_INVALID_INDEXES.text, 0,
                       NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(equality->arena, equality->differences) = arena_printf(
            equality->arena, "index %s: invalid after the restore", rows_text(&rows, i, 0));
    return true;
}

bool backup_differences(Arena *arena, const Backup *backup, Session *session,
                        const EqualOptions *options, Differences *ret_differences, Err *err)
{
    Equality equality = {arena, backup->manifest, session, options, ret_differences};
    return compare_data(&equality, err) && compare_schema(&equality, err) &&
           find_invalid_indexes(&equality, err);
}
