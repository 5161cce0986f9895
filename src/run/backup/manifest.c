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

static bool read_data(const FieldReading *reading, const json_t *object, DataFacts *ret_data)
{
    void *items;
    size_t count;
    if (!fields_read(reading, object, "data", DATA_FIELDS, ret_data) ||
        !fields_read_list(reading, object, "data", "tables", sizeof(TableFact), TABLE_FIELDS,
                          &items, &count))
        return false;
    ret_data->tables.items = items;
    ret_data->tables.len = ret_data->tables.cap = count;
    if (!fields_read_list(reading, object, "data", "sequences", sizeof(SequenceFact),
                          SEQUENCE_FIELDS, &items, &count))
        return false;
    ret_data->sequences.items = items;
    ret_data->sequences.len = ret_data->sequences.cap = count;
    return true;
}

static bool read_schema(const FieldReading *reading, const json_t *object, Snapshot *ret_schema)
{
    void *items;
    size_t count;
    if (!fields_read(reading, object, "catalog", SCHEMA_FIELDS, ret_schema) ||
        !fields_read_list(reading, object, "catalog", "objects", sizeof(SnapshotObject),
                          OBJECT_FIELDS, &items, &count))
        return false;
    ret_schema->objects.items = items;
    ret_schema->objects.len = ret_schema->objects.cap = count;
    if (!fields_read_list(reading, object, "catalog", "gaps", sizeof(SnapshotGap), GAP_FIELDS,
                          &items, &count))
        return false;
    ret_schema->gaps.items = items;
    ret_schema->gaps.len = ret_schema->gaps.cap = count;
    return true;
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
    void *items;
    size_t count;
    if (!fields_read_list(reading, document, "", "files", sizeof(BackupFile), FILE_FIELDS, &items,
                          &count))
        return false;
    ret_manifest->files.items = items;
    ret_manifest->files.len = ret_manifest->files.cap = count;
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
    void *items;
    const char **words;
    size_t count;
    if (!fields_read_list(reading, document, "", "extensions", sizeof(ExtensionFact),
                          EXTENSION_FIELDS, &items, &count))
        return false;
    ret_manifest->extensions.items = items;
    ret_manifest->extensions.len = ret_manifest->extensions.cap = count;
    if (!fields_read_words(reading, document, "patterns", &words, &count))
        return false;
    ret_manifest->patterns.items = words;
    ret_manifest->patterns.len = ret_manifest->patterns.cap = count;
    if (!fields_read_words(reading, document, "roles", &words, &count))
        return false;
    ret_manifest->roles.items = words;
    ret_manifest->roles.len = ret_manifest->roles.cap = count;
    if (!fields_read_words(reading, document, "settings", &words, &count))
        return false;
    ret_manifest->settings.items = words;
    ret_manifest->settings.len = ret_manifest->settings.cap = count;
    return true;
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
