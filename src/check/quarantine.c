#include "check/quarantine_private.h"

#include "base/sha256.h"
#include "base/utf8.h"
#include "sql/quote.h"

#include <stdarg.h>
#include <string.h>

enum {
    NAME_MOST = 63, // NAMEDATALEN - 1
    HASH_DIGITS = 8,
    TAIL_MOST = 40, // of a cut name that keeps its end
    NOTE_MOST = 1 << 28
};

static const char *const KINDS[] = {
    [QUARANTINE_TABLE] = "table",
    [QUARANTINE_COLUMN] = "column",
    [QUARANTINE_CHANGED] = "changed",
    [QUARANTINE_ROWS] = "rows",
};

static const char *const CAPTURES[] = {
    [QUARANTINE_DELETE] = "delete",
    [QUARANTINE_UPDATE] = "update",
    [QUARANTINE_TRUNCATE] = "truncate",
};

// -1: none of them.
static int find_word(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

const char *quarantine_kind_word(QuarantineKind kind)
{
    return KINDS[kind];
}

bool quarantine_kind_parse(const char *word, QuarantineKind *ret_kind)
{
    int found = find_word(KINDS, sizeof KINDS / sizeof *KINDS, word);
    if (found >= 0)
        *ret_kind = (QuarantineKind)found;
    return found >= 0;
}

const char *quarantine_capture_word(QuarantineCapture capture)
{
    return CAPTURES[capture];
}

bool quarantine_capture_parse(const char *word, QuarantineCapture *ret_capture)
{
    int found = find_word(CAPTURES, sizeof CAPTURES / sizeof *CAPTURES, word);
    if (found >= 0)
        *ret_capture = (QuarantineCapture)found;
    return found >= 0;
}

bool quarantine_comment_read(const char *comment, Str *ret_json)
{
    Str text = str_from(comment);
    if (!str_starts(text, STR(QUARANTINE_COMMENT)))
        return false;
    *ret_json = str_skip(text, strlen(QUARANTINE_COMMENT));
    return true;
}

static const char *plain_version(Arena *arena, const char *version)
{
    char *plain = arena_strdup(arena, version);
    for (char *at = plain; *at; at++)
        if (!(*at >= 'a' && *at <= 'z') && !(*at >= '0' && *at <= '9'))
            *at = '_';
    return plain;
}

// `marked`: what the hash is of; given, it is in the name whatever the length.
static const char *fit(Arena *arena, const char *head, const char *tail, const char *marked)
{
    const char *whole = arena_join(arena, str_from(head), str_from(tail), STR(""));
    if (!marked && strlen(whole) <= NAME_MOST)
        return whole;
    if (strlen(tail) > TAIL_MOST) {
        head = whole;
        tail = "";
    }
    char hash[SHA256_HEX];
    sha256_of(str_from(marked ? marked : whole), hash);
    size_t room = NAME_MOST - strlen(tail) - HASH_DIGITS - 1;
    Str kept = {head, strlen(head) < room ? strlen(head) : room};
    kept.n = utf8_whole_prefix(kept);
    return arena_printf(arena, STR_FMT "_%.*s%s", STR_ARG(kept), HASH_DIGITS, hash, tail);
}

const char *quarantine_fit(Arena *arena, const char *head, const char *tail)
{
    return fit(arena, arena_join(arena, str_from(head), str_from(tail), STR("")), "", NULL);
}

static bool has(const Words *words, const char *word)
{
    for (size_t i = 0; words && i < words->len; i++)
        if (strcmp(words->items[i], word) == 0)
            return true;
    return false;
}

const char *quarantine_table_name(Arena *arena, const char *schema, const char *name,
                                  const char *version, const Words *taken)
{
    const char *tail = arena_printf(arena, "_%s", plain_version(arena, version));
    const char *made = fit(arena, name, tail, NULL);
    return has(taken, made) ? fit(arena, name, tail, quote_qualified(arena, schema, name)) : made;
}

const char *quarantine_column_name(Arena *arena, const char *name, const char *version)
{
    return quarantine_fit(
        arena, arena_printf(arena, QUARANTINE_SCHEMA "_%s_", plain_version(arena, version)), name);
}

const char *quarantine_rows_name(Arena *arena, const char *table, const char *version, int number)
{
    return fit(arena, table,
               arena_printf(arena, "_%s_%d_rows", plain_version(arena, version), number), NULL);
}

const char *quarantine_part_name(Arena *arena, const QuarantinePart *part, const char *version)
{
    return part->now ? part->now
                     : quarantine_table_name(arena, part->schema, part->name, version, NULL);
}

const char *quarantine_qualified(Arena *arena, const char *name)
{
    return quote_qualified(arena, QUARANTINE_SCHEMA, name);
}

const char *quarantine_names(Arena *arena, const char *prefix, const Words *names)
{
    const char *list = "";
    for (size_t i = 0; i < names->len; i++)
        list = arena_printf(arena, "%s%s%s%s", list, i ? ", " : "", prefix,
                            quote_name(arena, names->items[i]));
    return list;
}

void quarantine_add(Arena *arena, Words *statements, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *vec_append(arena, statements) = arena_vprintf(arena, format, args);
    va_end(args);
}

void quarantine_behind(Arena *arena, QuarantineBack *back, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *vec_append(arena, &back->behind) = (QuarantineStep){arena_vprintf(arena, format, args), false};
    va_end(args);
}

void quarantine_behind_that(Arena *arena, QuarantineBack *back, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *vec_append(arena, &back->behind) = (QuarantineStep){arena_vprintf(arena, format, args), true};
    va_end(args);
}

// NOT VALID first: rows are then read under a lock that nobody feels.
void quarantine_prove_behind(Arena *arena, QuarantineBack *back, const char *table,
                             const char *name, const char *definition)
{
    bool is_proven = !str_ends(str_from(definition), STR(" NOT VALID")) &&
                     !str_ends(str_from(definition), STR(" NOT ENFORCED"));
    quarantine_behind(arena, back, "ALTER TABLE %s ADD CONSTRAINT %s %s%s", table, name, definition,
                      is_proven ? " NOT VALID" : "");
    if (is_proven)
        quarantine_behind_that(arena, back, "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name);
}

void quarantine_add_schema(Arena *arena, Words *statements)
{
    quarantine_add(arena, statements, "CREATE SCHEMA IF NOT EXISTS " QUARANTINE_SCHEMA);
}

static void append_string(Text *text, const char *value)
{
    text_append_char(text, '"');
    for (const char *at = value; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\')
            text_append_char(text, '\\');
        if (byte < ' ')
            text_printf(text, "\\u%04x", byte);
        else
            text_append_char(text, *at);
    }
    text_append_char(text, '"');
}

static void append_key(Text *text, const char *key)
{
    char last = text->len ? text->data[text->len - 1] : '{';
    if (last != '{' && last != '[')
        text_append(text, STR(", "));
    append_string(text, key);
    text_append(text, STR(": "));
}

void note_begin(Note *note, Arena *arena, QuarantineKind kind, const char *version,
                const char *schema, const char *was)
{
    note->arena = arena;
    text_init(&note->text, NOTE_MOST);
    text_append(&note->text, STR(QUARANTINE_COMMENT "{"));
    note_text(note, "version", version);
    note_text(note, "kind", quarantine_kind_word(kind));
    note_text(note, "schema", schema);
    note_text(note, "was", was);
}

void note_text(Note *note, const char *key, const char *value)
{
    if (!value)
        return;
    append_key(&note->text, key);
    append_string(&note->text, value);
}

void note_true(Note *note, const char *key, bool value)
{
    if (!value)
        return;
    append_key(&note->text, key);
    text_append(&note->text, STR("true"));
}

void note_words(Note *note, const char *key, const Words *words)
{
    append_key(&note->text, key);
    text_append_char(&note->text, '[');
    for (size_t i = 0; i < words->len; i++) {
        text_append(&note->text, i ? STR(", ") : STR(""));
        append_string(&note->text, words->items[i]);
    }
    text_append_char(&note->text, ']');
}

void note_open(Note *note, const char *key)
{
    append_key(&note->text, key);
    text_append_char(&note->text, '[');
}

void note_item(Note *note)
{
    bool is_first = note->text.data[note->text.len - 1] == '[';
    text_append(&note->text, is_first ? STR("{") : STR("}, {"));
}

void note_close(Note *note)
{
    bool is_empty = note->text.data[note->text.len - 1] == '[';
    text_append(&note->text, is_empty ? STR("]") : STR("}]"));
}

void note_comment(Note *note, Words *statements, const char *what)
{
    text_append_char(&note->text, '}');
    REQUIRE(!note->text.is_cut);
    quarantine_add(note->arena, statements, "COMMENT ON %s IS %s", what,
                   quote_literal(note->arena, text_cstr(&note->text)));
    text_done(&note->text);
}
