// What sql/parse.h costs: parses a file statement by statement, or one short statement without one.
#include "sql/parse.h"

#include "sql/parser_host.h"

#include <stdio.h>
#include <stdlib.h>

static Str read_all(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return (Str){0};
    long size = ftell(file);
    rewind(file);
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    size_t count = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return (Str){bytes, count};
}

int main(int argc, char **argv)
{
    ARENA_SCOPED arena = arena_new();
    Str script = argc > 1 ? read_all(arena, argv[1]) : STR("SELECT 1");
    SPLITTER_SCOPED splitter = splitter_new_text(script, NULL);
    ArenaMark mark = arena_mark(arena);
    ParsedStatement parsed;
    Err err = {0};
    size_t count = 0;
    size_t bad = 0;
    SplitResult result;
    while ((result = parse_next(arena, splitter, &parsed, &err)) == SPLIT_STATEMENT) {
        count++;
        bad += parsed.error != NULL;
        arena_release(arena, mark);
    }
    printf("%zu statements, %zu bad\n", count, bad);
    parser_done();
    return result == SPLIT_END && bad == 0 && count > 0 ? 0 : 1;
}
