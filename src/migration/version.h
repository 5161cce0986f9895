// The version of a migration: everything in a file's name up to the migration's own name.
// Refuses to read file names (filename.h does). Invariant: the text is kept as the file spells it;
// comparing never depends on leading zeros or the locale.
#pragma once

#include "base/str.h"

#include <stdint.h>

// More letters than these are the beginning of a name ("001init"), not of a version.
enum {
    VERSION_LETTERS_MAX = 2
};

// Is it digits, in groups parted by '.', '_' or '-', each with at most VERSION_LETTERS_MAX
// lower-case letters behind its digits? "027", "1.10", "20231223_001", "002b",
// "2024-01-01-000000".
bool version_is_valid(Str version);

// <0, 0, >0. Group by group, as numbers of any length, or as moments (20250625 < 20250625120000 <
// 20250626); then the group's letters as text (none
// first); a version that is a prefix of another comes first: 1 < 1.1 < 1.10 < 2; 002 < 002b < 003;
// "9" < "10". 1 and 001 are equal. Any bytes are ordered, valid or not.
int version_compare(Str a, Str b);

// Bytes of the date that the text begins with, "20231223", "2024-01-01", "2024_01_01", when such a
// day can be and no digit follows it; 0 when there is none.
size_t version_date_length(Str version);

// Milliseconds since 1970 of YYYYMMDDHHMMSS, with or without milliseconds behind it, in UTC. False
// for other digits, and for a day that cannot be.
bool version_milliseconds(Str digits, int64_t *ret_milliseconds);
