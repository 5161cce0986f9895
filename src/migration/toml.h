// A small TOML file, key by key: strings and plain words (true, 5432) on one line each.
// Refuses arrays, tables inside of tables and texts of several lines, with their position: files
// beside migrations have none. Invariant: keys come in the order of the file.
#pragma once

#include "base/err.h"

typedef struct TomlReader {
    const char *file;
    Str rest;
    Str table; // "main" behind "[main]"; empty at first
    int line;
} TomlReader;

typedef struct TomlEntry {
    Str table;
    Str key;
    Str value; // of a string what is between its quotes, escapes as they stand
    bool is_string;
    Position position; // of the key
} TomlEntry;

void toml_reader_init(TomlReader *reader, const char *file, Str text);
// The next key. False at the end, and when a line cannot be read: then `err` has a class,
// ERR_CONFIG with its position.
bool toml_next(TomlReader *reader, TomlEntry *ret_entry, Err *err);
