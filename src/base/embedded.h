// A file that was embedded at build time (tools/embed_files.py).
// Refuses to know what it is for. Invariant: a list of them ends with a NULL name.
#pragma once

typedef struct EmbeddedFile {
    const char *name; // below the folder that was embedded: "migrations/001_x.up.sql"
    const char *text;
} EmbeddedFile;
