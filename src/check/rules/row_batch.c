// An UPDATE or DELETE of many rows, written as batches: for findings' advice.
#include "check/rules/object.h"
#include "check/rules/row_reach.h"
#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

typedef struct Clauses {
    const char *set;   // behind SET; "" of a DELETE
    const char *where; // behind WHERE; "" when there is none
} Clauses;

// The words of the statement's own level.
static bool find_clauses(const Judged *judged, Clauses *ret_clauses)
{
    Lexer lexer = {.text = judged->parsed->statement.text, .is_whole = true};
    size_t depth = 0;
    size_t set = 0;
    size_t where = 0;
    size_t set_end = 0;
    for (Token token = lex_next_significant(&lexer); token.kind != TOKEN_END;
         token = lex_next_significant(&lexer)) {
        if (token.kind == TOKEN_OPEN)
            depth++;
        else if (token.kind == TOKEN_CLOSE && depth)
            depth--;
        if (depth || token.kind != TOKEN_WORD)
            continue;
        if (!set && lex_is_word(&lexer, token, STR("set")))
            set = token.end;
        else if (!where && lex_is_word(&lexer, token, STR("where"))) {
            where = token.end;
            set_end = token.start;
        }
    }
    size_t end = judged->parsed->statement.text.n;
    *ret_clauses = (Clauses){
        .set = set ? statement_slice(judged, set, set_end ? set_end : end) : "",
        .where = where ? statement_slice(judged, where, end) : "",
    };
    return set || node_is(judged->node, "DeleteStmt");
}

// What finds a row again: the primary key, or else where the row stands.
static const char *row_key(const Judged *judged, const Relation *relation)
{
    const Constraint *key = relation ? relation_primary_key(relation) : NULL;
    if (!key || !key->columns.len)
        return "ctid";
    const char *text = quote_name(judged->scratch, key->columns.items[0]);
    for (size_t i = 1; i < key->columns.len; i++)
        text = arena_printf(judged->scratch, "%s, %s", text,
                            quote_name(judged->scratch, key->columns.items[i]));
    return key->columns.len > 1 ? arena_printf(judged->scratch, "(%s)", text) : text;
}

// Batches by a key whose next value nobody can guess: each begins behind the last of the one
// before.
static const char *first_key(const Judged *judged, const char *table, const char *column,
                             const char *type, const char *where)
{
    const char *from = strcmp(type, "uuid") == 0 ? "'00000000-0000-0000-0000-000000000000'" : "''";
    return arena_printf(
        judged->scratch,
        "%s IN (SELECT %s FROM %s WHERE %s%s > %s\n"
        "    ORDER BY %s LIMIT 1000); -- then > the last %s of the batch before, ...",
        column, column, table, where, column, from, column, column);
}

// By the key alone, when nothing else tells which rows are done; NULL: no key that would do.
static const char *by_key(const Judged *judged, const Relation *relation, const char *table,
                          const char *where)
{
    const Constraint *key = relation ? relation_primary_key(relation) : NULL;
    const Column *column =
        key && key->columns.len ? relation_column(relation, key->columns.items[0]) : NULL;
    const char *type = column ? column->type.name : "int8";
    const char *name = column ? quote_name(judged->scratch, column->name) : "id";
    if (relation && !relation->is_only_altered && !column)
        return NULL;
    if (strcmp(type, "int8") == 0 || strcmp(type, "int4") == 0 || strcmp(type, "int2") == 0)
        return arena_printf(judged->scratch, "%s%s >= 1 AND %s < 1001; -- then 1001 to 2001, ...",
                            where, name, name);
    bool is_listed = strcmp(type, "uuid") == 0 || strcmp(type, "text") == 0 ||
                     strcmp(type, "varchar") == 0 || strcmp(type, "bpchar") == 0;
    return is_listed && key->columns.len == 1 ? first_key(judged, table, name, type, where) : NULL;
}

static bool mentions(const Node *root, const char *column)
{
    NODE_WALK(node, root)
    if (node_is(node, "ColumnRef") &&
        strcmp(node_last_text(node_field(node, "fields")), column) == 0)
        return true;
    return false;
}

// One token, or a sign and one.
static const char *constant_text(const Judged *judged, const Node *constant)
{
    size_t from = parsed_offset(judged->parsed, constant);
    Str rest = str_skip(judged->parsed->statement.text, from);
    Lexer lexer = {.text = rest, .is_whole = true};
    Token token = lex_next_significant(&lexer);
    if (token.kind == TOKEN_OTHER)
        token = lex_next_significant(&lexer);
    return statement_slice(judged, from, from + token.end);
}

// True of rows that are not done yet; "" when WHERE says that itself; NULL when nobody can tell.
static const char *not_done(const Judged *judged)
{
    const Node *targets = node_field(judged->node, "targetList");
    const Node *target = node_first(targets);
    if (node_is(judged->node, "DeleteStmt"))
        return "";
    if (node_count(targets) != 1)
        return NULL;
    const char *column = node_text(target, "name");
    const Node *value = node_field(target, "val");
    const Node *where = node_field(judged->node, "whereClause");
    NODE_WALK(test, where)
    if (node_is(test, "NullTest") && mentions(test, column))
        return "";
    if (mentions(value, column) || !node_is(value, "A_Const"))
        return NULL; // n + 1, random(): never done
    return arena_printf(judged->scratch, "%s IS DISTINCT FROM %s",
                        quote_name(judged->scratch, column), constant_text(judged, value));
}

static const char *conditions(const Judged *judged, const char *where, const char *pending)
{
    if (!*where && !*pending)
        return "";
    if (!*where || !*pending)
        return arena_printf(judged->scratch, " WHERE %s", *where ? where : pending);
    return arena_printf(judged->scratch, " WHERE (%s) AND %s", where, pending);
}

const char *change_in_batches(const Judged *judged)
{
    const Node *node = judged->node;
    const Node *range = node_field(node, "relation");
    Clauses clauses;
    bool is_simple = node == judged->parsed->node && !node_has(node, "withClause") &&
                     !node_has(node, "fromClause") && !node_has(node, "usingClause") &&
                     !node_has(node, "returningClause") && !node_has(node, "returningList") &&
                     !node_has(range, "alias") && judged->parsed->statement.text.n < 4096;
    if (!is_simple || !find_clauses(judged, &clauses))
        return NULL;
    const char *table = object_sql(judged, range);
    const char *key = row_key(judged, judged_relation(judged, range));
    const char *pending = not_done(judged);
    const char *head = node_is(node, "DeleteStmt")
                           ? arena_printf(judged->scratch, "DELETE FROM %s", table)
                           : arena_printf(judged->scratch, "UPDATE %s SET %s", table, clauses.set);
    if (!pending) {
        const char *where =
            *clauses.where ? arena_printf(judged->scratch, "(%s) AND ", clauses.where) : "";
        const char *range_of_key = by_key(judged, judged_relation(judged, range), table, where);
        if (!range_of_key)
            return NULL;
        return judged_printf(
            judged, "-- outside of a transaction, range after range of the key\n%s\nWHERE %s", head,
            range_of_key);
    }
    bool is_composite = *key == '(';
    const char *select = arena_printf(judged->scratch, "SELECT %.*s FROM %s%s LIMIT 1000",
                                      (int)strlen(key) - (is_composite ? 2 : 0), key + is_composite,
                                      table, conditions(judged, clauses.where, pending));
    const char *picks = strcmp(key, "ctid") == 0
                            ? arena_printf(judged->scratch, "ctid = ANY (ARRAY(%s))", select)
                            : arena_printf(judged->scratch, "%s IN (%s)", key, select);
    return judged_printf(judged,
                         "-- outside of a transaction, again and again until no row is left\n"
                         "%s\nWHERE %s;",
                         head, picks);
}
