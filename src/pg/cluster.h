// A throwaway PostgreSQL server of our own on a unix socket.
// Refuses to touch any server it did not start. Invariant: when the owner is gone (kill -9 too) so
// is the server, and its directory at the latest when the next one is started (owner pid and start
// time are checked).
#pragma once

#include "base/arena.h"
#include "base/err.h"

typedef struct Cluster Cluster;

typedef struct ClusterOptions {
    int major; // 13 to 18; 0: the newest installed
    const char
        *binaries; // directory with postgres and initdb; NULL: Debian's places, pg_config, PATH
    const char *const *settings; // "name=value", ends with NULL; may be NULL
} ClusterOptions;

// Copies a cached initdb, starts the server with fsync off, waits until it answers. As root the
// server runs as `postgres`, else `nobody`. Superuser is "postgres", trust on the socket only, no
// TCP.
bool cluster_start(Arena *arena, const ClusterOptions *options, Cluster **ret_cluster, Err *err)
    __attribute__((warn_unused_result));
// "postgresql:///postgres?host=/tmp/migrate-safe-x&user=postgres" (percent-encoded), for a database
// name.
const char *cluster_url(Arena *arena, const Cluster *cluster, const char *database);
const char *cluster_directory(const Cluster *cluster);
int cluster_major(const Cluster *cluster);
void cluster_stop(Cluster *cluster); // fast, then immediate; removes the directory. NULL is fine
// Removes servers and directories whose owner is gone; cluster_start calls it.
void cluster_sweep(void);
