#include "check/sample/statement.h"

#include "base/text.h"
#include "catalog/model.h"
#include "check/sample/value.h"
#include "sql/quote.h"

#include <inttypes.h>

enum {
    SQL_MAX = 8 << 20,
    KEYS_MAX = 10000 // that rows are taken to point to
};

// Of the running number, where no column is called so.
#define NUMBER "\"migrate-safe number\""

typedef enum Origin {
    FROM_VALUE,
    FROM_KEY,
    FROM_ITSELF, // the row's own key
    FROM_NULL,
    FROM_SEQUENCE,
    FROM_EXPRESSION, // generated: nobody gives it
} Origin;

typedef struct Source {
    Origin origin;
    size_t key;             // FROM_KEY: which of `joined`
    const char *referenced; // FROM_KEY, FROM_ITSELF: the column over there
} Source;

typedef struct Builder {
    Arena *arena;
    const SampleInsert *insert;
    const SampleTable *table;
    Source *sources;   // of the columns
    SampleKeys joined; // whose rows are joined
    SampleKeys proven; // all of whose columns others give
    const char *reason;
} Builder;

static const char *quoted(const Builder *builder, const char *name)
{
    return quote_identifier(builder->arena, name);
}

static bool is_itself(const SampleTable *table, const SampleKey *key)
{
    if (key->referenced == table->oid)
        return true;
    VEC_EACH (const int64_t, ancestor, &table->ancestors)
        if (*ancestor == key->referenced)
            return true;
    return false;
}

bool sample_refers_to_itself(const SampleTable *table)
{
    VEC_EACH (const SampleKey, key, &table->keys)
        if (is_itself(table, key))
            return true;
    return false;
}

bool sample_is_filtered(const SampleTable *table)
{
    return table->checks.len > 0 || table->keys.len > 1;
}

static bool is_late(const SampleStep *step, const SampleKey *key)
{
    VEC_EACH (const SampleKey *const, late, &step->late)
        if (*late == key)
            return true;
    return false;
}

static Source *source_of(const Builder *builder, const char *name)
{
    const SampleColumn *column = sample_column(builder->table, name);
    return column ? &builder->sources[column - builder->table->columns.items] : NULL;
}

static bool is_nullable(const Builder *builder, const char *name)
{
    const SampleColumn *column = sample_column(builder->table, name);
    return column && !column->is_not_null;
}

static bool is_nullable_key(const Builder *builder, const SampleKey *key)
{
    size_t count = 0;
    VEC_EACH (const char *const, name, &key->columns)
        count += is_nullable(builder, *name);
    return key->is_match_full ? count == key->columns.len : count > 0;
}

static void set_sources(Builder *builder, const SampleKey *key, Origin origin)
{
    for (size_t i = 0; i < key->columns.len; i++) {
        Source *source = source_of(builder, key->columns.items[i]);
        if (!source || source->origin != FROM_VALUE)
            continue;
        if (origin == FROM_NULL && !is_nullable(builder, key->columns.items[i]))
            continue;
        *source = (Source){origin, builder->joined.len, key->referenced_columns.items[i]};
    }
}

static size_t count_free(const Builder *builder, const SampleKey *key)
{
    size_t count = 0;
    VEC_EACH (const char *const, name, &key->columns) {
        const Source *source = source_of(builder, *name);
        count += source && source->origin == FROM_VALUE;
    }
    return count;
}

static void add_key(Builder *builder, const SampleKey *key)
{
    bool is_own = is_itself(builder->table, key);
    if (is_late(builder->insert->step, key) || (is_own && !builder->insert->is_referring)) {
        if (is_nullable_key(builder, key))
            set_sources(builder, key, FROM_NULL);
        else if (is_own)
            set_sources(builder, key, FROM_ITSELF);
    } else if (builder->insert->manner == SAMPLE_SPARSE && is_nullable_key(builder, key)) {
        set_sources(builder, key, FROM_NULL);
    } else if (count_free(builder, key) == 0) {
        *vec_append(builder->arena, &builder->proven) = key;
    } else {
        set_sources(builder, key, FROM_KEY);
        *vec_append(builder->arena, &builder->joined) = key;
    }
}

// Keys of many columns first: what they give decides those that share a column with them.
static void choose_sources(Builder *builder)
{
    const SampleTable *table = builder->table;
    size_t longest = 0;
    VEC_EACH (const SampleKey, key, &table->keys)
        longest = key->columns.len > longest ? key->columns.len : longest;
    VEC_EACH (const SampleColumn, column, &table->columns)
        if (column->generated)
            builder->sources[column - table->columns.items].origin = FROM_EXPRESSION;
    for (size_t length = longest; length > 0; length--)
        VEC_EACH (const SampleKey, key, &table->keys)
            if (key->columns.len == length)
                add_key(builder, key);
    for (size_t i = 0; i < table->columns.len; i++) {
        Source *source = &builder->sources[i];
        if (source->origin == FROM_VALUE && sample_is_serial(&table->columns.items[i]))
            source->origin = FROM_SEQUENCE;
    }
}

static void write_keys(const Builder *builder, Text *sql)
{
    for (size_t i = 0; i < builder->joined.len; i++) {
        const SampleKey *key = builder->joined.items[i];
        const char *names = "";
        const char *conditions = "";
        VEC_EACH (const char *const, name, &key->referenced_columns) {
            const char *column = quoted(builder, *name);
            names = arena_printf(builder->arena, "%s%s%s", names, names[0] ? ", " : "", column);
            conditions = arena_printf(builder->arena, "%s%s%s IS NOT NULL", conditions,
                                      conditions[0] ? " AND " : "", column);
        }
        text_printf(sql,
                    "keys_%zu AS MATERIALIZED (SELECT pg_catalog.row_number() OVER (ORDER BY %s) "
                    "- 1 AS n, r.* FROM (SELECT %s FROM %s%s WHERE %s ORDER BY %s LIMIT %d) AS "
                    "r),\n",
                    i, names, names, key->is_partitioned ? "" : "ONLY ", key->referenced_name,
                    conditions, names, KEYS_MAX);
    }
}

// A key takes turns with every other one of the table: their combinations are all met.
static void write_joins(const Builder *builder, Text *sql)
{
    for (size_t i = 0; i < builder->joined.len; i++) {
        const SampleKey *key = builder->joined.items[i];
        const char *shared = "";
        for (size_t c = 0; c < key->columns.len; c++) {
            const Source *source = source_of(builder, key->columns.items[c]);
            if (source && source->origin == FROM_KEY && source->key < i)
                shared = arena_printf(builder->arena, "%s%sk.%s = key_%zu.%s", shared,
                                      shared[0] ? " AND " : "",
                                      quoted(builder, key->referenced_columns.items[c]),
                                      source->key, quoted(builder, source->referenced));
        }
        if (shared[0])
            text_printf(sql,
                        "\nLEFT JOIN LATERAL (SELECT k.* FROM keys_%zu AS k WHERE %s ORDER BY "
                        "(k.n + numbers.i) %% 97, k.n LIMIT 1) AS key_%zu ON true",
                        i, shared, i);
        else
            text_printf(sql,
                        "\nLEFT JOIN keys_%zu AS key_%zu ON key_%zu.n = (numbers.i - 1 + "
                        "(numbers.i - 1) / (SELECT NULLIF(count(*), 0) FROM keys_%zu) * %zu) %% "
                        "(SELECT NULLIF(count(*), 0) FROM keys_%zu)",
                        i, i, i, i, i, i);
    }
}

static bool is_checked(const SampleTable *table, const char *column)
{
    VEC_EACH (const SampleCheck, check, &table->checks)
        if (check->columns.len == 0 || words_have(&check->columns, column))
            return true;
    return false;
}

// Is what its sequence gives needed by a check, a generated column or a key to the row itself? Else
// it is asked last: numbers of rows that come to nothing are not lost.
static bool is_early(const Builder *builder, const SampleColumn *column)
{
    if (!builder->insert->is_unfiltered && is_checked(builder->table, column->name))
        return true;
    for (size_t i = 0; i < builder->table->columns.len; i++) {
        const Source *source = &builder->sources[i];
        const char *generated = builder->table->columns.items[i].generated;
        if (source->origin == FROM_ITSELF && strcmp(source->referenced, column->name) == 0)
            return true;
        if (generated && strstr(generated, column->name))
            return true;
    }
    return false;
}

static const SampleConstants *constants_of(const Builder *builder, const char *column)
{
    if (!is_checked(builder->table, column))
        return NULL;
    SampleConstants *constants = arena_new_object(builder->arena, SampleConstants);
    VEC_EACH (const SampleCheck, check, &builder->table->checks)
        if (check->columns.len == 0 || words_have(&check->columns, column))
            sample_constants_add(builder->arena, check->expression, constants);
    return constants;
}

// When it is the turn of NULL, or of the default. Where a check may want it, by chance.
static const char *turn(const Builder *builder, const SampleColumn *column, int of, int which)
{
    int salt = (int)(column - builder->table->columns.items);
    if (is_checked(builder->table, column->name))
        return arena_printf(builder->arena, "hashint8(numbers.i * 7 + %d) %% 2 = 0",
                            salt * 100 + which);
    return arena_printf(builder->arena, "(numbers.i + %d) %% %d = %d", salt * 3, of, which);
}

// Columns that are compared with each other are not made from one number.
static const char *number_sql(const Builder *builder, const SampleColumn *column)
{
    int salt = (int)(column - builder->table->columns.items);
    VEC_EACH (const SampleCheck, check, &builder->table->checks)
        if (check->columns.len > 1 && words_have(&check->columns, column->name) &&
            !sample_is_unique(builder->table, column->name))
            return arena_printf(builder->arena,
                                "(numbers.i + pg_catalog.abs(pg_catalog.hashint8(numbers.i * 13 + "
                                "%d)::bigint) %% 64)",
                                salt);
    return "numbers.i";
}

static bool needs_value(const Builder *builder, const SampleColumn *column)
{
    if (builder->insert->manner != SAMPLE_SPARSE)
        return true;
    return column->is_not_null && !column->default_value;
}

static const char *nullable_sql(const Builder *builder, const SampleColumn *column,
                                const char *value)
{
    if (builder->insert->manner != SAMPLE_MIXED || column->is_not_null)
        return value;
    return arena_printf(builder->arena, "CASE WHEN %s THEN NULL ELSE %s END",
                        turn(builder, column, 5, 4), value);
}

// Those of no other column: each value is made to pass them by itself.
static Words own_checks(const Builder *builder, const SampleColumn *column)
{
    Words checks = {0};
    VEC_EACH (const SampleCheck, check, &builder->table->checks)
        if (check->columns.len == 1 && strcmp(check->columns.items[0], column->name) == 0 &&
            !builder->insert->is_unfiltered)
            *vec_append(builder->arena, &checks) = check->expression;
    return checks;
}

static const char *value_sql(Builder *builder, const SampleColumn *column)
{
    Arena *arena = builder->arena;
    bool is_unique = sample_is_unique(builder->table, column->name);
    SampleManner manner = builder->insert->manner;
    SampleValue value = {
        .type = column->type,
        .modifier = column->modifier,
        .type_name = column->type_name,
        .is_lively = manner == SAMPLE_MIXED && !is_unique,
        .constants = constants_of(builder, column->name),
        .salt = (int)(column - builder->table->columns.items) + 1,
    };
    Words checks = own_checks(builder, column);
    const char *given =
        needs_value(builder, column)
            ? sample_passing_sql(arena, builder->insert->facts, &value, number_sql(builder, column),
                                 quoted(builder, column->name), &checks)
            : NULL;
    const char *standard =
        column->default_value
            ? arena_printf(arena, "(%s)::%s", column->default_value, column->type_name)
            : NULL;
    if (!given && standard)
        return standard;
    if (!given && column->is_not_null) {
        builder->reason = arena_printf(arena, "no value is known for column %s of type %s",
                                       column->name, column->type_name);
        return NULL;
    }
    if (!given)
        return arena_printf(arena, "NULL::%s", column->type_name);
    if (manner == SAMPLE_MIXED && standard && !is_unique)
        given = arena_printf(arena, "CASE WHEN %s THEN %s ELSE %s END", turn(builder, column, 3, 1),
                             standard, given);
    return nullable_sql(builder, column, given);
}

static const char *key_sql(const Builder *builder, const SampleColumn *column, const Source *source)
{
    const SampleKey *key = builder->joined.items[source->key];
    const char *sql = arena_printf(builder->arena, "key_%zu.%s::%s", source->key,
                                   quoted(builder, source->referenced), column->type_name);
    if (column->is_not_null || !is_nullable_key(builder, key) ||
        builder->insert->manner != SAMPLE_MIXED)
        return sql;
    // one turn for all columns of a key
    const SampleColumn *first = sample_column(builder->table, key->columns.items[0]);
    return arena_printf(builder->arena, "CASE WHEN %s THEN NULL ELSE %s END",
                        turn(builder, first, 5, 4), sql);
}

static const char *sequence_sql(const Builder *builder, const SampleColumn *column)
{
    return column->sequence
               ? arena_printf(builder->arena, "pg_catalog.nextval(%s)::%s",
                              quote_literal(builder->arena, column->sequence), column->type_name)
               : arena_printf(builder->arena, "(%s)::%s", column->default_value, column->type_name);
}

// A column of the innermost SELECT; "": it comes later. NULL: it has none.
static const char *first_sql(Builder *builder, const SampleColumn *column, const Source *source)
{
    switch (source->origin) {
    case FROM_VALUE:
        return value_sql(builder, column);
    case FROM_KEY:
        return key_sql(builder, column, source);
    case FROM_NULL:
        return arena_printf(builder->arena, "NULL::%s", column->type_name);
    case FROM_SEQUENCE:
        return is_early(builder, column) ? sequence_sql(builder, column) : "";
    case FROM_ITSELF:
    case FROM_EXPRESSION:
        break;
    }
    return "";
}

static bool write_first(Builder *builder, Text *sql)
{
    const SampleInsert *insert = builder->insert;
    text_printf(sql, "(SELECT numbers.i AS " NUMBER);
    VEC_EACH (const SampleColumn, column, &builder->table->columns) {
        const char *value =
            first_sql(builder, column, &builder->sources[column - builder->table->columns.items]);
        if (!value)
            return false;
        if (value[0])
            text_printf(sql, ",\n%s AS %s", value, quoted(builder, column->name));
    }
    text_printf(sql,
                "\nFROM pg_catalog.generate_series(%" PRId64 "::bigint, %" PRId64
                "::bigint) AS numbers(i)",
                insert->first, insert->first + insert->tried - 1);
    write_joins(builder, sql);
    text_printf(sql, ") AS made_first");
    return true;
}

// What is made of other columns.
static bool write_second(Builder *builder, Text *sql)
{
    text_printf(sql, "(SELECT made_first.*");
    VEC_EACH (const SampleColumn, column, &builder->table->columns) {
        const Source *source = &builder->sources[column - builder->table->columns.items];
        if (source->origin == FROM_EXPRESSION && !builder->insert->is_unfiltered)
            text_printf(sql, ",\n(%s)::%s AS %s", column->generated, column->type_name,
                        quoted(builder, column->name));
        if (source->origin == FROM_ITSELF)
            text_printf(sql, ",\nmade_first.%s::%s AS %s", quoted(builder, source->referenced),
                        column->type_name, quoted(builder, column->name));
    }
    text_printf(sql, "\nFROM ");
    if (!write_first(builder, sql))
        return false;
    text_printf(sql, ") AS made_second");
    return true;
}

static void write_proof(const Builder *builder, const SampleKey *key, Text *sql)
{
    text_printf(sql, "\nAND (");
    const char *conditions = "";
    for (size_t i = 0; i < key->columns.len; i++) {
        const char *column = quoted(builder, key->columns.items[i]);
        text_printf(sql, "made_second.%s IS NULL OR ", column);
        conditions = arena_printf(builder->arena, "%s%sr.%s = made_second.%s", conditions,
                                  conditions[0] ? " AND " : "",
                                  quoted(builder, key->referenced_columns.items[i]), column);
    }
    text_printf(sql, "EXISTS (SELECT FROM %s%s AS r WHERE %s))", key->is_partitioned ? "" : "ONLY ",
                key->referenced_name, conditions);
}

static void write_filter(const Builder *builder, Text *sql)
{
    text_printf(sql, "\nWHERE true");
    VEC_EACH (const SampleColumn, column, &builder->table->columns) {
        Origin origin = builder->sources[column - builder->table->columns.items].origin;
        bool is_there = origin != FROM_EXPRESSION && origin != FROM_SEQUENCE;
        if (column->is_not_null && is_there)
            // not IS NOT NULL, which asks the fields of a row
            text_printf(sql, "\nAND %s IS DISTINCT FROM NULL", quoted(builder, column->name));
    }
    VEC_EACH (const SampleKey *const, key, &builder->proven)
        write_proof(builder, *key, sql);
    if (!builder->insert->is_unfiltered)
        VEC_EACH (const SampleCheck, check, &builder->table->checks)
            text_printf(sql, "\nAND ((%s) IS NOT FALSE)", check->expression);
    text_printf(sql, "\nORDER BY " NUMBER " LIMIT %" PRId64, builder->insert->wanted);
}

static void write_columns(const Builder *builder, Text *sql)
{
    const char *names = "";
    const char *values = "";
    VEC_EACH (const SampleColumn, column, &builder->table->columns) {
        Origin origin = builder->sources[column - builder->table->columns.items].origin;
        if (origin == FROM_EXPRESSION)
            continue;
        const char *comma = names[0] ? ", " : "";
        const char *name = quoted(builder, column->name);
        names = arena_printf(builder->arena, "%s%s%s", names, comma, name);
        values = origin == FROM_SEQUENCE && !is_early(builder, column)
                     ? arena_printf(builder->arena, "%s%s%s", values, comma,
                                    sequence_sql(builder, column))
                     : arena_printf(builder->arena, "%s%smade.%s", values, comma, name);
    }
    if (names[0])
        text_printf(sql, " (%s)\nOVERRIDING SYSTEM VALUE", names);
    text_printf(sql, "\nSELECT %s\nFROM (SELECT * FROM ", values);
}

static bool has_deferrable(const SampleTable *table)
{
    VEC_EACH (const SampleUnique, unique, &table->uniques)
        if (unique->is_deferrable)
            return true;
    return false;
}

const char *sample_insert_sql(Arena *arena, const SampleInsert *insert, const char **ret_reason)
{
    const SampleTable *table = insert->step->table;
    Builder builder = {
        .arena = arena,
        .insert = insert,
        .table = table,
        .sources = arena_alloc_array(arena, table->columns.len + 1, sizeof(Source)),
    };
    choose_sources(&builder);
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    text_printf(&sql, "WITH ");
    write_keys(&builder, &sql);
    text_printf(&sql, "inserted AS (INSERT INTO %s", table->qualified);
    write_columns(&builder, &sql);
    if (!write_second(&builder, &sql)) {
        *ret_reason = builder.reason;
        return NULL;
    }
    write_filter(&builder, &sql);
    text_printf(&sql, ") AS made\n%sRETURNING 1)\nSELECT pg_catalog.count(*) FROM inserted",
                insert->raises_on_conflict || has_deferrable(table) ? ""
                                                                    : "ON CONFLICT DO NOTHING ");
    if (sql.is_cut) {
        *ret_reason = "it has too many columns";
        return NULL;
    }
    return arena_dup(arena, text_str(&sql));
}

static const char *list_of(Arena *arena, const Words *columns, const char *of)
{
    const char *list = "";
    VEC_EACH (const char *const, name, columns)
        list = arena_printf(arena, "%s%s%s%s", list, list[0] ? ", " : "", of,
                            quote_identifier(arena, *name));
    return list;
}

const char *sample_late_key_sql(Arena *arena, const SampleTable *table, const SampleKey *key)
{
    const char *referenced = list_of(arena, &key->referenced_columns, "");
    const char *conditions = "";
    VEC_EACH (const char *const, name, &key->referenced_columns)
        conditions = arena_printf(arena, "%s%s%s IS NOT NULL", conditions,
                                  conditions[0] ? " AND " : "", quote_identifier(arena, *name));
    return arena_printf(
        arena,
        "WITH keys AS MATERIALIZED (SELECT pg_catalog.row_number() OVER (ORDER BY %s) - 1 AS n, "
        "r.* FROM (SELECT %s FROM %s%s WHERE %s ORDER BY %s LIMIT %d) AS r),\n"
        "places AS (SELECT t.ctid AS place, pg_catalog.row_number() OVER (ORDER BY t.ctid) - 1 AS "
        "n FROM ONLY %s AS t)\n"
        "UPDATE ONLY %s AS t SET (%s) = ROW(%s) FROM places JOIN keys ON keys.n = places.n %% "
        "(SELECT NULLIF(pg_catalog.count(*), 0) FROM keys) WHERE t.ctid = places.place",
        referenced, referenced, key->is_partitioned ? "" : "ONLY ", key->referenced_name,
        conditions, referenced, KEYS_MAX, table->qualified, table->qualified,
        list_of(arena, &key->columns, ""), list_of(arena, &key->referenced_columns, "keys."));
}

const char *sample_orphans_sql(Arena *arena, const SampleTable *table, const SampleKey *key)
{
    const char *is_set = "";
    const char *is_found = "";
    const char *is_any_set = "";
    for (size_t i = 0; i < key->columns.len; i++) {
        const char *column = quote_identifier(arena, key->columns.items[i]);
        const char *comma = is_set[0] ? " AND " : "";
        is_set = arena_printf(arena, "%s%st.%s IS NOT NULL", is_set, comma, column);
        is_any_set = arena_printf(arena, "%s%st.%s IS NOT NULL", is_any_set,
                                  is_any_set[0] ? " OR " : "", column);
        is_found = arena_printf(arena, "%s%sr.%s = t.%s", is_found, comma,
                                quote_identifier(arena, key->referenced_columns.items[i]), column);
    }
    return arena_printf(
        arena,
        "WITH gone AS (DELETE FROM ONLY %s AS t WHERE (%s) AND NOT EXISTS (SELECT "
        "FROM %s%s AS r WHERE %s) RETURNING 1) SELECT pg_catalog.count(*) FROM gone",
        table->qualified, key->is_match_full ? is_any_set : is_set,
        key->is_partitioned ? "" : "ONLY ", key->referenced_name, is_found);
}
