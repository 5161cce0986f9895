// Runs PostgreSQL's client programs (pg_dump, pg_restore, psql) against the database of a session.
// Refuses to know what they are run for. Invariant: no password is in their arguments, and none in
// the errors that come of them; they never ask for one.
#pragma once

#include "io/process.h"
#include "pg/client_tool.h"
#include "pg/session_export.h"

typedef struct Client {
    ClientTool tool;
    bool is_elsewhere; // it gets the address as an argument
    bool is_alone;     // it gets no address: it reads and writes files
    SessionExport export;
} Client;

// Finds the program, of a major that can read the session's server, and how it gets there.
bool client_open(Arena *arena, const ClientPlace *place, const char *name, const Session *session,
                 Client *ret_client, Err *err) __attribute__((warn_unused_result));
// pg_restore for an archive: of the major of the pg_dump that made it (0: not known) or of the
// server, whichever is newer, else the nearest that is there. What is older than the archive may
// refuse it, in its own words.
bool client_open_restore(Arena *arena, const ClientPlace *place, int dump_major,
                         const Session *session, Client *ret_client, Err *err)
    __attribute__((warn_unused_result));
// The same for reading it alone, which needs no database.
bool client_open_restore_alone(Arena *arena, const ClientPlace *place, int dump_major,
                               Client *ret_client, Err *err) __attribute__((warn_unused_result));

// A setting of the server ("name=value") for the sessions that the program opens, beside those that
// the caller's PGOPTIONS has. Not for one that is elsewhere: its environment is its own.
void client_set(Arena *arena, Client *client, const char *setting);

typedef struct ClientRun {
    const char *const *arguments; // ends with NULL; an address is put before, with --no-password
    int input;                    // descriptor that becomes stdin and stays ours; 0: /dev/null
    ProcessReceive receive;       // takes stdout as it comes
    void *context;
    int tick_ms; // how often `on_tick` is called meanwhile; 0: never
    void (*on_tick)(void *context);
    void *tick_context;
} ClientRun;

// To its end. Exit codes other than 0 are ERR_IO in the program's own words.
bool client_run(Arena *arena, const Client *client, const ClientRun *run, Err *err)
    __attribute__((warn_unused_result));
bool client_drop(void *context, Str piece, Err *err); // for ClientRun.receive: nobody reads it
// For ClientRun.receive. `context` is a Text (ERR_IO when it is full) or a descriptor (int *) that
// is written to.
bool client_to_text(void *context, Str piece, Err *err);
bool client_to_descriptor(void *context, Str piece, Err *err);
