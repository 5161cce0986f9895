// The SQL that makes a database which a backup is restored into.
// Refuses to run it. Invariant: what is said here of the locale is not taken from template0.
#pragma once

#include "base/err.h"
#include "check/backup.h"

// NULL: as the server's template0 has it.
typedef struct DatabaseKind {
    const char *encoding;
    const char *collate;
    const char *ctype;
    const char *locale_provider; // "c", "i", "b"
    const char *locale;          // of icu and builtin
    const char *tablespace;
} DatabaseKind;

DatabaseKind database_kind_of(const BackupManifest *manifest); // as its database was made

// One of BackupManifest.settings, "ALTER DATABASE shop SET ...", for a database of another name.
// NULL: it names no database.
const char *database_statement_for(Arena *arena, const char *statement, const char *from,
                                   const char *to);
// It was not made because that machine has no such locale.
bool database_lacks_locale(const Err *err);
// Servers before 15 know libc alone, and no word for it.
const char *database_creation(Arena *arena, const char *name, const DatabaseKind *kind,
                              int server_major);
