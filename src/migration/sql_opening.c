#include "migration/sql_opening.h"

#include "sql/lex.h"

enum {
    WINDOW = 512 // bytes looked at: an opening is short, and the text behind it may be long
};

#define OBJECTS                                                                                    \
    "TABLE|VIEW|INDEX|SEQUENCE|TYPE|DOMAIN|FUNCTION|PROCEDURE|ROUTINE|AGGREGATE|SCHEMA|ROLE|USER|" \
    "GROUP|POLICY|TRIGGER|RULE|EXTENSION|MATERIALIZED|FOREIGN|SERVER|COLLATION|CONVERSION|"        \
    "OPERATOR|CAST|TRANSFORM|LANGUAGE|PUBLICATION|SUBSCRIPTION|STATISTICS|TABLESPACE|DATABASE|"    \
    "EVENT|ACCESS|TEXT|LARGE|PROCEDURAL"
#define PRIVILEGES                                                                                 \
    "SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|CREATE|CONNECT|TEMPORARY|TEMP|"       \
    "EXECUTE|USAGE|SET|ALTER|MAINTAIN|ALL"

// A|B one of them, WORD? maybe, @ a name with its dots, ' a string, other marks themselves.
static const char *const DEFINITIONS[] = {
    "CREATE OR REPLACE",
    "CREATE UNIQUE|TEMP|TEMPORARY|UNLOGGED|GLOBAL|LOCAL|RECURSIVE|TRUSTED|CONSTRAINT",
    "CREATE|ALTER|DROP " OBJECTS,
    "DROP OWNED",
    "ALTER SYSTEM",
    "ALTER DEFAULT PRIVILEGES", // not DROP DEFAULT, which is a line of ALTER TABLE
};
static const char *const OTHERS[] = {
    "DELETE FROM",
    "INSERT INTO",
    "MERGE INTO",
    "UPDATE ONLY? @ SET",
    "UPDATE ONLY? @ AS? @ SET",
    "TRUNCATE TABLE? ONLY? @",
    "SELECT",
    "WITH RECURSIVE? @ AS|(",
    "VALUES (",
    "DO LANGUAGE? '",
    "DO LANGUAGE @ '",
    "CALL @ (",
    "COMMENT ON",
    "SECURITY LABEL",
    "GRANT " PRIVILEGES,
    "GRANT @ TO",
    "REVOKE " PRIVILEGES,
    "REVOKE GRANT|ADMIN|INHERIT OPTION",
    "REVOKE @ FROM",
    "REASSIGN OWNED",
    "IMPORT FOREIGN",
    "REFRESH MATERIALIZED",
    "REINDEX INDEX|TABLE|SCHEMA|DATABASE|SYSTEM|(",
    "LOCK TABLE",
    "VACUUM|ANALYZE|CLUSTER ;|(",
    "VACUUM|ANALYZE|CLUSTER @ ;|(",
    "NOTIFY @ ;|,",
    "SET SESSION|LOCAL? @ TO|=",
    "SET SESSION|LOCAL? ROLE",
    "SET CONSTRAINTS",
    "RESET @ ;",
    "BEGIN|COMMIT|END ;",
    "BEGIN|COMMIT|END WORK|TRANSACTION",
    "START TRANSACTION",
};

static bool token_is_name(Token token)
{
    return token.kind == TOKEN_WORD || token.kind == TOKEN_QUOTED_NAME;
}

// One alternative of an element against one token.
static bool token_is(const Lexer *lexer, Token token, Str wanted)
{
    if (str_eq(wanted, STR("@")))
        return token_is_name(token);
    if (str_eq(wanted, STR("'")))
        return token.kind == TOKEN_STRING || token.kind == TOKEN_DOLLAR_STRING;
    return token.kind == TOKEN_WORD ? lex_is_word(lexer, token, wanted)
                                    : str_eq(lex_text(lexer, token), wanted);
}

static bool element_matches(const Lexer *lexer, Token token, Str element)
{
    while (element.n) {
        Str wanted = str_until(element, '|');
        if (token_is(lexer, token, wanted))
            return true;
        element = str_skip(element, wanted.n < element.n ? wanted.n + 1 : wanted.n);
    }
    return false;
}

static void dots_pass(Lexer *lexer, Token *token)
{
    while (token->kind == TOKEN_DOT) {
        lex_next_significant(lexer);
        *token = lex_next_significant(lexer);
    }
}

static bool pattern_matches(Str text, const char *pattern)
{
    Lexer lexer = {.text = text, .is_whole = true};
    Token token = lex_next(&lexer); // a comment in front is no opening
    for (Str rest = str_from(pattern); rest.n;) {
        Str element = str_until(rest, ' ');
        rest = str_skip(rest, element.n < rest.n ? element.n + 1 : element.n);
        bool is_optional = element.p[element.n - 1] == '?';
        element.n -= is_optional;
        if (element_matches(&lexer, token, element)) {
            bool is_name = str_eq(element, STR("@"));
            token = lex_next_significant(&lexer);
            if (is_name)
                dots_pass(&lexer, &token);
        } else if (!is_optional) {
            return false;
        }
    }
    return true;
}

static bool any_matches(Str text, const char *const *patterns, size_t count)
{
    text.n = text.n < WINDOW ? text.n : WINDOW;
    for (size_t i = 0; i < count; i++)
        if (pattern_matches(text, patterns[i]))
            return true;
    return false;
}

bool sql_opening_is_definition(Str text)
{
    return any_matches(text, DEFINITIONS, sizeof DEFINITIONS / sizeof DEFINITIONS[0]);
}

bool sql_opening_has_body(Str text)
{
    static const char *const BODIES[] = {"CREATE|DO"};
    return any_matches(text, BODIES, 1);
}

bool sql_opening_is_found(Str text)
{
    return sql_opening_is_definition(text) ||
           any_matches(text, OTHERS, sizeof OTHERS / sizeof OTHERS[0]);
}
