// Making problems: what is wrong with a file, said to its owner.
// Refuses to decide what follows from it. Invariant: a problem's error is ERR_CONFIG and names the
// file as messages show it.
#pragma once

#include "migration/layout.h"

// Appends a problem that is an error. The pointer is valid until the next append.
Problem *problem_append(Arena *arena, Problems *problems, ProblemKind kind, const SourceFile *file,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));

// The .sql file's name says no version, or cannot be shown: says which, and a name that would do,
// ending in `suffix` (".sql", ".up.sql").
Problem *problem_append_version(Arena *arena, Problems *problems, const SourceFile *file, Str base,
                                const char *suffix);

// A problem that is an error already, with its place.
void problem_add(Arena *arena, Problems *problems, ProblemKind kind, bool is_error, const Err *err);
