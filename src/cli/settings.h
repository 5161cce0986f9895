// Where option values come from beside the command line: environment variables, the configuration
// file. Refuses to know commands. Invariant: an environment named with --env brings its own
// database; a differing variable is then an error, so that production never runs under staging's
// policy.
#pragma once

#include "cli/command.h"

bool settings_load(Context *context, Err *err) __attribute__((warn_unused_result));
// The file that was read, NULL when there is none.
const char *settings_file(const Context *context);
// The database's URL, NULL when libpq's own variables say it. ERR_CONFIG when nothing names a
// database.
bool settings_database(const Context *context, const char **ret_url, const char **ret_where,
                       Err *err) __attribute__((warn_unused_result));
