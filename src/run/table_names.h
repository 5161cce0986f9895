// Names of tables as people give them on a command line, patterns too, beside those of a database.
// Refuses to know what is done with the tables. Invariant: every given name has a table, or it is
// an error.
#pragma once

#include "base/words.h"
#include "pg/session.h"

// `ret_names`: quoted and qualified; found as the session's search path says. Errors: ERR_CONFIG.
bool table_names_find(Arena *arena, Session *session, const Words *texts, Words *ret_names,
                      Err *err) __attribute__((warn_unused_result));
