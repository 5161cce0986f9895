#include "base/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

// The words with | between them; "(N)" when a quote at N has no end.
static const char *split(Arena *arena, const char *text)
{
    Words words = {0};
    size_t open;
    if (!words_split(arena, str_from(text), &words, &open))
        return arena_printf(arena, "(%zu)", open);
    const char *all = "";
    for (size_t i = 0; i < words.len; i++)
        all = arena_printf(arena, "%s%s%s", all, i ? "|" : "", words.items[i]);
    return all;
}

static void a_text_is_split_at_blanks_and_quotes_keep_together(void **state)
{
    static const struct {
        const char *text;
        const char *words;
    } CASES[] = {
        {"docker exec -i db", "docker|exec|-i|db"},
        {"  a\tb\r\n c ", "a|b|c"},
        {"", ""},
        {"   ", ""},
        {"'a b' \"c d\"", "a b|c d"},
        {"a'b c'd\" e\"", "ab cd e"},
        {"'' x \"\"", "|x|"},
        {"'a\"b' \"c'd\"", "a\"b|c'd"},
        {"a\\ b $HOME `x` *", "a\\|b|$HOME|`x`|*"},
        {"a 'b", "(2)"},
        {"a b\"c d", "(3)"},
        {"'", "(0)"},
        {"'a' \"b'", "(4)"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(split(arena, CASES[i].text), CASES[i].words);
}

static void a_quote_without_end_leaves_the_words_alone(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words words = {.len = 7};
    size_t open = 0;
    assert_false(words_split(arena, STR("a 'b"), &words, &open));
    assert_int_equal(words.len, 7);
}

static void what_was_joined_is_split_into_the_same(void **state)
{
    static const char *const ALL[] = {"docker", "",   "a b",    "it's", "\"",
                                      "'\"'",   "\t", "x'y\"z", "\\",   "-e"};
    ARENA_SCOPED arena = arena_new();
    Words words = {0};
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
        *vec_append(arena, &words) = ALL[i];
    Words again;
    size_t open;
    assert_true(words_split(arena, str_from(words_join(arena, &words)), &again, &open));
    assert_int_equal(again.len, words.len);
    for (size_t i = 0; i < again.len; i++)
        assert_string_equal(again.items[i], ALL[i]);
}

static void only_words_that_need_it_are_quoted(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words words;
    size_t open;
    assert_true(words_split(arena, STR("a  'b'  'c d'"), &words, &open));
    assert_string_equal(words_join(arena, &words), "a b 'c d'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_split_at_blanks_and_quotes_keep_together),
        cmocka_unit_test(a_quote_without_end_leaves_the_words_alone),
        cmocka_unit_test(what_was_joined_is_split_into_the_same),
        cmocka_unit_test(only_words_that_need_it_are_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
