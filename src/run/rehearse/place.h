// The private copy that a rehearsal works on: made, filled, set aside and brought back, thrown
// away. Refuses to run migrations but those that lead to the copy's state. Invariant: nothing is
// written to the target; what was made is gone when the place is closed, and after kill -9 at the
// latest when the next one is opened.
#pragma once

#include "base/event.h"
#include "check/backup.h"
#include "check/rehearsal.h"
#include "pg/client_tool.h"
#include "run/source.h"
#include "run/target.h"

typedef struct RehearsalPlaceOptions {
    bool has_kind;           // false: the cheapest truthful one is taken
    RehearsalCopyKind kind;  // what the copy is made from
    const char *backup;      // path or id, of REHEARSAL_FROM_BACKUP; NULL: the newest of `target`
    const char *shelf;       // folder of backups; NULL: SHELF_DEFAULT
    int64_t rows;            // in each table, of REHEARSAL_FROM_GENERATED; 0: 1,000
    int64_t dump_bytes_most; // a larger database is not dumped unless that was asked for; 0: 10 GB
    const char *on;     // a server's URL, for a scratch database there; NULL: a throwaway server
    int major;          // of the throwaway server; 0: the target's, else the newest installed
    const char *schema; // of our tables; NULL: migrate_safe
    const char *run_id;
    const char *environment;    // of backups; may be NULL
    const char *const *prelude; // SQL files, run first as a superuser; ends with NULL; NULL: none.
                                // What a copy of a database has already is not made again there:
    bool is_prelude_forced;     // but with this
    const Source *source;       // whose needed extensions are looked for; may be NULL
    ClientPlace client;         // where pg_dump and pg_restore are
    int jobs;                   // of pg_restore; 0: one for each core
    const EventSink *sink;      // may be NULL
} RehearsalPlaceOptions;

typedef struct RehearsalPlace RehearsalPlace;

// Makes the copy. `target` may be NULL where none is configured (then only REHEARSAL_FROM_EMPTY, a
// backup that is named, or REHEARSAL_FROM_GENERATED, empty until rehearsal_place_fill). Its session
// is closed and another one opened where a clone is made of it. Errors: ERR_CONFIG (no server of
// that major, an extension that is not installed, with its package; a kind that cannot be made here
// and why), ERR_CHECK (a backup that does not restore), ERR_MIGRATION with position (the prelude),
// ERR_IO, ERR_CONNECTION, ERR_INTERRUPTED.
bool rehearsal_place_open(Arena *arena, Target *target, const RehearsalPlaceOptions *options,
                          RehearsalPlace **ret_place, Err *err) __attribute__((warn_unused_result));
void rehearsal_place_close(RehearsalPlace *place); // NULL is fine
void rehearsal_place_close_at(RehearsalPlace **place);
#define REHEARSAL_PLACE_SCOPED __attribute__((cleanup(rehearsal_place_close_at))) RehearsalPlace *

// What it is, for the report.
const RehearsalCopy *rehearsal_place_copy(const RehearsalPlace *place);
// URLs of the copy: as the role that runs migrations, with the target role's name, attributes and
// memberships; and as a superuser, NULL where that role is none (`on`).
const char *rehearsal_place_url(const RehearsalPlace *place);
const char *rehearsal_place_superuser_url(const RehearsalPlace *place);
int rehearsal_place_major(const RehearsalPlace *place);

// The copy's rows as it was opened, as they were when the backup was made; NULL: they have to be
// read.
const DataFacts *rehearsal_place_facts(const RehearsalPlace *place);

// The database as it is now is kept aside under a name of its own; no session may be on it.
// `ret_saved`: for the two below.
bool rehearsal_place_save(RehearsalPlace *place, const char **ret_saved, Err *err)
    __attribute__((warn_unused_result));
// The kept one takes the database's place and is no longer kept; no session may be on it.
bool rehearsal_place_bring_back(RehearsalPlace *place, const char *saved, Err *err)
    __attribute__((warn_unused_result));
void rehearsal_place_forget(RehearsalPlace *place, const char *saved); // NULL is fine
// The role that a server's error says is missing is made, without a right (only on a throwaway
// server that is empty or generated): true. It is among the copy's limits then.
bool rehearsal_place_make_missing_role(RehearsalPlace *place, const Err *failure);
// Generated rows in all tables as they are now, where that kind of copy has no target: behind the
// migrations that are not rehearsed. Counted in the copy's rows and limits.
bool rehearsal_place_fill(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// Roles, databases, tablespaces that there are now and were not when it was opened, or the other
// way round: a line each.
bool rehearsal_place_server_wide(RehearsalPlace *place, Arena *arena, Words *ret_lines, Err *err)
    __attribute__((warn_unused_result));
