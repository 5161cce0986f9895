// What a report prints, compared with tests/fixtures/reports/NAME.
// UPDATE_FIXTURES=1 in the environment writes the files anew: look at the difference before it is
// committed. Escapes are shown as \e, so that the files are text.
#pragma once

#include "base/text.h"
#include "io/file.h"
#include "io/json.h"
#include "io/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Captured {
    Terminal terminal;
    char *bytes;
    size_t size;
} Captured;

static inline void capture_begin(Captured *captured, bool has_colour)
{
    *captured = (Captured){.terminal = {.has_colour = has_colour, .width = 80}};
    captured->terminal.stream = open_memstream(&captured->bytes, &captured->size);
    assert_non_null(captured->terminal.stream);
}

static inline const char *capture_end(Arena *arena, Captured *captured)
{
    fclose(captured->terminal.stream);
    const char *text = arena_dup(arena, (Str){captured->bytes, captured->size});
    free(captured->bytes);
    return text;
}

static inline const char *show_escapes(Arena *arena, const char *text)
{
    TEXT_SCOPED out;
    text_init(&out, strlen(text) * 2 + 1);
    for (; *text; text++) {
        if (*text == '\033')
            text_append(&out, STR("\\e"));
        else
            text_append_char(&out, *text);
    }
    return arena_dup(arena, text_str(&out));
}

static inline void assert_golden(Arena *arena, const char *name, const char *text)
{
    const char *path = arena_printf(arena, "%s/reports/%s", FIXTURES, name);
    const char *shown = show_escapes(arena, text);
    Err err = {0};
    Str expected;
    if (getenv("UPDATE_FIXTURES") && !file_write(path, str_from(shown), 0644, &err))
        fail_msg("%s", err.message);
    if (!file_read(arena, path, 1024 * 1024, &expected, &err))
        fail_msg("%s", err.message);
    if (!str_eq(expected, str_from(shown)))
        fail_msg("%s is not what is printed now:\n%s", name, shown);
}

// Takes the document.
static inline void assert_golden_json(Arena *arena, const char *name, json_t *document)
{
    Captured captured;
    capture_begin(&captured, false);
    assert_true(json_write(captured.terminal.stream, document));
    json_decref(document);
    assert_golden(arena, name, capture_end(arena, &captured));
}

// What reached a terminal from outside: no control character but the line end and our own colours.
static inline void assert_harmless(const char *text)
{
    for (const char *p = text; *p; p++) {
        bool is_colour = *p == '\033' && p[1] == '[' && strspn(p + 2, "0123456789;") > 0 &&
                         p[2 + strspn(p + 2, "0123456789;")] == 'm';
        if ((unsigned char)*p < 0x20 && *p != '\n' && !is_colour)
            fail_msg("byte %02x reached the terminal", (unsigned char)*p);
    }
}
