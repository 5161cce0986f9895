// The private directory of a throwaway server, and whose it is.
// Refuses to know what the server is for. Invariant: a directory with a file `owner` belongs to a
// process that holds a lock on that file for as long as it lives.
#pragma once

#include "pg/cluster_user.h"

typedef struct ClusterHome {
    const char *path; // absolute, short enough for a unix socket in it
    int owner;        // descriptor that holds the lock
} ClusterHome;

// Below $TMPDIR where the server's user can get there, else below /tmp; mode 0700, the server's.
bool cluster_home_make(Arena *arena, const ServerUser *user, ClusterHome *ret_home, Err *err)
    __attribute__((warn_unused_result));
// Removes the directory and gives up the lock.
void cluster_home_remove(ClusterHome *home);
// cluster_sweep for the directories that `user` has.
void cluster_home_sweep(const ServerUser *user);
