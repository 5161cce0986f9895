#include "run/row_facts.h"

#include "io/json.h"
#include "io/process.h"
#include "queries.h"
#include "run/backup/facts.h"
#include "sql/quote.h"

#include <string.h>

static bool take(Arena *arena, Session *session, const FactsOptions *options, DataFacts *ret_facts,
                 Err *err)
{
    return session_exec(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
           facts_take(arena, session, options, ret_facts, err) &&
           session_exec(session, "COMMIT", err);
}

bool rows_take(Arena *arena, Session *session, const char *url, DataFacts *ret_facts, Err *err)
{
    FactsOptions options = {.url = url, .jobs = process_core_count()};
    return take(arena, session, &options, ret_facts, err);
}

bool rows_take_again(Arena *arena, Session *session, DataFacts *ret_facts, Err *err)
{
    FactsOptions options = {.keeps = true};
    return take(arena, session, &options, ret_facts, err);
}

static const TableFact *find_named(const DataFacts *facts, const char *schema, const char *name)
{
    VEC_EACH (const TableFact, table, &facts->tables)
        if (strcmp(table->name, name) == 0 && strcmp(table->schema, schema) == 0)
            return table;
    return NULL;
}

static bool has_row(const Rows *rows, const char *text)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows_text(rows, i, 0), text) == 0)
            return true;
    return false;
}

static bool read_some(Arena *arena, Session *session, const char *url, const DataFacts *base,
                      const Words *touched, Rows *ret_relations, DataFacts *ret_read, Err *err)
{
    static const char *const ALL[] = {NULL, "false"};
    Rows changed;
    Words wanted = {0};
    FactsOptions options = {.url = url, .jobs = process_core_count(), .tables = &wanted};
    const char *oids = json_words_line(arena, touched->items, touched->len);
    if (!session_query(session, arena, QUERY_BACKUP_RELATIONS.text, 2, ALL, ret_relations, err) ||
        !session_query(session, arena, QUERY_REHEARSE_RELATION_NAMES.text, 1, &oids, &changed, err))
        return false;
    for (size_t i = 0; i < ret_relations->count; i++) {
        const char *qualified = rows_text(ret_relations, i, 2);
        if (has_row(&changed, qualified) ||
            !find_named(base, rows_text(ret_relations, i, 0), rows_text(ret_relations, i, 1)))
            *vec_append(arena, &wanted) = qualified;
    }
    return facts_take(arena, session, &options, ret_read, err);
}

bool rows_take_some(Arena *arena, Session *session, const char *url, const DataFacts *base,
                    const Words *touched, DataFacts *ret_facts, Err *err)
{
    Rows relations;
    DataFacts read;
    if (!session_exec(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) ||
        !read_some(arena, session, url, base, touched, &relations, &read, err) ||
        !session_exec(session, "COMMIT", err))
        return false;
    DataFacts facts = read;
    facts.tables.items = NULL;
    facts.tables.len = facts.tables.cap = 0;
    vec_reserve(arena, &facts.tables, relations.count + 1);
    for (size_t i = 0; i < relations.count; i++) {
        const char *schema = rows_text(&relations, i, 0);
        const char *name = rows_text(&relations, i, 1);
        const TableFact *fact = find_named(&read, schema, name);
        if (!fact)
            fact = find_named(base, schema, name);
        TableFact *kept = vec_append(arena, &facts.tables);
        *kept = *fact; // whose strings may be of a shorter life
        kept->schema = schema;
        kept->name = name;
        kept->digest = fact->digest ? arena_strdup(arena, fact->digest) : NULL;
    }
    *ret_facts = facts;
    return true;
}

int64_t rows_count(const DataFacts *facts)
{
    int64_t count = 0;
    VEC_EACH (const TableFact, table, &facts->tables)
        count += table->rows;
    return count;
}

static const TableFact *find_table(const DataFacts *facts, const TableFact *wanted)
{
    return find_named(facts, wanted->schema, wanted->name);
}

const char *rows_relation(Arena *arena, const char *schema, const char *name)
{
    return arena_printf(arena, "%s.%s", quote_name(arena, schema), quote_name(arena, name));
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
                round_trip_loss_add(
                    arena, lost,
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
            round_trip_loss_add(arena, remains,
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
        round_trip_loss_add(arena, lost, what, table->rows - rows, table->rows);
    else
        round_trip_loss_add(arena, remains, what, rows - table->rows, rows);
    return NULL;
}

void rows_compare_counts(Arena *arena, const DataFacts *then, const DataFacts *now,
                         RoundTripLosses *lost, RoundTripLosses *remains)
{
    VEC_EACH (const TableFact, table, &then->tables)
        (void)compare_count(arena, table, now, lost, remains);
}

bool rows_compare_facts(Arena *arena, const DataFacts *then, const DataFacts *now,
                        const RowsChanged *changed, RoundTripLosses *lost, RoundTripLosses *remains,
                        Err *err)
{
    VEC_EACH (const TableFact, table, &then->tables) {
        const TableFact *other = compare_count(arena, table, now, lost, remains);
        if (!other || strcmp(other->digest, table->digest) == 0)
            continue;
        const char *relation = rows_relation(arena, table->schema, table->name);
        size_t said = lost->len;
        if (changed && !changed->tell(changed->context, relation, table->rows, lost, err))
            return false;
        if (lost->len == said)
            round_trip_loss_add(arena, lost,
                                arena_printf(arena, "values in rows of table %s", relation),
                                table->rows, table->rows);
    }
    find_new_tables(arena, then, now, remains);
    compare_sequences(arena, then, now, lost);
    if (now->large_objects < then->large_objects)
        round_trip_loss_add(arena, lost, "large objects", then->large_objects - now->large_objects,
                            then->large_objects);
    return true;
}
