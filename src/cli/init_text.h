// The texts that `init` writes: a configuration file with every setting, and jobs for CI services.
// Refuses to write. Invariant: our own reader reads the configuration file, also after the comment
// mark of any of its settings was taken away (#name: value; prose has a blank behind its mark).
#pragma once

#include "base/text.h"
#include "cli/option.h"

typedef struct CiService {
    const char *name; // "github"
    const char *path; // of its file
    const char *text;
} CiService;

extern const CiService CI_SERVICES[]; // ends with a NULL name

// Settings that `values` has are written as they are, the others as comments. `folder` is the
// folder of migrations when `values` names none.
void init_settings_text(Arena *arena, const OptionValues *values, const char *folder, Text *out);
