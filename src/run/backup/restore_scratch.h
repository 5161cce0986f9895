// A database of our own for a moment, with a backup in it: on a throwaway cluster, or where this
// machine has no server programs, beside the live one.
// Refuses to know what it is for. Invariant: it is gone after scratch_close, and after kill -9 with
// the cluster, or with the next restore.
#pragma once

#include "pg/cluster.h"
#include "run/backup/restore.h"

typedef struct Scratch {
    Cluster *cluster; // NULL: on the live server
    Session *server;  // to drop it, on the live server
    const char *database;
    Session *session; // superuser on a cluster
    ClientPlace place;
} Scratch;

// `live`: the session whose server's major it has.
bool scratch_open(Arena *arena, const RestoreOptions *options, const Session *live,
                  Scratch *ret_scratch, Err *err) __attribute__((warn_unused_result));
void scratch_close(Arena *arena, Scratch *scratch);
