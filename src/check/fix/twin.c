#include "check/fix/twin.h"

#include "base/sha256.h"
#include "base/text.h"
#include "base/utf8.h"
#include "sql/quote.h"

#include <string.h>

enum {
    NAME_BYTES = 63, // NAMEDATALEN - 1
    HASH_DIGITS = 8,
    SQL_BYTES = 64 * 1024,
};

// Triggers fire in the order of their names' bytes: this one behind all that begin with a letter.
#define TRIGGER_HEAD "~migrate_safe_"

// The function's body. Any difference counts, also one that the type's own = passes over (1.0 and
// 1.00, citext), and json has no = at all. Who writes both in one statement knows the new name.
#define BODY                                                                                       \
    "DECLARE\n"                                                                                    \
    "    untouched record := NEW;\n"                                                               \
    "BEGIN\n"                                                                                      \
    "    IF TG_OP = 'INSERT' THEN\n"                                                               \
    "        untouched.%1$s := %3$s;\n"                                                            \
    "    ELSE\n"                                                                                   \
    "        untouched := OLD;\n"                                                                  \
    "    END IF;\n"                                                                                \
    "    IF record_image_ne(ROW(NEW.%1$s), ROW(untouched.%1$s)) THEN\n"                            \
    "        NEW.%2$s := NEW.%1$s; -- the new name was written, alone or with the old one\n"       \
    "    ELSE\n"                                                                                   \
    "        NEW.%1$s := NEW.%2$s;\n"                                                              \
    "    END IF;\n"                                                                                \
    "    RETURN NEW;\n"                                                                            \
    "END\n"

const char *twin_own_name(Arena *arena, const char *whole)
{
    if (strlen(whole) <= NAME_BYTES)
        return whole;
    char hash[SHA256_HEX];
    sha256_of(str_from(whole), hash);
    Str kept = {whole, NAME_BYTES - HASH_DIGITS - 1};
    kept.n = utf8_whole_prefix(kept);
    return arena_printf(arena, STR_FMT "_%.*s", STR_ARG(kept), HASH_DIGITS, hash);
}

const char *twin_table(Arena *arena, const Twin *twin)
{
    return quote_qualified(arena, twin->schema, twin->table);
}

const char *twin_trigger(Arena *arena, const Twin *twin)
{
    return twin_own_name(arena,
                         arena_printf(arena, TRIGGER_HEAD "%s_%s", twin->old_name, twin->new_name));
}

bool twin_is_trigger(const char *name)
{
    return str_starts(str_from(name), STR(TRIGGER_HEAD));
}

static const char *function_sql(Arena *arena, const Twin *twin)
{
    const char *name =
        twin_own_name(arena, arena_printf(arena, "migrate_safe_%s_%s_%s", twin->table,
                                          twin->old_name, twin->new_name));
    return quote_qualified(arena, twin->schema, name);
}

static const char *trigger_sql(Arena *arena, const Twin *twin)
{
    return quote_name(arena, twin_trigger(arena, twin));
}

// In dollar quotes that do not end inside.
static const char *in_dollars(Arena *arena, const char *text)
{
    const char *tag = "$migrate_safe$";
    for (int number = 1; strstr(text, tag); number++)
        tag = arena_printf(arena, "$migrate_safe_%d$", number);
    return arena_printf(arena, "%s\n%s%s", tag, text, tag);
}

// A value of the old column as the twin has it.
static const char *as_new(Arena *arena, const Twin *twin, const char *value)
{
    return twin->cast_type ? arena_printf(arena, "%s::%s", value, twin->cast_type) : value;
}

const char *twin_part(Arena *arena, const Twin *twin)
{
    const char *table = twin_table(arena, twin);
    const char *old_name = quote_identifier(arena, twin->old_name);
    const char *new_name = quote_identifier(arena, twin->new_name);
    const char *old_value = as_new(arena, twin, arena_printf(arena, "NEW.%s", old_name));
    const char *body =
        arena_printf(arena, BODY, new_name, old_name, twin->fallback ? twin->fallback : "NULL");
    return arena_printf(
        arena,
        "CREATE FUNCTION %1$s() RETURNS trigger\n"
        "    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp\n"
        "    AS %2$s;\n"
        "-- migrate-safe: ignore trigger-create: it keeps both columns equal\n"
        "CREATE TRIGGER %3$s BEFORE INSERT OR UPDATE ON %4$s\n"
        "    FOR EACH ROW WHEN (pg_catalog.record_image_ne(ROW(%5$s), ROW(NEW.%6$s)))\n"
        "    EXECUTE FUNCTION %1$s();\n"
        "ALTER TABLE %4$s ENABLE ALWAYS TRIGGER %3$s; -- for replicated rows, too",
        function_sql(arena, twin), in_dollars(arena, body), trigger_sql(arena, twin), table,
        old_value, new_name);
}

// The default comes behind the column: rows that are there have no value yet.
const char *twin_make(Arena *arena, const Twin *twin)
{
    const char *table = twin_table(arena, twin);
    const char *name = quote_name(arena, twin->new_name);
    const char *column =
        arena_printf(arena, "ALTER TABLE %s ADD COLUMN %s %s;\n", table, name, twin->type);
    if (twin->fallback)
        column = arena_printf(arena,
                              "%s-- migrate-safe: ignore add-column-and-default-split: old rows "
                              "get the other column's value\n"
                              "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;\n",
                              column, table, name, twin->fallback);
    return arena_printf(arena, "%s%s", column, twin_part(arena, twin));
}

const char *twin_part_drop(Arena *arena, const Twin *twin)
{
    return arena_printf(arena,
                        "DROP TRIGGER %s ON %s;\n"
                        "-- migrate-safe: ignore drop-view-function-type: it is that trigger's\n"
                        "DROP FUNCTION %s();",
                        trigger_sql(arena, twin), twin_table(arena, twin),
                        function_sql(arena, twin));
}

const char *twin_drop(Arena *arena, const Twin *twin)
{
    return arena_printf(arena, "%s\nALTER TABLE %s DROP COLUMN %s;", twin_part_drop(arena, twin),
                        twin_table(arena, twin), quote_name(arena, twin->new_name));
}

const char *twin_fill(Arena *arena, const Twin *twin)
{
    const char *old_name = quote_name(arena, twin->old_name);
    const char *new_name = quote_name(arena, twin->new_name);
    return arena_printf(
        arena, "UPDATE %s SET %s = %s\n    WHERE pg_catalog.record_image_ne(ROW(%s), ROW(%s));",
        twin_table(arena, twin), new_name, old_name, as_new(arena, twin, old_name), new_name);
}

static const char *literals(Arena *arena, const Words *words)
{
    TEXT_SCOPED text;
    text_init(&text, SQL_BYTES);
    VEC_EACH (const char *, word, words)
        text_printf(&text, "%s%s", text.len ? ", " : "", quote_literal(arena, *word));
    return arena_dup(arena, text_str(&text));
}

// What pg_depend has of the column, and what it would not have a word for.
#define GUARD                                                                                      \
    "DECLARE\n"                                                                                    \
    "    found text;\n"                                                                            \
    "BEGIN\n"                                                                                      \
    "    SELECT string_agg(thing, ', ') INTO found FROM (\n"                                       \
    "        SELECT pg_catalog.pg_describe_object(classid, objid, objsubid)\n"                     \
    "        FROM pg_catalog.pg_depend JOIN pg_catalog.pg_attribute\n"                             \
    "            ON attrelid = refobjid AND attnum = refobjsubid\n"                                \
    "        WHERE refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass\n"                      \
    "            AND attrelid = %1$s::pg_catalog.regclass AND attname = %2$s\n"                    \
    "            AND classid <> 'pg_catalog.pg_attrdef'::pg_catalog.regclass\n"                    \
    "            AND objid NOT IN (\n"                                                             \
    "                SELECT indexrelid FROM pg_catalog.pg_index\n"                                 \
    "                JOIN pg_catalog.pg_class ON pg_class.oid = indexrelid\n"                      \
    "                WHERE indrelid = %1$s::pg_catalog.regclass AND relname IN (%3$s)\n"           \
    "                UNION ALL\n"                                                                  \
    "                SELECT oid FROM pg_catalog.pg_constraint\n"                                   \
    "                WHERE conrelid = %1$s::pg_catalog.regclass\n"                                 \
    "                    AND (contype = 'n' OR conname IN (%3$s)))\n"                              \
    "        UNION ALL\n"                                                                          \
    "        SELECT 'its privileges, comment or statistics options'\n"                             \
    "        FROM pg_catalog.pg_attribute AS a\n"                                                  \
    "        JOIN pg_catalog.pg_attribute AS b ON b.attrelid = a.attrelid AND b.attname = %4$s\n"  \
    "        WHERE a.attrelid = %1$s::pg_catalog.regclass AND a.attname = %2$s\n"                  \
    "            AND (a.attacl <> COALESCE(b.attacl, '{}')\n"                                      \
    "                OR a.attoptions <> COALESCE(b.attoptions, '{}')\n"                            \
    "                OR a.attstattarget >= 0 AND a.attstattarget IS DISTINCT FROM "                \
    "b.attstattarget\n"                                                                            \
    "                OR pg_catalog.col_description(a.attrelid, a.attnum)\n"                        \
    "                    <> COALESCE(pg_catalog.col_description(b.attrelid, b.attnum), ''))\n"     \
    "    ) AS things (thing);\n"                                                                   \
    "    IF found IS NOT NULL THEN\n"                                                              \
    "        RAISE EXCEPTION 'column %% has what would be lost with it: %%', %2$s, found\n"        \
    "            USING HINT = %5$s;\n"                                                             \
    "    END IF;\n"                                                                                \
    "END\n"

const char *twin_guard(Arena *arena, const Twin *twin, const char *column, const Words *known)
{
    bool is_new = strcmp(column, twin->new_name) == 0;
    const char *other = is_new ? twin->old_name : twin->new_name;
    const char *body = arena_printf(
        arena, GUARD, quote_literal(arena, twin_table(arena, twin)), quote_literal(arena, column),
        known->len ? literals(arena, known) : "NULL", quote_literal(arena, other),
        quote_literal(arena,
                      arena_printf(arena, "give it to column %s, which gets this name", other)));
    return arena_printf(arena, "DO %s;", in_dollars(arena, body));
}
