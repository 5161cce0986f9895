// PostgreSQL's client programs: which there are on this machine, or behind the words that reach
// them elsewhere (docker exec -i db), and of which version. Refuses to run them for anything but
// --version. Invariant: each file is listed once, those of PATH first.
#pragma once

#include "base/err.h"
#include "base/vec.h"

// Where the programs are reached, and how they see the database. {0}: on this machine, as we do.
typedef struct ClientPlace {
    const char *const *words; // put before a program's name; ends with NULL; NULL: none
    const char *database;     // URL as seen from there; NULL: the address that the session has
} ClientPlace;

typedef struct ClientTool {
    const char *name;        // "pg_dump"
    const char *path;        // absolute; behind words: all of them and the name, for people
    const char *const *argv; // how its command line begins; ends with NULL
    const char *version;     // "15.8"
    int major;
    bool is_in_path; // what its bare name runs, or would without another before it
} ClientTool;

typedef VEC(ClientTool) ClientTools;

// Every `name` ("pg_dump") in PATH and where distributions put them; what cannot say its version is
// left out, and only an interrupt is an error. Behind words there is one, and that it cannot be run
// is an error.
bool client_tools_find(Arena *arena, const ClientPlace *place, const char *name,
                       ClientTools *ret_tools, Err *err) __attribute__((warn_unused_result));
// The server's own major; else the oldest newer one; else the newest older one. NULL: there is
// none.
const ClientTool *client_tools_choose(const ClientTools *tools, int server_major);
// The same, as an error when none is there at all.
bool client_tool_find(Arena *arena, const ClientPlace *place, const char *name, int major,
                      ClientTool *ret_tool, Err *err) __attribute__((warn_unused_result));
// The same, as an error (with what to install) when none is there that can read such a server.
bool client_tool_get(Arena *arena, const ClientPlace *place, const char *name, int server_major,
                     ClientTool *ret_tool, Err *err) __attribute__((warn_unused_result));
// "apt-get install postgresql-client-17", and where.
const char *client_tool_install(Arena *arena, const ClientPlace *place, int server_major);
