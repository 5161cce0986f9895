#include "sql/lex.h"
#include "sql/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void identifiers_are_always_quoted(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(quote_identifier(arena, "users"), "\"users\"");
    assert_string_equal(quote_identifier(arena, "Select"), "\"Select\"");
    assert_string_equal(quote_identifier(arena, "a\"b\"\""), "\"a\"\"b\"\"\"\"\"");
    assert_string_equal(quote_identifier(arena, "a'\\b"), "\"a'\\b\"");
    assert_string_equal(quote_identifier(arena, ""), "\"\"");
}

static void names_are_quoted_where_they_must_be(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(quote_name(arena, "users_2$"), "users_2$");
    assert_string_equal(quote_name(arena, "_id"), "_id");
    assert_string_equal(quote_name(arena, "order"), "\"order\"");
    assert_string_equal(quote_name(arena, "all"), "\"all\"");
    assert_string_equal(quote_name(arena, "left"), "\"left\"");
    assert_string_equal(quote_name(arena, "ord"), "ord"); // a part of a word is none
    assert_string_equal(quote_name(arena, "name"), "name");
    assert_string_equal(quote_name(arena, "2nd"), "\"2nd\"");
    assert_string_equal(quote_name(arena, "Users"), "\"Users\"");
    assert_string_equal(quote_name(arena, ""), "\"\"");
    assert_string_equal(quote_qualified(arena, "App", "user"), "\"App\".\"user\"");
    assert_string_equal(quote_qualified(arena, "", "t"), "t");
    assert_string_equal(quote_qualified(arena, NULL, "t"), "t");
}

static void literals_double_their_quotes(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(quote_literal(arena, "a"), "'a'");
    assert_string_equal(quote_literal(arena, "it's"), "'it''s'");
    assert_string_equal(quote_literal(arena, "a\"b"), "'a\"b'");
    assert_string_equal(quote_literal(arena, ""), "''");
}

// E'..' reads alike whatever standard_conforming_strings says
static void literals_with_backslashes_are_escape_strings(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(quote_literal(arena, "a\\b"), "E'a\\\\b'");
    assert_string_equal(quote_literal(arena, "\\'; DROP TABLE t; --"),
                        "E'\\\\''; DROP TABLE t; --'");
    assert_string_equal(quote_literal(arena, "\\"), "E'\\\\'");
}

static void the_result_is_one_token(void **state)
{
    static const char *const texts[] = {
        "", "a", "'", "''", "\\", "\\'", "'\\", "\"", "\"\"", "$$", "--", "/*", "\xc3\xa4", "a\nb",
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Lexer literal = {.text = str_from(quote_literal(arena, texts[i])), .is_whole = true};
        Token token = lex_next(&literal);
        assert_int_equal(token.kind, TOKEN_STRING);
        assert_false(token.is_unterminated);
        assert_int_equal(token.end, literal.text.n);
        Lexer name = {.text = str_from(quote_identifier(arena, texts[i])), .is_whole = true};
        token = lex_next(&name);
        assert_int_equal(token.kind, TOKEN_QUOTED_NAME);
        assert_false(token.is_unterminated);
        assert_int_equal(token.end, name.text.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_are_always_quoted),
        cmocka_unit_test(names_are_quoted_where_they_must_be),
        cmocka_unit_test(literals_double_their_quotes),
        cmocka_unit_test(literals_with_backslashes_are_escape_strings),
        cmocka_unit_test(the_result_is_one_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
