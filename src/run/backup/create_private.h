// What the parts of backup_create share; nobody else includes it.
// Refuses to outlive the call. Invariant: from create_lock on, `session` is in a transaction that
// has a lock on every table, and `snapshot` names what that transaction sees.
#pragma once

#include "check/backup_contents.h"
#include "pg/client.h"
#include "run/backup/create.h"

typedef struct Creation {
    Arena *arena;
    const Target *target;
    const CreateOptions *options;
    Session *session; // ours: the target's own stays free
    Client dump;
    ShelfEntry entry;
    BackupManifest manifest;
    const char *compression; // as the manifest says it
    int jobs;
    int lock_wait_ms;  // of pg_dump
    bool has_rows;     // false: of a schema alone
    bool has_chosen;   // rows of some tables only: `chosen`, and not `others`
    Words chosen;      // quoted and qualified
    Words others;      // likewise
    int64_t row_bytes; // of the tables whose rows are wanted, on the server's disk
    size_t locked;     // tables
    const char *snapshot;
    BackupContents contents; // sequences as the dump sets them
    int64_t start_us;
    int64_t told_us; // when progress was told last
} Creation;

// ---- create_tables.c: of which tables the rows are wanted

// ERR_CONFIG: a pattern that matches nothing.
bool create_choose(Creation *creation, Err *err) __attribute__((warn_unused_result));
// How large they are, once they are locked.
bool create_read_sizes(Creation *creation, Err *err) __attribute__((warn_unused_result));

// ---- create_lock.c: all tables locked, and then a snapshot exported

bool create_lock(Creation *creation, Err *err) __attribute__((warn_unused_result));
void create_unlock(Creation *creation);

// ---- create_dump.c: pg_dump

// Form, compression and place go together, and pg_dump is there.
bool create_find_dump(Creation *creation, Err *err) __attribute__((warn_unused_result));
// Into entry.path. False with `ret_is_moving`: others' DDL made it fail, another attempt may not.
bool create_dump(Creation *creation, bool *ret_is_moving, Err *err)
    __attribute__((warn_unused_result));
int64_t create_expected_bytes(const Creation *creation); // of the dump; an estimate

// ---- create_sequences.c: where the dump sets the sequences

// Of an archive, from its table of contents; `contents` gets them.
bool create_read_sequences(Creation *creation, Err *err) __attribute__((warn_unused_result));
// The sequences of `facts` as the dump sets them; what it does not set is left out.
void create_merge_sequences(Arena *arena, const BackupContents *contents, DataFacts *facts);

// ---- create_facts.c: what the manifest says of database and server

bool create_read_facts(Creation *creation, Err *err) __attribute__((warn_unused_result));

// ---- create_progress.c

void create_tell_progress(Creation *creation, const char *what, int64_t done, int64_t total);
void create_tell_done(Creation *creation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
