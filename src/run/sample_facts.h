// What generated rows have to keep, read from a database.
// Refuses to write. Invariant: the session's search_path is empty meanwhile, so that every
// expression names its schemas.
#pragma once

#include "check/sample/facts.h"
#include "pg/session.h"

// In a transaction. `tables`: as in SampleRowsOptions.
bool sample_facts_read(Arena *arena, Session *session, const char *own_schema, const Words *tables,
                       SampleFacts *ret_facts, Err *err) __attribute__((warn_unused_result));
