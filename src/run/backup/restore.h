// A backup brought back: a new database beside the live one, proven there, then swapped in by
// renaming both in one transaction.
// Refuses to ask, and to drop what was replaced (backup prune does). Invariant: until that
// transaction commits the live database is as it was, whatever dies; what is there beside it says
// so in its comment, and the next restore goes on with it or removes it.
#pragma once

#include "base/event.h"
#include "base/words.h"
#include "pg/client_tool.h"
#include "run/backup/restore_loss.h"
#include "run/backup/restore_marker.h"
#include "run/backup/shelf.h"
#include "run/source.h"
#include "run/target.h"

// A database as the server's list has it.
typedef struct ServerDatabase {
    const char *oid;
    const char *name;
    const char *owner;
    bool is_ours; // the role is its owner, or a member of it
    bool allows_connections;
    int64_t bytes; // -1: this role may not ask
    const char *comment;
    const char *encoding;
    const char *collate;
    const char *ctype;
    const char *locale_provider;
    const char *locale;
    const char *tablespace;
    RestoreMarker marker; // of `comment`; step MARKER_NONE: nothing of ours
} ServerDatabase;

typedef VEC(ServerDatabase) ServerDatabases;

typedef struct RestoreOptions {
    const Backup *backup;
    const char *url;    // of the live database, also when that is gone; NULL: libpq's variables
    const char *schema; // of our tables; NULL: migrate_safe
    const char *command;
    const char *into;  // a database to restore into, without a swap; NULL: beside, then swapped
    bool is_read_only; // for --dry-run: looks, and writes nothing
    bool takes_others; // a backup of another database may take this one's place
    ClientPlace place;
    int jobs;
    // Of a data-only backup: the folder that its schema is built from. NULL: there is none.
    const Source *source;
    const char *run_id;
    const EventSink *sink;
    SessionWait wait;
} RestoreOptions;

typedef struct Restore {
    RestoreOptions options;
    Session *server; // to a database that is neither the live one nor the new one
    Target target;   // the live database; no session: it is gone, or not part of this
    bool has_target;
    const char *live;    // its name
    ServerDatabase fact; // of the live one; oid NULL: it is gone
    ServerDatabases leftovers;
    bool is_superuser;
    bool may_create;
    const char *copy;       // the new database
    bool copy_exists;       // made by somebody else, for --into
    bool is_begun;          // something of the backup is in it, perhaps
    bool is_resumed;        // it was ready: an interrupted restore had proven it
    bool is_ready;          // proven: a failure keeps it
    bool is_without_owners; // the role may not make things for those who own them
    bool is_swapped;
    bool is_unknown;      // the answer to COMMIT was lost
    const char *replaced; // what the live database is called after the swap
    int64_t needed_bytes; // for the copy; 0: not known
    int64_t free_bytes;   // -1: cannot be seen from here
    BackupLevel level;    // that the copy has reached
    Loss loss;
    VEC(const char *) warnings; // what will not be as before, a sentence each
    VEC(const char *) ended;    // sessions that were ended for the swap, for people
    int64_t journal_rows;       // carried over
    int64_t copy_ms;
    int64_t swap_ms; // how long new connections waited
} Restore;

// Looks, refuses what cannot be done, and takes the locks that keep other restores and runners
// away (unless it only looks). Errors: ERR_CONNECTION, ERR_CONFIG (rights, names), ERR_CHECK (what
// the backup has not got, disk, prepared transactions).
bool restore_open(Arena *arena, const RestoreOptions *options, Restore *ret_restore, Err *err)
    __attribute__((warn_unused_result));
// Makes the new database, loads and proves it; what belongs to the database itself and newer
// journal rows are carried over.
bool restore_copy(Arena *arena, Restore *restore, Err *err) __attribute__((warn_unused_result));
// Both renames. New connections wait meanwhile; sessions are ended, those in a transaction after
// the grace. ERR_ROLLBACK: nothing was swapped, and the proven copy is kept for another attempt.
bool restore_swap(Arena *arena, Restore *restore, Err *err) __attribute__((warn_unused_result));
// What was written to the replaced database after its rows had been compared.
bool restore_count_late(Arena *arena, Restore *restore, Err *err)
    __attribute__((warn_unused_result));
// Removes the copy, ready or not: nobody wants it any more.
void restore_discard(Arena *arena, Restore *restore);
// Ends it: what is not ready and not wanted any more is removed, locks are let go.
void restore_close(Arena *arena, Restore *restore);
// What is there now, in a sentence.
const char *restore_state(Arena *arena, const Restore *restore);
// Removes what interrupted restores of this database left beside it. Gives the names.
bool restore_undo(Arena *arena, Restore *restore, Words *ret_removed, Err *err)
    __attribute__((warn_unused_result));

// Databases that were replaced, oldest first: those of the live database `of`.
bool restore_replaced_list(Arena *arena, Session *session, const char *of,
                           ServerDatabases *ret_databases, Err *err)
    __attribute__((warn_unused_result));
// Drops one of them. ERR_CHECK: it does not say of itself that it was replaced.
bool restore_replaced_drop(Arena *arena, Session *session, const char *name, Err *err)
    __attribute__((warn_unused_result));
