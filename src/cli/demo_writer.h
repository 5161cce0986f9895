// The application of the demonstration: a child process that takes orders without a pause and
// measures how long each one had to wait. Refuses to survive its parent. Invariant: an order that
// fails is counted, never hidden.
#pragma once

#include "base/err.h"

#include <stdint.h>
#include <sys/types.h>

typedef struct DemoWriter {
    pid_t pid;
    int reports; // descriptor the child writes its figures to at its end
} DemoWriter;

typedef struct DemoFigures {
    int64_t orders;
    int64_t failures;
    int64_t slowest_us;
} DemoFigures;

bool demo_writer_start(const char *url, DemoWriter *ret_writer, Err *err)
    __attribute__((warn_unused_result));
// Ends the child and takes its figures.
bool demo_writer_stop(DemoWriter *writer, DemoFigures *ret_figures, Err *err)
    __attribute__((warn_unused_result));
