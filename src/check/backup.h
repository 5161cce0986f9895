// A backup as a value: what its manifest says, and what was in the database at its snapshot.
// Refuses files, servers and JSON (run/backup/ has them). Invariant: a level that stands in a
// manifest was reached by the bytes that its file list names.
#pragma once

#include "base/arena.h"
#include "catalog/snapshot.h"

#include <stdint.h>

typedef enum BackupForm {
    BACKUP_DIRECTORY, // pg_dump -Fd: backup-ID/
    BACKUP_CUSTOM,    // pg_dump -Fc: backup-ID.dump
    BACKUP_PLAIN,     // SQL, compressed by us: backup-ID.sql.gz
} BackupForm;

typedef enum BackupContent {
    BACKUP_ALL,
    BACKUP_SCHEMA_ONLY,
    BACKUP_DATA_ONLY,
    BACKUP_TABLES,   // those that were named, with their schema
    BACKUP_AFFECTED, // the whole schema, and the rows of what the plan destroys or rewrites
} BackupContent;

typedef enum BackupLevel { // the proof, in the words of the design
    BACKUP_EXISTS,         // it is there, with the size and the digests that the manifest names
    BACKUP_READABLE,       // table of contents read, all of it decoded to its end
    BACKUP_RESTORED,       // restored into an empty database without an error
    BACKUP_EQUAL,          // and counts, digests, sequences and schema are those of the manifest
    BACKUP_ACCEPTED,       // and the application's own checks pass there
    BACKUP_LEVEL_COUNT,
} BackupLevel;

typedef struct TableFact {
    const char *schema;
    const char *name;
    int64_t rows;
    const char *digest; // of all rows in any order, as hex; NULL: not taken
    // A materialised view: a restore fills it anew, so that its rows are equal only when it was not
    // stale; then and now are not compared.
    bool is_refreshed;
} TableFact;

typedef struct SequenceFact {
    const char *schema;
    const char *name;
    int64_t last_value;
    bool is_called;
    bool is_descending;
} SequenceFact;

// What rows there were. Only leaves are listed: a partitioned table has no rows of its own.
typedef struct DataFacts {
    const char *algorithm; // of the digests
    VEC(TableFact) tables; // by schema and name; materialised views too
    VEC(SequenceFact) sequences;
    int64_t large_objects;
    const char *large_object_digest; // NULL: could not be read
} DataFacts;

typedef struct ExtensionFact {
    const char *name;
    const char *version;
    const char *schema;
} ExtensionFact;

typedef struct BackupFile {
    const char *path; // relative to the backup; "" for a backup that is one file
    int64_t bytes;
    const char *sha256;
} BackupFile;

// Whether point-in-time recovery is an answer too, and to which moment.
typedef struct ArchiveFacts {
    const char *mode; // archive_mode: "off", "on", "always"
    bool is_configured;
    const char *last_archived_wal; // NULL: none yet
    const char *last_archived_at;
    int64_t failed_count;
    const char *restore_point; // its name; NULL: none was made
} ArchiveFacts;

typedef struct BackupManifest {
    const char *id;         // "20261126T053000Z"; with "-2" behind for a second one of that second
    const char *created_at; // RFC 3339, UTC
    const char *reason;     // "backup create", "up 003"
    const char *run_id;     // may be NULL
    BackupForm form;
    BackupContent content;
    const char *compression;    // as pg_dump's -Z takes it, "none", "gzip:1", "zstd:1"
    VEC(const char *) patterns; // of BACKUP_TABLES and BACKUP_AFFECTED: tables whose rows are there
    const char *database;
    const char *host; // as the session has it; no password anywhere in a manifest
    const char *user;
    const char *server_version; // "15.8"
    int server_major;
    const char *system_identifier; // of the server, pg_control_system(); NULL: not readable
    const char *dump_version;      // of pg_dump
    const char *tool_version;
    const char *migration_version; // applied last; NULL: none
    const char *wal_lsn;           // at the snapshot
    int timeline;                  // 0: not readable
    ArchiveFacts archive;
    const char *encoding; // of the database, with what CREATE DATABASE needs beside it
    const char *collate;
    const char *ctype;
    const char *locale_provider; // "c", "i", "b"
    const char *locale;          // of icu and builtin; NULL: none
    const Snapshot *schema; // in the same snapshot, read from a file without texts; NULL: not taken
    DataFacts data;
    VEC(ExtensionFact) extensions;
    // SQL that makes what a dump of one database lacks, one statement each, without passwords.
    VEC(const char *) roles; // CREATE ROLE, ALTER ROLE, GRANT role TO role
    VEC(const char *)
    settings; // ALTER DATABASE, ALTER ROLE IN DATABASE, COMMENT ON DATABASE, GRANT
    VEC(BackupFile) files;
    int64_t size_bytes;
    int64_t database_bytes; // pg_database_size
    int64_t duration_ms;
    BackupLevel level;
    const char *verified_at; // NULL: never
    int64_t restore_ms;      // measured when it was restored last; 0: never
} BackupManifest;

const char *backup_form_word(BackupForm form);          // "directory", "custom", "plain"
const char *backup_content_word(BackupContent content); // "all", "schema", "data", "tables", ...
const char *backup_level_word(BackupLevel level);       // "exists", "readable", "restored", ...
// False: there is no such word.
bool backup_form_parse(const char *word, BackupForm *ret_form);
bool backup_content_parse(const char *word, BackupContent *ret_content);
bool backup_level_parse(const char *word, BackupLevel *ret_level); // "equal", or "3"

int64_t data_facts_rows(const DataFacts *facts); // of all tables
// By schema and name, for qsort and bsearch.
int table_fact_compare(const void *left, const void *right);
int sequence_fact_compare(const void *left, const void *right);
// Both lists in that order: the database's own depends on its collation.
DataFacts data_facts_sorted(Arena *arena, const DataFacts *facts);
// Of that name, in what is sorted; of several the last. NULL: there is none.
const SequenceFact *sequence_fact_find(const DataFacts *sorted, const SequenceFact *wanted);

// What `now` lacks, has more or otherwise than `then`, one line for people each, at most `most` and
// then how many more. Sequences: now must be at least then (in their direction).
void data_facts_compare(Arena *arena, const DataFacts *then, const DataFacts *now, size_t most,
                        Differences *ret_differences);
