#include "io/json_fields.h"

#include "base/require.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/words.h"

#include <limits.h>

enum {
    SQLSTATE_LENGTH = 5,
    PLACE_MAX = 400,
};

// Every VEC is laid out like this one; copied, for it is of another type.
typedef VEC(void) List;

static List list_at(const void *at)
{
    List list;
    memcpy(&list, at, sizeof list);
    return list;
}

static int word_at(const void *at)
{
    int value;
    memcpy(&value, at, sizeof value);
    return value;
}

// ---- writing

static json_t *word_set_json(unsigned set, const JsonField *field)
{
    json_t *list = json_array();
    for (int bit = 0; field->word(bit); bit++)
        if (set & 1U << bit)
            json_array_append_new(list, json_cstr(field->word(bit)));
    return list;
}

static json_t *list_json(const void *at, const JsonField *field)
{
    List list = list_at(at);
    json_t *array = json_array();
    for (size_t i = 0; i < list.len; i++)
        json_array_append_new(
            array, json_fields_write((const char *)list.items + i * field->size, field->fields));
    return array;
}

static json_t *number_json(int64_t number, JsonFieldKind kind)
{
    return number < 0 && kind == JSON_FIELD_NUMBER_OR_NULL ? json_null() : json_integer(number);
}

static json_t *pointed_json(const void *object, const JsonField *field)
{
    return object ? json_fields_write(object, field->fields) : json_null();
}

static json_t *field_json(const void *at, const JsonField *field)
{
    const char *text;
    switch (field->kind) {
    case JSON_FIELD_TEXT:
        text = *(const char *const *)at;
        return json_cstr(text ? text : "");
    case JSON_FIELD_TEXT_OR_NULL:
    case JSON_FIELD_DIGEST:
    case JSON_FIELD_DIGEST_OR_NULL:
        return json_cstr(*(const char *const *)at);
    case JSON_FIELD_NUMBER:
    case JSON_FIELD_NUMBER_OR_NULL:
        return number_json(*(const int64_t *)at, field->kind);
    case JSON_FIELD_INT:
        return json_integer(*(const int *)at);
    case JSON_FIELD_UNSIGNED:
        return json_integer(*(const uint32_t *)at);
    case JSON_FIELD_FLAG:
        return json_boolean(*(const bool *)at);
    case JSON_FIELD_CHARACTER:
        return json_str((Str){at, *(const char *)at != '\0'});
    case JSON_FIELD_SQLSTATE:
        return json_cstr(*(const char *)at ? at : NULL);
    case JSON_FIELD_WORD:
        return json_cstr(field->word(word_at(at)));
    case JSON_FIELD_WORD_SET:
        return word_set_json(*(const unsigned *)at, field);
    case JSON_FIELD_WORDS:
        return json_words(((const Words *)at)->items, ((const Words *)at)->len);
    case JSON_FIELD_OBJECT:
        return json_fields_write(at, field->fields);
    case JSON_FIELD_OBJECT_OR_NULL:
        return pointed_json(*(const void *const *)at, field);
    case JSON_FIELD_LIST:
        return list_json(at, field);
    }
    return json_null();
}

json_t *json_fields_write(const void *from, const JsonField *fields)
{
    json_t *object = json_object();
    for (const JsonField *field = fields; field->name; field++)
        json_put(object, field->name, field_json((const char *)from + field->offset, field));
    return object;
}

static bool print_value(FILE *stream, json_t *value)
{
    ARENA_SCOPED scratch = arena_new();
    json_mask_passwords(scratch, value);
    return json_dumpf(value, stream, JSON_INDENT(1) | JSON_ENCODE_ANY) == 0;
}

static bool print_list(FILE *stream, const void *at, const JsonField *field)
{
    List list = list_at(at);
    bool ok = fputc('[', stream) != EOF;
    for (size_t i = 0; ok && i < list.len; i++) {
        JSON_SCOPED item =
            json_fields_write((const char *)list.items + i * field->size, field->fields);
        ok = fputs(i ? ",\n" : "\n", stream) != EOF && print_value(stream, item);
    }
    return ok && fputc(']', stream) != EOF;
}

bool json_fields_print(FILE *stream, const void *from, const JsonField *fields)
{
    bool ok = true;
    for (const JsonField *field = fields; ok && field->name; field++) {
        const void *at = (const char *)from + field->offset;
        fprintf(stream, ",\n\"%s\": ", field->name);
        if (field->kind == JSON_FIELD_LIST) {
            ok = print_list(stream, at, field);
            continue;
        }
        JSON_SCOPED value = field_json(at, field);
        ok = print_value(stream, value);
    }
    return ok;
}

// ---- reading

// Of the object that is read, up to the whole document.
typedef struct Place {
    const struct Place *above; // NULL: the document
    const char *name;
    size_t item; // of a list, from 1; 0: it is no list
} Place;

typedef struct Reading {
    Arena *arena;
    const char *file;
    const char *hint;
    Err *err;
} Reading;

static bool read_object(const Reading *reading, const Place *place, const json_t *object,
                        const JsonField *fields, void *to);

static void tell_place(Text *text, const Place *place)
{
    if (!place->above)
        return;
    tell_place(text, place->above);
    if (text->len)
        text_append_char(text, '.');
    text_append(text, str_from(place->name));
    if (place->item)
        text_printf(text, "[%zu]", place->item - 1);
}

static bool wrong(const Reading *reading, const Place *place, const char *problem)
{
    TEXT_SCOPED text;
    text_init(&text, PLACE_MAX);
    tell_place(&text, place);
    fail(reading->err, ERR_CHECK, "%s: %s %s", reading->file, text.len ? text_cstr(&text) : "it",
         problem);
    return err_hint(reading->err, "%s", reading->hint);
}

static bool is_digest(const char *text)
{
    return strlen(text) == SHA256_HEX - 1 && strspn(text, "0123456789abcdef") == SHA256_HEX - 1;
}

static const char *read_text(Arena *arena, const json_t *value, JsonFieldKind kind,
                             const char **ret_text)
{
    bool is_digest_wanted = kind == JSON_FIELD_DIGEST || kind == JSON_FIELD_DIGEST_OR_NULL;
    if (json_is_null(value) &&
        (kind == JSON_FIELD_TEXT_OR_NULL || kind == JSON_FIELD_DIGEST_OR_NULL)) {
        *ret_text = NULL;
        return NULL;
    }
    if (!json_is_string(value))
        return "is not a text";
    if (is_digest_wanted && !is_digest(json_string_value(value)))
        return "is not a digest of 64 hex digits";
    *ret_text = arena_strdup(arena, json_string_value(value));
    return NULL;
}

static const char *read_number(const json_t *value, int64_t max, int64_t *ret_number)
{
    if (!json_is_integer(value))
        return "is not a whole number";
    if (json_integer_value(value) < 0)
        return "is negative";
    if (json_integer_value(value) > max)
        return "is too large";
    *ret_number = json_integer_value(value);
    return NULL;
}

static const char *read_int(const json_t *value, int *ret_number)
{
    int64_t number = 0;
    const char *problem = read_number(value, INT_MAX, &number);
    *ret_number = (int)number;
    return problem;
}

static const char *read_unsigned(const json_t *value, uint32_t *ret_number)
{
    int64_t number = 0;
    const char *problem = read_number(value, UINT32_MAX, &number);
    *ret_number = (uint32_t)number;
    return problem;
}

static const char *read_character(const json_t *value, char *ret_character)
{
    const char *text = json_string_value(value);
    if (!text || strlen(text) > 1 || (unsigned char)*text > 127)
        return "is not a text of one letter";
    *ret_character = *text;
    return NULL;
}

static const char *read_sqlstate(const json_t *value, char *ret_sqlstate)
{
    const char *text = json_is_null(value) ? "" : json_string_value(value);
    size_t length = text ? strlen(text) : 1;
    if (length && (length != SQLSTATE_LENGTH ||
                   strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != length))
        return "is not an SQLSTATE of five letters and digits";
    memcpy(ret_sqlstate, text, length + 1);
    return NULL;
}

static int find_word(const json_t *value, const JsonField *field)
{
    const char *text = json_string_value(value);
    const char *word;
    for (int i = 0; text && (word = field->word(i)); i++)
        if (strcmp(word, text) == 0)
            return i;
    return -1;
}

static const char *read_word(const json_t *value, const JsonField *field, void *at)
{
    int found = find_word(value, field);
    if (found < 0)
        return json_is_string(value) ? "is a word that is not known here" : "is not a text";
    memcpy(at, &found, sizeof found);
    return NULL;
}

static const char *read_word_set(const json_t *list, const JsonField *field, unsigned *ret_set)
{
    unsigned set = 0;
    if (!json_is_array(list))
        return "is not a list";
    for (size_t i = 0; i < json_array_size(list); i++) {
        int found = find_word(json_array_get(list, i), field);
        if (found < 0)
            return "holds a word that is not known here";
        set |= 1U << found;
    }
    *ret_set = set;
    return NULL;
}

static const char *read_words(Arena *arena, const json_t *list, Words *ret_words)
{
    if (!json_is_array(list))
        return "is not a list";
    vec_reserve(arena, ret_words, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text)
            return "holds something that is not a text";
        *vec_append(arena, ret_words) = arena_strdup(arena, text);
    }
    return NULL;
}

static bool read_list(const Reading *reading, const Place *place, const json_t *array,
                      const JsonField *field, void *at)
{
    size_t count = json_array_size(array);
    if (!json_is_array(array))
        return wrong(reading, place, "is not a list");
    if (!count)
        return true;
    List list = {arena_alloc_array(reading->arena, count, field->size), count, count};
    for (size_t i = 0; i < count; i++) {
        Place item = {place->above, place->name, i + 1};
        if (!read_object(reading, &item, json_array_get(array, i), field->fields,
                         (char *)list.items + i * field->size))
            return false;
    }
    memcpy(at, &list, sizeof list);
    return true;
}

static bool read_pointed(const Reading *reading, const Place *place, const json_t *value,
                         const JsonField *field, void *at)
{
    void *object = json_is_null(value) ? NULL : arena_alloc(reading->arena, field->size);
    if (object && !read_object(reading, place, value, field->fields, object))
        return false;
    memcpy(at, &object, sizeof object);
    return true;
}

static const char *read_number_or_null(const json_t *value, int64_t *ret_number)
{
    *ret_number = -1;
    return json_is_null(value) ? NULL : read_number(value, JSON_FIELD_NUMBER_MAX, ret_number);
}

static const char *read_flag(const json_t *value, bool *ret_flag)
{
    *ret_flag = json_is_true(value);
    return json_is_boolean(value) ? NULL : "is neither true nor false";
}

// What is wrong with it, or NULL.
static const char *read_plain(const Reading *reading, const json_t *value, const JsonField *field,
                              void *at)
{
    switch (field->kind) {
    case JSON_FIELD_TEXT:
    case JSON_FIELD_TEXT_OR_NULL:
    case JSON_FIELD_DIGEST:
    case JSON_FIELD_DIGEST_OR_NULL:
        return read_text(reading->arena, value, field->kind, at);
    case JSON_FIELD_NUMBER:
        return read_number(value, JSON_FIELD_NUMBER_MAX, at);
    case JSON_FIELD_NUMBER_OR_NULL:
        return read_number_or_null(value, at);
    case JSON_FIELD_INT:
        return read_int(value, at);
    case JSON_FIELD_UNSIGNED:
        return read_unsigned(value, at);
    case JSON_FIELD_FLAG:
        return read_flag(value, at);
    case JSON_FIELD_CHARACTER:
        return read_character(value, at);
    case JSON_FIELD_SQLSTATE:
        return read_sqlstate(value, at);
    case JSON_FIELD_WORD:
        return read_word(value, field, at);
    case JSON_FIELD_WORD_SET:
        return read_word_set(value, field, at);
    case JSON_FIELD_WORDS:
        return read_words(reading->arena, value, at);
    case JSON_FIELD_OBJECT:
    case JSON_FIELD_OBJECT_OR_NULL:
    case JSON_FIELD_LIST:
        break;
    }
    return "is of no known kind";
}

static bool read_field(const Reading *reading, const Place *place, const json_t *value,
                       const JsonField *field, void *at)
{
    if (!value)
        return wrong(reading, place, "is missing");
    if (field->kind == JSON_FIELD_OBJECT)
        return read_object(reading, place, value, field->fields, at);
    if (field->kind == JSON_FIELD_OBJECT_OR_NULL)
        return read_pointed(reading, place, value, field, at);
    if (field->kind == JSON_FIELD_LIST)
        return read_list(reading, place, value, field, at);
    const char *problem = read_plain(reading, value, field, at);
    return !problem || wrong(reading, place, problem);
}

static bool read_object(const Reading *reading, const Place *place, const json_t *object,
                        const JsonField *fields, void *to)
{
    if (!json_is_object(object))
        return wrong(reading, place, "is not an object");
    for (const JsonField *field = fields; field->name; field++) {
        Place inside = {place, field->name, 0};
        if (!read_field(reading, &inside, json_object_get(object, field->name), field,
                        (char *)to + field->offset))
            return false;
    }
    return true;
}

bool json_fields_read(Arena *arena, const json_t *object, const JsonField *fields, const char *file,
                      const char *hint, void *to, Err *err)
{
    Reading reading = {arena, file, hint, err};
    return read_object(&reading, &(Place){0}, object, fields, to);
}
