#include "report/message.h"

#include "golden.h"

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

// An error at the place of `mark` in a file with this text.
static Err at(const char *text, const char *mark)
{
    Err err = {.class = ERR_MIGRATION, .message = "it is wrong here"};
    size_t offset = (size_t)(strstr(text, mark) - text);
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < offset; i++)
        if (text[i] == '\n') {
            line++;
            start = i + 1;
        }
    int column = 1;
    for (size_t i = start; i < offset; i++)
        column += ((unsigned char)text[i] & 0xc0) != 0x80;
    err_at(&err, "m/001_a.up.sql", (Position){line, column});
    err_quote(&err, str_from(text), offset);
    return err;
}

static void print_quotes(const Terminal *terminal)
{
    static const struct {
        const char *text;
        const char *mark;
    } CASES[] = {
        {"SELECT wrong;", "wrong"},
        {"SELECT 1;\nSELECT wrong;\nSELECT 2;", "wrong"},
        {"\tSELECT\t\twrong;", "wrong"},
        {"SELECT 'caf\xc3\xa9', wrong;", "wrong"},
        {"SELECT '\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d', wrong;", "wrong"},
        {"SELECT '\xf0\x9f\x9a\x80 e\xcc\x81', wrong;", "wrong"},
        {"SELECT wrong\r\nFROM b;\r\n", "wrong"},
        {"SELECT 1;\n\n\n\n\n\n\n\n\nSELECT wrong;", "wrong"},
        {"wrong", "wrong"},
        {"SELECT '\x1b[2J' || wrong;", "wrong"},
        {"SELECT "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"
         " bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, wrong, "
         "cccccccccccccccc"
         "ccccccccccccccccccccccccccccccccccccccccccccccc;",
         "wrong"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Err err = at(CASES[i].text, CASES[i].mark);
        message_error(terminal, &err);
    }
}

static void print_messages(const Terminal *terminal)
{
    Err err = {.class = ERR_CONFIG, .message = "no database is named"};
    message_error(terminal, &err);
    err_hint(&err, "name one");
    message_error(terminal, &err);
    err_detail(&err, "looked here\nand there");
    err_hint(&err, "do this\nand that");
    message_warning(terminal, &err);
    err_at(&err, "migrate-safe.yaml", (Position){0});
    message_error(terminal, &err);
    err_at(&err, "migrate-safe.yaml", (Position){3, 7}); // a position, but no line to show
    message_error(terminal, &err);
    Err interrupted = {.class = ERR_INTERRUPTED, .message = "canceling statement"};
    message_error(terminal, &interrupted);
    Err server = at("SELECT wrong;", "wrong");
    strcpy(server.sqlstate, "42703");
    strcpy(server.message, "column \"wrong\" does not exist\nand a second line: error: ha");
    strcpy(server.detail, "There is a column named \"right\".");
    message_error(terminal, &server);
    Err hostile = {.class = ERR_SERVER,
                   .message = "\x1b[2Jgone\rover\x07",
                   .detail = "a\x1b]0;title\x07",
                   .hint = "\xc2\x9b"
                           "31m"};
    err_at(&hostile, "m/\x1b[2J\nerror: x.sql", (Position){1, 1});
    message_error(terminal, &hostile);
}

static void assert_printed(const char *name, void (*print)(const Terminal *terminal))
{
    for (int has_colour = 0; has_colour <= 1; has_colour++) {
        Captured captured;
        capture_begin(&captured, has_colour);
        print(&captured.terminal);
        const char *text = capture_end(arena, &captured);
        assert_harmless(text);
        assert_golden(arena, arena_printf(arena, "%s%s.txt", name, has_colour ? ".colour" : ""),
                      text);
    }
}

static void test_messages(void **state)
{
    assert_printed("messages", print_messages);
}

static void test_quotes(void **state)
{
    assert_printed("quotes", print_quotes);
}

// The caret stands in the cell below the first letter of what is wrong.
static void test_caret(void **state)
{
    Captured captured;
    capture_begin(&captured, false);
    print_quotes(&captured.terminal);
    Str rest = str_from(capture_end(arena, &captured));
    Str source = {0};
    int carets = 0;
    for (Str line; str_line(&rest, &line); source = line) {
        if (!str_ends(line, STR("^")))
            continue;
        ptrdiff_t wrong = str_find(source, STR("wrong"));
        assert_true(wrong >= 0);
        assert_int_equal(terminal_columns((Str){line.p, line.n - 1}),
                         terminal_columns((Str){source.p, (size_t)wrong}));
        carets++;
    }
    assert_int_equal(carets, 11);
}

static void test_json(void **state)
{
    Err err = at("SELECT wrong;", "wrong");
    strcpy(err.sqlstate, "42703");
    err_hint(&err, "say right");
    JSON_SCOPED full = message_json(&err);
    assert_string_equal(json_line(arena, full),
                        "{\"class\":\"migration\",\"message\":\"it is wrong here\",\"detail\":null,"
                        "\"hint\":\"say right\",\"sqlstate\":\"42703\",\"file\":\"m/001_a.up.sql\","
                        "\"line\":1,\"column\":8}");
    JSON_SCOPED bare = message_json(&(Err){.class = ERR_IO, .message = "caf\xe9"});
    assert_string_equal(json_line(arena, bare),
                        "{\"class\":\"io\",\"message\":\"caf\xef\xbf\xbd\",\"detail\":null,"
                        "\"hint\":null,\"sqlstate\":null,\"file\":null,\"line\":null,"
                        "\"column\":null}");
}

static void test_duration(void **state)
{
    static const struct {
        int64_t milliseconds;
        const char *text;
    } CASES[] = {
        {0, "0 ms"},
        {1, "1 ms"},
        {999, "999 ms"},
        {1000, "1.0 s"},
        {1250, "1.2 s"},
        {59999, "59.9 s"},
        {60000, "1 min 0 s"},
        {125000, "2 min 5 s"},
        {3599999, "59 min 59 s"},
        {3600000, "1 h 0 min"},
        {90061000, "25 h 1 min"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(message_duration(arena, CASES[i].milliseconds), CASES[i].text);
}

static void test_count(void **state)
{
    assert_string_equal(message_count(arena, 0, "file", "files"), "0 files");
    assert_string_equal(message_count(arena, 1, "file", "files"), "1 file");
    assert_string_equal(message_count(arena, 2, "file", "files"), "2 files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages), cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_caret),    cmocka_unit_test(test_json),
        cmocka_unit_test(test_duration), cmocka_unit_test(test_count),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
