// PostgreSQL's client programs on this machine: which there are, and of which version.
// Refuses to choose and to run them for anything but --version. Invariant: each file is listed
// once, those of PATH first.
#pragma once

#include "base/err.h"
#include "base/vec.h"

typedef struct ClientTool {
    const char *path;    // absolute
    const char *version; // "15.8"
    int major;
    bool is_in_path; // what its bare name runs, or would without another before it
} ClientTool;

typedef VEC(ClientTool) ClientTools;

// Every `name` ("pg_dump") in PATH and where distributions put them. What cannot say its version is
// left out. Only an interrupt is an error.
bool client_tools_find(Arena *arena, const char *name, ClientTools *ret_tools, Err *err)
    __attribute__((warn_unused_result));
