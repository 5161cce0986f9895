// JSON for machines: jansson with our needs around it.
// Refuses to know schemas. Invariant: text that is not UTF-8 never fails, its bad bytes become
// U+FFFD.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/words.h"

#include <jansson.h>
#include <stdio.h>

json_t *json_str(Str text);
json_t *json_cstr(const char *text);                           // NULL gives null
void json_put(json_t *object, const char *key, json_t *value); // takes the value; key order is kept
bool json_write(FILE *stream, const json_t *value); // indented, one line end; false when it failed
char *json_line(Arena *arena, const json_t *value); // compact, no line end
json_t *json_words(const char *const *items, size_t count);                  // a list of texts
char *json_words_line(Arena *arena, const char *const *items, size_t count); // the same, compact
// The texts of such a list are appended; what is none, or NULL, has none.
void json_words_read(Arena *arena, const char *list, Words *words);
const char *json_get_text(Arena *arena, const json_t *object, const char *key); // NULL: it has none
json_t *json_read(Str text, const char *file, Err *err); // NULL with position on failure
// Of all texts in it, in place: see base/masked.h.
void json_mask_passwords(Arena *arena, json_t *value);
void json_free_at(json_t **value);
#define JSON_SCOPED __attribute__((cleanup(json_free_at))) json_t *
