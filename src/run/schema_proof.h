// A schema change that was run: on a throwaway cluster the first schema is made from nothing, the
// change's statements follow, and what is there then is compared with the second.
// Refuses rows: tables are empty there, so what only rows would make fail is not seen. Invariant:
// "proven" is said only where both schemas were seen to be there, in all that a dump carries.
#pragma once

#include "base/err.h"
#include "catalog/schema_change.h"

typedef struct SchemaProof {
    const char *server;   // "15.20", where it was proven; NULL: it is not
    const char *no_proof; // why it could not be tried
} SchemaProof;

// ERR_CHECK: the statements fail there, or bring another schema; the detail says what differs.
bool schema_prove(Arena *arena, const Snapshot *then, const Snapshot *now,
                  const SchemaChange *change, const char *own_schema, SchemaProof *ret_proof,
                  Err *err) __attribute__((warn_unused_result));
