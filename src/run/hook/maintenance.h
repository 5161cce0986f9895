// Maintenance mode: the user's command that takes the application away from the database, waiting
// until its connections are gone, and the command that brings it back.
// Refuses to end anybody's connection. Invariant: the journal says that it is on before the command
// for it runs, and that it is off only after that one ended with 0; so after a kill -9 it is known
// that it may still be on.
#pragma once

#include "run/hook/hook.h"
#include "run/target.h"

typedef struct Maintenance {
    Hook on;
    Hook off;
    bool has_backup_inside;  // the backup is made while it is on, and loses no row
    Words applications;      // whose connections have to go; * stands for any text
    Words roles;             // likewise
    int64_t gone_timeout_ms; // 0: two minutes
    const char *where;
} Maintenance;

// What a run before us has left.
typedef struct MaintenanceLeft {
    bool is_on;
    const char *since; // RFC 3339
    const char *run_id;
} MaintenanceLeft;

// Reads the journal; a target without history has none.
bool maintenance_find(Arena *arena, const Target *target, MaintenanceLeft *ret_left, Err *err)
    __attribute__((warn_unused_result));
// Journals it, runs `on`, waits. ERR_CHECK, ERR_INTERRUPTED: it may be on all the same, and `off`
// is the caller's.
bool maintenance_begin(Arena *arena, const Target *target, const Maintenance *maintenance,
                       const HookFacts *facts, const EventSink *sink, Err *err)
    __attribute__((warn_unused_result));
// Runs `off`, and journals it. Where the connection is lost a new one is made for the journal.
bool maintenance_end(Arena *arena, Target *target, const Maintenance *maintenance,
                     const HookFacts *facts, const EventSink *sink, Err *err)
    __attribute__((warn_unused_result));
