// Who a throwaway server runs as: PostgreSQL refuses root.
// Refuses to know of PostgreSQL itself. Invariant: uid is never 0.
#pragma once

#include "base/arena.h"
#include "base/err.h"

#include <sys/types.h>

typedef struct ServerUser {
    uid_t uid;
    gid_t gid;
    const char *name;
    bool is_other; // we are root and have to become this user
} ServerUser;

// As root `postgres`, else `nobody`; else who we are.
bool server_user_find(Arena *arena, ServerUser *ret_user, Err *err)
    __attribute__((warn_unused_result));
// The first directory on the way to `path`, or `path` itself, that the user may not enter; NULL:
// all is open. Judged by modes alone, as for a user without further groups.
const char *server_user_barrier(Arena *arena, const ServerUser *user, const char *path);
// The same, and the program itself when he may not read it, which initdb refuses to run.
const char *server_user_program_barrier(Arena *arena, const ServerUser *user, const char *program);
