// A backup's contents loaded into a database that has nothing of the user's in it.
// Refuses to make or drop databases, and to compare. Invariant: the first error of pg_restore or
// psql ends it; nothing is passed over.
#pragma once

#include "pg/session.h"
#include "run/backup/contents.h"

typedef struct LoadOptions {
    ClientPlace place;
    int jobs;          // of pg_restore; 0: one for each core
    bool is_throwaway; // the cluster: roles and tablespaces that are missing are made first, and
                       // nobody else needs its processors
    bool has_roles;    // they were made by who knows better: those of the manifest are not
    bool is_without_owners;  // --no-owner --no-acl
    const char *only_schema; // of only_table
    const char *only_table;  // its columns and rows, no indexes and constraints; NULL: everything
    const BackupContents *contents; // when they were read already; NULL: they are read
} LoadOptions;

// What is missing before it begins (roles, tablespaces, extensions with the package that has them)
// is ERR_CHECK and names all of it; a failure while loading is ERR_IO in the tool's own words.
// `ret_duration_ms` may be NULL.
bool backup_load(Arena *arena, const Backup *backup, Session *into, const LoadOptions *options,
                 int64_t *ret_duration_ms, Err *err) __attribute__((warn_unused_result));
