// One statement of a script, run by itself on a session, outside of any pipeline.
// Refuses transactions: whoever calls it has begun one, or not. Invariant: an error of the server's
// has its place in the file.
#pragma once

#include "pg/session.h"
#include "sql/split.h"

// A COPY takes its data from `splitter`, which gave the statement.
bool script_statement_run(Session *session, Splitter *splitter, const Statement *statement,
                          Err *err) __attribute__((warn_unused_result));
// The failure of a statement that the server takes outside of a transaction only, although its text
// does not show it: a procedure or block that commits.
bool script_statement_wants_none(const Err *err);
