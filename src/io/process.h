// Child processes, by argv only: no shell ever sees a user's text.
// Refuses to know what is run. Invariant: a child that was given a death signal gets it when we
// end, by kill -9 too (PR_SET_PDEATHSIG, set after the credentials changed because that clears it,
// and checked against a parent that was gone before it was set).
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <sys/types.h>

typedef struct ProcessOptions {
    const char *const
        *argv; // ends with NULL; argv[0] is looked up in our PATH unless it has a slash
    const char *const *env;   // "NAME=value" added to our environment; may be NULL
    bool has_own_environment; // `env` is all that the child sees, nothing of ours is added
    const char *directory;    // working directory; NULL: ours
    uid_t user; // 0: stay who we are; else become this user and group, no other groups (as root)
    gid_t group;
    int death_signal;        // sent to the child when we end; 0: none
    int input;               // descriptor that becomes stdin and stays ours; 0: /dev/null
    const char *output_file; // stdout and stderr appended there, as `user`; NULL: inherited
    bool has_own_session;    // setsid, so that a terminal's Ctrl-C does not reach it
    bool joins_output;       // captured: stderr comes as part of stdout, in the order of writing
    int timeout_ms;          // captured: how long it may take; 0: for ever
    int tick_ms;             // how often `on_tick` is called while it runs captured; 0: never
    void (*on_tick)(void *context);
    void *tick_context;
} ProcessOptions;

typedef struct Process {
    pid_t pid; // 0: it has ended and was waited for
} Process;

// Starts and does not wait. A program that cannot be executed, a directory or file that cannot be
// opened is reported here (ERR_IO), not by exit code. The child starts with default signals.
bool process_start(const ProcessOptions *options, Process *ret_process, Err *err)
    __attribute__((warn_unused_result));
// True: it has ended, and `ret_status` is what waitpid gave. False: it still runs after
// `timeout_ms` (-1: wait for ever, 0: only look).
bool process_wait(Process *process, int timeout_ms, int *ret_status)
    __attribute__((warn_unused_result));
void process_signal(const Process *process, int signal); // nothing happens when it has ended
int process_core_count(void);                            // of this machine, at least 1
int process_exit_code(int status); // of a waitpid status; 128 + signal when it was killed
// Runs to the end with stdout and stderr captured (each cut at its Text's maximum); either may be
// NULL (dropped); `output_file` does not apply. Succeeds when the program could be run, whatever
// its exit code. Ends with the child, even when a grandchild keeps the pipes open. An interrupt
// ends the child (SIGTERM) and is ERR_INTERRUPTED. A timeout ends it too (ERR_IO): SIGTERM, after
// two seconds SIGKILL; of a child with a session of its own all that it started in it.
bool process_run(const ProcessOptions *options, Text *out, Text *error_out, int *ret_exit_code,
                 Err *err) __attribute__((warn_unused_result));

// Takes a piece of a child's output. False ends the child, and what it put into `err` is why.
typedef bool (*ProcessReceive)(void *context, Str piece, Err *err);
// As process_run, for an output of any length: stdout goes to `receive` as it comes.
bool process_stream(const ProcessOptions *options, ProcessReceive receive, void *context,
                    Text *error_out, int *ret_exit_code, Err *err)
    __attribute__((warn_unused_result));
