#include "run/snapshot_file.h"

#include "base/text.h"
#include "io/file.h"
#include "io/json.h"
#include "io/json_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_BYTES_MAX = 512 << 20
};

static const char SCHEMA[] = "migrate-safe/fingerprint/1";
static const char REMAKE[] = "make it again: migrate-safe fingerprint --explain --json > FILE";

static void write_gaps(JsonStream *json, const Snapshot *snapshot)
{
    json_key(json, "gaps");
    json_begin_list(json);
    VEC_EACH (const SnapshotGap, gap, &snapshot->gaps) {
        json_begin_object(json);
        json_key_text(json, "kind", gap->kind);
        json_key_number(json, "count", gap->count);
        json_key_text(json, "why", gap->why);
        json_end(json);
    }
    json_end(json);
}

static void write_address(JsonStream *json, SnapshotAddress address)
{
    char text[64];
    if (!address.class)
        return;
    snprintf(text, sizeof text, "%u %u %d", address.class, address.oid, address.number);
    json_key_text(json, "address", text);
}

// "12n 15d": places in the list of objects, each with its kind.
static void write_edges(JsonStream *json, const Snapshot *snapshot, size_t *edge, size_t from)
{
    TEXT_SCOPED text;
    text_init(&text, FILE_BYTES_MAX);
    for (; *edge < snapshot->edges.len && snapshot->edges.items[*edge].from == from; ++*edge)
        text_printf(&text, "%s%u%c", text.len ? " " : "", snapshot->edges.items[*edge].to,
                    (char)snapshot->edges.items[*edge].kind);
    if (text.len)
        json_key_text(json, "depends_on", text_cstr(&text));
}

static void write_objects(JsonStream *json, const Snapshot *snapshot)
{
    size_t edge = 0;
    size_t from = 0;
    json_key(json, "objects");
    json_begin_list(json);
    VEC_EACH (const SnapshotObject, object, &snapshot->objects) {
        json_begin_object(json);
        json_key_text(json, "kind", object->kind);
        json_key_text(json, "identity", object->identity);
        json_key_text(json, "parent", object->parent);
        json_key_text(json, "sha256", object->sha256);
        json_key_text(json, "text", object->text);
        write_address(json, object->address);
        write_edges(json, snapshot, &edge, from++);
        json_end(json);
    }
    json_end(json);
}

bool snapshot_file_write(FILE *stream, const char *target, const Snapshot *snapshot,
                         bool has_objects)
{
    JsonStream json = {.file = stream, .lines = 2};
    json_begin_object(&json);
    json_key_text(&json, "schema", SCHEMA);
    json_key_text(&json, "target", target);
    json_key_number(&json, "server_major", snapshot->server_major);
    json_key_text(&json, "fingerprint", snapshot->fingerprint);
    json_key_number(&json, "object_count", (int64_t)snapshot->objects.len);
    if (snapshot->database)
        json_key_text(&json, "database", snapshot->database);
    if (snapshot->has_roles)
        json_key_flag(&json, "has_roles", true);
    write_gaps(&json, snapshot);
    if (has_objects)
        json_key_flag(&json, "has_dependencies", snapshot->has_edges);
    if (has_objects)
        write_objects(&json, snapshot);
    json_end(&json);
    return fflush(stream) == 0 && !ferror(stream);
}

static SnapshotAddress address_of(const json_t *object)
{
    SnapshotAddress address = {0};
    const char *text = json_string_value(json_object_get(object, "address"));
    if (text && sscanf(text, "%u %u %d", &address.class, &address.oid, &address.number) != 3)
        return (SnapshotAddress){0};
    return address;
}

static bool read_edges_of(Arena *arena, Snapshot *snapshot, size_t count, uint32_t from,
                          const char *text)
{
    while (*text) {
        char *end;
        unsigned long to = strtoul(text, &end, 10);
        if (end == text || to >= count || !*end || !strchr("naid", *end))
            return false;
        *vec_append(arena, &snapshot->edges) =
            (SnapshotEdge){from, (uint32_t)to, (SnapshotEdgeKind)*end};
        text = end + 1 + (end[1] == ' ');
    }
    return true;
}

// What was written before there were any has none.
static bool read_edges(Arena *arena, const json_t *document, Snapshot *snapshot)
{
    const json_t *objects = json_object_get(document, "objects");
    size_t index;
    const json_t *item;
    snapshot->has_edges = json_is_true(json_object_get(document, "has_dependencies"));
    json_array_foreach(objects, index, item)
    {
        const char *text = json_string_value(json_object_get(item, "depends_on"));
        if (text && !read_edges_of(arena, snapshot, snapshot->objects.len, (uint32_t)index, text))
            return false;
    }
    snapshot_note_defaults(snapshot);
    return true;
}

static bool read_objects(Arena *arena, const json_t *document, Snapshot *snapshot)
{
    const json_t *objects = json_object_get(document, "objects");
    size_t index;
    const json_t *item;
    json_array_foreach(objects, index, item)
    {
        SnapshotObject object = {
            .kind = json_get_text(arena, item, "kind"),
            .identity = json_get_text(arena, item, "identity"),
            .parent = json_get_text(arena, item, "parent"),
            .text = json_get_text(arena, item, "text"),
            .address = address_of(item),
        };
        if (!object.kind || !object.identity || !object.text)
            return false;
        *vec_append(arena, &snapshot->objects) = object;
    }
    return json_is_array(objects);
}

static bool read_gaps(Arena *arena, const json_t *document, Snapshot *snapshot)
{
    const json_t *gaps = json_object_get(document, "gaps");
    size_t index;
    const json_t *item;
    json_array_foreach(gaps, index, item)
    {
        SnapshotGap gap = {
            .kind = json_get_text(arena, item, "kind"),
            .why = json_get_text(arena, item, "why"),
            .count = json_integer_value(json_object_get(item, "count")),
        };
        if (!gap.kind || !gap.why)
            return false;
        *vec_append(arena, &snapshot->gaps) = gap;
    }
    return json_is_array(gaps);
}

static bool read_document(Arena *arena, const char *path, const json_t *document,
                          Snapshot *ret_snapshot, Err *err)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));
    const char *stated = json_string_value(json_object_get(document, "fingerprint"));
    Snapshot snapshot = {.server_major =
                             (int)json_integer_value(json_object_get(document, "server_major"))};
    if (!schema || strcmp(schema, SCHEMA) != 0 || !stated) {
        fail(err, ERR_CONFIG, "%s is no snapshot: its schema is not %s", path, SCHEMA);
        return err_hint(err, "make one: migrate-safe fingerprint --explain --json > FILE");
    }
    snapshot.database = json_get_text(arena, document, "database");
    snapshot.has_roles = json_is_true(json_object_get(document, "has_roles"));
    if (!read_objects(arena, document, &snapshot) || !read_gaps(arena, document, &snapshot)) {
        fail(err, ERR_CONFIG, "%s has not the objects of its snapshot, each with its text", path);
        return err_hint(err, "make it with --explain: migrate-safe fingerprint --explain --json");
    }
    snapshot_seal(arena, &snapshot);
    if (strcmp(snapshot.fingerprint, stated) != 0 || !read_edges(arena, document, &snapshot)) {
        fail(err, ERR_CHECK, "%s was changed: its objects do not give the fingerprint it states",
             path);
        return err_hint(err, "%s", REMAKE);
    }
    *ret_snapshot = snapshot;
    return true;
}

bool snapshot_file_parse(Arena *arena, Str text, const char *name, Snapshot *ret_snapshot, Err *err)
{
    JSON_SCOPED document = json_read(text, name, err);
    if (!document)
        return err_hint(err, "%s", REMAKE);
    return read_document(arena, name, document, ret_snapshot, err);
}

bool snapshot_file_read(Arena *arena, const char *path, Snapshot *ret_snapshot, Err *err)
{
    Str text;
    return file_read(arena, path, FILE_BYTES_MAX, &text, err) &&
           snapshot_file_parse(arena, text, path, ret_snapshot, err);
}
