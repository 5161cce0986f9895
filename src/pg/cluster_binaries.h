// Where the server's programs are, and which version they are.
// Refuses to install anything. Invariant: what is found could be executed by the server's user.
#pragma once

#include "pg/cluster_user.h"

typedef struct ServerBinaries {
    const char *directory; // has postgres and initdb
    const char *version;   // as `postgres --version` says it
    int major;
} ServerBinaries;

// `directory` NULL: $MIGRATE_SAFE_PG_BIN, the distributions' places (newest first), pg_config,
// PATH. `major` 0: any of 13 to 18. ERR_CONFIG when there is none.
bool server_binaries_find(Arena *arena, const ServerUser *user, const char *directory, int major,
                          ServerBinaries *ret_binaries, Err *err)
    __attribute__((warn_unused_result));
// What the server's programs are run with: our PATH and library path, nothing else of ours. A
// DATABASE_URL with a password is not for the server's user to read. Ends with NULL.
const char *const *server_environment(Arena *arena);
