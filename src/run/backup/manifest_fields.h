// The fields of a manifest's structs, as tables: what each is called in JSON and where it lies.
// Refuses to open files. Invariant: a field that is not there, or is of another type, is an error
// that names it; nothing is guessed.
#pragma once

#include "base/err.h"
#include "check/backup.h"
#include "io/json.h"

typedef enum FieldKind {
    FIELD_TEXT,          // const char *
    FIELD_TEXT_OR_NULL,  // const char *
    FIELD_HEX,           // char[65], 64 lower-case hex digits
    FIELD_NUMBER,        // int64_t, not negative
    FIELD_SIGNED_NUMBER, // int64_t
    FIELD_SMALL_NUMBER,  // int, not negative
    FIELD_FLAG,          // bool
    FIELD_FORM,          // BackupForm
    FIELD_CONTENT,       // BackupContent
    FIELD_LEVEL,         // BackupLevel
} FieldKind;

typedef struct Field {
    const char *name; // NULL ends a table
    FieldKind kind;
    size_t offset;
} Field;

extern const Field MANIFEST_FIELDS[];
extern const Field ARCHIVE_FIELDS[];
extern const Field DATA_FIELDS[];
extern const Field TABLE_FIELDS[];
extern const Field SEQUENCE_FIELDS[];
extern const Field EXTENSION_FIELDS[];
extern const Field FILE_FIELDS[];
extern const Field SCHEMA_FIELDS[];
extern const Field OBJECT_FIELDS[];
extern const Field GAP_FIELDS[];

typedef struct FieldReading {
    Arena *arena;
    const char *file; // for messages
    Err *err;
} FieldReading;

// Puts the struct's fields into the object.
void fields_write(json_t *object, const void *from, const Field *fields);
json_t *fields_list(const void *items, size_t count, size_t size, const Field *fields);

// `where` is how the object is called in a message: "data.tables[3]", "" for the whole.
bool fields_read(const FieldReading *reading, const json_t *object, const char *where,
                 const Field *fields, void *to) __attribute__((warn_unused_result));
bool fields_read_list(const FieldReading *reading, const json_t *object, const char *where,
                      const char *name, size_t size, const Field *fields, void **ret_items,
                      size_t *ret_count) __attribute__((warn_unused_result));
bool fields_read_words(const FieldReading *reading, const json_t *object, const char *name,
                       const char ***ret_items, size_t *ret_count)
    __attribute__((warn_unused_result));
// An object in an object; `is_optional`: null gives NULL.
bool fields_get_object(const FieldReading *reading, const json_t *object, const char *name,
                       bool is_optional, const json_t **ret_found)
    __attribute__((warn_unused_result));
