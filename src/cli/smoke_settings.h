// The list `smoke:` of the configuration file.
// Refuses to run a check, and to expand its variables. Invariant: a check is of exactly one kind,
// and has nothing of another.
#pragma once

#include "cli/block_reader.h"
#include "run/smoke/smoke.h"

bool smoke_settings_read(const BlockReader *reader, const YamlNode *list, SmokeChecks *checks)
    __attribute__((warn_unused_result));
const char *smoke_method(const SmokeCheck *check); // "GET"
