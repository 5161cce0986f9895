// What became of the downs that were made, migration by migration, as text and as JSON.
// Refuses to make them. Invariant: a down that is not proven or was not made has its reason.
#pragma once

#include "check/rollback_header.h"
#include "check/round_trip.h"
#include "io/json.h"
#include "io/terminal.h"
#include "migration/migration.h"

typedef struct RollbackResult {
    const Migration *migration;
    const char *path; // where it is, or would be; NULL: nowhere
    bool is_written;
    bool is_proven;
    const RollbackHeader *header; // NULL: it was refused
    const Words *refusals;
    const RoundTrip *trip;
    const char *text;
} RollbackResult;

void rollback_report_text(Arena *arena, const Terminal *terminal, const RollbackResult *result);
json_t *rollback_report_json(const RollbackResult *result);
