#include "run/backup/restore_compare.h"

#include "base/text.h"
#include "io/json.h"
#include "queries.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS_A_BUCKET = 2048,
    BUCKETS_MOST = 1 << 16,
    FETCH_ROWS = 5000,
    SQL_MAX_BYTES = 1 << 22
};

static void append_names(Arena *arena, const json_t *list, TableShape *shape)
{
    size_t i;
    const json_t *pair;
    json_array_foreach(list, i, pair)
    {
        const char *name = json_string_value(json_array_get(pair, 0));
        const char *type = json_string_value(json_array_get(pair, 1));
        *vec_append(arena, &shape->columns) = arena_strdup(arena, name ? name : "");
        *vec_append(arena, &shape->types) = arena_strdup(arena, type ? type : "");
    }
}

bool table_shapes(Arena *arena, Session *session, const char *own_schema, TableShapes *ret_shapes,
                  Err *err)
{
    Rows rows;
    TableShapes shapes = {0};
    if (!session_query(session, arena, QUERY_RESTORE_TABLES.text, 1, &own_schema, &rows, err))
        return err_note(err, "reading the tables of %s", session_target(session));
    for (size_t i = 0; i < rows.count; i++) {
        TableShape *shape = vec_append(arena, &shapes);
        *shape = (TableShape){.schema = rows_text(&rows, i, 0),
                              .name = rows_text(&rows, i, 1),
                              .estimate = rows_int(&rows, i, 2)};
        JSON_SCOPED columns = json_read(str_from(rows_text(&rows, i, 3)), "columns", err);
        JSON_SCOPED key = json_read(str_from(rows_text(&rows, i, 4)), "key", err);
        if (!columns || !key)
            return false;
        append_names(arena, columns, shape);
        size_t at;
        const json_t *name;
        json_array_foreach(key, at, name) * vec_append(arena, &shape->key) =
            arena_strdup(arena, json_string_value(name));
    }
    *ret_shapes = shapes;
    return true;
}

static const char SETTINGS[] =
    "SET search_path = ''; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601'; "
    "SET timezone = 'UTC'; SET extra_float_digits = 3; SET bytea_output = 'hex'; "
    "SET xmlbinary = 'base64'; SET lc_monetary = 'C'; SET row_security = off; "
    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

bool compare_prepare(Session *live, Session *copy, Err *err)
{
    return session_exec(live, SETTINGS, err) && session_exec(copy, SETTINGS, err) &&
           session_exec(copy,
                        "CREATE TEMPORARY TABLE IF NOT EXISTS migrate_safe_live "
                        "(k pg_catalog.int8, h pg_catalog.int8)",
                        err);
}

// What is compared: the columns that both have, of one type.
typedef struct Comparison {
    Arena *arena;
    Session *live;
    Session *copy;
    const char *relation; // quoted
    const char *key;      // expressions over t, of one hash each
    const char *row;
    bool has_key;
    int64_t buckets; // a power of two
} Comparison;

static bool has_column(const TableShape *shape, const char *name, const char *type)
{
    for (size_t i = 0; i < shape->columns.len; i++)
        if (strcmp(shape->columns.items[i], name) == 0)
            return !type || strcmp(shape->types.items[i], type) == 0;
    return false;
}

static const char *hash_of(Arena *arena, const Text *columns)
{
    return arena_printf(arena,
                        "pg_catalog.hashtextextended(ROW(%s)::pg_catalog.text, "
                        "0::pg_catalog.int8)",
                        text_cstr(columns));
}

static void append_column(Arena *arena, Text *list, const char *name)
{
    text_printf(list, "%st.%s", list->len ? ", " : "", quote_identifier(arena, name));
}

static const char *row_hash(Arena *arena, const TableShape *live, const TableShape *copy,
                            TableDifference *difference)
{
    TEXT_SCOPED both;
    TEXT_SCOPED others;
    text_init(&both, SQL_MAX_BYTES);
    text_init(&others, SQL_MAX_BYTES);
    for (size_t i = 0; i < live->columns.len; i++)
        if (has_column(copy, live->columns.items[i], live->types.items[i]))
            append_column(arena, &both, live->columns.items[i]);
        else
            text_printf(&others, "%s%s", others.len ? ", " : "", live->columns.items[i]);
    difference->columns = others.len ? arena_dup(arena, text_str(&others)) : NULL;
    return hash_of(arena, &both);
}

// NULL: there is none that both have.
static const char *key_hash(Arena *arena, const TableShape *live, const TableShape *copy)
{
    TEXT_SCOPED key;
    text_init(&key, SQL_MAX_BYTES);
    if (!live->key.len || live->key.len != copy->key.len)
        return NULL;
    for (size_t i = 0; i < live->key.len; i++) {
        const char *name = live->key.items[i];
        if (strcmp(name, copy->key.items[i]) != 0 || !has_column(live, name, NULL) ||
            !has_column(copy, name, NULL))
            return NULL;
        append_column(arena, &key, name);
    }
    return hash_of(arena, &key);
}

static int64_t buckets_for(int64_t rows)
{
    int64_t buckets = 1;
    while (buckets < BUCKETS_MOST && buckets * ROWS_A_BUCKET < rows)
        buckets *= 2;
    return buckets;
}

static const char *hashed_rows(const Comparison *c)
{
    return arena_printf(c->arena, "(SELECT %s AS k, %s AS h FROM ONLY %s AS t) AS hashed", c->key,
                        c->row, c->relation);
}

static const char *bucket_of(const Comparison *c)
{
    return arena_printf(c->arena, "(k OPERATOR(pg_catalog.&) %lld::pg_catalog.int8)",
                        (long long)(c->buckets - 1));
}

// Both at once: each server process reads its table.
static bool ask_both(const Comparison *c, const char *sql, Rows *ret_live, Rows *ret_copy, Err *err)
{
    Err late = {0};
    if (!session_pipeline_begin(c->copy, err))
        return false;
    bool ok = session_queue(c->copy, sql, 0, NULL, err) && session_queue_flush(c->copy, err) &&
              session_query(c->live, c->arena, sql, 0, NULL, ret_live, err) &&
              session_next_result(c->copy, c->arena, ret_copy, err);
    Err *end = ok ? err : &late;
    bool is_ended = session_pipeline_sync(c->copy, end) && session_pipeline_end(c->copy, end);
    return ok && is_ended;
}

typedef struct Bucket {
    int64_t number;
    int64_t rows;
    const char *sum;
} Bucket;

static Bucket bucket_at(const Rows *rows, size_t i)
{
    if (i >= rows->count)
        return (Bucket){.number = INT64_MAX};
    return (Bucket){rows_int(rows, i, 0), rows_int(rows, i, 1), rows_text(rows, i, 2)};
}

// The rows that are in the buckets in which the two differ, as a condition; NULL: none. Where most
// differ asking for each row costs more than it saves.
static const char *differing_rows(const Comparison *c, const Rows *live, const Rows *copy,
                                  int64_t *ret_live_rows)
{
    TEXT_SCOPED list;
    text_init(&list, SQL_MAX_BYTES);
    int64_t count = 0;
    *ret_live_rows = 0;
    for (size_t i = 0, j = 0; i < live->count || j < copy->count;) {
        Bucket a = bucket_at(live, i);
        Bucket b = bucket_at(copy, j);
        int64_t number = a.number < b.number ? a.number : b.number;
        bool is_equal = a.number == b.number && a.rows == b.rows && strcmp(a.sum, b.sum) == 0;
        if (!is_equal)
            text_printf(&list, "%s%lld", count++ ? "," : "", (long long)number);
        if (a.number == number) {
            *ret_live_rows += a.rows;
            i++;
        }
        j += b.number == number;
    }
    if (!count)
        return NULL;
    return count > c->buckets / 2
               ? "true"
               : arena_printf(c->arena, "%s OPERATOR(pg_catalog.=) ANY ('{%s}'::pg_catalog.int8[])",
                              bucket_of(c), text_cstr(&list));
}

static bool send_rows(Session *copy, const Rows *rows, Err *err)
{
    TEXT_SCOPED lines;
    text_init(&lines, (size_t)FETCH_ROWS * 64);
    for (size_t i = 0; i < rows->count; i++)
        text_printf(&lines, "%s\t%s\n", rows_text(rows, i, 0), rows_text(rows, i, 1));
    return session_copy_put(copy, text_str(&lines), err);
}

// Keys and hashes of the live rows that are in question, into the copy's temporary table: there the
// server joins them, whatever their number.
static bool bring_rows(const Comparison *c, const char *wanted, Err *err)
{
    const char *open = arena_printf(
        c->arena, "DECLARE migrate_safe_rows NO SCROLL CURSOR FOR SELECT k, h FROM %s WHERE %s",
        hashed_rows(c), wanted);
    const char *fetch = arena_printf(c->arena, "FETCH %d FROM migrate_safe_rows", FETCH_ROWS);
    if (!session_exec(c->copy, "TRUNCATE pg_temp.migrate_safe_live", err) ||
        !session_exec(c->live, open, err) ||
        !session_copy_begin(c->copy, "COPY pg_temp.migrate_safe_live (k, h) FROM STDIN", err))
        return false;
    for (;;) {
        ARENA_SCOPED scratch = arena_new();
        Rows rows;
        if (!session_query(c->live, scratch, fetch, 0, NULL, &rows, err) ||
            !send_rows(c->copy, &rows, err)) {
            session_copy_abort(c->copy, "the other side failed");
            return false;
        }
        if (rows.count < FETCH_ROWS)
            break;
    }
    return session_copy_end(c->copy, err) && session_exec(c->live, "CLOSE migrate_safe_rows", err);
}

// By key each row has one partner at most; without one, equal rows are counted on both sides.
static const char JOIN_KEYS[] =
    "SELECT pg_catalog.count(*) FILTER (WHERE n.k IS NULL), "
    "pg_catalog.count(*) FILTER (WHERE l.k IS NULL), "
    "pg_catalog.count(*) FILTER (WHERE l.h OPERATOR(pg_catalog.<>) n.h) "
    "FROM pg_temp.migrate_safe_live AS l FULL JOIN (SELECT k, h FROM %s WHERE %s) AS n ON n.k "
    "OPERATOR(pg_catalog.=) l.k";
static const char COUNT_ROWS[] =
    "SELECT COALESCE(pg_catalog.sum(GREATEST(COALESCE(l.c, 0) OPERATOR(pg_catalog.-) "
    "COALESCE(n.c, 0), 0)), 0), "
    "COALESCE(pg_catalog.sum(GREATEST(COALESCE(n.c, 0) OPERATOR(pg_catalog.-) "
    "COALESCE(l.c, 0), 0)), 0), 0 "
    "FROM (SELECT k, pg_catalog.count(*) AS c FROM pg_temp.migrate_safe_live GROUP BY k) AS l "
    "FULL JOIN (SELECT k, pg_catalog.count(*) AS c FROM %s WHERE %s GROUP BY k) AS n ON n.k "
    "OPERATOR(pg_catalog.=) l.k";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *join_of(const Comparison *c, const char *rows)
{
    return arena_printf(c->arena, c->has_key ? JOIN_KEYS : COUNT_ROWS, hashed_rows(c), rows);
}
#pragma GCC diagnostic pop

static bool compare(const Comparison *c, TableDifference *difference, Err *err)
{
    Rows live;
    Rows copy;
    Rows counts;
    const char *sums =
        arena_printf(c->arena,
                     "SELECT %s AS b, pg_catalog.count(*), pg_catalog.sum(h) FROM %s GROUP BY 1 "
                     "ORDER BY 1",
                     bucket_of(c), hashed_rows(c));
    if (!ask_both(c, sums, &live, &copy, err))
        return false;
    const char *rows = differing_rows(c, &live, &copy, &difference->live_rows);
    if (!rows)
        return true;
    if (!bring_rows(c, rows, err) ||
        !session_query(c->copy, c->arena, join_of(c, rows), 0, NULL, &counts, err))
        return false;
    difference->only_live = rows_int(&counts, 0, 0);
    difference->only_copy = rows_int(&counts, 0, 1);
    difference->changed = rows_int(&counts, 0, 2);
    return true;
}

bool compare_tables(Arena *arena, Session *live, Session *copy, const TableShape *live_shape,
                    const TableShape *copy_shape, TableDifference *ret_difference, Err *err)
{
    TableDifference difference = {0};
    ARENA_SCOPED scratch = arena_new();
    int64_t rows =
        live_shape->estimate > copy_shape->estimate ? live_shape->estimate : copy_shape->estimate;
    Comparison c = {
        .arena = scratch,
        .live = live,
        .copy = copy,
        .relation = arena_printf(scratch, "%s.%s", quote_identifier(scratch, live_shape->schema),
                                 quote_identifier(scratch, live_shape->name)),
        .row = row_hash(arena, live_shape, copy_shape, &difference),
        .key = key_hash(scratch, live_shape, copy_shape),
        .buckets = buckets_for(rows),
    };
    c.has_key = c.key;
    c.key = c.key ? c.key : c.row;
    difference.has_no_key = !c.has_key;
    if (!session_exec(live, "SAVEPOINT migrate_safe_table", err))
        return false;
    if (!compare(&c, &difference, err)) {
        Err ignored = {0};
        return session_is_alive(live) &&
               session_exec(live, "ROLLBACK TO SAVEPOINT migrate_safe_table", &ignored) && false;
    }
    if (!session_exec(live, "RELEASE SAVEPOINT migrate_safe_table", err))
        return false;
    *ret_difference = difference;
    return true;
}
