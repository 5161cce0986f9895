#include "migration/problem.h"

#include "migration/filename.h"

#include <stdio.h>

Problem *problem_append(Arena *arena, Problems *problems, ProblemKind kind, const SourceFile *file,
                        const char *format, ...)
{
    Problem *problem = vec_append(arena, problems);
    problem->kind = kind;
    problem->is_error = true;
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(arena, format, args);
    va_end(args);
    fail(&problem->err, ERR_CONFIG, "%s", message);
    err_at(&problem->err, file->path, (Position){0});
    return problem;
}

Problem *problem_append_version(Arena *arena, Problems *problems, const SourceFile *file, Str base,
                                const char *suffix)
{
    const char *message = filename_is_clean(base)
                              ? "the file name does not begin with a version"
                              : "the file name holds control characters or is not UTF-8";
    Problem *problem = problem_append(arena, problems, PROBLEM_VERSION, file, "%s", message);
    err_hint(&problem->err, "rename it, for example to %s%s, or move it out of the folder",
             filename_suggest(arena, base), suffix);
    return problem;
}

void problem_add(Arena *arena, Problems *problems, ProblemKind kind, bool is_error, const Err *err)
{
    Problem *problem = vec_append(arena, problems);
    *problem = (Problem){.kind = kind, .is_error = is_error, .err = *err};
}
