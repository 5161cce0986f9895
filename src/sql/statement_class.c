// Which statements PostgreSQL refuses inside a transaction block, by their words. The source of
// the table are the callers of PreventInTransactionBlock in PostgreSQL 13 to 18. What needs the
// catalog is not here: CLUSTER and REINDEX of a partitioned table, and procedures that commit.
#include "sql/pattern.h"
#include "sql/statement.h"

#include <string.h>

// A rule holds always, or by the state of an option in parentheses.
typedef enum RuleCondition {
    ALWAYS,
    IF_ON,
    IF_OFF,
    UNLESS_OFF,
    IF_PRESENT,
} RuleCondition;

// The first rule that matches decides. Patterns begin with one word.
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

static bool matches(Tokens tokens, const char *pattern)
{
    PatternMatch ignored;
    return pattern_match(&tokens, pattern, &ignored);
}

static bool holds(Tokens tokens, RuleCondition condition, const char *option)
{
    if (condition == ALWAYS)
        return true;
    OptionState state = pattern_option(tokens, option);
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

static char letter_at(Str text, size_t at)
{
    return at < text.n ? (char)(text.p[at] & ~0x20) : '\0';
}

// Can the second word of a statement, which begins with this letter, be one of the pattern?
static bool allows_second(const char *pattern, char letter)
{
    const char *word = strchr(pattern, ' ');
    while (word && *++word >= 'A' && *word <= 'Z') {
        bool is_optional = false;
        for (bool is_first = true; *word && *word != ' '; word++) {
            if (is_first && *word == letter)
                return true;
            is_first = *word == '|';
            is_optional = *word == '?';
        }
        if (!is_optional)
            return false;
        word = *word ? word : NULL;
    }
    return true;
}

StatementClass statement_classify(Str text)
{
    Tokens tokens;
    tokens_init(&tokens, text);
    if (tokens.token.kind != TOKEN_WORD)
        return STATEMENT_TRANSACTIONAL;
    // a million statements come by here: three letters turn nearly all rules away
    size_t start = tokens.token.start;
    const char first[] = {letter_at(text, start), letter_at(text, start + 1)};
    Tokens behind = tokens;
    tokens_advance(&behind);
    char second = letter_at(text, behind.token.start);
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
        if (memcmp(RULES[i].pattern, first, sizeof first) == 0 &&
            allows_second(RULES[i].pattern, second) && matches(tokens, RULES[i].pattern) &&
            holds(tokens, RULES[i].condition, RULES[i].option))
            return RULES[i].class;
    return STATEMENT_TRANSACTIONAL;
}
