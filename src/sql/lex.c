#include "sql/lex.h"

#include <stdint.h>
#include <string.h>

// What a token that begins with this byte is. The first four are those of lex_skip_dull.
typedef enum ByteClass {
    BYTE_OTHER,
    BYTE_SPACE,
    BYTE_LETTER, // ident_start of scan.l: every byte of a non-ASCII character is one
    BYTE_DIGIT,
    BYTE_SINGLE, // a token by itself
    BYTE_QUOTE,
    BYTE_DOUBLE_QUOTE,
    BYTE_DOLLAR,
    BYTE_DASH,
    BYTE_SLASH,
    BYTE_BACKSLASH,
} ByteClass;

// \v is white space since PostgreSQL 16; before, it was an error anyway.
static const uint8_t CLASSES[256] = {
    ['\t' ... '\r'] = BYTE_SPACE, [' '] = BYTE_SPACE,
    ['A' ... 'Z'] = BYTE_LETTER,  ['a' ... 'z'] = BYTE_LETTER,
    ['_'] = BYTE_LETTER,          [0x80 ... 0xff] = BYTE_LETTER,
    ['0' ... '9'] = BYTE_DIGIT,   ['('] = BYTE_SINGLE,
    [')'] = BYTE_SINGLE,          [';'] = BYTE_SINGLE,
    ['.'] = BYTE_SINGLE,
    ['&'] = BYTE_SINGLE, // a word stops there to see whether it is U&'..'
    ['\''] = BYTE_QUOTE,          ['"'] = BYTE_DOUBLE_QUOTE,
    ['$'] = BYTE_DOLLAR,          ['-'] = BYTE_DASH,
    ['/'] = BYTE_SLASH,           ['\\'] = BYTE_BACKSLASH,
};

static const uint8_t SINGLES[256] = {
    ['('] = TOKEN_OPEN, [')'] = TOKEN_CLOSE, [';'] = TOKEN_SEMICOLON,
    ['.'] = TOKEN_DOT,  ['&'] = TOKEN_OTHER,
};

// What the scanners below return for a token whose end they did not find.
static const size_t OPEN_ENDED = SIZE_MAX;

static ByteClass class_at(const Lexer *lexer, size_t at)
{
    return CLASSES[(uint8_t)lexer->text.p[at]];
}

static bool is_byte(const Lexer *lexer, size_t at, char byte)
{
    return at < lexer->text.n && lexer->text.p[at] == byte;
}

// The end of the text where a byte more could change the token.
static bool needs_byte(const Lexer *lexer, size_t at)
{
    return at >= lexer->text.n && !lexer->is_whole;
}

// Where to begin or, after more text arrived, to go on: never before `first`.
static size_t resume_at(const Lexer *lexer, size_t first)
{
    size_t scanned = lexer->at + lexer->scanned;
    return scanned > first ? scanned : first;
}

static size_t open_ended(Lexer *lexer, size_t scanned_to)
{
    lexer->scanned = scanned_to - lexer->at;
    return OPEN_ENDED;
}

static size_t find_byte(const Lexer *lexer, size_t from, char byte)
{
    if (from >= lexer->text.n)
        return OPEN_ENDED;
    const char *found = memchr(lexer->text.p + from, byte, lexer->text.n - from);
    return found ? (size_t)(found - lexer->text.p) : OPEN_ENDED;
}

// Up to behind the closing quote; a doubled one is none.
static size_t scan_quoted(Lexer *lexer, char quote, size_t first)
{
    size_t at = resume_at(lexer, first);
    while ((at = find_byte(lexer, at, quote)) != OPEN_ENDED) {
        if (needs_byte(lexer, at + 1))
            return open_ended(lexer, at);
        if (!is_byte(lexer, at + 1, quote))
            return at + 1;
        at += 2;
    }
    return open_ended(lexer, lexer->text.n);
}

// As scan_quoted for E'..', where a backslash takes the byte behind it along.
static size_t scan_escaped(Lexer *lexer, size_t first)
{
    size_t at = resume_at(lexer, first);
    size_t quote = find_byte(lexer, at, '\'');
    for (;;) {
        size_t limit = quote == OPEN_ENDED ? lexer->text.n : quote;
        const char *escape = at < limit ? memchr(lexer->text.p + at, '\\', limit - at) : NULL;
        if (escape) {
            size_t behind = (size_t)(escape - lexer->text.p) + 1;
            if (behind >= lexer->text.n)
                return open_ended(lexer, behind - 1);
            at = behind + 1;
            if (behind == quote)
                quote = find_byte(lexer, at, '\'');
            continue;
        }
        if (quote == OPEN_ENDED)
            return open_ended(lexer, lexer->text.n);
        if (needs_byte(lexer, quote + 1))
            return open_ended(lexer, quote);
        if (!is_byte(lexer, quote + 1, '\''))
            return quote + 1;
        at = quote + 2;
        quote = find_byte(lexer, at, '\'');
    }
}

// Letters, digits and dollar signs. `first` stands behind what makes it a word or a number.
static size_t scan_word(Lexer *lexer, size_t first)
{
    size_t at = resume_at(lexer, first);
    while (at < lexer->text.n && (class_at(lexer, at) == BYTE_LETTER ||
                                  class_at(lexer, at) == BYTE_DIGIT || lexer->text.p[at] == '$'))
        at++;
    return needs_byte(lexer, at) ? open_ended(lexer, at) : at;
}

// Letters directly behind a number belong to it (an error since PostgreSQL 15, two tokens before):
// the e of `1e'` begins no string. A dollar sign does not.
static size_t scan_number(Lexer *lexer, size_t first)
{
    size_t at = first;
    while (at < lexer->text.n && class_at(lexer, at) == BYTE_DIGIT)
        at++;
    if (needs_byte(lexer, at))
        return OPEN_ENDED;
    if (at < lexer->text.n && class_at(lexer, at) == BYTE_LETTER)
        return scan_word(lexer, at + 1);
    return at;
}

static size_t scan_line_comment(Lexer *lexer)
{
    size_t from = resume_at(lexer, lexer->at + 2);
    size_t newline = find_byte(lexer, from, '\n');
    size_t limit = newline == OPEN_ENDED ? lexer->text.n : newline;
    const char *carriage_return =
        from < limit ? memchr(lexer->text.p + from, '\r', limit - from) : NULL;
    if (carriage_return) // a newline by itself, as in scan.l
        return (size_t)(carriage_return - lexer->text.p);
    if (newline == OPEN_ENDED)
        return lexer->is_whole ? limit : open_ended(lexer, limit);
    return newline;
}

// Nested, as SQL has them: the depth is kept beside the bytes that were scanned.
static size_t scan_block_comment(Lexer *lexer)
{
    const char *text = lexer->text.p;
    size_t n = lexer->text.n;
    if (!lexer->scanned)
        lexer->depth = 1;
    size_t at = resume_at(lexer, lexer->at + 2);
    while (at < n) {
        char c = text[at];
        if (c != '*' && c != '/') {
            at++;
            continue;
        }
        if (at + 1 == n)
            return open_ended(lexer, at);
        if (c == '/' && text[at + 1] == '*') {
            lexer->depth++;
            at += 2;
        } else if (c == '*' && text[at + 1] == '/') {
            at += 2;
            if (--lexer->depth == 0)
                return at;
        } else {
            at++;
        }
    }
    return open_ended(lexer, n);
}

// From behind the opening delimiter to behind the same again.
static size_t scan_dollar_body(Lexer *lexer, size_t delimiter)
{
    const char *opening = lexer->text.p + lexer->at;
    size_t at = resume_at(lexer, lexer->at + delimiter);
    while ((at = find_byte(lexer, at, '$')) != OPEN_ENDED && lexer->text.n - at >= delimiter) {
        if (memcmp(lexer->text.p + at, opening, delimiter) == 0)
            return at + delimiter;
        at++;
    }
    return open_ended(lexer, at == OPEN_ENDED ? lexer->text.n : at);
}

// A dollar sign begins $tag$..$tag$ or $1, or is nothing. Sets the token's kind.
static size_t scan_dollar(Lexer *lexer, TokenKind *ret_kind)
{
    size_t at = lexer->at + 1;
    if (needs_byte(lexer, at))
        return OPEN_ENDED;
    if (at < lexer->text.n && class_at(lexer, at) == BYTE_DIGIT) {
        *ret_kind = TOKEN_NUMBER;
        return scan_number(lexer, at);
    }
    if (at < lexer->text.n && class_at(lexer, at) == BYTE_LETTER)
        while (at < lexer->text.n &&
               (class_at(lexer, at) == BYTE_LETTER || class_at(lexer, at) == BYTE_DIGIT))
            at++;
    if (needs_byte(lexer, at))
        return OPEN_ENDED;
    if (!is_byte(lexer, at, '$')) {
        *ret_kind = TOKEN_OTHER;
        return lexer->at + 1;
    }
    *ret_kind = TOKEN_DOLLAR_STRING;
    return scan_dollar_body(lexer, at + 1 - lexer->at);
}

// A letter begins a word, or E'..', or U&'..' and U&"..". Sets the token's kind.
static size_t scan_letter(Lexer *lexer, TokenKind *ret_kind, bool *ret_is_escape)
{
    size_t second = lexer->at + 1;
    char letter = lexer->text.p[lexer->at] | 0x20;
    if (letter == 'e' && is_byte(lexer, second, '\'')) {
        *ret_kind = TOKEN_STRING;
        *ret_is_escape = true;
        return scan_escaped(lexer, second + 1);
    }
    if (letter == 'u' && is_byte(lexer, second, '&')) {
        if (needs_byte(lexer, second + 1))
            return OPEN_ENDED;
        bool is_name = is_byte(lexer, second + 1, '"');
        if (is_name || is_byte(lexer, second + 1, '\'')) {
            *ret_kind = is_name ? TOKEN_QUOTED_NAME : TOKEN_STRING;
            return scan_quoted(lexer, lexer->text.p[second + 1], second + 2);
        }
    }
    *ret_kind = TOKEN_WORD;
    return scan_word(lexer, second);
}

// A dash or a slash begins a comment or is an operator.
static size_t scan_comment(Lexer *lexer, ByteClass class, TokenKind *ret_kind)
{
    size_t second = lexer->at + 1;
    if (needs_byte(lexer, second))
        return OPEN_ENDED;
    *ret_kind = TOKEN_COMMENT;
    if (class == BYTE_DASH && is_byte(lexer, second, '-'))
        return scan_line_comment(lexer);
    if (class == BYTE_SLASH && is_byte(lexer, second, '*'))
        return scan_block_comment(lexer);
    *ret_kind = TOKEN_OTHER;
    return second;
}

static size_t scan_run(const Lexer *lexer, ByteClass class)
{
    size_t at = lexer->at + 1;
    while (at < lexer->text.n && class_at(lexer, at) == class)
        at++;
    return at;
}

static size_t scan_backslash(Lexer *lexer)
{
    size_t at = resume_at(lexer, lexer->at + 1);
    while (at < lexer->text.n && class_at(lexer, at) != BYTE_SPACE && lexer->text.p[at] != '\\')
        at++;
    return needs_byte(lexer, at) ? open_ended(lexer, at) : at;
}

static size_t scan(Lexer *lexer, TokenKind *ret_kind, bool *ret_is_escape)
{
    ByteClass class = class_at(lexer, lexer->at);
    switch (class) {
    case BYTE_SPACE:
        *ret_kind = TOKEN_SPACE;
        return scan_run(lexer, class);
    case BYTE_LETTER:
        return scan_letter(lexer, ret_kind, ret_is_escape);
    case BYTE_DIGIT:
        *ret_kind = TOKEN_NUMBER;
        return scan_number(lexer, lexer->at);
    case BYTE_SINGLE:
        *ret_kind = SINGLES[(uint8_t)lexer->text.p[lexer->at]];
        return lexer->at + 1;
    case BYTE_QUOTE:
        *ret_kind = TOKEN_STRING;
        *ret_is_escape = lexer->continuation == LEX_MAY_CONTINUE;
        return *ret_is_escape ? scan_escaped(lexer, lexer->at + 1)
                              : scan_quoted(lexer, '\'', lexer->at + 1);
    case BYTE_DOUBLE_QUOTE:
        *ret_kind = TOKEN_QUOTED_NAME;
        return scan_quoted(lexer, '"', lexer->at + 1);
    case BYTE_DOLLAR:
        return scan_dollar(lexer, ret_kind);
    case BYTE_DASH:
    case BYTE_SLASH:
        return scan_comment(lexer, class, ret_kind);
    case BYTE_BACKSLASH:
        *ret_kind = TOKEN_BACKSLASH;
        return scan_backslash(lexer);
    case BYTE_OTHER:
        break;
    }
    *ret_kind = TOKEN_OTHER;
    return scan_run(lexer, BYTE_OTHER);
}

// E'..' goes on in the next quote if spaces and line comments with a newline stand between
// (quotecontinue in scan.l). Only there it matters: other strings read alike on their own.
static void follow_continuation(Lexer *lexer, Token token, bool is_escape)
{
    if (is_escape) {
        lexer->continuation = LEX_AFTER_ESCAPE_STRING;
    } else if (lexer->continuation != LEX_PLAIN) {
        Str text = lex_text(lexer, token);
        if (token.kind == TOKEN_SPACE) {
            if (memchr(text.p, '\n', text.n) || memchr(text.p, '\r', text.n))
                lexer->continuation = LEX_MAY_CONTINUE;
        } else if (token.kind != TOKEN_COMMENT || text.p[0] != '-') {
            lexer->continuation = LEX_PLAIN;
        }
    }
}

Token lex_next(Lexer *lexer)
{
    Token token = {.start = lexer->at, .end = lexer->at};
    if (lexer->at >= lexer->text.n) {
        token.kind = lexer->is_whole ? TOKEN_END : TOKEN_MORE;
        return token;
    }
    bool is_escape = false;
    token.end = scan(lexer, &token.kind, &is_escape);
    if (token.end == OPEN_ENDED) {
        if (!lexer->is_whole)
            return (Token){TOKEN_MORE, .start = lexer->at, .end = lexer->at};
        token.end = lexer->text.n;
        token.is_unterminated = true;
    }
    follow_continuation(lexer, token, is_escape);
    lexer->at = token.end;
    lexer->scanned = 0;
    return token;
}

Token lex_next_significant(Lexer *lexer)
{
    Token token;
    do
        token = lex_next(lexer);
    while (token.kind == TOKEN_SPACE || token.kind == TOKEN_COMMENT);
    return token;
}

// What a token is does not depend on these bytes, nor on what they follow, but for letters and
// digits that touch a byte of another kind.
static bool is_dull(uint8_t byte)
{
    return CLASSES[byte] <= BYTE_DIGIT || byte == '.';
}

static bool is_word_byte(uint8_t byte)
{
    return CLASSES[byte] == BYTE_LETTER || CLASSES[byte] == BYTE_DIGIT;
}

size_t lex_skip_dull(Lexer *lexer)
{
    const uint8_t *text = (const uint8_t *)lexer->text.p;
    size_t start = lexer->at;
    if (lexer->continuation != LEX_PLAIN || lexer->scanned)
        return start;
    size_t at = start;
    while (at < lexer->text.n && is_dull(text[at]))
        at++;
    while (at > start && is_word_byte(text[at - 1]))
        at--;
    lexer->at = at;
    while (at > start && CLASSES[text[at - 1]] == BYTE_SPACE)
        at--;
    return at;
}

Str lex_text(const Lexer *lexer, Token token)
{
    return (Str){lexer->text.p + token.start, token.end - token.start};
}

bool lex_is_word(const Lexer *lexer, Token token, Str word)
{
    // most words are told apart by length and first letter, without a call
    return token.kind == TOKEN_WORD && token.end - token.start == word.n &&
           ((lexer->text.p[token.start] ^ word.p[0]) & ~0x20) == 0 &&
           str_eq_nocase(lex_text(lexer, token), word);
}
