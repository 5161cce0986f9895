// What of a database's rows is not as it was: which tables, and there which columns.
#include "run/round_trip_private.h"

#include "io/json.h"
#include "queries.h"
#include "run/backup/facts.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

bool rows_take(Arena *arena, Session *session, DataFacts *ret_facts, Err *err)
{
    FactsOptions options = {0};
    return session_exec(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
           facts_take(arena, session, &options, ret_facts, err) &&
           session_exec(session, "COMMIT", err);
}

int64_t rows_count(const DataFacts *facts)
{
    int64_t count = 0;
    VEC_EACH (const TableFact, table, &facts->tables)
        count += table->rows;
    return count;
}

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

static const TableFact *find_table(const DataFacts *facts, const TableFact *wanted)
{
    VEC_EACH (const TableFact, table, &facts->tables)
        if (strcmp(table->name, wanted->name) == 0 && strcmp(table->schema, wanted->schema) == 0)
            return table;
    return NULL;
}

const char *rows_relation(Arena *arena, const char *schema, const char *name)
{
    return arena_printf(arena, "%s.%s", quote_name(arena, schema), quote_name(arena, name));
}

static void add(Arena *arena, RoundTripLosses *losses, const char *what, int64_t count, int64_t of)
{
    *vec_append(arena, losses) = (RoundTripLoss){.what = what, .count = count, .of = of};
}

static const ColumnSum *find_sum(const ColumnSums *sums, const char *name)
{
    VEC_EACH (const ColumnSum, sum, sums)
        if (strcmp(sum->name, name) == 0)
            return sum;
    return NULL;
}

// As many rows, and other values: in which columns? Not known of a table that no script names.
static bool compare_columns(Trial *trial, const char *relation, int64_t rows, RoundTripLosses *lost,
                            Err *err)
{
    ColumnSums now;
    Arena *arena = trial->arena;
    size_t said = lost->len;
    const TrialTable *table = trial_table(trial, relation);
    if (table) {
        if (!rows_sums(arena, trial->session, relation, &now, err))
            return false;
        VEC_EACH (const ColumnSum, sum, &table->sums) {
            const ColumnSum *other = find_sum(&now, sum->name);
            if (!other || strcmp(other->sum, sum->sum) != 0)
                add(arena, lost,
                    arena_printf(arena, "values of column %s.%s", relation,
                                 quote_name(arena, sum->name)),
                    rows, rows);
        }
    }
    if (lost->len == said)
        add(arena, lost, arena_printf(arena, "values in rows of table %s", relation), rows, rows);
    return true;
}

// A sequence that went back gives numbers again that are in use.
static void compare_sequences(Arena *arena, const DataFacts *then, const DataFacts *now,
                              RoundTripLosses *lost)
{
    VEC_EACH (const SequenceFact, was, &then->sequences)
        VEC_EACH (const SequenceFact, is, &now->sequences) {
            if (strcmp(was->name, is->name) != 0 || strcmp(was->schema, is->schema) != 0)
                continue;
            bool is_back = was->is_descending ? is->last_value > was->last_value
                                              : is->last_value < was->last_value;
            is_back |= is->last_value == was->last_value && was->is_called && !is->is_called;
            if (is_back)
                add(arena, lost,
                    arena_printf(arena, "the position of sequence %s, %lld, which is at %lld",
                                 rows_relation(arena, was->schema, was->name),
                                 (long long)was->last_value, (long long)is->last_value),
                    0, 0);
        }
}

static void find_new_tables(Arena *arena, const DataFacts *then, const DataFacts *now,
                            RoundTripLosses *remains)
{
    VEC_EACH (const TableFact, table, &now->tables)
        if (!table->is_refreshed && table->rows && !find_table(then, table))
            add(arena, remains,
                arena_printf(arena, "rows of table %s",
                             rows_relation(arena, table->schema, table->name)),
                table->rows, table->rows);
}

// NULL: there are other numbers of rows, or nothing is to be compared.
static const TableFact *compare_count(Arena *arena, const TableFact *table, const DataFacts *now,
                                      RoundTripLosses *lost, RoundTripLosses *remains)
{
    const TableFact *other = find_table(now, table);
    int64_t rows = other ? other->rows : 0;
    if (table->is_refreshed)
        return NULL;
    if (rows == table->rows)
        return rows ? other : NULL;
    const char *what =
        arena_printf(arena, "rows of table %s", rows_relation(arena, table->schema, table->name));
    if (rows < table->rows)
        add(arena, lost, what, table->rows - rows, table->rows);
    else
        add(arena, remains, what, rows - table->rows, rows);
    return NULL;
}

void rows_compare_counts(Arena *arena, const DataFacts *then, const DataFacts *now,
                         RoundTripLosses *lost, RoundTripLosses *remains)
{
    VEC_EACH (const TableFact, table, &then->tables)
        (void)compare_count(arena, table, now, lost, remains);
}

bool rows_compare(Trial *trial, const DataFacts *now, RoundTripLosses *lost,
                  RoundTripLosses *remains, Err *err)
{
    Arena *arena = trial->arena;
    const DataFacts *then = &trial->rows_before;
    VEC_EACH (const TableFact, table, &then->tables) {
        const TableFact *other = compare_count(arena, table, now, lost, remains);
        if (other && strcmp(other->digest, table->digest) != 0 &&
            !compare_columns(trial, rows_relation(arena, table->schema, table->name), table->rows,
                             lost, err))
            return false;
    }
    find_new_tables(arena, then, now, remains);
    compare_sequences(arena, then, now, lost);
    if (now->large_objects < then->large_objects)
        add(arena, lost, "large objects", then->large_objects - now->large_objects,
            then->large_objects);
    return true;
}
