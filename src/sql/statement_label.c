// What a person calls a statement: its verb and, where there is one, the kind of object.
#include "sql/lex.h"
#include "sql/statement.h"

#include <stdio.h>
#include <string.h>

// Verbs that are said with words behind them; all others stand alone ("INSERT", "SELECT").
static const Str LONG_VERBS[] = {
    STR("ALTER"),    STR("COMMENT"),  STR("COMMIT"),  STR("CREATE"),
    STR("DISCARD"),  STR("DROP"),     STR("IMPORT"),  STR("LOCK"),
    STR("PREPARE"),  STR("REASSIGN"), STR("REFRESH"), STR("REINDEX"),
    STR("ROLLBACK"), STR("SECURITY"), STR("START"),   STR("VACUUM"),
};

// Words between the verb and the kind of object, which belong to it.
static const Str MODIFIERS[] = {
    STR("ACCESS"),  STR("CONSTRAINT"), STR("DATA"),     STR("DEFAULT"),    STR("EVENT"),
    STR("FOREIGN"), STR("GLOBAL"),     STR("LARGE"),    STR("LOCAL"),      STR("MATERIALIZED"),
    STR("ON"),      STR("OR"),         STR("OWNED"),    STR("PROCEDURAL"), STR("RECURSIVE"),
    STR("REPLACE"), STR("SEARCH"),     STR("TEMP"),     STR("TEMPORARY"),  STR("TEXT"),
    STR("TRUSTED"), STR("UNIQUE"),     STR("UNLOGGED"),
};

// Kinds of object: the label ends with the first one.
static const Str OBJECTS[] = {
    STR("AGGREGATE"),
    STR("ALL"),
    STR("BY"),
    STR("CAST"),
    STR("COLLATION"),
    STR("COLUMN"),
    STR("CONFIGURATION"),
    STR("CONVERSION"),
    STR("DATABASE"),
    STR("DICTIONARY"),
    STR("DOMAIN"),
    STR("EXTENSION"),
    STR("FULL"),
    STR("FUNCTION"),
    STR("GROUP"),
    STR("INDEX"),
    STR("LABEL"),
    STR("LANGUAGE"),
    STR("METHOD"),
    STR("OBJECT"),
    STR("OPERATOR"),
    STR("PARSER"),
    STR("POLICY"),
    STR("PREPARED"),
    STR("PRIVILEGES"),
    STR("PROCEDURE"),
    STR("PUBLICATION"),
    STR("ROLE"),
    STR("ROUTINE"),
    STR("RULE"),
    STR("SCHEMA"),
    STR("SEQUENCE"),
    STR("SERVER"),
    STR("STATISTICS"),
    STR("SUBSCRIPTION"),
    STR("SYSTEM"),
    STR("TABLE"),
    STR("TABLESPACE"),
    STR("TEMPLATE"),
    STR("TO"),
    STR("TRANSACTION"),
    STR("TRANSFORM"),
    STR("TRIGGER"),
    STR("TYPE"),
    STR("USER"),
    STR("VIEW"),
    STR("WRAPPER"),
};

// What may follow an object's kind and is said with it; no name can be CONCURRENTLY.
static const struct {
    Str object; // empty: any
    Str ending;
} ENDINGS[] = {
    {STR(""), STR("CONCURRENTLY")},
    {STR("OPERATOR"), STR("CLASS")},
    {STR("OPERATOR"), STR("FAMILY")},
    {STR("USER"), STR("MAPPING")},
};

#define IS_ONE_OF(lexer, token, words) is_one_of(lexer, token, words, sizeof words / sizeof *words)

static bool is_one_of(const Lexer *lexer, Token token, const Str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lex_is_word(lexer, token, words[i]))
            return true;
    return false;
}

// False when the buffer has no room for the whole word.
static bool append_upper(char *buffer, size_t size, Str word)
{
    size_t used = strlen(buffer);
    if (used + (used > 0) + word.n + 1 > size)
        return false;
    if (used)
        buffer[used++] = ' ';
    for (size_t i = 0; i < word.n; i++) {
        char c = word.p[i];
        buffer[used++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    buffer[used] = '\0';
    return true;
}

static bool is_ending(const Lexer *lexer, Token object, Token token)
{
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++)
        if (lex_is_word(lexer, token, ENDINGS[i].ending) &&
            (!ENDINGS[i].object.n || lex_is_word(lexer, object, ENDINGS[i].object)))
            return true;
    return false;
}

// Appends what stands behind the verb, if it leads to a kind of object, as far as there is room.
static void append_object(char *buffer, size_t size, Lexer lexer)
{
    size_t verb_only = strlen(buffer);
    bool has_room = true;
    Token token = lex_next_significant(&lexer);
    for (; IS_ONE_OF(&lexer, token, MODIFIERS); token = lex_next_significant(&lexer))
        has_room = has_room && append_upper(buffer, size, lex_text(&lexer, token));
    if (!IS_ONE_OF(&lexer, token, OBJECTS)) {
        buffer[verb_only] = '\0';
        return;
    }
    has_room = has_room && append_upper(buffer, size, lex_text(&lexer, token));
    Token ending = lex_next_significant(&lexer);
    if (has_room && is_ending(&lexer, token, ending))
        append_upper(buffer, size, lex_text(&lexer, ending));
}

const char *statement_label(const Statement *statement, char *buffer, size_t size)
{
    if (size == 0)
        return "";
    buffer[0] = '\0';
    Lexer lexer = {.text = statement->text, .is_whole = true};
    Token token = lex_next_significant(&lexer);
    while (token.kind == TOKEN_OPEN) // (SELECT ..) UNION ..
        token = lex_next_significant(&lexer);
    if (token.kind != TOKEN_WORD)
        snprintf(buffer, size, "statement");
    else if (append_upper(buffer, size, lex_text(&lexer, token)) &&
             IS_ONE_OF(&lexer, token, LONG_VERBS))
        append_object(buffer, size, lexer);
    return buffer;
}
