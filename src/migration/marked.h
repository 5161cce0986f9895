// What the layouts of one file with marker lines have in common: a name that is a number and a
// title, a new file's text, and the order in which their own tool would run.
// Refuses to know any marker. Invariant: a new file's text is comments and the two markers.
#pragma once

#include "migration/layout.h"

// Takes "20240101_add_users.sql" apart: its leading digits, and what stands behind them and behind
// '_' or '-' (the digits again when there is nothing). False when it begins with no digit, holds
// what cannot be shown, or is no .sql file.
bool marked_name_parse(Str file, Str *ret_version, Str *ret_name);
// "VERSION_title.sql"; without a word in the title "VERSION_migration.sql".
const char *marked_name_compose(Arena *arena, const char *version, char separator,
                                const char *title);
// An entry whose up and down are one file.
void marked_entry_append(Arena *arena, const SourceFile *file, Str version, Str name,
                         LayoutEntries *entries);
// The files of the folder itself: each is an entry, or its name is a problem.
typedef bool (*MarkedNameParse)(Str file, Str *ret_version, Str *ret_name);
void marked_read(Arena *arena, const Listing *listing, MarkedNameParse parse,
                 LayoutEntries *entries, Problems *problems);
// A new file: comments below the two marker lines; `up` may be empty where the up needs none.
const char *marked_new_text(Arena *arena, const char *title, const char *up, const char *down);

// Is this line a comment with these words alone, in whatever letters, blanks and dashes?
bool marked_is_near(Str line, Str words);

// Would `compare` (as strcmp, on file names) run two of the entries, which may be in any order, the
// other way round than their versions say? Each such pair is a PROBLEM_ORDER warning.
void marked_order_check(Arena *arena, const LayoutEntries *entries, const char *tool,
                        int (*compare)(const char *left, const char *right), Problems *problems);
