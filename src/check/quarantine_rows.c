#include "check/quarantine_private.h"
#include "sql/quote.h"

#include <string.h>

typedef struct RowsPlace {
    const char *table;  // SQL
    const char *target; // SQL: what the statement calls the table
    const char *copy;   // SQL
} RowsPlace;

static RowsPlace place_of(Arena *arena, const QuarantineRows *rows)
{
    const char *table = quote_qualified(arena, rows->schema, rows->table);
    return (RowsPlace){
        table,
        rows->alias ? quote_name(arena, rows->alias) : quote_name(arena, rows->table),
        quarantine_qualified(arena, rows->now ? rows->now
                                              : quarantine_rows_name(arena, rows->table,
                                                                     rows->version, rows->number)),
    };
}

static const char *new_name(Arena *arena, const char *column)
{
    return quote_name(arena, quarantine_fit(arena, "migrate_safe_new_", column));
}

static const char *prefixed(Arena *arena, const RowsPlace *place, const Words *names)
{
    return quarantine_names(arena, arena_printf(arena, "%s.", place->target), names);
}

// "PREFIXa AS new_a, PREFIXb AS new_b"; without a prefix the new names alone.
static const char *new_values(Arena *arena, const QuarantineRows *rows, const char *prefix)
{
    const char *list = "";
    VEC_EACH (const char *, column, &rows->columns) {
        const char *name = new_name(arena, *column);
        const char *comma = *list ? ", " : "";
        list = prefix ? arena_printf(arena, "%s%s%s%s AS %s", list, comma, prefix,
                                     quote_name(arena, *column), name)
                      : arena_printf(arena, "%s%s%s", list, comma, name);
    }
    return list;
}

static void capture_deleted(Arena *arena, const QuarantineRows *rows, const RowsPlace *place,
                            Words *statements)
{
    const char *columns = quarantine_names(arena, "", &rows->columns);
    quarantine_add(arena, statements, "CREATE TABLE %s AS\nSELECT %s FROM %s\nWITH NO DATA",
                   place->copy, columns, place->table);
    quarantine_add(arena, statements,
                   "WITH gone AS (\n%s\nRETURNING %s)\nINSERT INTO %s (%s)\nSELECT %s FROM gone",
                   rows->statement, prefixed(arena, place, &rows->columns), place->copy, columns,
                   columns);
}

static const char *same_key(Arena *arena, const QuarantineRows *rows, const char *left,
                            const char *right)
{
    const char *condition = "";
    VEC_EACH (const char *, column, &rows->key) {
        const char *name = quote_name(arena, *column);
        condition = arena_printf(arena, "%s%s%s.%s = %s.%s", condition, *condition ? " AND " : "",
                                 left, name, right, name);
    }
    return condition;
}

static void capture_updated(Arena *arena, const QuarantineRows *rows, const RowsPlace *place,
                            Words *statements)
{
    const char *key = quarantine_names(arena, "", &rows->key);
    const char *columns = quarantine_names(arena, "", &rows->columns);
    const char *written = new_values(arena, rows, NULL);
    quarantine_add(arena, statements, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", place->table);
    quarantine_add(arena, statements,
                   "CREATE TABLE %s AS\nSELECT %s, %s, %s\nFROM %s\nWITH NO DATA", place->copy, key,
                   columns, new_values(arena, rows, ""), place->table);
    quarantine_add(arena, statements,
                   "WITH changed AS (\n%s\nRETURNING %s, %s)\nINSERT INTO %s (%s, %s, %s)\n"
                   "SELECT %s, %s, %s\nFROM changed\nJOIN %s AS before ON %s",
                   rows->statement, prefixed(arena, place, &rows->key),
                   new_values(arena, rows, arena_printf(arena, "%s.", place->target)), place->copy,
                   key, columns, written, quarantine_names(arena, "before.", &rows->key),
                   quarantine_names(arena, "before.", &rows->columns), written, place->table,
                   same_key(arena, rows, "before", "changed"));
}

static void capture_truncated(Arena *arena, const QuarantineRows *rows, const RowsPlace *place,
                              Words *statements)
{
    const char *only = rows->is_only ? "ONLY " : "";
    quarantine_add(arena, statements, "LOCK TABLE %s%s IN SHARE ROW EXCLUSIVE MODE", only,
                   place->table);
    quarantine_add(arena, statements, "CREATE TABLE %s AS\nSELECT %s\nFROM %s%s", place->copy,
                   quarantine_names(arena, "", &rows->columns), only, place->table);
    quarantine_add(arena, statements, "%s", rows->statement);
}

static void add_comment(Arena *arena, const QuarantineRows *rows, const RowsPlace *place,
                        Words *statements)
{
    Note note;
    note_begin(&note, arena, QUARANTINE_ROWS, rows->version, rows->schema, rows->table);
    note_text(&note, "by", quarantine_capture_word(rows->capture));
    note_words(&note, "columns", &rows->columns);
    note_words(&note, "key", &rows->key);
    note_comment(&note, statements, arena_printf(arena, "TABLE %s", place->copy));
}

void quarantine_rows(Arena *arena, const QuarantineRows *rows, Words *ret_statements)
{
    Words statements = {0};
    RowsPlace place = place_of(arena, rows);
    REQUIRE(rows->capture != QUARANTINE_UPDATE || rows->key.len);
    quarantine_add_schema(arena, &statements);
    switch (rows->capture) {
    case QUARANTINE_DELETE:
        capture_deleted(arena, rows, &place, &statements);
        break;
    case QUARANTINE_UPDATE:
        capture_updated(arena, rows, &place, &statements);
        break;
    case QUARANTINE_TRUNCATE:
        capture_truncated(arena, rows, &place, &statements);
        break;
    }
    add_comment(arena, rows, &place, &statements);
    *ret_statements = statements;
}

static const char *old_values(Arena *arena, const QuarantineRows *rows)
{
    const char *list = "";
    VEC_EACH (const char *, column, &rows->columns) {
        const char *name = quote_name(arena, *column);
        list = arena_printf(arena, "%s%s%s = kept.%s", list, *list ? ", " : "", name, name);
    }
    return list;
}

static const char *written_list(Arena *arena, const QuarantineRows *rows)
{
    const char *list = "";
    VEC_EACH (const char *, column, &rows->columns)
        list =
            arena_printf(arena, "%s%skept.%s", list, *list ? ", " : "", new_name(arena, *column));
    return list;
}

// Byte for byte: not every type has an equality.
static void add_guard(Arena *arena, const QuarantineRows *rows, const RowsPlace *place,
                      Words *statements)
{
    const char *body = arena_printf(
        arena,
        "\nDECLARE\n"
        "    changed bigint;\n"
        "BEGIN\n"
        "    SELECT pg_catalog.count(*) INTO changed\n"
        "    FROM %s AS kept\n"
        "    LEFT JOIN %s AS live ON %s\n"
        "    WHERE live.%s IS NULL\n"
        "       OR ROW(%s)::record OPERATOR(pg_catalog.*<>) ROW(%s)::record;\n"
        "    IF changed > 0 THEN\n"
        "        RAISE EXCEPTION '%% rows of %% were written or deleted since', changed, %s;\n"
        "    END IF;\n"
        "END\n",
        place->copy, place->table, same_key(arena, rows, "live", "kept"),
        quote_name(arena, rows->key.items[0]), quarantine_names(arena, "live.", &rows->columns),
        written_list(arena, rows), quote_literal(arena, place->table));
    const char *quoted = strstr(body, "$migrate_safe$")
                             ? quote_literal(arena, body)
                             : arena_printf(arena, "$migrate_safe$%s$migrate_safe$", body);
    quarantine_add(arena, statements, "DO %s", quoted);
}

static void overwrite(Arena *arena, const QuarantineRows *rows, const RowsPlace *place,
                      Words *statements)
{
    quarantine_add(arena, statements, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", place->table);
    add_guard(arena, rows, place, statements);
    quarantine_add(arena, statements, "UPDATE %s AS live SET %s\nFROM %s AS kept\nWHERE %s",
                   place->table, old_values(arena, rows), place->copy,
                   same_key(arena, rows, "live", "kept"));
}

void quarantine_rows_back(Arena *arena, const QuarantineRows *rows, Words *ret_statements)
{
    Words statements = {0};
    RowsPlace place = place_of(arena, rows);
    const char *columns = quarantine_names(arena, "", &rows->columns);
    if (rows->capture == QUARANTINE_UPDATE)
        overwrite(arena, rows, &place, &statements);
    else
        quarantine_add(arena, &statements,
                       "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE\nSELECT %s FROM %s",
                       place.table, columns, columns, place.copy);
    quarantine_add(arena, &statements, "DROP TABLE %s", place.copy);
    *ret_statements = statements;
}
