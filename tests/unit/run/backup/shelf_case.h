// A folder of its own for each test of the shelf, and a manifest with something in every field.
#pragma once

#include "io/file.h"
#include "run/backup/manifest.h"
#include "run/backup/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

static Arena *arena;
static char folder[64];

static inline int set_up(void **state)
{
    arena = arena_new();
    snprintf(folder, sizeof folder, "/tmp/ms-shelf-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int tear_down(void **state)
{
    Err err = {0};
    arena_free(arena);
    return chdir("/") == 0 && file_remove_tree(folder, &err) ? 0 : -1;
}

static inline void put(const char *path, const char *text)
{
    Err err = {0};
    if (!file_write(path, str_from(text), 0644, &err))
        fail_msg("%s", err.message);
}

static inline const char *text_of(const char *path)
{
    Err err = {0};
    Str text;
    if (!file_read(arena, path, 1024 * 1024, &text, &err))
        fail_msg("%s", err.message);
    return text.p;
}

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static inline Snapshot *some_schema(void)
{
    Snapshot *schema = arena_new_object(arena, Snapshot);
    *schema = (Snapshot){.server_major = 15, .fingerprint = DIGEST};
    *vec_append(arena, &schema->objects) =
        (SnapshotObject){.kind = "table", .identity = "app.orders", .sha256 = DIGEST};
    *vec_append(arena, &schema->objects) = (SnapshotObject){
        .kind = "column", .identity = "app.orders.id", .parent = "app.orders", .sha256 = DIGEST};
    *vec_append(arena, &schema->gaps) =
        (SnapshotGap){.kind = "large object", .why = "no right", .count = 2};
    return schema;
}

static inline BackupManifest some_manifest(void)
{
    BackupManifest manifest = {
        .id = "20261126T053000Z",
        .created_at = "2026-11-26T05:30:00.123Z",
        .reason = "up 003",
        .run_id = "6b0c8a5e-0000-4000-8000-000000000000",
        .form = BACKUP_CUSTOM,
        .content = BACKUP_TABLES,
        .compression = "gzip:1",
        .database = "shop \"one\"",
        .host = "/tmp",
        .user = "ann",
        .server_version = "15.8",
        .server_major = 15,
        .system_identifier = "7300000000000000001",
        .dump_version = "15.8",
        .tool_version = "0.1",
        .migration_version = "002",
        .wal_lsn = "0/15D6A28",
        .timeline = 1,
        .archive = {.mode = "on",
                    .is_configured = true,
                    .last_archived_wal = "000000010000000000000003",
                    .last_archived_at = "2026-11-26T05:29:00Z",
                    .failed_count = 4,
                    .restore_point = "before-003"},
        .encoding = "UTF8",
        .collate = "C",
        .ctype = "C",
        .locale_provider = "c",
        .schema = some_schema(),
        .data = {.algorithm = "rows/1", .large_objects = 3, .large_object_digest = "ff"},
        .size_bytes = 5,
        .database_bytes = 8000000000,
        .duration_ms = 1234,
        .level = BACKUP_EQUAL,
        .verified_at = "2026-11-26T05:31:00Z",
        .restore_ms = 4321,
    };
    *vec_append(arena, &manifest.patterns) = "app.orders";
    *vec_append(arena, &manifest.data.tables) =
        (TableFact){.schema = "app", .name = "orders", .rows = 3, .digest = "aa"};
    *vec_append(arena, &manifest.data.sequences) = (SequenceFact){.schema = "app",
                                                                  .name = "orders_id_seq",
                                                                  .last_value = INT64_MIN,
                                                                  .is_called = true,
                                                                  .is_descending = true};
    *vec_append(arena, &manifest.extensions) =
        (ExtensionFact){.name = "citext", .version = "1.6", .schema = "public"};
    *vec_append(arena, &manifest.roles) = "CREATE ROLE ann;";
    *vec_append(arena, &manifest.settings) = "ALTER DATABASE shop SET work_mem = '8MB';";
    *vec_append(arena, &manifest.files) = (BackupFile){.path = "", .bytes = 5, .sha256 = DIGEST};
    return manifest;
}
