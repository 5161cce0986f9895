#include "io/json_stream.h"

#include "base/require.h"
#include "base/utf8.h"

#include <string.h>

static void put(JsonStream *json, const char *bytes, size_t count)
{
    fwrite_unlocked(bytes, 1, count, json->file);
}

static void put_char(JsonStream *json, char c)
{
    putc_unlocked(c, json->file);
}

static void new_line(JsonStream *json)
{
    put_char(json, '\n');
    for (int i = 0; i < json->depth; i++)
        put(json, "  ", 2);
}

// Before a value, or before a key.
static void separate(JsonStream *json)
{
    if (json->is_behind_key) {
        json->is_behind_key = false;
        return;
    }
    if (!json->depth)
        return;
    bool *has_value = &json->has_value[json->depth - 1];
    if (*has_value)
        put_char(json, ',');
    if (json->depth <= json->lines)
        new_line(json);
    else if (*has_value)
        put_char(json, ' ');
    *has_value = true;
}

static void begin(JsonStream *json, bool is_list)
{
    REQUIRE(json->depth < JSON_DEPTH_MAX);
    separate(json);
    put_char(json, is_list ? '[' : '{');
    json->is_list[json->depth] = is_list;
    json->has_value[json->depth++] = false;
}

void json_begin_object(JsonStream *json)
{
    begin(json, false);
}

void json_begin_list(JsonStream *json)
{
    begin(json, true);
}

void json_end(JsonStream *json)
{
    REQUIRE(json->depth > 0 && !json->is_behind_key);
    json->depth--;
    if (json->has_value[json->depth] && json->depth < json->lines)
        new_line(json);
    put_char(json, json->is_list[json->depth] ? ']' : '}');
    if (!json->depth)
        put_char(json, '\n');
}

static void put_escaped(JsonStream *json, unsigned char c)
{
    static const char HEX[] = "0123456789abcdef";
    static const char SHORT[] = "\bb\tt\nn\ff\rr\"\"\\\\";
    for (size_t i = 0; i < sizeof SHORT - 1; i += 2)
        if ((unsigned char)SHORT[i] == c) {
            put(json, (char[]){'\\', SHORT[i + 1]}, 2);
            return;
        }
    put(json, (char[]){'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]}, 6);
}

// All of it is valid UTF-8.
static void put_valid(JsonStream *json, Str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        put(json, text.p + from, i - from);
        put_escaped(json, c);
        from = i + 1;
    }
    put(json, text.p + from, text.n - from);
}

void json_bytes(JsonStream *json, Str text)
{
    separate(json);
    put_char(json, '"');
    while (text.n) {
        Utf8Check state = {0};
        ptrdiff_t bad = utf8_check(&state, text);
        size_t good = bad >= 0 ? (size_t)bad : text.n;
        if (bad >= 0 || !utf8_is_complete(&state))
            good = utf8_whole_prefix((Str){text.p, good});
        put_valid(json, (Str){text.p, good});
        text = str_skip(text, good);
        if (text.n) {
            put(json, "\xef\xbf\xbd", 3);
            text = str_skip(text, 1);
        }
    }
    put_char(json, '"');
}

void json_text(JsonStream *json, const char *text)
{
    if (text)
        json_bytes(json, str_from(text));
    else
        json_nothing(json);
}

void json_key(JsonStream *json, const char *key)
{
    json_bytes(json, str_from(key));
    put(json, ": ", 2);
    json->is_behind_key = true;
}

void json_number(JsonStream *json, int64_t number)
{
    separate(json);
    fprintf(json->file, "%lld", (long long)number);
}

void json_flag(JsonStream *json, bool flag)
{
    separate(json);
    put(json, flag ? "true" : "false", flag ? 4 : 5);
}

void json_nothing(JsonStream *json)
{
    separate(json);
    put(json, "null", 4);
}

void json_key_text(JsonStream *json, const char *key, const char *text)
{
    json_key(json, key);
    json_text(json, text);
}

void json_key_number(JsonStream *json, const char *key, int64_t number)
{
    json_key(json, key);
    json_number(json, number);
}

void json_key_flag(JsonStream *json, const char *key, bool flag)
{
    json_key(json, key);
    json_flag(json, flag);
}
