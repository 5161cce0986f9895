// The application's transactions, asked at a rate from sessions of their own while something else
// runs: what users would wait.
// Refuses to change a row: each is rolled back; only sequences go on. Invariant: a transaction's
// time counts from when it was due, though all sessions were busy then.
#pragma once

#include "check/rehearsal.h"
#include "pg/session.h"

typedef struct LoadOptions {
    const char *folder; // load_file.h
    const char *url;    // whose sessions; the application's role
    double rate;        // transactions a second; 0: 20
    int sessions;       // 0: 8; at most 32
} LoadOptions;

typedef struct Load Load;

// Reads the files, opens the sessions, and tries each file once: one that fails is ERR_CHECK.
bool load_open(Arena *arena, const LoadOptions *options, Load **ret_load, Err *err)
    __attribute__((warn_unused_result));
void load_close(Load *load); // NULL is fine
void load_close_at(Load **load);
#define LOAD_SCOPED __attribute__((cleanup(load_close_at))) Load *

// Alone, for so long: what `before` says.
bool load_run_alone(Load *load, int64_t ms, Err *err) __attribute__((warn_unused_result));
// Beside something else: begins, goes on (a TraceOptions.on_tick: it never waits), and ends, when
// those that are due by then are waited for. `during` is of all between.
void load_begin(Load *load);
void load_turn(void *load);
bool load_end(Load *load, Err *err) __attribute__((warn_unused_result));

// What was measured so far.
RehearsalLoad load_result(const Load *load);
