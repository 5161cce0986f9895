// A JSON document written as it comes, value by value, for documents of any length.
// Refuses to hold anything but where it stands. Invariant: text that is not UTF-8 never fails, its
// bad bytes become U+FFFD; what is written is one document when every begin had its end, and all of
// it is in the file only then.
#pragma once

#include "base/str.h"

#include <stdint.h>
#include <stdio.h>

enum {
    JSON_DEPTH_MAX = 16,
    JSON_ROOM = 32 * 1024 // bytes that wait to be written: documents are made of small pieces
};

typedef struct JsonStream {
    FILE *file;
    int lines; // values down to this depth stand on lines of their own, deeper ones in one line
    int depth;
    bool has_value[JSON_DEPTH_MAX]; // in the object or list of that depth
    bool is_list[JSON_DEPTH_MAX];
    bool is_behind_key;
    size_t filled;
    char room[JSON_ROOM];
} JsonStream;

void json_begin_object(JsonStream *json);
void json_begin_list(JsonStream *json);
void json_end(JsonStream *json); // of the innermost one; behind the outermost a line end
void json_text(JsonStream *json, const char *text); // NULL gives null
void json_bytes(JsonStream *json, Str text);
void json_number(JsonStream *json, int64_t number);
void json_flag(JsonStream *json, bool flag);
void json_nothing(JsonStream *json);

// Where a key of this length may be put, with its quotes and what is behind it.
char *json_key_room(JsonStream *json, size_t length);

// A word of ours: nothing in it needs an escape. Inline, so that nobody counts the letters of one
// that stands in the code.
static inline void json_key(JsonStream *json, const char *key)
{
    size_t length = strlen(key);
    char *to = json_key_room(json, length + 4);
    *to = '"';
    memcpy(to + 1, key, length);
    memcpy(to + 1 + length, "\": ", 3);
}

// A key and its value.
static inline void json_key_text(JsonStream *json, const char *key, const char *text)
{
    json_key(json, key);
    json_text(json, text);
}

static inline void json_key_number(JsonStream *json, const char *key, int64_t number)
{
    json_key(json, key);
    json_number(json, number);
}

static inline void json_key_flag(JsonStream *json, const char *key, bool flag)
{
    json_key(json, key);
    json_flag(json, flag);
}
