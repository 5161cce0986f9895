// What the configuration says of rehearsals: where their evidence is, and when one has to stand.
// Refuses to judge. Invariant: only the configuration file says what is required, no flag.
#pragma once

#include "check/evidence.h"
#include "cli/command.h"

const char *rehearsal_folder(const Context *context); // beside the configuration file
// ERR_CONFIG: an age without its unit.
bool rehearsal_policy(const Context *context, EvidencePolicy *ret_policy, Err *err)
    __attribute__((warn_unused_result));
