#include "io/json_stream.h"

#include "base/require.h"
#include "base/utf8.h"

#include <string.h>

enum {
    PAGE = 4096,
    SEPARATOR_MOST = 2 + 2 * JSON_DEPTH_MAX, // a comma, a line end, the blanks before the next
    ESCAPE_MOST = 6,
    SHORT_MOST = 1024, // of what is put at a time
    RUN_MOST = 64      // of what is not ASCII: it is looked at again behind each bad byte
};

static void flush(JsonStream *json)
{
    fwrite_unlocked(json->room, 1, json->filled, json->file);
    json->filled = 0;
}

// Whole pages go on to the file, past the stream's own buffer.
static void flush_pages(JsonStream *json)
{
    size_t rest = json->filled % PAGE;
    json->filled -= rest;
    const char *behind = json->room + json->filled;
    flush(json);
    memmove(json->room, behind, rest);
    json->filled = rest;
}

// Where `most` bytes may be put; taken() says where they ended.
static char *room_for(JsonStream *json, size_t most)
{
    if (most > JSON_ROOM - json->filled)
        flush_pages(json);
    return json->room + json->filled;
}

static void taken(JsonStream *json, const char *end)
{
    json->filled = (size_t)(end - json->room);
}

static void put(JsonStream *json, const char *bytes, size_t count)
{
    while (count) {
        size_t part = count < SHORT_MOST ? count : SHORT_MOST;
        memcpy(room_for(json, part), bytes, part);
        json->filled += part;
        bytes += part;
        count -= part;
    }
}

static char *new_line(const JsonStream *json, char *to)
{
    *to++ = '\n';
    for (int i = 0; i < json->depth; i++) {
        *to++ = ' ';
        *to++ = ' ';
    }
    return to;
}

// Before a value, or before a key.
static char *separate(JsonStream *json, char *to)
{
    if (json->is_behind_key) {
        json->is_behind_key = false;
        return to;
    }
    if (!json->depth)
        return to;
    bool *has_value = &json->has_value[json->depth - 1];
    if (*has_value)
        *to++ = ',';
    if (json->depth <= json->lines)
        to = new_line(json, to);
    else if (*has_value)
        *to++ = ' ';
    *has_value = true;
    return to;
}

static void begin(JsonStream *json, bool is_list)
{
    REQUIRE(json->depth < JSON_DEPTH_MAX);
    char *to = separate(json, room_for(json, SEPARATOR_MOST + 1));
    *to++ = is_list ? '[' : '{';
    taken(json, to);
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
    char *to = room_for(json, SEPARATOR_MOST + 2);
    if (json->has_value[json->depth] && json->depth < json->lines)
        to = new_line(json, to);
    *to++ = json->is_list[json->depth] ? ']' : '}';
    if (!json->depth)
        *to++ = '\n';
    taken(json, to);
    if (!json->depth)
        flush(json);
}

static char *escape(char *to, unsigned char c)
{
    static const char HEX[] = "0123456789abcdef";
    static const char SHORT[] = "\bb\tt\nn\ff\rr\"\"\\\\";
    *to++ = '\\';
    for (size_t i = 0; i < sizeof SHORT - 1; i += 2)
        if ((unsigned char)SHORT[i] == c) {
            *to++ = SHORT[i + 1];
            return to;
        }
    memcpy(to, "u00", 3);
    to[3] = HEX[c >> 4];
    to[4] = HEX[c & 15];
    return to + 5;
}

// ASCII that needs no escape has the highest bit of its byte set in the result, and a byte that
// does not never has; behind the first of those the result may be wrong.
static uint64_t plain_bytes(uint64_t word)
{
    static const uint64_t ONES = UINT64_C(0x0101010101010101);
    return (word + ONES * (0x80 - 0x20)) & ((word ^ ONES * '"') + ONES * 0x7f) &
           ((word ^ ONES * '\\') + ONES * 0x7f) & ~(word | (word + ONES));
}

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

// Copies what stands for itself, ASCII that needs no escape; how much it was.
static size_t copy_plain(char *to, Str text)
{
    static const uint64_t HIGHS = UINT64_C(0x8080808080808080);
    size_t at = 0;
    uint64_t word;
    for (; text.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.p + at, sizeof word);
        memcpy(to + at, &word, sizeof word);
        if ((plain_bytes(word) & HIGHS) != HIGHS)
            break;
    }
    for (; at < text.n && is_plain(text.p[at]); at++)
        to[at] = text.p[at];
    return at;
}

// What is not ASCII, as far as it is valid; or a byte that is not.
static size_t put_others(JsonStream *json, Str text)
{
    Str run = {text.p, 0};
    while (run.n < text.n && run.n < RUN_MOST && (unsigned char)text.p[run.n] >= 0x80)
        run.n++;
    Utf8Check state = {0};
    ptrdiff_t bad = utf8_check(&state, run);
    size_t good = bad >= 0 ? (size_t)bad : run.n;
    if (bad >= 0 || !utf8_is_complete(&state))
        good = utf8_whole_prefix((Str){text.p, good});
    put(json, text.p, good);
    if (good == run.n || (bad < 0 && run.n == RUN_MOST)) // a character may go on behind the run
        return good;
    put(json, "\xef\xbf\xbd", 3);
    return good + 1;
}

// Texts come by pieces that fit; most are one.
static size_t put_ascii(JsonStream *json, Str text)
{
    Str piece = {text.p, text.n < SHORT_MOST ? text.n : SHORT_MOST};
    char *to = room_for(json, SHORT_MOST + ESCAPE_MOST);
    size_t plain = copy_plain(to, piece);
    to += plain;
    if (plain < piece.n && (unsigned char)piece.p[plain] < 0x80)
        to = escape(to, (unsigned char)piece.p[plain++]);
    taken(json, to);
    return plain;
}

void json_bytes(JsonStream *json, Str text)
{
    char *to = separate(json, room_for(json, SEPARATOR_MOST + 1));
    *to++ = '"';
    taken(json, to);
    while (text.n) {
        text = str_skip(text, put_ascii(json, text));
        if (text.n && (unsigned char)*text.p >= 0x80)
            text = str_skip(text, put_others(json, text));
    }
    to = room_for(json, 1);
    *to++ = '"';
    taken(json, to);
}

void json_text(JsonStream *json, const char *text)
{
    if (text)
        json_bytes(json, str_from(text));
    else
        json_nothing(json);
}

char *json_key_room(JsonStream *json, size_t length)
{
    REQUIRE(length <= SHORT_MOST);
    char *to = separate(json, room_for(json, SEPARATOR_MOST + SHORT_MOST));
    taken(json, to + length);
    json->is_behind_key = true;
    return to;
}

// A value that needs no quotes.
static void put_bare(JsonStream *json, Str value)
{
    char *to = separate(json, room_for(json, SEPARATOR_MOST + SHORT_MOST));
    memcpy(to, value.p, value.n);
    taken(json, to + value.n);
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
    put_bare(json, (Str){at, (size_t)(digits + sizeof digits - at)});
}

void json_flag(JsonStream *json, bool flag)
{
    put_bare(json, flag ? STR("true") : STR("false"));
}

void json_nothing(JsonStream *json)
{
    put_bare(json, STR("null"));
}
