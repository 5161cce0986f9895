// The schema that a folder of migrations makes: built where there is none, or run on a throwaway
// cluster, read, thrown away. Refuses a target that has a history. Invariant: what the migrations
// need beside themselves (extensions' files) is missing with an error, never passed over.
#pragma once

#include "base/event.h"
#include "base/words.h"
#include "catalog/snapshot.h"
#include "run/source.h"
#include "run/target.h"

typedef struct SchemaReplayOptions {
    int major;          // of the server; 0: the newest installed
    const char *schema; // of our tables; NULL: migrate_safe
    const char *run_id;
    const Words *roles; // made before, without a right; NULL: none
    const char *owner;  // who runs them, a superuser there; NULL: the cluster's own
    const EventSink *sink;
} SchemaReplayOptions;

// All migrations up to `to` (NULL: the last) on a target without any, under the runner's lock.
bool schema_build(Arena *arena, Target *target, const Source *source, const char *to,
                  const char *run_id, const EventSink *sink, Err *err)
    __attribute__((warn_unused_result));
// On a cluster of our own: all migrations, from the first. Errors of a migration are as those of
// `up`.
bool schema_replay(Arena *arena, const Source *source, const SchemaReplayOptions *options,
                   Snapshot *ret_snapshot, Err *err) __attribute__((warn_unused_result));
// The names of a server's roles, for `roles`.
bool schema_replay_roles(Arena *arena, Session *session, Words *ret_roles, Err *err)
    __attribute__((warn_unused_result));
