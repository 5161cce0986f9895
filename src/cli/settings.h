// Where option values come from beside the command line: environment variables, `.env`, the
// configuration file. Refuses to know commands. Invariant: an environment named with --env brings
// its own database; a differing variable is then an error, so that production never runs under
// staging's policy.
#pragma once

#include "cli/command.h"

#define SETTINGS_FILE "migrate-safe.yaml"

bool settings_load(Context *context, Err *err) __attribute__((warn_unused_result));
// The file that was read, NULL when there is none.
const char *settings_file(const Context *context);
// Of settings_load: the database that variables name, where nothing stronger does.
bool settings_take_variables(Context *context, Err *err) __attribute__((warn_unused_result));
// Does this variable say where to connect?
bool settings_names_database(Str variable);
// The database's URL, NULL when libpq's own variables say it. ERR_CONFIG when nothing names a
// database.
bool settings_database(const Context *context, const char **ret_url, const char **ret_where,
                       Err *err) __attribute__((warn_unused_result));
bool settings_has_database(const Context *context); // something names one
// `name` in the configuration file's folder; where there is no file, where we stand.
const char *settings_beside(const Context *context, const char *name);
// A program with a slash in its name is a path, which starts at the configuration's folder; one
// without is looked up in PATH.
void settings_program_from_folder(Arena *arena, const char *folder, Words *words);
// What libpq's own variables say, as "host=db dbname=shop", and which these are; NULL without any.
void settings_libpq(const Context *context, const char **ret_text, const char **ret_where);
