// Which statements PostgreSQL refuses inside a transaction block, by their words. The source of
// the table are the callers of PreventInTransactionBlock in PostgreSQL 13 to 18. What needs the
// catalog is not here: CLUSTER and REINDEX of a partitioned table, and procedures that commit.
#include "sql/lex.h"
#include "sql/statement.h"

typedef enum OptionState {
    OPTION_ABSENT,
    OPTION_OFF,
    OPTION_ON, // also without a value
} OptionState;

// A rule holds always, or by the state of an option in parentheses.
typedef enum RuleCondition {
    ALWAYS,
    IF_ON,
    IF_OFF,
    UNLESS_OFF,
    IF_PRESENT,
} RuleCondition;

// The first rule that matches decides. Patterns begin with one word; then: WORD, A|B one of them,
// WORD? maybe, @ a name with its dots, () anything in parentheses, * the asterisk, ' a string, $
// the statement's end.
static const struct {
    const char *pattern;
    StatementClass class;
    RuleCondition condition;
    const char *option;
} RULES[] = {
    {"BEGIN", STATEMENT_BEGIN},
    {"START TRANSACTION", STATEMENT_BEGIN},
    {"COMMIT PREPARED", STATEMENT_PREPARE_TRANSACTION},
    {"ROLLBACK PREPARED", STATEMENT_PREPARE_TRANSACTION},
    {"PREPARE TRANSACTION '", STATEMENT_PREPARE_TRANSACTION},
    {"COMMIT", STATEMENT_COMMIT},
    {"END", STATEMENT_COMMIT},
    {"ROLLBACK WORK|TRANSACTION? TO", STATEMENT_TRANSACTIONAL},
    {"ROLLBACK", STATEMENT_ROLLBACK},
    {"ABORT", STATEMENT_ROLLBACK},
    // the server takes FROM STDOUT for a slip of the pen
    {"COPY BINARY? @ ()? FROM STDIN|STDOUT", STATEMENT_COPY_IN},
    {"VACUUM", STATEMENT_NOT_TRANSACTIONAL},
    {"CLUSTER VERBOSE? ()? $", STATEMENT_NOT_TRANSACTIONAL},
    {"CREATE DATABASE|TABLESPACE", STATEMENT_NOT_TRANSACTIONAL},
    {"DROP DATABASE|TABLESPACE", STATEMENT_NOT_TRANSACTIONAL},
    {"CREATE UNIQUE? INDEX CONCURRENTLY", STATEMENT_NOT_TRANSACTIONAL},
    {"DROP INDEX CONCURRENTLY", STATEMENT_NOT_TRANSACTIONAL},
    {"REINDEX ()? SCHEMA|DATABASE|SYSTEM", STATEMENT_NOT_TRANSACTIONAL},
    {"REINDEX ()? TABLE|INDEX CONCURRENTLY", STATEMENT_NOT_TRANSACTIONAL},
    {"REINDEX ()", STATEMENT_NOT_TRANSACTIONAL, IF_ON, "concurrently"},
    {"ALTER SYSTEM", STATEMENT_NOT_TRANSACTIONAL},
    {"ALTER DATABASE @ SET TABLESPACE", STATEMENT_NOT_TRANSACTIONAL},
    {"ALTER TABLE IF? EXISTS? ONLY? @ *? DETACH PARTITION @ CONCURRENTLY",
     STATEMENT_NOT_TRANSACTIONAL},
    {"ALTER SUBSCRIPTION @ REFRESH", STATEMENT_NOT_TRANSACTIONAL},
    {"ALTER SUBSCRIPTION @ SET|ADD|DROP PUBLICATION", STATEMENT_NOT_TRANSACTIONAL, UNLESS_OFF,
     "refresh"},
    // since 17 and 18, of a subscription that has a slot
    {"ALTER SUBSCRIPTION @ SET ()", STATEMENT_NOT_TRANSACTIONAL, IF_PRESENT, "failover"},
    {"ALTER SUBSCRIPTION @ SET ()", STATEMENT_NOT_TRANSACTIONAL, IF_PRESENT, "two_phase"},
    {"CREATE SUBSCRIPTION", STATEMENT_TRANSACTIONAL, IF_OFF, "create_slot"},
    {"CREATE SUBSCRIPTION", STATEMENT_TRANSACTIONAL, IF_OFF, "connect"},
    {"CREATE SUBSCRIPTION", STATEMENT_NOT_TRANSACTIONAL},
    {"DROP SUBSCRIPTION", STATEMENT_NOT_TRANSACTIONAL},
    {"DISCARD ALL", STATEMENT_NOT_TRANSACTIONAL},
};

// The statement's tokens one after the other, without spaces and comments.
typedef struct Tokens {
    Lexer lexer;
    Token token;
} Tokens;

static void advance(Tokens *tokens)
{
    tokens->token = lex_next_significant(&tokens->lexer);
}

static bool pass_name(Tokens *tokens)
{
    for (;;) {
        if (tokens->token.kind != TOKEN_WORD && tokens->token.kind != TOKEN_QUOTED_NAME)
            return false;
        advance(tokens);
        if (tokens->token.kind != TOKEN_DOT)
            return true;
        advance(tokens);
    }
}

static bool pass_parentheses(Tokens *tokens)
{
    if (tokens->token.kind != TOKEN_OPEN)
        return false;
    size_t depth = 0;
    do {
        if (tokens->token.kind == TOKEN_END)
            return false;
        depth += tokens->token.kind == TOKEN_OPEN;
        depth -= tokens->token.kind == TOKEN_CLOSE;
        advance(tokens);
    } while (depth > 0);
    return true;
}

static bool pass_word(Tokens *tokens, Str alternatives)
{
    while (alternatives.n) {
        Str word = str_until(alternatives, '|');
        if (lex_is_word(&tokens->lexer, tokens->token, word)) {
            advance(tokens);
            return true;
        }
        alternatives = str_skip(alternatives, word.n < alternatives.n ? word.n + 1 : word.n);
    }
    return false;
}

static bool pass_element(Tokens *tokens, Str element)
{
    switch (element.p[0]) {
    case '@':
        return pass_name(tokens);
    case '(':
        return pass_parentheses(tokens);
    case '$':
        return tokens->token.kind == TOKEN_END;
    case '\'':
        return tokens->token.kind == TOKEN_STRING;
    case '*':
        if (!str_eq(lex_text(&tokens->lexer, tokens->token), STR("*")))
            return false;
        advance(tokens);
        return true;
    default:
        return pass_word(tokens, element);
    }
}

static bool matches(Tokens tokens, const char *pattern)
{
    Str rest = str_from(pattern);
    while (rest.n) {
        Str element = str_until(rest, ' ');
        rest = str_skip(rest, element.n < rest.n ? element.n + 1 : element.n);
        bool is_optional = str_ends(element, STR("?"));
        element.n -= is_optional;
        if (!pass_element(&tokens, element) && !is_optional)
            return false;
    }
    return true;
}

// The spellings that defGetBoolean knows.
static bool is_false(const Tokens *tokens)
{
    Str value = lex_text(&tokens->lexer, tokens->token);
    if (tokens->token.kind == TOKEN_STRING && value.n >= 2 && value.p[0] == '\'')
        value = (Str){value.p + 1, value.n - 2};
    return str_eq_nocase(value, STR("false")) || str_eq_nocase(value, STR("off")) ||
           str_eq(value, STR("0"));
}

static OptionState option_state(Tokens tokens, Str option)
{
    size_t depth = 0;
    for (; tokens.token.kind != TOKEN_END; advance(&tokens)) {
        depth += tokens.token.kind == TOKEN_OPEN;
        depth -= depth > 0 && tokens.token.kind == TOKEN_CLOSE;
        if (depth != 1 || !lex_is_word(&tokens.lexer, tokens.token, option))
            continue;
        advance(&tokens);
        if (str_eq(lex_text(&tokens.lexer, tokens.token), STR("=")))
            advance(&tokens);
        return is_false(&tokens) ? OPTION_OFF : OPTION_ON;
    }
    return OPTION_ABSENT;
}

static bool holds(Tokens tokens, RuleCondition condition, const char *option)
{
    if (condition == ALWAYS)
        return true;
    OptionState state = option_state(tokens, str_from(option));
    switch (condition) {
    case IF_ON:
        return state == OPTION_ON;
    case IF_OFF:
        return state == OPTION_OFF;
    case UNLESS_OFF:
        return state != OPTION_OFF;
    case ALWAYS:
    case IF_PRESENT:
        break;
    }
    return state != OPTION_ABSENT;
}

StatementClass statement_classify(Str text)
{
    Tokens tokens = {.lexer = {.text = text, .is_whole = true}};
    advance(&tokens);
    if (tokens.token.kind != TOKEN_WORD)
        return STATEMENT_TRANSACTIONAL;
    // a million statements come by here: one letter turns most rules away
    char first = (char)(text.p[tokens.token.start] & ~0x20);
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
        if (RULES[i].pattern[0] == first && matches(tokens, RULES[i].pattern) &&
            holds(tokens, RULES[i].condition, RULES[i].option))
            return RULES[i].class;
    return STATEMENT_TRANSACTIONAL;
}
