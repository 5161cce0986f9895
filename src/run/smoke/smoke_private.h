// What smoke.c, smoke_http.c and smoke_sql.c have in common.
// Refuses to be included elsewhere. Invariant: an attempt changes nothing.
#pragma once

#include "io/json.h"
#include "run/smoke/smoke.h"

// What one attempt has found: a line that is safe to show, with "" around nothing secret.
typedef struct SmokeFound {
    bool is_passed;
    const char *value; // "200 in 12 ms"
    const char *limit; // NULL: none
} SmokeFound;

// ERR_INTERRUPTED alone is a failure of the run; all else is found.
bool smoke_http_try(Arena *arena, const SmokeCheck *check, const Words *secrets,
                    SmokeFound *ret_found, Err *err) __attribute__((warn_unused_result));
// ERR_CONNECTION too: the session is gone.
bool smoke_sql_try(Arena *arena, Session *session, const SmokeCheck *check, SmokeFound *ret_found,
                   Err *err) __attribute__((warn_unused_result));
// The value at a JSON pointer (RFC 6901) as text: strings bare, the rest as JSON. NULL: nothing is
// there.
const char *smoke_json_at(Arena *arena, const json_t *root, const char *pointer);
