// One side of a diff: a database, a folder of migrations, a snapshot file, or a backup.
// Refuses to compare. Invariant: nothing is written to any database but a throwaway one.
#pragma once

#include "catalog/snapshot.h"
#include "cli/workspace.h"
#include "run/backup/shelf.h"

typedef enum DiffSideKind {
    SIDE_DATABASE,
    SIDE_FOLDER,
    SIDE_FILE,
    SIDE_BACKUP,
} DiffSideKind;

typedef struct DiffSource {
    DiffSideKind kind;
    const char *given; // as the user has it; NULL: the configured database
    const char *name;  // for people, without a secret
    Session *session;  // of a database
    Backup backup;
    Snapshot snapshot;
} DiffSource;

// What the word means: a URL, a folder, a file, a backup's id. ERR_CONFIG: none of them.
bool diff_side_find(Context *context, const char *given, DiffSource *ret_side, Err *err)
    __attribute__((warn_unused_result));
// Reads it. `other` is read before where it is a database: a folder is replayed for a server like
// its, with its roles there.
bool diff_side_read(Workspace *workspace, DiffSource *side, const DiffSource *other, Err *err)
    __attribute__((warn_unused_result));
// Two databases, at one time.
bool diff_side_read_both(Workspace *workspace, DiffSource *then, DiffSource *now, Err *err)
    __attribute__((warn_unused_result));
void diff_side_close(DiffSource *side);
