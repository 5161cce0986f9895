// Writes a made up rehearsal as evidence: evidence_sample every|passed|large FOLDER.
#include "../../report/rehearsal_fixture.h"
#include "run/rehearse/evidence.h"

#include <stdio.h>

enum {
    MIGRATIONS = 300,
    STATEMENTS = 1000,
};

static Rehearsal sample(Arena *arena, const char *name)
{
    return strcmp(name, "every") == 0    ? rehearsal_every_kind(arena)
           : strcmp(name, "passed") == 0 ? rehearsal_passed(arena)
                                         : rehearsal_large(arena, MIGRATIONS, STATEMENTS);
}

int main(int argc, char **argv)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    const char *path, *digest;
    if (argc != 3)
        return 5;
    Rehearsal rehearsal = sample(arena, argv[1]);
    if (!evidence_write(arena, argv[2], &rehearsal, &path, &digest, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return err_exit_code(err.class);
    }
    puts(path);
    return 0;
}
