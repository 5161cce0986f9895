#include "migration/newtext.h"

// A title is one line of a comment, and no SQL: nothing in it ends a line or a statement.
static char *title_in_words(Arena *arena, const char *title)
{
    char *words = arena_strdup(arena, title);
    for (char *at = words; *at; at++)
        if (*at == '_' || *at == ';' || (unsigned char)*at < 0x20)
            *at = ' ';
    return words;
}

// The examples stand inside sentences: a commented line of SQL below a title such as "fix the
// rollback" would read as a rollback in comments.
char *newtext_up(Arena *arena, const char *title)
{
    return arena_printf(arena,
                        "-- Description: %s\n"
                        "--\n"
                        "-- Write the change below, in SQL, for example \"ALTER TABLE users ADD "
                        "COLUMN nickname text;\"\n"
                        "-- It runs in one transaction.\n"
                        "\n",
                        title_in_words(arena, title));
}

char *newtext_down(Arena *arena, const char *title)
{
    return arena_printf(
        arena,
        "-- Description: takes back %s\n"
        "--\n"
        "-- Write below the SQL that undoes the change, for example \"ALTER TABLE users DROP "
        "COLUMN "
        "nickname;\"\n"
        "-- If it cannot be undone, delete this file and say why in the up migration, on a line\n"
        "-- of its own: \"-- migrate-safe: irreversible: the reason\"\n"
        "\n",
        title_in_words(arena, title));
}
