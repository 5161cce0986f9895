// What implementations agree on (node's dotenv and dotenv-expand, python-dotenv, godotenv that
// dbmate uses): '...' is literal, "..." has escapes, both may go over lines; a # behind a blank
// begins a comment; the environment is stronger than the file, also in ${NAME}. Where they differ
// silently (a variable that is not set, text behind a quote) a variable of ours is an error: half a
// database URL may name another server.
#include "io/dotenv.h"

#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

enum {
    VALUE_MAX = 64 * 1024, // A=$B$B, B=$C$C ... doubles with each line
};

typedef struct Reader {
    Arena *arena;
    const DotenvOptions *options;
    Dotenv *dotenv;
    const char *p;
    const char *end;
    const char *line_start;
    int line;
    DotenvEntry *entry; // whose value is read; NULL before its name
    Err *err;
} Reader;

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_name_part(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static char peek(const Reader *reader)
{
    return reader->p < reader->end ? *reader->p : '\0';
}

static bool at_line_end(const Reader *reader)
{
    return reader->p == reader->end || *reader->p == '\n';
}

static void skip_blanks(Reader *reader)
{
    while (is_blank(peek(reader)))
        reader->p++;
}

static void next_char(Reader *reader)
{
    if (*reader->p++ != '\n')
        return;
    reader->line++;
    reader->line_start = reader->p;
}

static void skip_line(Reader *reader)
{
    while (!at_line_end(reader))
        reader->p++;
    if (reader->p < reader->end)
        next_char(reader);
}

static Position here(const Reader *reader)
{
    Str before = {reader->line_start, (size_t)(reader->p - reader->line_start)};
    return (Position){reader->line, (int)utf8_count(before) + 1};
}

// Only names and words of ours get into a message.
static bool wrong(Reader *reader, const char *name, const char *what, const char *hint)
{
    fail(reader->err, ERR_CONFIG, "%s: %s", name, what);
    err_hint(reader->err, "%s", hint);
    return err_at(reader->err, reader->options->file, here(reader));
}

static bool wrong_value(Reader *reader, const char *what, const char *hint)
{
    return wrong(reader, reader->entry->name, what, hint);
}

static Str take_name(Reader *reader)
{
    Str name = {reader->p, 0};
    if (is_letter(peek(reader)))
        while (reader->p < reader->end && is_name_part(*reader->p))
            reader->p++;
    name.n = (size_t)(reader->p - name.p);
    return name;
}

// ---- ${NAME}

static const char *meaning_of(const Reader *reader, Str name)
{
    const char *value = reader->options->environment(arena_dup(reader->arena, name));
    const DotenvEntry *entry = value ? NULL : dotenv_find(reader->dotenv, name);
    return entry ? entry->value : value;
}

static bool unset_name(Reader *reader)
{
    // Its name is not said: of "pa$word" it is half the password.
    return wrong_value(reader, "here is the name of a variable that is not set",
                       "set it in a line above; where the $ stands for itself write \\$, or put "
                       "the value into single quotes");
}

// Stands behind the name in ${NAME}, ${NAME-default} or ${NAME:-default}; `value` is NULL when it
// is not set.
static bool take_brace(Reader *reader, const char **value)
{
    bool is_empty_unset = peek(reader) == ':';
    Str rest = {reader->p, (size_t)(reader->end - reader->p)};
    Str inside = str_until(str_until(rest, '\n'), '}');
    bool is_closed = inside.n < rest.n && rest.p[inside.n] == '}';
    size_t dash = is_empty_unset ? 1 : 0;
    bool has_default = inside.n > dash && inside.p[dash] == '-';
    if (!is_closed || (inside.n && !has_default) || memchr(inside.p, '$', inside.n))
        return false;
    reader->p += inside.n + 1;
    if (has_default && (!*value || (is_empty_unset && !**value)))
        *value = arena_dup(reader->arena, str_skip(inside, 1 + is_empty_unset));
    return true;
}

// Stands at the $.
static bool expand(Reader *reader, Text *text)
{
    Reader dollar = *reader;
    reader->p++;
    bool has_brace = peek(reader) == '{';
    reader->p += has_brace;
    Str name = take_name(reader);
    if (!has_brace && !name.n) { // it means nothing
        text_append_char(text, '$');
        return true;
    }
    const char *value = name.n ? meaning_of(reader, name) : NULL;
    if (has_brace && (!name.n || !take_brace(reader, &value)))
        return wrong_value(&dollar, "what follows ${ cannot be read",
                           "write ${NAME} or ${NAME:-default}; a $ that stands for itself is \\$");
    if (!value)
        return unset_name(&dollar);
    text_append(text, str_from(value));
    return true;
}

// ---- values

static void append_escaped(Reader *reader, Text *value)
{
    static const char ESCAPED[] = "nrt\"\\$";
    static const char MEANT[] = "\n\r\t\"\\$";
    const char *found = peek(reader) ? strchr(ESCAPED, peek(reader)) : NULL;
    if (!found) {
        text_append_char(value, '\\');
        return;
    }
    text_append_char(value, MEANT[found - ESCAPED]);
    reader->p++;
}

static bool read_quoted(Reader *reader, Text *value)
{
    const Reader open = *reader;
    char quote = *reader->p++;
    while (peek(reader) != quote || reader->p == reader->end) {
        if (reader->p == reader->end) {
            *reader = open;
            return wrong_value(reader, "this quote is not closed",
                               "put one at the end of the value");
        }
        if (quote == '"' && *reader->p == '$') {
            if (!expand(reader, value))
                return false;
        } else if (quote == '"' && *reader->p == '\\') {
            reader->p++;
            append_escaped(reader, value);
        } else {
            text_append_char(value, *reader->p);
            next_char(reader);
        }
    }
    reader->p++;
    const char *behind = reader->p;
    skip_blanks(reader);
    if (at_line_end(reader) || (*reader->p == '#' && reader->p > behind))
        return true;
    return wrong_value(reader, "here is something behind the closing quote",
                       quote == '"' ? "a quote inside of \"...\" is written \\\""
                                    : "inside of '...' there can be no such quote: use \"...\"");
}

static bool read_unquoted(Reader *reader, Text *value)
{
    while (!at_line_end(reader)) {
        char c = *reader->p;
        if (c == '#' && is_blank(reader->p[-1])) // there is a = before it at least
            break;
        if (c == '\\' && reader->end - reader->p > 1 && reader->p[1] == '$') {
            text_append_char(value, '$');
            reader->p += 2;
        } else if (c == '$') {
            if (!expand(reader, value))
                return false;
        } else {
            text_append_char(value, c);
            reader->p++;
        }
    }
    return true;
}

static bool check_value(Reader *reader, const Text *value)
{
    Utf8Check check = {0};
    if (value->is_cut)
        return wrong_value(reader, "the value is longer than 64 KiB", "make it shorter");
    if (utf8_check(&check, text_str(value)) >= 0 || !utf8_is_complete(&check))
        return wrong_value(reader, "the value is not valid UTF-8", "save the file as UTF-8");
    if (value->len && memchr(value->data, '\0', value->len))
        return wrong_value(reader, "the value holds a NUL byte", "save the file as text");
    return true;
}

// Stands behind the =.
static bool read_value(Reader *reader)
{
    TEXT_SCOPED value;
    text_init(&value, VALUE_MAX);
    Reader start = *reader;
    skip_blanks(reader);
    char c = peek(reader);
    bool is_quoted = c == '\'' || c == '"';
    if (!(is_quoted ? read_quoted(reader, &value) : read_unquoted(reader, &value)))
        return false;
    if (!check_value(&start, &value))
        return false;
    Str text = is_quoted ? text_str(&value) : str_trim(text_str(&value));
    reader->entry->value = arena_dup(reader->arena, text);
    return true;
}

// ---- lines

// A variable of other programs that we cannot read is only no use to ${NAME}.
static bool read_entry(Reader *reader, DotenvEntry entry, bool is_wanted)
{
    Err ignored = {0};
    Reader value = *reader;
    value.entry = &entry;
    if (!is_wanted)
        value.err = &ignored;
    bool is_read = read_value(&value);
    if (!is_read && is_wanted)
        return false;
    if (is_read) {
        reader->p = value.p;
        reader->line = value.line;
        reader->line_start = value.line_start;
    }
    *vec_append(reader->arena, &reader->dotenv->entries) = entry;
    return true;
}

static bool read_line(Reader *reader)
{
    skip_blanks(reader);
    DotenvEntry entry = {.position = here(reader)};
    Str name = take_name(reader);
    bool is_exported = str_eq(name, STR("export")) && is_blank(peek(reader));
    if (is_exported) {
        skip_blanks(reader);
        entry.position = here(reader);
        name = take_name(reader);
    }
    bool is_whole = at_line_end(reader) || !strchr(".-", *reader->p); // A.B is another name than A
    bool is_wanted = is_whole && name.n && reader->options->is_wanted(name);
    skip_blanks(reader);
    if (name.n && is_whole && peek(reader) == '=') {
        reader->p++;
        entry.name = arena_dup(reader->arena, name);
        return read_entry(reader, entry, is_wanted);
    }
    bool is_shell = is_exported && (at_line_end(reader) || *reader->p == '#'); // export NAME
    return !is_wanted || is_shell ||
           wrong(reader, arena_dup(reader->arena, name), "there is no = behind it",
                 "write it as NAME=value");
}

// Without the CR of CRLF.
static Str unify_line_ends(Arena *arena, Str text)
{
    char *out = arena_dup(arena, text);
    size_t used = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' || (i + 1 < text.n && text.p[i + 1] != '\n'))
            out[used++] = text.p[i];
    return (Str){out, used};
}

bool dotenv_parse(Arena *arena, Str text, const DotenvOptions *options, Dotenv *ret_dotenv,
                  Err *err)
{
    static const Str BOM = STR("\xef\xbb\xbf");
    Dotenv dotenv = {0};
    text = unify_line_ends(arena, str_starts(text, BOM) ? str_skip(text, BOM.n) : text);
    Reader reader = {.arena = arena,
                     .options = options,
                     .dotenv = &dotenv,
                     .p = text.p,
                     .end = text.p + text.n,
                     .line_start = text.p,
                     .line = 1,
                     .err = err};
    while (reader.p < reader.end) {
        if (!read_line(&reader))
            return false;
        skip_line(&reader);
    }
    *ret_dotenv = dotenv;
    return true;
}

const DotenvEntry *dotenv_find(const Dotenv *dotenv, Str name)
{
    for (size_t i = dotenv->entries.len; i > 0; i--)
        if (str_eq(str_from(dotenv->entries.items[i - 1].name), name))
            return &dotenv->entries.items[i - 1];
    return NULL;
}
