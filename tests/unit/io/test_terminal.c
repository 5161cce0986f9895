#include "io/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static void test_columns(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
    } CASES[] = {
        {"", 0},
        {"abc", 3},
        {"caf\xc3\xa9", 4},
        {"cafe\xcc\x81", 4},                 // a combining accent
        {"\xe8\xa1\xa8", 2},                 // CJK
        {"\xe8\xa1\xa8\xe3\x81\xae\xe8", 5}, // cut in the middle: one each byte
        {"\xf0\x9f\x9a\x80", 2},             // an emoji
        {"\xff", 1},
        {"a\x1b[0m", 4}, // the escape itself is no cell
        {"\xef\xbb\xbf", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_int_equal(terminal_columns(str_from(CASES[i].text)), CASES[i].columns);
}

static void test_safe(void **state)
{
    static const struct {
        const char *text;
        const char *safe;
        const char *line;
    } CASES[] = {
        {"", "", ""},
        {"plain \xc3\xa9\xf0\x9f\x9a\x80", "plain \xc3\xa9\xf0\x9f\x9a\x80",
         "plain \xc3\xa9\xf0\x9f\x9a\x80"},
        {"a\tb\nc", "a\tb\nc", "a\\x09b\\x0ac"},
        {"\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07", "\\x1b[2J\\x1b]0;owned\\x07"},
        {"over\rwritten\b", "over\\x0dwritten\\x08", "over\\x0dwritten\\x08"},
        {"\x7f", "\\x7f", "\\x7f"},
        {"\xc2\x9b"
         "2J",
         "\\xc2\\x9b2J", "\\xc2\\x9b2J"}, // CSI as one code point
        {"a\xe2\x80\xae"
         "b",
         "a\\xe2\\x80\\xaeb", "a\\xe2\\x80\\xaeb"}, // right-to-left override
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6", "\\xe2\\x81\\xa6"},
        {"\x9b"
         "2J",
         "\\x9b2J", "\\x9b2J"}, // the same as a byte, for terminals of old
        {"\xe2\x82", "\\xe2\\x82", "\\xe2\\x82"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_string_equal(terminal_safe(arena, CASES[i].text), CASES[i].safe);
        assert_string_equal(terminal_line(arena, CASES[i].text), CASES[i].line);
    }
}

static void test_indented(void **state)
{
    assert_string_equal(terminal_indented(arena, "one", 4), "one");
    assert_string_equal(terminal_indented(arena, "one\ntwo\nthree\x1b", 4),
                        "one\n    two\n    three\\x1b");
    assert_string_equal(terminal_indented(arena, "", 4), "");
}

static Terminal on_terminal(const char *no_colour, const char *kind, unsigned short width)
{
    int ours;
    int theirs;
    struct winsize size = {.ws_row = 24, .ws_col = width};
    assert_int_equal(openpty(&ours, &theirs, NULL, NULL, &size), 0);
    setenv("NO_COLOR", no_colour, 1);
    setenv("TERM", kind, 1);
    FILE *stream = fdopen(theirs, "w");
    Terminal terminal = terminal_of(stream);
    fclose(stream);
    close(ours);
    return terminal;
}

static void test_terminal(void **state)
{
    Terminal terminal = on_terminal("", "xterm", 132);
    assert_true(terminal.is_terminal);
    assert_true(terminal.has_colour);
    assert_int_equal(terminal.width, 132);
    assert_false(on_terminal("1", "xterm", 80).has_colour);
    assert_false(on_terminal("", "dumb", 80).has_colour);
    assert_true(on_terminal("1", "dumb", 80).is_terminal);
    assert_int_equal(on_terminal("", "xterm", 0).width, 80); // not known
}

static void test_no_terminal(void **state)
{
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    FILE *stream = fopen("/dev/null", "w");
    Terminal terminal = terminal_of(stream);
    assert_false(terminal.is_terminal);
    assert_false(terminal.has_colour);
    assert_int_equal(terminal.width, 80);
    fclose(stream);
    char *text = NULL;
    size_t size;
    stream = open_memstream(&text, &size); // has no descriptor at all
    assert_false(terminal_of(stream).is_terminal);
    fclose(stream);
    free(text);
}

static void test_colours(void **state)
{
    Terminal plain = {.has_colour = false};
    Terminal coloured = {.has_colour = true};
    for (int colour = COLOUR_NONE; colour <= COLOUR_BOLD; colour++) {
        assert_string_equal(terminal_begin(&plain, (Colour)colour), "");
        assert_string_equal(terminal_end(&plain, (Colour)colour), "");
        bool is_shown = colour != COLOUR_NONE;
        assert_int_equal(strlen(terminal_begin(&coloured, (Colour)colour)) > 0, is_shown);
        assert_string_equal(terminal_end(&coloured, (Colour)colour), is_shown ? "\033[0m" : "");
    }
    assert_string_equal(terminal_begin(&coloured, COLOUR_RED), "\033[31m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),     cmocka_unit_test(test_safe),
        cmocka_unit_test(test_indented),    cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_no_terminal), cmocka_unit_test(test_colours),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
