// The target database as a run sees it: one session, what is there, and our history.
// Refuses to write (store.h and apply.h do). Invariant: reading a target changes nothing in it.
#pragma once

#include "base/event.h"
#include "migration/history.h"
#include "pg/session_wait.h"

#define TARGET_DEFAULT_SCHEMA "migrate_safe"

typedef struct TargetOptions {
    const char *url;    // NULL: libpq's own variables
    const char *schema; // of our tables; NULL: migrate_safe
    const char *command;
    SessionWait wait; // of target_open, not when it connects again
} TargetOptions;

typedef struct Target {
    TargetOptions options; // for connecting again
    Session *session;
    const char *schema;
    int64_t lock_key; // of the runner's advisory lock: one for each schema of ours
    bool has_history;
    bool has_snapshots; // of the schema: the store is not older than they are
    bool is_standby;
    bool is_read_only;
    bool has_user_tables;
    bool is_pooled;    // something between us and the server: see pooler.h
    bool is_kept_ours; // and it was seen to leave a session its server connection
    const char *database;
    const char *user;
    const char *table; // whose rows are the migrations (table_source.h); NULL: none
    History history;
} Target;

// Connects and reads. Errors: ERR_CONNECTION, ERR_SERVER, ERR_CONFIG (a server older than 13).
bool target_open(Arena *arena, const TargetOptions *options, Target *ret_target, Err *err)
    __attribute__((warn_unused_result));
// Connects and reads nothing: for who must not wait for the lock of whoever has our tables.
bool target_connect(Arena *arena, const TargetOptions *options, Target *ret_target, Err *err)
    __attribute__((warn_unused_result));
// A new session in place of one that was lost. ERR_CONNECTION leaves the old, dead one.
bool target_reconnect(Arena *arena, Target *target, Err *err) __attribute__((warn_unused_result));
void target_close(Target *target);
#define TARGET_SCOPED __attribute__((cleanup(target_close))) Target

// Reads overview and history again, as after waiting for the runner's lock.
bool target_refresh(Arena *arena, Target *target, Err *err) __attribute__((warn_unused_result));
// A session that does nothing for a while, as behind a command of the user's, is not ended for it.
bool target_keep_session(const Target *target, bool is_kept, Err *err)
    __attribute__((warn_unused_result));
// The stored texts of an applied migration; NULL where it has none.
bool target_texts(Arena *arena, Target *target, const char *version, const char **ret_up,
                  const char **ret_down, Err *err) __attribute__((warn_unused_result));
bool target_size(Arena *arena, const Target *target, int64_t *ret_bytes, Err *err)
    __attribute__((warn_unused_result));
// Other runners' history tables: "public.flyway_schema_history (Flyway)", NULL when there is none.
bool target_other_runners(Arena *arena, Target *target, const char **ret_list, Err *err)
    __attribute__((warn_unused_result));
