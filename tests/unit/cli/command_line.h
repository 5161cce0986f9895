// A command line as a test writes it: words parted by blanks, without the program's name.
#pragma once

#include "cli/parse.h"

#include <string.h>

static inline bool parse_line(Arena *arena, const char *line, Context *context,
                              const Command **ret_command, Err *err)
{
    VEC(char *) words = {0};
    *vec_append(arena, &words) = arena_strdup(arena, "migrate-safe");
    for (Str rest = str_from(line); rest.n;) {
        Str word = str_until(rest, ' ');
        // "new "Add invoices"" in an example: quotes hold a word together
        if (rest.p[0] == '"') {
            word = str_until(str_skip(rest, 1), '"');
            rest = str_skip(rest, 2);
        }
        *vec_append(arena, &words) = arena_dup(arena, word);
        rest = str_skip(rest, word.n < rest.n ? word.n + 1 : rest.n);
    }
    *context = (Context){.arena = arena};
    *ret_command = NULL;
    return parse_command_line(context, (int)words.len, words.items, ret_command, err);
}
