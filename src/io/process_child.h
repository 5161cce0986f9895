// What a child does between fork and exec, and how it says why it could not.
// Refuses everything that is not safe after a fork: no allocation, no stdio. Invariant: the caller
// of child_execute never returns, and a failure is written to `report` before the child ends.
#pragma once

#include "io/process.h"

enum {
    NO_DESCRIPTOR = -1
};

// `%s` is the program, directory or file at fault.
#define CHILD_STAGES(X)                                                                            \
    X(CHILD_INPUT, "cannot open the input of %s")                                                  \
    X(CHILD_USER, "cannot become the user that runs %s")                                           \
    X(CHILD_DIRECTORY, "cannot enter directory %s")                                                \
    X(CHILD_OUTPUT, "cannot write to %s")                                                          \
    X(CHILD_EXECUTE, "cannot execute %s")

typedef enum ChildStage {
#define X(name, message) name,
    CHILD_STAGES(X)
#undef X
} ChildStage;

typedef struct ChildFailure {
    ChildStage stage;
    int saved_errno;
} ChildFailure;

typedef struct ChildSetup {
    const ProcessOptions *options;
    char **environment;
    int out;       // becomes stdout; NO_DESCRIPTOR: as the options say
    int error_out; // becomes stderr; likewise
    int report;    // a ChildFailure goes there; exec closes it
    pid_t parent;
} ChildSetup;

_Noreturn void child_execute(const ChildSetup *setup);
