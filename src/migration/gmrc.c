#include "migration/gmrc.h"

#include "sql/statement.h"

#include <string.h>

enum {
    DEPTH_MAX = 32
};

typedef struct Json {
    Arena *arena;
    const char *file;
    Str text;
    size_t at;
} Json;

static char next_byte(const Json *json)
{
    return json->at < json->text.n ? json->text.p[json->at] : '\0';
}

static Position position_of(const Json *json, size_t at)
{
    return position_after((Position){1, 1}, (Str){json->text.p, at});
}

static bool json_fail(Json *json, Err *err, const char *message)
{
    fail(err, ERR_CONFIG, "%s", message);
    err_quote(err, json->text, json->at);
    err_at(err, json->file, position_of(json, json->at));
    return err_hint(err, "make it JSON again; graphile-migrate reads JSON5");
}

static void pass_comment(Json *json)
{
    Str rest = str_skip(json->text, json->at);
    bool is_block = str_starts(rest, STR("/*"));
    ptrdiff_t end = str_find(rest, is_block ? STR("*/") : STR("\n"));
    json->at = end < 0 ? json->text.n : json->at + (size_t)end + (is_block ? 2 : 1);
}

static void pass_blanks(Json *json)
{
    for (;;) {
        Str rest = str_skip(json->text, json->at);
        if (str_starts(rest, STR("//")) || str_starts(rest, STR("/*")))
            pass_comment(json);
        else if (rest.n && strchr(" \t\r\n\v\f", rest.p[0]) && rest.p[0])
            json->at++;
        else
            return;
    }
}

static bool take(Json *json, char c)
{
    pass_blanks(json);
    if (next_byte(json) != c)
        return false;
    json->at++;
    return true;
}

// The letter behind a backslash. Others than these stand for themselves.
static char unescaped(char c)
{
    static const char FROM[] = "nrtbfv0";
    static const char TO[] = "\n\r\t\b\f\v";
    const char *found = c ? strchr(FROM, c) : NULL;
    return !found ? c : *found == '0' ? '\0' : TO[found - FROM];
}

static bool string_parse(Json *json, const char **ret_text, Err *err)
{
    char quote = json->text.p[json->at];
    char *text = arena_alloc(json->arena, json->text.n - json->at + 1);
    size_t used = 0;
    size_t at = json->at + 1;
    for (; at < json->text.n && json->text.p[at] != quote; at++) {
        char c = json->text.p[at];
        if (c == '\n')
            return json_fail(json, err, "this string does not end on its line");
        if (c == '\\') {
            c = ++at < json->text.n ? unescaped(json->text.p[at]) : '\0';
            // A placeholder's value with one of these would not be what its writer sees.
            if (c == 'u' || c == 'x' || c == '\0' || c == '\n')
                return json_fail(json, err, "this string has an escape that cannot be read here");
        }
        text[used++] = c;
    }
    if (at >= json->text.n)
        return json_fail(json, err, "this string has no end");
    text[used] = '\0';
    json->at = at + 1;
    *ret_text = text;
    return true;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '+' || c == '-' || c == '.';
}

static Str word_take(Json *json)
{
    size_t from = json->at;
    while (is_word_byte(next_byte(json)))
        json->at++;
    return (Str){json->text.p + from, json->at - from};
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static bool key_parse(Json *json, const char **ret_key, Err *err)
{
    pass_blanks(json);
    if (is_quote(next_byte(json))) {
        if (!string_parse(json, ret_key, err))
            return false;
    } else {
        Str word = word_take(json);
        if (!word.n)
            return json_fail(json, err, "a name is expected here");
        *ret_key = arena_dup(json->arena, word);
    }
    return take(json, ':') || json_fail(json, err, "a ':' is expected here");
}

typedef bool Member(Json *json, const char *key, size_t key_at, void *context, Err *err);

// Behind '{'. Calls `member` with the reader before each value.
static bool object_parse(Json *json, Member *member, void *context, Err *err)
{
    const char *key;
    while (!take(json, '}')) {
        size_t key_at = json->at;
        if (!key_parse(json, &key, err) || !member(json, key, key_at, context, err))
            return false;
        if (!take(json, ',')) {
            if (take(json, '}'))
                return true;
            return json_fail(json, err, "a ',' or '}' is expected here");
        }
    }
    return true;
}

static bool value_pass(Json *json, int depth, Err *err);

static bool member_pass(Json *json, const char *key, size_t key_at, void *context, Err *err)
{
    return value_pass(json, *(int *)context + 1, err);
}

static bool array_pass(Json *json, int depth, Err *err)
{
    while (!take(json, ']')) {
        if (!value_pass(json, depth + 1, err))
            return false;
        if (!take(json, ',')) {
            if (take(json, ']'))
                return true;
            return json_fail(json, err, "a ',' or ']' is expected here");
        }
    }
    return true;
}

static bool value_pass(Json *json, int depth, Err *err)
{
    const char *ignored;
    pass_blanks(json);
    if (depth > DEPTH_MAX)
        return json_fail(json, err, "this is nested too deeply");
    if (take(json, '{'))
        return object_parse(json, member_pass, &depth, err);
    if (take(json, '['))
        return array_pass(json, depth, err);
    if (is_quote(next_byte(json)))
        return string_parse(json, &ignored, err);
    return word_take(json).n || json_fail(json, err, "a value is expected here");
}

static bool text_parse(Json *json, const char **ret_text, Err *err)
{
    pass_blanks(json);
    if (!is_quote(next_byte(json)))
        return json_fail(json, err, "a string is expected here");
    return string_parse(json, ret_text, err);
}

// ":ABC", with at least two letters behind the colon: graphile-migrate's own rule.
static bool is_placeholder(const char *key)
{
    static const char MORE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return key[0] == ':' && key[1] >= 'A' && key[1] <= 'Z' && key[2] &&
           strspn(key + 2, MORE) == strlen(key + 2);
}

static bool placeholder_parse(Json *json, const char *key, size_t key_at, void *context, Err *err)
{
    Gmrc *settings = context;
    ExpansionValue value = {.name = key};
    if (!is_placeholder(key)) {
        json->at = key_at;
        return json_fail(json, err, "a placeholder's name is written \":ABCD_EFG\"");
    }
    if (!text_parse(json, &value.value, err))
        return false;
    *vec_append(json->arena, &settings->placeholders) = value;
    return true;
}

static bool is_empty_value(const Json *json)
{
    Str rest = str_skip(json->text, json->at);
    return str_starts(rest, STR("[]")) || str_starts(rest, STR("{}")) ||
           str_starts(rest, STR("null"));
}

static bool setting_parse(Json *json, const char *key, size_t key_at, void *context, Err *err)
{
    static const char *const CHANGING[] = {"pgSettings", "beforeAllMigrations",
                                           "afterAllMigrations"};
    Gmrc *settings = context;
    pass_blanks(json);
    if (strcmp(key, "databaseOwner") == 0)
        return text_parse(json, &settings->database_owner, err);
    if (strcmp(key, "placeholders") == 0 && take(json, '{'))
        return object_parse(json, placeholder_parse, settings, err);
    for (size_t i = 0; i < sizeof CHANGING / sizeof CHANGING[0]; i++)
        if (strcmp(key, CHANGING[i]) == 0 && !is_empty_value(json))
            *vec_append(json->arena, &settings->ignored) =
                (GmrcIgnored){CHANGING[i], position_of(json, key_at)};
    return value_pass(json, 0, err);
}

bool gmrc_parse(Arena *arena, const char *file, Str text, Gmrc *ret_settings, Err *err)
{
    Gmrc settings = {0};
    Json json = {.arena = arena, .file = file, .text = text};
    if (!take(&json, '{'))
        return json_fail(&json, err, "a '{' is expected here");
    if (!object_parse(&json, setting_parse, &settings, err))
        return false;
    pass_blanks(&json);
    if (json.at < text.n)
        return json_fail(&json, err, "nothing is expected here any more");
    *ret_settings = settings;
    return true;
}
