// Events as lines for people: one a migration, with its time; notices, waits and failures as they
// come. Refuses summaries that need the whole run (commands print those). Invariant: what belongs
// to the result goes to `out`, what disturbs it (notices, waits, warnings) to `err`; with --json
// both are `err`.
#pragma once

#include "base/event.h"
#include "io/terminal.h"

typedef struct Console {
    Terminal out;
    Terminal err;
    bool is_verbose;   // notices of level NOTICE too
    bool has_unicode;  // the locale can show a check mark
    bool has_progress; // a progress line stands on the terminal, to be wiped
    size_t version_width;
    size_t name_width;
    int64_t running_ms; // of the migration, when a running statement was told last
    int64_t warnings;   // of the server, in the migration at hand
} Console;

void console_init(Console *console, const Terminal *out, const Terminal *err, bool is_json,
                  bool is_verbose);
// Widths of the versions and names to come, so that the columns line up.
void console_expect(Console *console, const char *version, const char *name);
void console_event(void *console, const Event *event); // an EventSink's emit
