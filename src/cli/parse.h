// The command line into a command, its options and arguments.
// Refuses to run anything. Invariant: what is not understood is an error that names it and what was
// meant.
#pragma once

#include "cli/command.h"

// Understands the runbook's modes (--apply, --rollback, --dry-run) and TrustBot's -d -s -f -v -r as
// well. `ret_command` NULL: nothing was asked for, or --help / --version alone.
bool parse_command_line(Context *context, int argc, char **argv, const Command **ret_command,
                        Err *err) __attribute__((warn_unused_result));
