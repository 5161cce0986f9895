// What a dump holds and needs, as its SQL says: rows of which tables, sequences, extensions, roles.
// Refuses to read files (run/backup/contents.c does). Invariant: what is listed is in the dump;
// each name is listed once.
#pragma once

#include "base/words.h"
#include "check/backup.h"

typedef struct BackupContents {
    DataFacts data;    // rows of tables and setval; no digests
    Words extensions;  // to be created
    Words roles;       // owners and grantees
    Words bound_roles; // of policies and user mappings: needed without owners, too
    Words tablespaces;
    Words views;       // materialised ones: schema.name, quoted where needed
    bool makes_public; // CREATE SCHEMA public: it must not be there yet
    int64_t statements;
    const char *server_version; // "15.8" of "Dumped from database version"; NULL: not said
    const char *encoding;       // SET client_encoding; NULL: not said
} BackupContents;

void contents_add_statement(Arena *arena, BackupContents *contents, Str text);
void contents_add_rows(BackupContents *contents, int64_t rows); // of the COPY that came last
void contents_add_comment(Arena *arena, BackupContents *contents, Str text);

// Where server, extensions, rows and sequences in the dump are not those of the manifest, one line
// each. `has_rows` false: only the schema was read.
void contents_compare(Arena *arena, const BackupManifest *manifest, const BackupContents *contents,
                      bool has_rows, size_t most, Differences *ret_differences);
// Those of them that can be made only where the server loaded their library at its start:
// "timescaledb,pg_cron"; "": none can.
const char *extension_preloads(Arena *arena, const Words *extensions);
// The Debian package that has an extension: "postgresql-15-pgvector". Never NULL.
const char *extension_package(Arena *arena, const char *extension, int server_major);
