// What pg_dump does not carry from one server to another, by kind.
#include "catalog/snapshot.h"

#include <string.h>

typedef struct Uncarried {
    const char *kind;
    SnapshotScope from; // the first scope that is without it
} Uncarried;

// Each was seen to be missing or different after pg_dump (15) and a restore.
static const Uncarried UNCARRIED[] = {
    {"database", SNAPSHOT_DUMPED},               // only with --create
    {"database setting", SNAPSHOT_DUMPED},       // likewise
    {"extension version", SNAPSHOT_DUMPED},      // the newest that is there
    {"inherited column order", SNAPSHOT_DUMPED}, // the inherited ones come first
    {"internal trigger", SNAPSHOT_DUMPED},       // a restored one fires
    {"invalid index", SNAPSHOT_DUMPED},          // left out by pg_dump
    {"subscription state", SNAPSHOT_DUMPED},     // restored ones are disabled
    {"tablespace", SNAPSHOT_DUMPED},             // a place of the server
    {"materialized view state", SNAPSHOT_DUMPED_SCHEMA},
};

bool snapshot_kind_is_in(const char *kind, SnapshotScope scope)
{
    for (size_t i = 0; i < sizeof UNCARRIED / sizeof *UNCARRIED; i++)
        if (strcmp(UNCARRIED[i].kind, kind) == 0)
            return scope < UNCARRIED[i].from;
    return true;
}
