// The SQL that findings about columns advise.
#include "check/rules/column_subject.h"
#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

const char *sql_relation(Arena *arena, const Relation *relation)
{
    return quote_qualified(arena, relation->schema, relation->name);
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
    return quote_name(arena, arena_printf(arena, "%.*s_%.*s_%s", (int)table_length, table,
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
                           quote_name(arena, primary->columns.items[i]));
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
    bool is_qualified = false; // or a type's name
    Lexer lexer = {.text = str_from(expression), .is_whole = true};
    for (Token token = lex_next(&lexer); token.kind != TOKEN_END; token = lex_next(&lexer)) {
        Str piece = lex_text(&lexer, token);
        const char *word = token.kind == TOKEN_WORD ? arena_dup(arena, piece) : "";
        bool is_column = !is_qualified && *word &&
                         (strcmp(word, subject->name) == 0 ||
                          (subject->relation && relation_column(subject->relation, word)));
        text = arena_join(arena, str_from(text), str_from(is_column ? "NEW." : ""), piece);
        is_qualified = token.kind == TOKEN_DOT || str_eq(piece, STR("::"));
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
