// The demonstration's files, embedded at build time from demo/.
// Refuses to know what they are for. Invariant: ends with a NULL name.
#pragma once

typedef struct EmbeddedFile {
    const char *name; // below demo/: "migrations/001_x.up.sql"
    const char *text;
} EmbeddedFile;

extern const EmbeddedFile DEMO_FILES[];
