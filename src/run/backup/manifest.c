#include "run/backup/manifest.h"

#include "io/file.h"
#include "run/backup/manifest_fields.h"

#include <stdlib.h>
#include <string.h>

enum {
    MANIFEST_BYTES_MAX = 256 * 1024 * 1024, // 20,000 tables with their objects are 50 MiB
};

static const char SCHEMA_NAME[] = "migrate-safe/backup/";
static const char SCHEMA[] = "migrate-safe/backup/1";

static json_t *schema_json(const Snapshot *schema)
{
    if (!schema)
        return json_null();
    json_t *object = json_object();
    fields_write(object, schema, SCHEMA_FIELDS);
    json_put(object, "objects",
             fields_list(schema->objects.items, schema->objects.len, sizeof(SnapshotObject),
                         OBJECT_FIELDS));
    json_put(object, "gaps",
             fields_list(schema->gaps.items, schema->gaps.len, sizeof(SnapshotGap), GAP_FIELDS));
    return object;
}

static json_t *data_json(const DataFacts *data)
{
    json_t *object = json_object();
    fields_write(object, data, DATA_FIELDS);
    json_put(object, "tables",
             fields_list(data->tables.items, data->tables.len, sizeof(TableFact), TABLE_FIELDS));
    json_put(object, "sequences",
             fields_list(data->sequences.items, data->sequences.len, sizeof(SequenceFact),
                         SEQUENCE_FIELDS));
    return object;
}

static json_t *manifest_json(const BackupManifest *manifest)
{
    json_t *object = json_object();
    json_t *archive = json_object();
    json_put(object, "schema", json_cstr(SCHEMA));
    fields_write(object, manifest, MANIFEST_FIELDS);
    json_put(object, "patterns", json_words(manifest->patterns.items, manifest->patterns.len));
    fields_write(archive, &manifest->archive, ARCHIVE_FIELDS);
    json_put(object, "archive", archive);
    json_put(
        object, "files",
        fields_list(manifest->files.items, manifest->files.len, sizeof(BackupFile), FILE_FIELDS));
    json_put(object, "extensions",
             fields_list(manifest->extensions.items, manifest->extensions.len,
                         sizeof(ExtensionFact), EXTENSION_FIELDS));
    json_put(object, "roles", json_words(manifest->roles.items, manifest->roles.len));
    json_put(object, "settings", json_words(manifest->settings.items, manifest->settings.len));
    json_put(object, "data", data_json(&manifest->data));
    json_put(object, "catalog", schema_json(manifest->schema));
    return object;
}

bool manifest_write(const char *path, const BackupManifest *manifest, Err *err)
{
    JSON_SCOPED document = manifest_json(manifest);
    char *text = json_dumps(document, JSON_INDENT(1));
    if (!text)
        require_memory();
    bool ok = file_write(path, str_from(text), 0600, err);
    free(text);
    return ok;
}

static bool check_schema(const char *path, const json_t *document, Err *err)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));
    if (schema && strcmp(schema, SCHEMA) == 0)
        return true;
    if (!schema || !str_starts(str_from(schema), STR("migrate-safe/backup/"))) {
        fail(err, ERR_CHECK, "%s is no manifest of a backup: its schema is not %s", path, SCHEMA);
        return err_hint(err, "see the backups that are there: migrate-safe backup list");
    }
    fail(err, ERR_CHECK,
         "%s is of another version of migrate-safe: schema %s, and this one reads %s", path,
         schema + strlen(SCHEMA_NAME), SCHEMA + strlen(SCHEMA_NAME));
    return err_hint(err, "use the migrate-safe that made it, or a newer one");
}

#define READ_LIST(reading, object, place, name, fields, vec)                                       \
    (fields_read_list((reading), (object), (place), (name), sizeof *(vec)->items, (fields),        \
                      (void **)&(vec)->items, &(vec)->len) &&                                      \
     ((vec)->cap = (vec)->len, true))

#define READ_WORDS(reading, object, name, vec)                                                     \
    (fields_read_words((reading), (object), (name), &(vec)->items, &(vec)->len) &&                 \
     ((vec)->cap = (vec)->len, true))

static bool read_data(const FieldReading *reading, const json_t *object, DataFacts *ret_data)
{
    return fields_read(reading, object, "data", DATA_FIELDS, ret_data) &&
           READ_LIST(reading, object, "data", "tables", TABLE_FIELDS, &ret_data->tables) &&
           READ_LIST(reading, object, "data", "sequences", SEQUENCE_FIELDS, &ret_data->sequences);
}

static bool read_schema(const FieldReading *reading, const json_t *object, Snapshot *ret_schema)
{
    return fields_read(reading, object, "catalog", SCHEMA_FIELDS, ret_schema) &&
           READ_LIST(reading, object, "catalog", "objects", OBJECT_FIELDS, &ret_schema->objects) &&
           READ_LIST(reading, object, "catalog", "gaps", GAP_FIELDS, &ret_schema->gaps);
}

// A manifest is read to find files: it must not lead out of the backup.
static bool is_inside(const char *path)
{
    Str rest = str_from(path);
    if (path[0] == '/')
        return false;
    while (rest.n) {
        Str part = str_until(rest, '/');
        if (str_eq(part, STR("..")) || str_eq(part, STR(".")) || part.n == 0)
            return false;
        rest = str_skip(rest, part.n < rest.n ? part.n + 1 : part.n);
    }
    return true;
}

static bool read_files(const FieldReading *reading, const json_t *document,
                       BackupManifest *ret_manifest)
{
    if (!READ_LIST(reading, document, "", "files", FILE_FIELDS, &ret_manifest->files))
        return false;
    VEC_EACH (const BackupFile, file, &ret_manifest->files) {
        if (is_inside(file->path))
            continue;
        fail(reading->err, ERR_CHECK, "%s: files: the path \"%s\" leads out of the backup",
             reading->file, file->path);
        return err_hint(reading->err, "nobody of ours wrote this manifest: do not use this backup");
    }
    return true;
}

static bool read_lists(const FieldReading *reading, const json_t *document,
                       BackupManifest *ret_manifest)
{
    return READ_LIST(reading, document, "", "extensions", EXTENSION_FIELDS,
                     &ret_manifest->extensions) &&
           READ_WORDS(reading, document, "patterns", &ret_manifest->patterns) &&
           READ_WORDS(reading, document, "roles", &ret_manifest->roles) &&
           READ_WORDS(reading, document, "settings", &ret_manifest->settings);
}

static bool read_document(const FieldReading *reading, const json_t *document,
                          BackupManifest *ret_manifest)
{
    const json_t *archive;
    const json_t *data;
    const json_t *catalog;
    if (!fields_read(reading, document, "", MANIFEST_FIELDS, ret_manifest) ||
        !fields_get_object(reading, document, "archive", false, &archive) ||
        !fields_read(reading, archive, "archive", ARCHIVE_FIELDS, &ret_manifest->archive) ||
        !read_files(reading, document, ret_manifest) ||
        !read_lists(reading, document, ret_manifest) ||
        !fields_get_object(reading, document, "data", false, &data) ||
        !read_data(reading, data, &ret_manifest->data) ||
        !fields_get_object(reading, document, "catalog", true, &catalog))
        return false;
    if (!catalog)
        return true;
    Snapshot *schema = arena_new_object(reading->arena, Snapshot);
    ret_manifest->schema = schema;
    return read_schema(reading, catalog, schema);
}

bool manifest_read(Arena *arena, const char *path, BackupManifest *ret_manifest, Err *err)
{
    ARENA_SCOPED bytes = arena_new();
    Str text;
    BackupManifest manifest = {0};
    FieldReading reading = {.arena = arena, .file = path, .err = err};
    if (!file_read(bytes, path, MANIFEST_BYTES_MAX, &text, err))
        return false;
    JSON_SCOPED document = json_read(text, path, err);
    if (!document) {
        err->class = ERR_CHECK;
        return err_hint(err, "the manifest was changed or cut; make a new backup: migrate-safe "
                             "backup create");
    }
    if (!json_is_object(document)) {
        fail(err, ERR_CHECK, "%s is no manifest of a backup: not an object", path);
        return err_hint(err, "see the backups that are there: migrate-safe backup list");
    }
    if (!check_schema(path, document, err) || !read_document(&reading, document, &manifest))
        return false;
    *ret_manifest = manifest;
    return true;
}
