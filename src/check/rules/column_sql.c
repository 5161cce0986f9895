// The SQL that findings about columns advise.
#include "check/rules/column_subject.h"
#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

// Reserved in PostgreSQL 18 (kwlist.h): no column or table name without quotes.
static const char RESERVED[] =
    " all analyse analyze and any array as asc asymmetric both case cast check collate column "
    "constraint create current_catalog current_date current_role current_time current_timestamp "
    "current_user default deferrable desc distinct do else end except false fetch for foreign from "
    "grant group having in initially intersect into lateral leading limit localtime localtimestamp "
    "not null offset on only or order placing primary references returning select session_user "
    "some symmetric system_user table then to trailing true union unique user using variadic when "
    "where window with "
    // may be a type or function: no table's name
    "authorization binary collation concurrently cross current_schema freeze full ilike inner is "
    "isnull join left like natural notnull outer overlaps right similar tablesample verbose ";

static bool is_plain(const char *name)
{
    if (!((*name >= 'a' && *name <= 'z') || *name == '_'))
        return false;
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_$");
    if (name[length])
        return false;
    for (const char *at = RESERVED; (at = strstr(at, name)) != NULL; at++)
        if (at[-1] == ' ' && at[length] == ' ')
            return false;
    return true;
}

const char *sql_name(Arena *arena, const char *name)
{
    return is_plain(name) ? name : quote_identifier(arena, name);
}

const char *sql_range(Arena *arena, const Node *range)
{
    const char *schema = node_text(range, "schemaname");
    const char *name = sql_name(arena, node_text(range, "relname"));
    return *schema ? arena_printf(arena, "%s.%s", sql_name(arena, schema), name) : name;
}

const char *sql_relation(Arena *arena, const Relation *relation)
{
    return arena_printf(arena, "%s.%s", sql_name(arena, relation->schema),
                        sql_name(arena, relation->name));
}

// As makeObjectName() of PostgreSQL: the longer of the two loses bytes until all fits into 63.
const char *sql_made_name(const ColumnSubject *subject, const char *suffix)
{
    const char *table = node_text(subject->range, "relname");
    size_t table_length = strlen(table);
    size_t name_length = strlen(subject->name);
    size_t room = 63 - strlen(suffix) - 2;
    while (table_length + name_length > room)
        if (table_length > name_length)
            table_length--;
        else
            name_length--;
    Arena *arena = subject->judged->scratch;
    return sql_name(arena, arena_printf(arena, "%.*s_%.*s_%s", (int)table_length, table,
                                        (int)name_length, subject->name, suffix));
}

// "id", "(a, b)"; without a primary key the row's own place, which needs no index.
static const char *key_of(const ColumnSubject *subject)
{
    Arena *arena = subject->judged->scratch;
    const Constraint *primary = subject->relation ? relation_primary_key(subject->relation) : NULL;
    if (!primary || !primary->columns.len)
        return "ctid";
    const char *key = "";
    for (size_t i = 0; i < primary->columns.len; i++)
        key = arena_printf(arena, "%s%s%s", key, *key ? ", " : "",
                           sql_name(arena, primary->columns.items[i]));
    return primary->columns.len == 1 ? key : arena_printf(arena, "(%s)", key);
}

const char *sql_batch(const ColumnSubject *subject, const char *column, const char *value,
                      const char *condition)
{
    Arena *arena = subject->judged->scratch;
    const char *table = subject->sql_table;
    const char *key = key_of(subject);
    if (!condition)
        condition = arena_printf(arena, "%s IS NULL", column);
    bool is_listed = *key == '(';
    const char *listed =
        is_listed ? arena_printf(arena, "%.*s", (int)strlen(key) - 2, key + 1) : key;
    bool is_place = strcmp(key, "ctid") == 0;
    // The condition stands outside as well: a row may have got its value meanwhile, and in a
    // partitioned table a place is one of several rows.
    return arena_printf(arena,
                        "UPDATE %s SET %s = %s WHERE %s %s\n"
                        "    SELECT %s FROM %s WHERE %s LIMIT 5000)%s\n    AND %s;",
                        table, column, value, key, is_place ? "= ANY (ARRAY(" : "IN (", listed,
                        table, condition, is_place ? ")" : "", condition);
}

// The expression with NEW. before each column of the table.
static const char *of_new_row(const ColumnSubject *subject, const char *expression)
{
    Arena *arena = subject->judged->scratch;
    const char *text = "";
    bool is_qualified = false;
    Lexer lexer = {.text = str_from(expression), .is_whole = true};
    for (Token token = lex_next(&lexer); token.kind != TOKEN_END; token = lex_next(&lexer)) {
        Str piece = lex_text(&lexer, token);
        const char *word = token.kind == TOKEN_WORD ? arena_dup(arena, piece) : "";
        bool is_column = !is_qualified && *word &&
                         (strcmp(word, subject->name) == 0 ||
                          (subject->relation && relation_column(subject->relation, word)));
        text = arena_join(arena, str_from(text), str_from(is_column ? "NEW." : ""), piece);
        is_qualified = token.kind == TOKEN_DOT;
    }
    return text;
}

const char *sql_computed_column(const ColumnSubject *subject, const char *column, const char *type,
                                const char *expression, const char *condition)
{
    Arena *arena = subject->judged->scratch;
    const char *function = sql_made_name(subject, "fill");
    const char *table = subject->sql_table;
    return arena_printf(arena,
                        "ALTER TABLE %s ADD COLUMN %s %s;\n"
                        "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS\n"
                        "    $$ BEGIN NEW.%s := %s; RETURN NEW; END $$;\n"
                        "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s\n"
                        "    FOR EACH ROW EXECUTE FUNCTION %s();\n"
                        "-- then, outside of this transaction, until it changes no row:\n%s",
                        table, column, type, function, column, of_new_row(subject, expression),
                        function, table, function,
                        sql_batch(subject, column, expression, condition));
}

const char *sql_not_null(const ColumnSubject *subject)
{
    Arena *arena = subject->judged->scratch;
    const char *name =
        sql_made_name(subject, subject->judged->pg_from >= 18 ? "not_null" : "is_not_null");
    const char *table = subject->sql_table;
    if (subject->judged->pg_from >= 18)
        return arena_printf(arena,
                            "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID;\n"
                            "-- in a later transaction:\n"
                            "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                            table, name, subject->sql_name, table, name);
    return arena_printf(arena,
                        "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;\n"
                        "-- in a later transaction:\n"
                        "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
                        "-- and in one more:\n"
                        "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
                        "ALTER TABLE %s DROP CONSTRAINT %s;",
                        table, name, subject->sql_name, table, name, table, subject->sql_name,
                        table, name);
}
