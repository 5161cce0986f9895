// Migrations that are folders: what lies in each.
// Refuses to know what the files mean (layouts do). Invariant: folders stand in the order of their
// names, each once.
#pragma once

#include "migration/layout.h"

typedef struct MigrationFolder {
    Str name;                 // "2024-01-01-000000_add_users"
    const SourceFile *place;  // for messages: the folder, or the first file in it
    const SourceFile **files; // files and folders in it, by their names
    size_t count;
} MigrationFolder;

typedef VEC(MigrationFolder) MigrationFolders;

// Every folder of the listing, empty ones too.
void migration_folders_read(Arena *arena, const Listing *listing, MigrationFolders *ret_folders);
// A file by the name that it has in the folder; NULL when it is not there.
const SourceFile *migration_folder_find(const MigrationFolder *folder, const char *name);
// Reports .sql files that stand beside the folders, and those in them that are neither `up` nor
// down.sql. `layout` is for messages.
void migration_folders_check(Arena *arena, const Listing *listing, const MigrationFolders *folders,
                             const char *layout, const char *up, Problems *problems);
