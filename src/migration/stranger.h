// Migrations in another language than SQL, or templates of SQL: among a folder's other files, those
// whose name begins as a migration's does and ends as a program's does.
// Refuses to open them. Invariant: what no tool takes for a migration (README.md, embed.go,
// 001_x_test.go) is no problem.
#pragma once

#include "migration/layout.h"

// Files that the layout itself takes (`entries`) are none.
void strangers_report(Arena *arena, const Listing *listing, const LayoutEntries *entries,
                      Problems *problems);
