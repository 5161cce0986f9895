// Consent to something that cannot be taken back.
// Refuses to ask without a terminal: there it needs --yes. Invariant: what will be done is said
// first.
#pragma once

#include "cli/command.h"

// Whether consent can be had at all, before long work that it is needed after. ERR_CHECK: add
// --yes.
bool consent_can_ask(const Context *context, Err *err) __attribute__((warn_unused_result));
// True: go on. ERR_CHECK with --yes as hint when nobody can be asked; ERR_INTERRUPTED when the
// answer was no.
bool consent_ask(const Context *context, const char *what, Err *err)
    __attribute__((warn_unused_result));
