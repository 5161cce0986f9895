#include "io/json_stream.h"

#include "base/require.h"
#include "base/utf8.h"

#include <string.h>

static void flush(JsonStream *json)
{
    fwrite_unlocked(json->room, 1, json->filled, json->file);
    json->filled = 0;
}

static void put(JsonStream *json, const char *bytes, size_t count)
{
    if (count > JSON_ROOM - json->filled)
        flush(json);
    if (count > JSON_ROOM) {
        fwrite_unlocked(bytes, 1, count, json->file);
        return;
    }
    memcpy(json->room + json->filled, bytes, count);
    json->filled += count;
}

static void put_char(JsonStream *json, char c)
{
    if (json->filled == JSON_ROOM)
        flush(json);
    json->room[json->filled++] = c;
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
    if (!json->depth) {
        put_char(json, '\n');
        flush(json);
    }
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

// Bytes of each kind in a word of eight have their highest bit set in the result; some that follow
// one of them may have it, too.
static uint64_t bytes_below(uint64_t word, uint8_t limit)
{
    return (word - UINT64_C(0x0101010101010101) * limit) & ~word & UINT64_C(0x8080808080808080);
}

static uint64_t bytes_of(uint64_t word, uint8_t byte)
{
    return bytes_below(word ^ UINT64_C(0x0101010101010101) * byte, 1);
}

// Bytes at the beginning that stand for themselves: ASCII that needs no escape.
static size_t plain_bytes(Str text)
{
    size_t at = 0;
    uint64_t word;
    for (; text.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.p + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) || bytes_below(word, 0x20) ||
            bytes_of(word, '"') || bytes_of(word, '\\') || bytes_of(word, 0x7f))
            break;
    }
    while (at < text.n && text.p[at] >= 0x20 && text.p[at] != '"' && text.p[at] != '\\' &&
           text.p[at] != 0x7f)
        at++;
    return at;
}

void json_bytes(JsonStream *json, Str text)
{
    separate(json);
    put_char(json, '"');
    size_t plain = plain_bytes(text);
    if (plain)
        put(json, text.p, plain);
    text = str_skip(text, plain);
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
    separate(json);
    put_char(json, '"');
    put(json, key, strlen(key));
    put(json, "\": ", 3);
    json->is_behind_key = true;
}

void json_number(JsonStream *json, int64_t number)
{
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0)
        *--at = '-';
    separate(json);
    put(json, at, (size_t)(digits + sizeof digits - at));
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
