// What `lint` is to look at: arguments to chains of scripts.
// Refuses to judge. Invariant: a file that was named is reported, alone or in the chain of the
// folder it belongs to; what is only there for the state before it is not.
#pragma once

#include "cli/command.h"
#include "run/lint_chain.h"

typedef struct LintFolder { // that was read already
    const char *path;
    Source source;
    LintChains chains; // that its layout makes, and maybe those of the rest
    bool has_rest;
    bool is_usable;
} LintFolder;

typedef LintFolder *LintFolderAt;

typedef struct LintInput {
    Context *context;
    const char *layout;            // NULL: detected
    const ExpansionValues *values; // of placeholders
    VEC(LintFolderAt) folders;
    LintChains chains;
    Problems unreadable; // what could not be read, each with its reason
} LintInput;

bool lint_input_collect(Context *context, LintInput *ret_input, Err *err)
    __attribute__((warn_unused_result));
