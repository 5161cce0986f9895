// Child processes, by argv only: no shell ever sees a user's text.
// Refuses to know what is run. Invariant: a child started with PROCESS_DIES_WITH_US ends when we
// do, by kill -9 too (PR_SET_PDEATHSIG, set after the credentials changed, checked against a parent
// already gone).
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <sys/types.h>

typedef struct ProcessOptions {
    const char *const *argv; // ends with NULL; argv[0] is looked up in PATH unless it has a slash
    const char *const *env;  // "NAME=value" added to our environment; may be NULL
    const char *directory;   // working directory; NULL: ours
    uid_t user; // 0: stay who we are; else become this user and group (we must be root)
    gid_t group;
    int death_signal;        // sent to the child when we die; 0: none
    int input;               // descriptor that becomes stdin; 0: /dev/null
    const char *output_file; // stdout and stderr appended there; NULL: see process_run / inherited
    bool own_session;        // setsid, so that a terminal's Ctrl-C does not reach it
} ProcessOptions;

typedef struct Process {
    pid_t pid;
} Process;

// Starts and does not wait. A program that cannot be executed is reported here (ERR_IO), not by
// exit code.
bool process_start(const ProcessOptions *options, Process *ret_process, Err *err)
    __attribute__((warn_unused_result));
// Waits at most `timeout_ms` (-1: for ever). `ret_status` is what waitpid gave. False without error
// class change is not possible: a timeout is ERR_IO "did not end".
bool process_wait(Process *process, int timeout_ms, int *ret_status, Err *err)
    __attribute__((warn_unused_result));
// Runs to the end with stdout and stderr captured (each cut at its Text's maximum); either may be
// NULL (dropped). Succeeds when it could be run; the exit code is in `ret_exit_code` (128 + signal
// when killed).
bool process_run(const ProcessOptions *options, Text *out, Text *error_out, int *ret_exit_code,
                 Err *err) __attribute__((warn_unused_result));
