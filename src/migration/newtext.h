// What stands in the files of a new migration.
// Refuses to know layouts. Invariant: a text holds no statement and no directive, so that a file
// nobody wrote is seen as empty and is never taken for work done.
#pragma once

#include "base/arena.h"

// `title` as the user gave it: "add users" or "add_users".
char *newtext_up(Arena *arena, const char *title);
char *newtext_down(Arena *arena, const char *title);
