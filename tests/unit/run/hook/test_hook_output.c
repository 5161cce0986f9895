#include "run/hook/hook_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// All that was told, a line each.
static void collect(void *context, const Event *event)
{
    Text *all = context;
    assert_int_equal(event->kind, EVENT_HOOK_OUTPUT);
    assert_string_equal(event->subject, "before-up");
    text_append(all, str_from(event->message));
    text_append_char(all, '\n');
}

typedef struct Fixture {
    Text all;
    EventSink sink;
    HookOutput output;
} Fixture;

static void begin(Fixture *fixture, const Words *secrets)
{
    text_init(&fixture->all, 1 << 20);
    fixture->sink = (EventSink){collect, &fixture->all};
    hook_output_init(&fixture->output, "before-up", &fixture->sink, secrets);
}

static void end(Fixture *fixture)
{
    hook_output_done(&fixture->output);
    text_done(&fixture->all);
}

static void lines_come_whole_however_they_are_cut(void **state)
{
    Fixture fixture;
    begin(&fixture, NULL);
    hook_output_take(&fixture.output, STR("one\ntw"));
    assert_string_equal(text_cstr(&fixture.all), "before-up: one\n");
    hook_output_take(&fixture.output, STR("o\r\n\n   \nthree"));
    hook_output_finish(&fixture.output);
    assert_string_equal(text_cstr(&fixture.all),
                        "before-up: one\nbefore-up: two\nbefore-up: three\n");
    assert_string_equal(text_cstr(&fixture.output.last), "three");
    end(&fixture);
}

static void a_secret_across_two_pieces_is_masked(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words secrets = {0};
    *vec_append(arena, &secrets) = "geheim";
    Fixture fixture;
    begin(&fixture, &secrets);
    hook_output_take(&fixture.output, STR("it is geh"));
    hook_output_take(&fixture.output, STR("eim\n"));
    assert_string_equal(text_cstr(&fixture.all), "before-up: it is ***\n");
    end(&fixture);
}

static void a_secret_at_the_cut_of_a_long_line_is_not_half_shown(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words secrets = {0};
    *vec_append(arena, &secrets) = "geheim";
    Fixture fixture;
    begin(&fixture, &secrets);
    for (int i = 0; i < 8 * 1024 - 3; i++)
        hook_output_take(&fixture.output, STR("."));
    hook_output_take(&fixture.output, STR("geheim, and more\n"));
    assert_null(strstr(text_cstr(&fixture.all), "geh"));
    assert_non_null(strstr(text_cstr(&fixture.all), "... (a line of more than 8192 bytes)"));
    end(&fixture);
}

static void of_a_flood_the_beginning_and_the_end_are_told(void **state)
{
    char line[64];
    long long dropped = -1;
    Fixture fixture;
    begin(&fixture, NULL);
    for (int i = 0; i < 100000; i++) {
        snprintf(line, sizeof line, "line %d\n", i);
        hook_output_take(&fixture.output, str_from(line));
    }
    hook_output_finish(&fixture.output);
    const char *all = text_cstr(&fixture.all);
    const char *gap = strstr(all, "before-up: ... ");
    assert_true(str_starts(str_from(all), STR("before-up: line 0\nbefore-up: line 1\n")));
    assert_true(str_ends(text_str(&fixture.all), STR("before-up: line 99999\n")));
    assert_non_null(gap);
    assert_int_equal(sscanf(gap, "before-up: ... %lld lines", &dropped), 1);
    assert_int_equal(str_count_lines(text_str(&fixture.all)) - 1 + (size_t)dropped, 100000);
    assert_true(fixture.all.len < 600000);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_whole_however_they_are_cut),
        cmocka_unit_test(a_secret_across_two_pieces_is_masked),
        cmocka_unit_test(a_secret_at_the_cut_of_a_long_line_is_not_half_shown),
        cmocka_unit_test(of_a_flood_the_beginning_and_the_end_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
