#include "run/sample_facts.h"

#include "io/json.h"
#include "queries.h"

#include <stdlib.h>

typedef struct Reading {
    Arena *arena;
    Session *session;
    SampleFacts facts;
} Reading;

static void add_tables(Reading *reading, const Rows *rows)
{
    Arena *arena = reading->arena;
    vec_reserve(arena, &reading->facts.tables, rows->count + 1);
    for (size_t row = 0; row < rows->count; row++) {
        SampleTable *table = vec_append(arena, &reading->facts.tables);
        *table = (SampleTable){
            .oid = rows_int(rows, row, 0),
            .qualified = rows_text(rows, row, 1),
            .shown = rows_text(rows, row, 2),
            .is_partitioned = rows_bool(rows, row, 3),
            .is_wanted = rows_bool(rows, row, 6),
            .is_empty = !rows_bool(rows, row, 7),
        };
        const char *bound = rows_text(rows, row, 4);
        if (bound)
            *vec_append(arena, &table->checks) = (SampleCheck){.expression = bound};
        const char *oids = rows_text(rows, row, 5);
        for (char *end; oids && *oids; oids = end)
            *vec_append(arena, &table->ancestors) = strtoll(oids, &end, 10);
    }
}

static void add_columns(Reading *reading, const Rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        int64_t relation = rows_int(rows, row, 0);
        size_t count = reading->facts.relations.len;
        if (count == 0 || reading->facts.relations.items[count - 1].oid != relation)
            vec_append(reading->arena, &reading->facts.relations)->oid = relation;
        count = reading->facts.relations.len;
        *vec_append(reading->arena, &reading->facts.relations.items[count - 1].columns) =
            (SampleColumn){
                .name = rows_text(rows, row, 1),
                .type = rows_int(rows, row, 2),
                .modifier = (int)rows_int(rows, row, 3),
                .type_name = rows_text(rows, row, 4),
                .is_not_null = rows_bool(rows, row, 5),
                .default_value = rows_text(rows, row, 6),
                .generated = rows_text(rows, row, 7),
                .sequence = rows_text(rows, row, 8),
            };
    }
}

static void add_types(Reading *reading, const Rows *rows)
{
    Arena *arena = reading->arena;
    vec_reserve(arena, &reading->facts.types, rows->count + 1);
    for (size_t row = 0; row < rows->count; row++) {
        SampleType *type = vec_append(arena, &reading->facts.types);
        *type = (SampleType){
            .oid = rows_int(rows, row, 0),
            .schema = rows_text(rows, row, 1),
            .name = rows_text(rows, row, 2),
            .qualified = rows_text(rows, row, 3),
            .kind = rows_text(rows, row, 4)[0],
            .base_name = rows_text(rows, row, 5),
            .inner = rows_int(rows, row, 6),
            .modifier = (int)rows_int(rows, row, 7),
            .relation = rows_int(rows, row, 8),
            .is_array = rows_bool(rows, row, 11),
            .is_not_null = rows_bool(rows, row, 12),
        };
        json_words_read(arena, rows_text(rows, row, 9), &type->labels);
        json_words_read(arena, rows_text(rows, row, 10), &type->checks);
    }
}

static SampleTable *table_of(Reading *reading, int64_t oid)
{
    VEC_EACH (SampleTable, table, &reading->facts.tables)
        if (table->oid == oid)
            return table;
    return NULL;
}

static void add_key(Arena *arena, const Rows *rows, size_t row, const Words *columns,
                    SampleTable *table)
{
    SampleKey *key = vec_append(arena, &table->keys);
    *key = (SampleKey){
        .columns = *columns,
        .referenced = rows_int(rows, row, 4),
        .referenced_name = rows_text(rows, row, 5),
        .is_partitioned = rows_bool(rows, row, 6),
        .is_match_full = rows_bool(rows, row, 8),
    };
    json_words_read(arena, rows_text(rows, row, 7), &key->referenced_columns);
}

static void add_constraints(Reading *reading, const Rows *rows)
{
    Arena *arena = reading->arena;
    SampleTable *table = NULL;
    for (size_t row = 0; row < rows->count; row++) {
        int64_t relation = rows_int(rows, row, 0);
        if (!table || table->oid != relation)
            table = table_of(reading, relation);
        if (!table)
            continue;
        char kind = rows_text(rows, row, 1)[0];
        Words columns = {0};
        json_words_read(arena, rows_text(rows, row, 3), &columns);
        if (kind == 'c')
            *vec_append(arena, &table->checks) = (SampleCheck){rows_text(rows, row, 2), columns};
        else if (kind == 'f')
            add_key(arena, rows, row, &columns, table);
        else
            *vec_append(arena, &table->uniques) = (SampleUnique){
                .columns = columns,
                .is_primary = kind == 'p',
                .is_deferrable = rows_bool(rows, row, 9),
            };
    }
}

// A domain that refuses NULL makes its columns do so.
static void complete_columns(Reading *reading)
{
    VEC_EACH (SampleRelation, relation, &reading->facts.relations)
        VEC_EACH (SampleColumn, column, &relation->columns) {
            const SampleType *type = sample_type(&reading->facts, column->type);
            for (; type && type->kind == 'd'; type = sample_type(&reading->facts, type->inner))
                column->is_not_null |= type->is_not_null;
        }
    VEC_EACH (SampleTable, table, &reading->facts.tables)
        table->columns = *sample_columns(&reading->facts, table->oid);
}

static const struct {
    const Query *query;
    int parameters;
    void (*add)(Reading *reading, const Rows *rows);
} READERS[] = {
    {&QUERY_SAMPLE_TABLES, 2, add_tables},
    {&QUERY_SAMPLE_COLUMNS, 0, add_columns},
    {&QUERY_SAMPLE_TYPES, 0, add_types},
    {&QUERY_SAMPLE_CONSTRAINTS, 0, add_constraints},
};

enum {
    READER_COUNT = sizeof READERS / sizeof *READERS
};

static bool queue_all(Reading *reading, const char *const *parameters, Err *err)
{
    if (!session_queue(reading->session, "SET LOCAL search_path = ''", 0, NULL, err))
        return false;
    for (size_t i = 0; i < READER_COUNT; i++)
        if (!session_queue(reading->session, READERS[i].query->text, READERS[i].parameters,
                           parameters, err))
            return false;
    return session_pipeline_sync(reading->session, err) &&
           session_next_result(reading->session, reading->arena, NULL, err);
}

bool sample_facts_read(Arena *arena, Session *session, const char *own_schema, const Words *tables,
                       SampleFacts *ret_facts, Err *err)
{
    Reading reading = {.arena = arena, .session = session};
    const char *parameters[] = {
        own_schema,
        tables ? json_words_line(arena, tables->items, tables->len) : NULL,
    };
    const char *encoding = session_parameter(session, "server_encoding");
    reading.facts.is_unicode = encoding && strcmp(encoding, "UTF8") == 0;
    if (!session_pipeline_begin(session, err) || !queue_all(&reading, parameters, err))
        return false;
    for (size_t i = 0; i < READER_COUNT; i++) {
        Rows rows = {0};
        if (!session_next_result(session, arena, &rows, err))
            return err_note(err, "reading %s", READERS[i].query->name);
        READERS[i].add(&reading, &rows);
    }
    if (!session_pipeline_end(session, err))
        return false;
    complete_columns(&reading);
    *ret_facts = reading.facts;
    return true;
}
