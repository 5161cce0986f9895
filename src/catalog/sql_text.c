#include "catalog/sql_text.h"

#include "base/text.h"
#include "base/vec.h"

#include <string.h>

enum {
    TEXT_MAX = 1 << 30,
    CAST_DEPTH_MAX = 4
};

static const char ARRAY_BEGIN[] = "(ARRAY[";

// Behind a quoted string or identifier that begins at `p`; `p` + 1 when none does.
static const char *skip_quoted(const char *p)
{
    // E'...' has backslashes; the deparser writes it where there is one in the text
    bool has_escapes = p[0] == 'E' && p[1] == '\'';
    char quote = p[has_escapes];
    if (quote != '\'' && quote != '"')
        return p + 1;
    p += has_escapes;
    for (p++; *p; p++) {
        if (has_escapes && *p == '\\' && p[1])
            p++;
        else if (*p == quote && p[1] == quote)
            p++;
        else if (*p == quote)
            return p + 1;
    }
    return p;
}

// The bracket that closes the one at `p`; NULL: there is none.
static const char *find_close(const char *p)
{
    int depth = 0;
    while (*p) {
        if (*p == '(' || *p == '[')
            depth++;
        if ((*p == ')' || *p == ']') && --depth == 0)
            return p;
        p = skip_quoted(p);
    }
    return NULL;
}

// The end of "text[]", "character varying[]", "app.\"My Type\"[]" behind `p`; NULL: no array type.
static const char *find_type_end(const char *p)
{
    for (; *p && *p != ')' && *p != ',' && *p != ']'; p = skip_quoted(p)) {
        if (p[0] == '[' && p[1] == ']')
            return p;
        if (*p == '(') {
            const char *close = find_close(p);
            if (!close)
                return NULL;
            p = close;
        }
    }
    return NULL;
}

// Each element with the cast; `from` to `to` is what stands between the brackets.
static void append_elements(Text *out, const char *from, const char *to, Str type)
{
    const char *begin = from;
    int depth = 0;
    for (const char *p = from;; p = skip_quoted(p)) {
        if (p < to && (*p == '(' || *p == '['))
            depth++;
        if (p < to && (*p == ')' || *p == ']'))
            depth--;
        if (p < to && (depth || *p != ','))
            continue;
        Str element = str_trim((Str){begin, (size_t)(p - begin)});
        text_printf(out, "%s(" STR_FMT ")::" STR_FMT, begin == from ? "" : ", ", STR_ARG(element),
                    STR_ARG(type));
        begin = p + 1;
        if (p >= to)
            return;
    }
}

// An array that is cast as a whole, at `p`: appended with its elements cast. NULL: it is none.
static const char *spread_cast(Text *out, const char *p)
{
    const char *first = p + sizeof ARRAY_BEGIN - 1;
    const char *close = find_close(first - 1);
    if (!close || strncmp(close, "])::", 4) != 0 || str_starts(str_from(first), STR("ARRAY[")))
        return NULL;
    const char *type = close + 4;
    const char *type_end = find_type_end(type);
    if (!type_end || first == close)
        return NULL;
    text_append(out, STR("ARRAY["));
    append_elements(out, first, close, (Str){type, (size_t)(type_end - type)});
    text_append_char(out, ']');
    return type_end + 2;
}

static const char *spread_casts_once(Arena *arena, const char *sql)
{
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    for (const char *p = sql; *p;) {
        const char *next = NULL;
        if (strncmp(p, ARRAY_BEGIN, sizeof ARRAY_BEGIN - 1) == 0)
            next = spread_cast(&out, p);
        if (!next) {
            next = skip_quoted(p);
            text_append(&out, (Str){p, (size_t)(next - p)});
        }
        p = next;
    }
    return out.is_cut ? sql : arena_dup(arena, text_str(&out));
}

// A cast of a cast array stands free only when the inner one was spread.
static const char *spread_casts(Arena *arena, const char *sql)
{
    for (int depth = 0; depth < CAST_DEPTH_MAX && strstr(sql, ARRAY_BEGIN); depth++) {
        const char *spread = spread_casts_once(arena, sql);
        if (strcmp(spread, sql) == 0)
            break;
        sql = spread;
    }
    return sql;
}

// What stands between an open bracket and the place that is read.
typedef struct Group {
    size_t open;       // offset of its bracket in the output
    size_t first_open; // its first thing, when that is a group of ANDs or ORs; else 0
    size_t first_close;
    char first_word; // 'A' or 'O'
    char word;       // seen at this depth; 'x': several, or BETWEEN
} Group;

typedef VEC(Group) Groups;

static void note_word(Group *group, char word)
{
    group->word = group->word == 0 || group->word == word ? word : 'x';
}

// "(X AND Y) AND Z" is "X AND Y AND Z" as soon as it is read again.
static void flatten(Text *out, Group *group, char word)
{
    bool is_first = group->word == 0 && group->first_word == word && group->first_open &&
                    group->first_close == out->len - 1;
    if (is_first) {
        char *data = out->data;
        size_t open = group->first_open;
        size_t close = group->first_close;
        memmove(data + open, data + open + 1, close - open - 1);
        memmove(data + close - 1, data + close + 1, out->len - close - 1);
        text_truncate(out, out->len - 2);
    }
    note_word(group, word);
}

static void close_group(const Text *out, Groups *groups)
{
    if (!groups->len)
        return;
    Group closed = groups->items[--groups->len];
    if (!groups->len || (closed.word != 'A' && closed.word != 'O'))
        return;
    Group *outer = &groups->items[groups->len - 1];
    if (closed.open == outer->open + 1) {
        outer->first_open = closed.open;
        outer->first_close = out->len; // the bracket is appended next
        outer->first_word = closed.word;
    }
}

static const char *flatten_lists(Arena *arena, const char *sql)
{
    if (!strstr(sql, ") AND ") && !strstr(sql, ") OR "))
        return sql;
    TEXT_SCOPED out;
    text_init(&out, strlen(sql) + 1);
    Groups groups = {0};
    for (const char *p = sql; *p;) {
        Group *group = groups.len ? &groups.items[groups.len - 1] : NULL;
        if (*p == '(')
            *vec_append(arena, &groups) = (Group){.open = out.len};
        else if (*p == ')')
            close_group(&out, &groups);
        else if (group && strncmp(p, " AND ", 5) == 0)
            flatten(&out, group, 'A');
        else if (group && strncmp(p, " OR ", 4) == 0)
            flatten(&out, group, 'O');
        else if (group && strncmp(p, " BETWEEN ", 9) == 0)
            note_word(group, 'x');
        const char *next = skip_quoted(p);
        text_append(&out, (Str){p, (size_t)(next - p)});
        p = next;
    }
    return arena_dup(arena, text_str(&out));
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// A column of a SQL body that has no name is called after its cast as soon as it is read again.
static const char *drop_repeated_names(Arena *arena, const char *sql)
{
    static const char REPEATED[] = "::text AS text";
    const size_t length = sizeof REPEATED - 1;
    if (!strstr(sql, REPEATED))
        return sql;
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    for (const char *p = sql; *p;) {
        bool is_repeated = strncmp(p, REPEATED, length) == 0 && !is_word(p[length]);
        const char *next = is_repeated ? p + length : skip_quoted(p);
        text_append(&out, is_repeated ? STR("::text") : (Str){p, (size_t)(next - p)});
        p = next;
    }
    return out.is_cut ? sql : arena_dup(arena, text_str(&out));
}

const char *sql_text_canonical(Arena *arena, const char *sql)
{
    return drop_repeated_names(arena, flatten_lists(arena, spread_casts(arena, sql)));
}
