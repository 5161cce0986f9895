#include "run/backup/facts.h"

#include "base/text.h"
#include "io/json.h"
#include "queries.h"
#include "run/backup/facts_digest.h"

enum {
    BATCH_SEQUENCES = 200,
    BATCH_KEPT = 16, // a sequence that is changed has its batch planned anew
    STATEMENT_MAX = 4 << 20
};

// A savepoint, because what is SET LOCAL is taken back with it.
static const char SAVE[] = "SAVEPOINT migrate_safe_facts";
static const char RESTORE[] =
    "ROLLBACK TO SAVEPOINT migrate_safe_facts; RELEASE SAVEPOINT migrate_safe_facts";

static const char *text_or_empty(const Rows *rows, size_t row, int column)
{
    const char *text = rows_text(rows, row, column);
    return text ? text : "";
}

static bool ask(Arena *arena, Session *session, bool keeps, const char *sql, int count,
                const char *const *parameters, Rows *ret_rows, Err *err)
{
    return (keeps ? session_query_kept : session_query)(session, arena, sql, count, parameters,
                                                        ret_rows, err);
}

static bool list_relations(Arena *arena, Session *session, const FactsOptions *options,
                           DataFacts *facts, Relations *ret_relations, Err *err)
{
    const char *only = options->tables
                           ? json_words_line(arena, options->tables->items, options->tables->len)
                           : NULL;
    const char *parameters[] = {only, options->keeps ? "false" : "true"};
    Rows rows;
    if (!ask(arena, session, options->keeps, QUERY_BACKUP_RELATIONS.text, 2, parameters, &rows,
             err))
        return false;
    vec_reserve(arena, &facts->tables, rows.count + 1);
    vec_reserve(arena, ret_relations, rows.count + 1);
    for (size_t row = 0; row < rows.count; row++) {
        TableFact *fact = vec_append(arena, &facts->tables);
        *fact = (TableFact){
            .schema = rows_text(&rows, row, 0),
            .name = rows_text(&rows, row, 1),
            .is_refreshed = rows_bool(&rows, row, 3),
        };
        if (rows_bool(&rows, row, 9)) {
            fact->digest = digest_hex(arena, (uint64_t[]){0, 0});
            continue;
        }
        *vec_append(arena, ret_relations) = (Relation){
            .fact = fact,
            .qualified = rows_text(&rows, row, 2),
            .is_heap = rows_bool(&rows, row, 4),
            .pages = rows_int(&rows, row, 5),
            .bytes = rows_int(&rows, row, 6),
            .condition = text_or_empty(&rows, row, 7),
            .hash = text_or_empty(&rows, row, 8),
        };
    }
    return true;
}

// Where a sequence stands is in a relation of its own name, so this text cannot be a file.
// pg_sequences has it too, but not of one that was set and not called.
static bool read_positions(Arena *arena, Session *session, bool keeps, const Rows *list,
                           size_t first, size_t count, SequenceFact *facts, Err *err)
{
    TEXT_SCOPED sql;
    text_init(&sql, STATEMENT_MAX);
    for (size_t i = 0; i < count; i++)
        text_printf(&sql, "%sSELECT %zu AS place, last_value, is_called FROM %s",
                    i ? " UNION ALL " : "", i, rows_text(list, first + i, 2));
    Rows rows;
    if (!ask(arena, session, keeps, text_cstr(&sql), 0, NULL, &rows, err))
        return false;
    for (size_t row = 0; row < rows.count; row++) {
        SequenceFact *fact = &facts[rows_int(&rows, row, 0)];
        fact->last_value = rows_int(&rows, row, 1);
        fact->is_called = rows_bool(&rows, row, 2);
    }
    return true;
}

static bool read_sequences(Arena *arena, Session *session, bool keeps, DataFacts *facts, Err *err)
{
    Rows list;
    size_t most = keeps ? BATCH_KEPT : BATCH_SEQUENCES;
    if (!ask(arena, session, keeps, QUERY_BACKUP_SEQUENCES.text, 0, NULL, &list, err))
        return false;
    vec_reserve(arena, &facts->sequences, list.count + 1);
    for (size_t row = 0; row < list.count; row++)
        *vec_append(arena, &facts->sequences) = (SequenceFact){
            .schema = rows_text(&list, row, 0),
            .name = rows_text(&list, row, 1),
            .is_descending = rows_bool(&list, row, 3),
        };
    for (size_t first = 0; first < list.count; first += most) {
        size_t count = list.count - first;
        if (count > most)
            count = most;
        if (!read_positions(arena, session, keeps, &list, first, count,
                            &facts->sequences.items[first], err))
            return false;
    }
    return true;
}

bool facts_sequences(Arena *arena, Session *session, DataFacts *facts, Err *err)
{
    return read_sequences(arena, session, false, facts, err);
}

static bool is_refused(const Err *err)
{
    return err->class == ERR_SERVER && strcmp(err->sqlstate, "42501") == 0;
}

bool facts_large_objects(Arena *arena, Session *session, DataFacts *facts, Err *err)
{
    Rows rows;
    if (!session_exec(session, "SAVEPOINT migrate_safe_objects", err))
        return false;
    if (session_query(session, arena, QUERY_BACKUP_LARGE_OBJECTS.text, 0, NULL, &rows, err)) {
        uint64_t sums[2] = {digest_sum(rows_text(&rows, 0, 1)), digest_sum(rows_text(&rows, 0, 2))};
        facts->large_object_digest = digest_hex(arena, sums);
    } else if (is_refused(err)) {
        *err = (Err){0};
        if (!session_exec(session, "ROLLBACK TO SAVEPOINT migrate_safe_objects", err) ||
            !session_query(session, arena, QUERY_BACKUP_LARGE_OBJECT_COUNT.text, 0, NULL, &rows,
                           err))
            return false;
    } else {
        return false;
    }
    facts->large_objects = rows_int(&rows, 0, 0);
    return session_exec(session, "RELEASE SAVEPOINT migrate_safe_objects", err);
}

// Not from a subtransaction, which may export nothing; and before the settings are changed.
static bool export_snapshot(Arena *arena, Session *session, const FactsOptions *options,
                            const char **ret_snapshot, Err *err)
{
    Rows rows;
    *ret_snapshot = NULL;
    if (!options->url || options->jobs <= 1)
        return true;
    if (!session_query(session, arena, "SELECT pg_catalog.pg_export_snapshot()", 0, NULL, &rows,
                       err))
        return false;
    *ret_snapshot = rows_text(&rows, 0, 0);
    return true;
}

static bool explain(Err *err)
{
    if (!is_refused(err))
        return false;
    err->class = ERR_CONFIG;
    if (strstr(err->message, "row-level security"))
        return err_hint(err, "rows are hidden from this role: connect as the tables' owner or as a "
                             "role with BYPASSRLS");
    return err_hint(err, "every row is read: GRANT pg_read_all_data TO the role (14 and newer), or "
                         "connect as the owner");
}

bool facts_take(Arena *arena, Session *session, const FactsOptions *options, DataFacts *ret_facts,
                Err *err)
{
    DataFacts facts = {.algorithm = FACTS_ALGORITHM};
    Relations relations = {0};
    const char *snapshot;
    if (!export_snapshot(arena, session, options, &snapshot, err))
        return err_note(err, "sharing the snapshot");
    if (!session_exec(session, SAVE, err) ||
        !session_exec(session, digest_settings(arena, !snapshot), err) ||
        !list_relations(arena, session, options, &facts, &relations, err) ||
        !read_sequences(arena, session, options->keeps, &facts, err) ||
        !facts_large_objects(arena, session, &facts, err) ||
        !digest_relations(arena, session, options, snapshot, &relations, err) ||
        !session_exec(session, RESTORE, err))
        return explain(err);
    *ret_facts = facts;
    return true;
}
