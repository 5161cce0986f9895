#include "sql/split_scope.h"

typedef enum Keyword {
    NO_KEYWORD,
    ATOMIC,
    BEGIN,
    CREATE,
    END,
    FUNCTION,
    OR,
    REPLACE,
    SCHEMA,
} Keyword;

static const struct {
    Str word;
    Keyword keyword;
} KEYWORDS[] = {
    {STR("atomic"), ATOMIC},
    {STR("begin"), BEGIN},
    {STR("create"), CREATE},
    {STR("end"), END},
    {STR("or"), OR},
    {STR("function"), FUNCTION},
    {STR("procedure"), FUNCTION},
    {STR("replace"), REPLACE},
    {STR("schema"), SCHEMA},
};

// Where each keyword leads; any other token leads to where `otherwise` says.
static const struct {
    ScopeHead from;
    Keyword keyword;
    ScopeHead to;
} STEPS[] = {
    {HEAD_START, CREATE, HEAD_CREATE},
    {HEAD_SCHEMA, CREATE, HEAD_CREATE},
    {HEAD_CREATE, OR, HEAD_CREATE_OR},
    {HEAD_CREATE, FUNCTION, HEAD_ROUTINE},
    {HEAD_CREATE, SCHEMA, HEAD_SCHEMA},
    {HEAD_CREATE_OR, REPLACE, HEAD_CREATE_OR_REPLACE},
    {HEAD_CREATE_OR_REPLACE, FUNCTION, HEAD_ROUTINE},
    {HEAD_ROUTINE, BEGIN, HEAD_BEGIN},
    {HEAD_BEGIN, BEGIN, HEAD_BEGIN},
};

static Keyword keyword_of(const Lexer *lexer, Token token)
{
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++)
        if (lex_is_word(lexer, token, KEYWORDS[i].word))
            return KEYWORDS[i].keyword;
    return NO_KEYWORD;
}

static ScopeHead otherwise(const SplitScope *scope)
{
    if (scope->head == HEAD_ROUTINE || scope->head == HEAD_BEGIN)
        return HEAD_ROUTINE;
    return scope->is_schema ? HEAD_SCHEMA : HEAD_OTHER;
}

static ScopeHead step(const SplitScope *scope, Keyword keyword)
{
    for (size_t i = 0; keyword && i < sizeof STEPS / sizeof *STEPS; i++)
        if (STEPS[i].from == scope->head && STEPS[i].keyword == keyword)
            return STEPS[i].to;
    return otherwise(scope);
}

// Only BEGIN directly before ATOMIC opens a body (both are allowed as names), and only END behind
// a semicolon or ATOMIC closes it: the grammar wants a semicolon after each statement of a body.
// So an END of CASE needs no counting, nor one that is a column's label.
static void follow_word(SplitScope *scope, const Lexer *lexer, Token token, int64_t offset)
{
    Keyword keyword = keyword_of(lexer, token);
    bool is_body = scope->head == HEAD_BEGIN && keyword == ATOMIC;
    bool is_end = scope->bodies > 0 && scope->may_end_body && keyword == END;
    scope->head = step(scope, keyword);
    scope->may_end_body = is_body;
    if (scope->head == HEAD_SCHEMA)
        scope->is_schema = true;
    if (scope->head == HEAD_BEGIN)
        scope->begin = offset;
    if (is_body && scope->bodies++ == 0)
        scope->body = scope->begin;
    if (is_end)
        scope->bodies--;
}

void scope_follow(SplitScope *scope, const Lexer *lexer, Token token, int64_t offset)
{
    if (token.kind == TOKEN_OPEN && scope->parentheses++ == 0)
        scope->parenthesis = offset;
    if (token.kind == TOKEN_CLOSE && scope->parentheses > 0)
        scope->parentheses--;
    if (scope->head == HEAD_OTHER || scope->parentheses > 0)
        return;
    if (token.kind == TOKEN_WORD) {
        follow_word(scope, lexer, token, offset);
    } else {
        scope->head = otherwise(scope);
        scope->may_end_body = token.kind == TOKEN_SEMICOLON;
    }
}

bool scope_is_settled(const SplitScope *scope)
{
    return scope->head == HEAD_OTHER;
}

bool scope_is_open(const SplitScope *scope)
{
    return scope->parentheses > 0 || scope->bodies > 0;
}
