#include "io/json.h"

#include "base/masked.h"
#include "base/require.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdlib.h>

static json_t *checked(json_t *value)
{
    if (!value)
        require_memory();
    return value;
}

static json_t *repaired(Str text)
{
    TEXT_SCOPED out;
    text_init(&out, text.n * 3 + 1);
    while (text.n) {
        Utf8Check state = {0};
        ptrdiff_t bad = utf8_check(&state, text);
        size_t good = bad >= 0 ? (size_t)bad : text.n;
        if (bad >= 0 || !utf8_is_complete(&state))
            good = utf8_whole_prefix((Str){text.p, good});
        text_append(&out, (Str){text.p, good});
        text = str_skip(text, good);
        if (text.n) {
            text_append(&out, STR("\xef\xbf\xbd"));
            text = str_skip(text, 1);
        }
    }
    return checked(json_stringn(text_cstr(&out), out.len));
}

json_t *json_str(Str text)
{
    json_t *value = json_stringn(text.p ? text.p : "", text.n);
    return value ? value : repaired(text);
}

json_t *json_cstr(const char *text)
{
    return text ? json_str(str_from(text)) : json_null();
}

void json_put(json_t *object, const char *key, json_t *value)
{
    REQUIRE(json_object_set_new(object, key, checked(value)) == 0);
}

bool json_write(FILE *stream, const json_t *value)
{
    return json_dumpf(value, stream, JSON_INDENT(2) | JSON_ENCODE_ANY) == 0 &&
           fputc('\n', stream) != EOF && fflush(stream) == 0;
}

char *json_line(Arena *arena, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text)
        require_memory();
    char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

json_t *json_words(const char *const *items, size_t count)
{
    json_t *list = checked(json_array());
    for (size_t i = 0; i < count; i++)
        REQUIRE(json_array_append_new(list, json_cstr(items[i])) == 0);
    return list;
}

char *json_words_line(Arena *arena, const char *const *items, size_t count)
{
    JSON_SCOPED list = json_words(items, count);
    return json_line(arena, list);
}

void json_words_read(Arena *arena, const char *list, Words *words)
{
    Err ignored = {0};
    size_t i;
    json_t *item;
    JSON_SCOPED array = list ? json_read(str_from(list), "", &ignored) : NULL;
    json_array_foreach(array, i, item)
    {
        if (json_is_string(item))
            *vec_append(arena, words) = arena_strdup(arena, json_string_value(item));
    }
}

const char *json_get_text(Arena *arena, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? arena_strdup(arena, text) : NULL;
}

json_t *json_read(Str text, const char *file, Err *err)
{
    json_error_t error;
    json_t *value = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (!value) {
        fail(err, ERR_CONFIG, "%s", error.text);
        err_at(err, file, (Position){error.line, error.column > 0 ? error.column : 1});
    }
    return value;
}

void json_mask_passwords(Arena *arena, json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        const char *masked = masked_passwords(arena, text);
        if (masked != text)
            json_string_set(value, masked);
    }
    json_array_foreach(value, i, member) json_mask_passwords(arena, member);
    json_object_foreach(value, key, member) json_mask_passwords(arena, member);
}

void json_free_at(json_t **value)
{
    json_decref(*value);
    *value = NULL;
}
