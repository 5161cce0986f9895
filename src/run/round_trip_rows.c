// What of a database's rows is not as it was: which tables, and there which columns.
#include "run/round_trip_private.h"

#include "io/json.h"
#include "queries.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

bool rows_sums(Arena *arena, Session *session, const char *relation, ColumnSums *ret_sums, Err *err)
{
    Rows rows;
    ColumnSums sums = {0};
    if (!session_query(
            session, arena,
            query_text_for_table(arena, &QUERY_ROUND_TRIP_VALUES, TARGET_DEFAULT_SCHEMA, relation),
            0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &sums) = (ColumnSum){rows_text(&rows, i, 0), rows_text(&rows, i, 1)};
    *ret_sums = sums;
    return true;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void take_column(Arena *arena, const Rows *rows, Words *ret_words)
{
    Words words = {0};
    vec_reserve(arena, &words, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        *vec_append(arena, &words) = rows_text(rows, i, 0);
    *ret_words = words;
}

bool rows_keys(Arena *arena, Session *session, const char *relation, Words *ret_key,
               Words *ret_keys, Err *err)
{
    Rows rows;
    Words key = {0};
    Words keys = {0};
    if (!session_query(session, arena, QUERY_ROUND_TRIP_KEY.text, 1, &relation, &rows, err))
        return false;
    take_column(arena, &rows, &key);
    const char *names = json_words_line(arena, key.items, key.len);
    if (key.len && !session_query(session, arena,
                                  query_text_for_table(arena, &QUERY_ROUND_TRIP_KEYED_ROWS,
                                                       TARGET_DEFAULT_SCHEMA, relation),
                                  1, &names, &rows, err))
        return false;
    if (key.len)
        take_column(arena, &rows, &keys);
    vec_sort(&keys, by_text);
    *ret_key = key;
    *ret_keys = keys;
    return true;
}

static const ColumnSum *find_sum(const ColumnSums *sums, const char *name)
{
    VEC_EACH (const ColumnSum, sum, sums)
        if (strcmp(sum->name, name) == 0)
            return sum;
    return NULL;
}

// As many rows, and other values: in which columns? Not known of a table that no script names.
static bool tell_columns(void *context, const char *relation, int64_t rows, RoundTripLosses *lost,
                         Err *err)
{
    ColumnSums now;
    Trial *trial = context;
    Arena *arena = trial->arena;
    const TrialTable *table = trial_table(trial, relation);
    if (!table)
        return true;
    if (!rows_sums(arena, trial->session, relation, &now, err))
        return false;
    VEC_EACH (const ColumnSum, sum, &table->sums) {
        const ColumnSum *other = find_sum(&now, sum->name);
        if (!other || strcmp(other->sum, sum->sum) != 0)
            round_trip_loss_add(arena, lost,
                                arena_printf(arena, "values of column %s.%s", relation,
                                             quote_name(arena, sum->name)),
                                rows, rows);
    }
    return true;
}

bool rows_compare(Trial *trial, const DataFacts *now, RoundTripLosses *lost,
                  RoundTripLosses *remains, Err *err)
{
    RowsChanged changed = {tell_columns, trial};
    return rows_compare_facts(trial->arena, &trial->rows_before, now, &changed, lost, remains, err);
}
