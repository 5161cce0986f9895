#include "migration/rollback_heading.h"

#include <string.h>

static const Str SPELLINGS[] = {STR("rollback"), STR("roll back"), STR("roll-back")};

// What says that there is none.
static const Str DENIALS[] = {
    STR("no rollback"), STR("without rollback"), STR("not possible"), STR("not supported"),
    STR("not needed"),  STR("not required"),     STR("cannot"),       STR("can't"),
    STR("impossible"),  STR("irreversible"),
};

// What a heading is about when these are its first word, whatever it says of a rollback behind it.
static const Str CHECKS[] = {
    STR("verify"), STR("verification"), STR("validate"), STR("validation"),
    STR("check"),  STR("before"),       STR("after"),
};

static const Str OTHER_SECTIONS[] = {
    STR("verify"),  STR("verification"), STR("validation"), STR("test"),      STR("tests"),
    STR("testing"), STR("usage"),        STR("example"),    STR("sample"),    STR("examples"),
    STR("up"),      STR("apply"),        STR("forward"),    STR("migration"),
};

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (signed char)c < 0;
}

// Rules, boxes, arrows and emoji around a heading.
static bool is_decoration(char c)
{
    return memchr(" \t=-#*~_+<>|/\\![]()", c, 19) || (signed char)c < 0;
}

static Str decoration_trim(Str text)
{
    while (text.n && is_decoration(text.p[0]))
        text = str_skip(text, 1);
    while (text.n && is_decoration(text.p[text.n - 1]))
        text.n--;
    return text;
}

// Without "3. " or "3) " in front.
static Str number_skip(Str text)
{
    size_t digits = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    bool is_number = digits && digits + 1 < text.n &&
                     (text.p[digits] == '.' || text.p[digits] == ')') && text.p[digits + 1] == ' ';
    return is_number ? str_trim(str_skip(text, digits + 1)) : text;
}

static Str heading_text(Str line)
{
    return decoration_trim(number_skip(decoration_trim(str_trim(line))));
}

static ptrdiff_t find_nocase(Str text, Str needle)
{
    for (size_t at = 0; at + needle.n <= text.n; at++)
        if (str_starts_nocase(str_skip(text, at), needle))
            return (ptrdiff_t)at;
    return -1;
}

// The word as a whole one; -1 when it is not there.
static ptrdiff_t word_find(Str text, size_t *ret_length)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++) {
        Str word = SPELLINGS[i];
        size_t from = 0;
        ptrdiff_t found;
        while ((found = find_nocase(str_skip(text, from), word)) >= 0) {
            size_t at = from + (size_t)found;
            size_t end = at + word.n;
            bool is_whole = (at == 0 || !is_word_byte(text.p[at - 1])) &&
                            (end == text.n || !is_word_byte(text.p[end]));
            if (is_whole) {
                *ret_length = word.n;
                return (ptrdiff_t)at;
            }
            from = end;
        }
    }
    return -1;
}

static bool is_denial(Str text)
{
    for (size_t i = 0; i < sizeof DENIALS / sizeof DENIALS[0]; i++)
        if (find_nocase(text, DENIALS[i]) >= 0)
            return true;
    return false;
}

static bool begins_with_one_of(Str text, const Str *words, size_t count)
{
    size_t length = 0;
    while (length < text.n && is_word_byte(text.p[length]))
        length++;
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase((Str){text.p, length}, words[i]))
            return true;
    return false;
}

bool rollback_heading_is(Str line)
{
    Str text = heading_text(line);
    size_t length = 0;
    ptrdiff_t at = word_find(text, &length);
    if (at < 0 || is_denial(text) ||
        begins_with_one_of(text, CHECKS, sizeof CHECKS / sizeof CHECKS[0]))
        return false;
    char last = text.p[text.n - 1];
    if (last == '.' || last == ';')
        return false;
    return at == 0 || (size_t)at + length == text.n || last == ':';
}

ptrdiff_t rollback_heading_rest(Str line)
{
    Str text = heading_text(line);
    size_t length = 0;
    ptrdiff_t at = word_find(text, &length);
    if (at < 0)
        return -1;
    Str rest = str_skip(text, (size_t)at + length);
    bool has_colon = rest.n && rest.p[0] == ':';
    if (at > 0 && !has_colon)
        return -1;
    while (rest.n &&
           (rest.p[0] == ':' || rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '-'))
        rest = str_skip(rest, 1);
    return rest.p - line.p;
}

// "=== x", "--- x": more than the bullet of a list.
static bool is_ruled(Str line)
{
    line = str_trim(line);
    return line.n >= 2 && memchr("=-#*~+", line.p[0], 6) && line.p[1] == line.p[0];
}

bool rollback_heading_is_other(Str line)
{
    Str text = heading_text(line);
    if (text.n == 0 || rollback_heading_is(line))
        return false;
    bool is_one_word = true;
    for (size_t i = 0; i < text.n; i++)
        is_one_word = is_one_word && is_word_byte(text.p[i]);
    return (is_one_word || is_ruled(line) || text.p[text.n - 1] == ':') &&
           begins_with_one_of(text, OTHER_SECTIONS,
                              sizeof OTHER_SECTIONS / sizeof OTHER_SECTIONS[0]);
}
