// Looks at everything a change will need before it is needed: connection, role, server, tools.
// Refuses to write, to wait for locks, and to stop at the first thing that is wrong.
// Invariant: what could not be asked is a check of its own, "unknown", never left out.
#pragma once

#include "check/diagnosis.h"
#include "pg/client_tool.h"
#include "run/source.h"
#include "run/target.h"

typedef struct DoctorOptions {
    TargetOptions target;
    const char *where;    // what named the database: "DATABASE_URL"; NULL: nothing did
    const Source *source; // NULL: it could not be read
    ClientPlace place;    // of pg_dump and its kind
} DoctorOptions;

// Appends its checks to what is there; `ret_target` is the database as people know it, NULL without
// a connection. The only error is ERR_INTERRUPTED.
bool doctor_examine(Arena *arena, const DoctorOptions *options, CheckList *diagnosis,
                    const char **ret_target, Err *err) __attribute__((warn_unused_result));
