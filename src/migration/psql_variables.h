// psql's variables in a script: :name, :'name', :"name" and :{?name} give way to their values.
// Refuses psql's own ones (DBNAME, USER) unless they are given. Invariant: what psql leaves alone
// is left alone: quotes, dollar quotes, comments, COPY data, `::` and `:=`, a name without a value
// where a colon can be SQL (array slices, JSON_OBJECT).
#pragma once

#include "migration/expansion.h"

// As Expansion.expand; expansion->values has the values. ERR_CONFIG with position: a variable
// without a value.
bool psql_variables_expand(Expanding *expanding, const Expansion *expansion, Err *err)
    __attribute__((warn_unused_result));
