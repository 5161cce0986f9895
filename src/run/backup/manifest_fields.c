#include "run/backup/manifest_fields.h"

#include "base/sha256.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#define M(member) offsetof(BackupManifest, member)
const Field MANIFEST_FIELDS[] = {
    {"id", FIELD_TEXT, M(id)},
    {"created_at", FIELD_TEXT, M(created_at)},
    {"reason", FIELD_TEXT, M(reason)},
    {"run_id", FIELD_TEXT_OR_NULL, M(run_id)},
    {"form", FIELD_FORM, M(form)},
    {"content", FIELD_CONTENT, M(content)},
    {"compression", FIELD_TEXT, M(compression)},
    {"database", FIELD_TEXT, M(database)},
    {"host", FIELD_TEXT_OR_NULL, M(host)},
    {"user", FIELD_TEXT_OR_NULL, M(user)},
    {"server_version", FIELD_TEXT, M(server_version)},
    {"server_major", FIELD_SMALL_NUMBER, M(server_major)},
    {"system_identifier", FIELD_TEXT_OR_NULL, M(system_identifier)},
    {"dump_version", FIELD_TEXT_OR_NULL, M(dump_version)},
    {"tool_version", FIELD_TEXT_OR_NULL, M(tool_version)},
    {"migration_version", FIELD_TEXT_OR_NULL, M(migration_version)},
    {"wal_lsn", FIELD_TEXT_OR_NULL, M(wal_lsn)},
    {"timeline", FIELD_SMALL_NUMBER, M(timeline)},
    {"encoding", FIELD_TEXT, M(encoding)},
    {"collate", FIELD_TEXT_OR_NULL, M(collate)},
    {"ctype", FIELD_TEXT_OR_NULL, M(ctype)},
    {"locale_provider", FIELD_TEXT_OR_NULL, M(locale_provider)},
    {"locale", FIELD_TEXT_OR_NULL, M(locale)},
    {"size_bytes", FIELD_NUMBER, M(size_bytes)},
    {"database_bytes", FIELD_NUMBER, M(database_bytes)},
    {"duration_ms", FIELD_NUMBER, M(duration_ms)},
    {"level", FIELD_LEVEL, M(level)},
    {"verified_at", FIELD_TEXT_OR_NULL, M(verified_at)},
    {"restore_ms", FIELD_NUMBER, M(restore_ms)},
    {NULL, FIELD_TEXT, 0},
};

const Field ARCHIVE_FIELDS[] = {
    {"mode", FIELD_TEXT_OR_NULL, offsetof(ArchiveFacts, mode)},
    {"is_configured", FIELD_FLAG, offsetof(ArchiveFacts, is_configured)},
    {"last_archived_wal", FIELD_TEXT_OR_NULL, offsetof(ArchiveFacts, last_archived_wal)},
    {"last_archived_at", FIELD_TEXT_OR_NULL, offsetof(ArchiveFacts, last_archived_at)},
    {"failed_count", FIELD_NUMBER, offsetof(ArchiveFacts, failed_count)},
    {"restore_point", FIELD_TEXT_OR_NULL, offsetof(ArchiveFacts, restore_point)},
    {NULL, FIELD_TEXT, 0},
};

const Field DATA_FIELDS[] = {
    {"algorithm", FIELD_TEXT_OR_NULL, offsetof(DataFacts, algorithm)},
    {"large_objects", FIELD_NUMBER, offsetof(DataFacts, large_objects)},
    {"large_object_digest", FIELD_TEXT_OR_NULL, offsetof(DataFacts, large_object_digest)},
    {NULL, FIELD_TEXT, 0},
};

const Field TABLE_FIELDS[] = {
    {"schema", FIELD_TEXT, offsetof(TableFact, schema)},
    {"name", FIELD_TEXT, offsetof(TableFact, name)},
    {"rows", FIELD_NUMBER, offsetof(TableFact, rows)},
    {"digest", FIELD_TEXT_OR_NULL, offsetof(TableFact, digest)},
    {"is_refreshed", FIELD_FLAG, offsetof(TableFact, is_refreshed)},
    {NULL, FIELD_TEXT, 0},
};

const Field SEQUENCE_FIELDS[] = {
    {"schema", FIELD_TEXT, offsetof(SequenceFact, schema)},
    {"name", FIELD_TEXT, offsetof(SequenceFact, name)},
    {"last_value", FIELD_SIGNED_NUMBER, offsetof(SequenceFact, last_value)},
    {"is_called", FIELD_FLAG, offsetof(SequenceFact, is_called)},
    {"is_descending", FIELD_FLAG, offsetof(SequenceFact, is_descending)},
    {NULL, FIELD_TEXT, 0},
};

const Field EXTENSION_FIELDS[] = {
    {"name", FIELD_TEXT, offsetof(ExtensionFact, name)},
    {"version", FIELD_TEXT, offsetof(ExtensionFact, version)},
    {"schema", FIELD_TEXT_OR_NULL, offsetof(ExtensionFact, schema)},
    {NULL, FIELD_TEXT, 0},
};

const Field FILE_FIELDS[] = {
    {"path", FIELD_TEXT, offsetof(BackupFile, path)},
    {"bytes", FIELD_NUMBER, offsetof(BackupFile, bytes)},
    {"sha256", FIELD_TEXT, offsetof(BackupFile, sha256)},
    {NULL, FIELD_TEXT, 0},
};

const Field SCHEMA_FIELDS[] = {
    {"server_major", FIELD_SMALL_NUMBER, offsetof(Snapshot, server_major)},
    {"fingerprint", FIELD_HEX, offsetof(Snapshot, fingerprint)},
    {NULL, FIELD_TEXT, 0},
};

// Without their texts: those are what the dump itself holds.
const Field OBJECT_FIELDS[] = {
    {"kind", FIELD_TEXT, offsetof(SnapshotObject, kind)},
    {"identity", FIELD_TEXT, offsetof(SnapshotObject, identity)},
    {"parent", FIELD_TEXT_OR_NULL, offsetof(SnapshotObject, parent)},
    {"sha256", FIELD_HEX, offsetof(SnapshotObject, sha256)},
    {NULL, FIELD_TEXT, 0},
};

const Field GAP_FIELDS[] = {
    {"kind", FIELD_TEXT, offsetof(SnapshotGap, kind)},
    {"why", FIELD_TEXT, offsetof(SnapshotGap, why)},
    {"count", FIELD_NUMBER, offsetof(SnapshotGap, count)},
    {NULL, FIELD_TEXT, 0},
};

static json_t *field_json(const void *at, FieldKind kind)
{
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        return json_cstr(*(const char *const *)at);
    case FIELD_HEX:
        return json_cstr(at);
    case FIELD_NUMBER:
    case FIELD_SIGNED_NUMBER:
        return json_integer(*(const int64_t *)at);
    case FIELD_SMALL_NUMBER:
        return json_integer(*(const int *)at);
    case FIELD_FLAG:
        return json_boolean(*(const bool *)at);
    case FIELD_FORM:
        return json_cstr(backup_form_word(*(const BackupForm *)at));
    case FIELD_CONTENT:
        return json_cstr(backup_content_word(*(const BackupContent *)at));
    case FIELD_LEVEL:
        return json_cstr(backup_level_word(*(const BackupLevel *)at));
    }
    return json_null();
}

void fields_write(json_t *object, const void *from, const Field *fields)
{
    for (const Field *field = fields; field->name; field++)
        json_put(object, field->name, field_json((const char *)from + field->offset, field->kind));
}

json_t *fields_list(const void *items, size_t count, size_t size, const Field *fields)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();
        fields_write(object, (const char *)items + i * size, fields);
        json_array_append_new(list, object);
    }
    return list;
}

static bool wrong(const FieldReading *reading, const char *where, const char *name,
                  const char *problem)
{
    fail(reading->err, ERR_CHECK, "%s: %s%s%s %s", reading->file, where, *where ? "." : "", name,
         problem);
    return err_hint(reading->err,
                    "the manifest was changed or cut; make a new backup: migrate-safe backup "
                    "create");
}

static bool read_text(const FieldReading *reading, const json_t *value, const char **ret_text)
{
    if (!json_is_string(value))
        return false;
    *ret_text = arena_strdup(reading->arena, json_string_value(value));
    return true;
}

static bool is_hex(const char *text)
{
    return strlen(text) == SHA256_HEX - 1 && strspn(text, "0123456789abcdef") == SHA256_HEX - 1;
}

static const char *read_word(const json_t *value, FieldKind kind, void *at)
{
    const char *word = json_string_value(value);
    if (!word)
        return "is not a text";
    bool is_known = kind == FIELD_FORM      ? backup_form_parse(word, at)
                    : kind == FIELD_CONTENT ? backup_content_parse(word, at)
                                            : backup_level_parse(word, at);
    return is_known ? NULL : "is a word that is not known here";
}

static const char *read_number(const json_t *value, FieldKind kind, void *at)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value))
        return "is not a whole number";
    if (number < 0 && kind != FIELD_SIGNED_NUMBER)
        return "is negative";
    if (kind == FIELD_SMALL_NUMBER && number > INT_MAX)
        return "is too large";
    if (kind == FIELD_SMALL_NUMBER)
        *(int *)at = (int)number;
    else
        *(int64_t *)at = number;
    return NULL;
}

// What is wrong with it, or NULL.
static const char *read_field(const FieldReading *reading, const json_t *value, FieldKind kind,
                              void *at)
{
    switch (kind) {
    case FIELD_TEXT:
        return read_text(reading, value, at) ? NULL : "is not a text";
    case FIELD_TEXT_OR_NULL:
        return json_is_null(value) || read_text(reading, value, at) ? NULL
                                                                    : "is neither a text nor null";
    case FIELD_HEX:
        if (!json_is_string(value) || !is_hex(json_string_value(value)))
            return "is not a digest of 64 hex digits";
        memcpy(at, json_string_value(value), SHA256_HEX);
        return NULL;
    case FIELD_NUMBER:
    case FIELD_SIGNED_NUMBER:
    case FIELD_SMALL_NUMBER:
        return read_number(value, kind, at);
    case FIELD_FLAG:
        *(bool *)at = json_is_true(value);
        return json_is_boolean(value) ? NULL : "is neither true nor false";
    case FIELD_FORM:
    case FIELD_CONTENT:
    case FIELD_LEVEL:
        return read_word(value, kind, at);
    }
    return "is of no known kind";
}

bool fields_read(const FieldReading *reading, const json_t *object, const char *where,
                 const Field *fields, void *to)
{
    if (!json_is_object(object))
        return wrong(reading, "", *where ? where : "it", "is not an object");
    for (const Field *field = fields; field->name; field++) {
        const json_t *value = json_object_get(object, field->name);
        const char *problem =
            value ? read_field(reading, value, field->kind, (char *)to + field->offset)
                  : "is missing";
        if (problem)
            return wrong(reading, where, field->name, problem);
    }
    return true;
}

bool fields_read_list(const FieldReading *reading, const json_t *object, const char *where,
                      const char *name, size_t size, const Field *fields, void **ret_items,
                      size_t *ret_count)
{
    const json_t *list = json_object_get(object, name);
    size_t count = json_array_size(list);
    char *items;
    if (!json_is_array(list))
        return wrong(reading, where, name, list ? "is not a list" : "is missing");
    items = arena_alloc_array(reading->arena, count ? count : 1, size);
    for (size_t i = 0; i < count; i++) {
        const char *place =
            arena_printf(reading->arena, "%s%s%s[%zu]", where, *where ? "." : "", name, i);
        if (!fields_read(reading, json_array_get(list, i), place, fields, items + i * size))
            return false;
    }
    *ret_items = items;
    *ret_count = count;
    return true;
}

bool fields_read_words(const FieldReading *reading, const json_t *object, const char *name,
                       const char ***ret_items, size_t *ret_count)
{
    const json_t *list = json_object_get(object, name);
    size_t count = json_array_size(list);
    const char **items;
    if (!json_is_array(list))
        return wrong(reading, "", name, list ? "is not a list" : "is missing");
    items = arena_alloc_array(reading->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (!read_text(reading, json_array_get(list, i), &items[i]))
            return wrong(reading, "", name, "holds something that is not a text");
    *ret_items = items;
    *ret_count = count;
    return true;
}

bool fields_get_object(const FieldReading *reading, const json_t *object, const char *name,
                       bool is_optional, const json_t **ret_found)
{
    const json_t *found = json_object_get(object, name);
    if (!found)
        return wrong(reading, "", name, "is missing");
    if (!json_is_object(found) && !(is_optional && json_is_null(found)))
        return wrong(reading, "", name, "is not an object");
    *ret_found = json_is_null(found) ? NULL : found;
    return true;
}
