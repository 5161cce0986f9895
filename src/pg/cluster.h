// A throwaway PostgreSQL server of our own on a unix socket.
// Refuses to touch any server it did not start. Invariant: when the owner is gone (kill -9 too) so
// is the server, and its directory at the latest when the next one is started (owner pid, its start
// time and a file lock are checked).
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/words.h"

typedef struct Cluster Cluster;

typedef struct ClusterOptions {
    int major; // 13 to 18; 0: the newest installed
    // Directory with postgres and initdb; NULL: $MIGRATE_SAFE_PG_BIN, the distributions' places,
    // pg_config, PATH.
    const char *binaries;
    const char *const *settings; // "name=value", ends with NULL, win over ours; may be NULL
} ClusterOptions;

// Buffers as for a machine that does nothing else: "name=value" lines for `settings`.
void cluster_memory_settings(Arena *arena, Words *settings);

// Copies a cached initdb (UTF8, byte order, C.UTF-8 character classes, UTC), starts the server
// without fsync, waits until it answers. As root the server runs as `postgres`, else `nobody`.
// Superuser is "postgres", trust on the socket only, no TCP. ERR_CONFIG when there are no usable
// programs, ERR_IO when the server did not start: the detail quotes its log. The owner is the
// calling process: a child that it forks does not keep the server alive.
bool cluster_start(Arena *arena, const ClusterOptions *options, Cluster **ret_cluster, Err *err)
    __attribute__((warn_unused_result));
// Ends the server in good order and starts it anew with further settings, which win over those it
// had. Its sessions are gone, its URLs stay. Errors as of cluster_start, and ERR_INTERRUPTED.
bool cluster_restart(Arena *arena, Cluster *cluster, const char *const *settings, Err *err)
    __attribute__((warn_unused_result));
// "postgresql:///shop?host=%2Ftmp%2Fmigrate-safe-pg-x&port=5432&user=postgres"
const char *cluster_url(Arena *arena, const Cluster *cluster, const char *database);
// The same for another role, which may log in.
const char *cluster_url_as(Arena *arena, const Cluster *cluster, const char *database,
                           const char *user);
const char *cluster_directory(const Cluster *cluster); // absolute; the socket is in it
const char *cluster_log(const Cluster *cluster);       // path of the server's log
int cluster_major(const Cluster *cluster);
int cluster_pid(const Cluster *cluster); // of the postmaster
// Ends the server at once (what it holds is thrown away) and removes the directory. NULL is fine.
void cluster_stop(Cluster *cluster);
// Removes servers and directories whose owner is gone; cluster_start calls it.
void cluster_sweep(void);
