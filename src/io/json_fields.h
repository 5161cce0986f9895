// Structs as JSON objects, by tables of their members: what each is called, of what kind it is,
// where it lies. Refuses to open files. Invariant: what was written is read back equal; a member
// that is not there, or of another kind, is an error that names it; nothing is guessed.
#pragma once

#include "base/vec.h"
#include "io/json.h"

#include <stddef.h>
#include <stdint.h>

typedef enum JsonFieldKind {
    JSON_FIELD_TEXT,         // const char *; NULL is written as ""
    JSON_FIELD_TEXT_OR_NULL, // const char *
    JSON_FIELD_DIGEST,       // const char *, 64 lower-case hex digits
    JSON_FIELD_DIGEST_OR_NULL,
    JSON_FIELD_NUMBER,         // int64_t, not negative
    JSON_FIELD_NUMBER_OR_NULL, // int64_t; -1 is null, and so is all that is negative
    JSON_FIELD_INT,            // int, not negative
    JSON_FIELD_UNSIGNED,       // uint32_t
    JSON_FIELD_FLAG,           // bool
    JSON_FIELD_CHARACTER,      // char of ASCII; 0 is ""
    JSON_FIELD_SQLSTATE,       // char[6]; "" is null
    JSON_FIELD_WORD,           // an enum, by its words
    JSON_FIELD_WORD_SET,       // unsigned, a bit for each word: a list of them
    JSON_FIELD_WORDS,          // Words
    JSON_FIELD_OBJECT,         // a struct in the struct
    JSON_FIELD_OBJECT_OR_NULL, // a struct that is pointed to
    JSON_FIELD_LIST,           // VEC of structs
} JsonFieldKind;

typedef struct JsonField {
    const char *name; // NULL ends a table
    JsonFieldKind kind;
    size_t offset;
    const struct JsonField *fields; // of an object and of a list's items
    size_t size;                    // of a list's item, of what is pointed to
    const char *(*word)(int value); // NULL: there is no such value
} JsonField;

// Numbers beyond it are not the same in every program that reads JSON.
#define JSON_FIELD_NUMBER_MAX ((int64_t)1 << 53)

json_t *json_fields_write(const void *from, const JsonField *fields);
// The same members as text, each behind a comma; of a list an item at a time, so that a long one
// costs no memory. Passwords are masked as json_mask_passwords() does it.
bool json_fields_print(FILE *stream, const void *from, const JsonField *fields)
    __attribute__((warn_unused_result));
// `file` and `hint`: of messages (ERR_CHECK). `to`, zeroed by the caller, is half filled after a
// failure.
bool json_fields_read(Arena *arena, const json_t *object, const JsonField *fields, const char *file,
                      const char *hint, void *to, Err *err) __attribute__((warn_unused_result));
