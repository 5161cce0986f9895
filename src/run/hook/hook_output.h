// What a user's command prints, line by line into events: bounded, and without secrets.
// Refuses to know the command. Invariant: however much comes, at most the first 64 kB and about the
// last 64 kB of it are told, and how much is missing between them; no line carries a known secret.
#pragma once

#include "base/event.h"
#include "base/text.h"
#include "base/words.h"

typedef struct HookOutput {
    const char *subject; // stands in front of each line
    const EventSink *sink;
    const Words *secrets; // may be NULL
    Text line;            // that has not ended yet
    bool is_cut;          // it was longer
    Text last; // the last that was not blank, as it came: a cause of failure stands there
    Text kept; // what comes behind the beginning, until its end is known
    size_t told_bytes;
    int64_t dropped_lines; // between the two
} HookOutput;

void hook_output_init(HookOutput *output, const char *subject, const EventSink *sink,
                      const Words *secrets);
void hook_output_take(HookOutput *output, Str piece);
void hook_output_finish(HookOutput *output); // tells what is left
void hook_output_done(HookOutput *output);
#define HOOK_OUTPUT_SCOPED __attribute__((cleanup(hook_output_done))) HookOutput
