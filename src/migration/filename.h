// A file's name taken apart: version in front, the migration's name behind it; and the way back.
// Refuses to know folders, ".sql" and which direction a file is (layouts do).
// Invariant: what filename_compose makes, filename_parse takes apart into the same version.
#pragma once

#include "base/arena.h"

// `base` has no folder and no ".sql". The version is the longest of
//   a date and a counter or time: 20231223, 20231223_001, 2024-01-01, 2024-01-01-000000,
//   2024_01_01_000000 (only when it is a date that can be);
//   numbers parted by dots, with at most two letters behind: 027, 1.10, 1.1.0, 002b;
// followed by '_' or '-' and the name, or by nothing (the name is the version then).
// False when there is none. Both results point into `base`.
bool filename_parse(Str base, Str *ret_version, Str *ret_name);

// Can it be shown on a terminal and stored as text: UTF-8 without control characters.
bool filename_is_clean(Str base);

// `title` as a name for a file: what is neither letter, digit nor beyond ASCII becomes '_'.
char *filename_slug(Arena *arena, Str title);
// "VERSION_NAME" for a new file; a name that would be taken for a part of the version gets "m_" in
// front.
char *filename_compose(Arena *arena, const char *version, const char *title);
// What a file without a usable version might be called: "001_init", "001_add_x" for "001 add x".
char *filename_suggest(Arena *arena, Str base);
