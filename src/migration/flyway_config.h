// What Flyway's own files say: flyway.conf and flyway.toml beside the scripts, V1__x.sql.conf.
// Refuses to read file names (layout_flyway.c does). Invariant: settings stand in the
// order of the file, each with its place.
#pragma once

#include "migration/layout.h"

typedef struct FlywaySetting {
    Str name;      // without "flyway."
    Str value;     // without quotes
    bool is_plain; // false: a TOML value that is no text of one line, number, true or false
    const SourceText *file;
    Position position;
} FlywaySetting;

typedef VEC(FlywaySetting) FlywaySettings;

// NAME=VALUE lines; '#' and '!' begin comments, a '\' at the end goes on in the next line. With
// `prefix` ("flyway.") only names that begin so, without it.
void flyway_properties_read(Arena *arena, const SourceText *text, Str prefix,
                            FlywaySettings *settings);
// All of the folder: flyway.user.toml, flyway.toml, flyway.conf, first those in it, then those
// beside it.
FlywaySettings flyway_settings(Arena *arena, const Listing *listing);
// The first one of this name, NULL when there is none.
const FlywaySetting *flyway_setting(const FlywaySettings *settings, Str name);

// See Layout.options.
bool flyway_options(Arena *arena, const SourceText *text, Migration *migration, Err *err);

extern const char *const FLYWAY_TEXTS[]; // ends with NULL
// Values for placeholders, see Layout.expansion.
const Expansion *flyway_expansion(Arena *arena, const Listing *listing,
                                  const ExpansionValues *values);
// The same, but it replaces whatever the settings say: placeholderReplacement=true of one script.
const Expansion *flyway_expansion_on(const Expansion *expansion);
