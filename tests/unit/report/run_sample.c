// Writes the report of a made up run: run_sample every|succeeded|stopped|unsettled|no_end|large
// FOLDER.
#include "report/run_document.h"
#include "run_fixture.h"

#include <stdio.h>

enum {
    MIGRATIONS = 300
};

static RunReport sample(Arena *arena, const char *name)
{
    return strcmp(name, "every") == 0       ? run_every_kind(arena)
           : strcmp(name, "succeeded") == 0 ? run_succeeded(arena)
           : strcmp(name, "stopped") == 0   ? run_stopped(arena)
           : strcmp(name, "unsettled") == 0 ? run_unsettled(arena)
           : strcmp(name, "no_end") == 0    ? run_no_end(arena)
                                            : run_large(arena, MIGRATIONS);
}

int main(int argc, char **argv)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    const char *path;
    if (argc != 3)
        return 5;
    RunReport report = sample(arena, argv[1]);
    if (!run_document_write(arena, argv[2], &report, &path, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return err_exit_code(err.class);
    }
    puts(path);
    return 0;
}
