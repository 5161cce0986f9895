// The demonstration's files, embedded at build time from demo/.
// Refuses to know what they are for. Invariant: ends with a NULL name.
#pragma once

#include "base/embedded.h"

extern const EmbeddedFile DEMO_FILES[];
