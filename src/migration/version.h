// The version of a migration: everything in a file's name up to the migration's own name.
// Refuses to read file names (layouts do). Invariant: the text is kept as the file spells it;
// comparing never depends on leading zeros or the locale.
#pragma once

#include "base/str.h"

// Is it digits, in groups parted by '.', '_' or '-', each with an optional suffix of lower-case
// letters
// ("002b")? "027", "1.10", "20231223_001", "2024-01-01-000000".
bool version_is_valid(Str version);

// <0, 0, >0. Group by group, as numbers of any length; then the group's letters as text (none
// first); a version that is a prefix of another comes first: 1 < 1.1 < 1.10 < 2; 002 < 002b < 003;
// "9" < "10". 1 and 001 are equal.
int version_compare(Str a, Str b);
