// An empty data directory for a throwaway server: initdb once, copied afterwards.
// Refuses to start servers. Invariant: what is in the cache came whole from an initdb that
// succeeded, and is keyed by the programs' version and place, the user and the options.
#pragma once

#include "pg/cluster_binaries.h"

// Makes `data` (its directory belongs to the server's user), by copy when the cache has it. A cache
// that cannot be used only costs time. ERR_IO when initdb fails: the detail quotes it.
bool cluster_template_place(Arena *arena, const ServerUser *user, const ServerBinaries *binaries,
                            const char *data, Err *err) __attribute__((warn_unused_result));
