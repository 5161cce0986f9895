// A COPY of the user's script, outside any pipeline: FROM stdin with the data that follows it, or
// TO stdout. Refuses to hold the data. Invariant: the session is ready for the next statement
// afterwards, or lost.
#pragma once

#include "pg/session.h"
#include "sql/split.h"

// `ret_is_reading` tells a failure of the file from one of the server.
bool copy_run(Session *session, Splitter *splitter, const Statement *statement,
              bool *ret_is_reading, Err *err) __attribute__((warn_unused_result));
