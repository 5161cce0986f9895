#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static void test_table(void **state)
{
    bool letters[256] = {0};
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = &OPTIONS[id];
        if (!spec->name || !spec->help)
            fail_msg("option %d has no name or no help", id);
        assert_true(strlen(spec->name) > 1 && strlen(spec->help) > 3);
        assert_int_equal(strspn(spec->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(spec->name));
        assert_true(strncmp(spec->name, "no-", 3) != 0); // means the opposite of another one
        // a flag has no value, everything else names it
        assert_int_equal(spec->value == NULL, spec->kind == KIND_FLAG);
        OptionId found = option_find_name(str_from(spec->name));
        if ((int)found != id) // a name of two options: no command takes both
            assert_string_equal(OPTIONS[found].name, spec->name);
        for (const Command *const *command = COMMANDS; (int)found != id && *command; command++)
            assert_false(command_takes(*command, found) && command_takes(*command, (OptionId)id));
        unsigned char letter = (unsigned char)spec->letter;
        if (letter && letters[letter])
            fail_msg("-%c is two options", letter);
        letters[letter] = true;
        if (letter)
            assert_int_equal(option_find_letter(spec->letter), id);
    }
    assert_int_equal(option_find_name(STR("nonsense")), OPTION_COUNT);
    assert_int_equal(option_find_name(STR("")), OPTION_COUNT);
    assert_int_equal(option_find_letter('Q'), OPTION_COUNT);
    assert_int_equal(option_find_letter('\0'), OPTION_COUNT);
}

// What the help says of a default is what `config` shows and `init` writes.
static void test_built_in(void **state)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = &OPTIONS[id];
        const char *said = strstr(spec->help, "(default: ");
        bool is_number = said && said[10] >= '0' && said[10] <= '9';
        if (!spec->is_setting) {
            assert_null(spec->built_in);
            assert_null(spec->example);
            continue;
        }
        if (spec->kind == KIND_FLAG)
            assert_string_equal(spec->built_in, "false");
        else if (is_number && !spec->built_in)
            fail_msg("%s: %s, and nothing is built in", spec->name, said);
        else if (spec->built_in &&
                 (!said || !strstr(said, arena_printf(arena, "(default: %s)", spec->built_in))))
            fail_msg("%s: built in is %s, and the help does not say so", spec->name,
                     spec->built_in);
        OptionValues values = {0};
        Err err = {0};
        const char *text = spec->built_in ? spec->built_in : spec->example;
        // Of the others the name of the value will do.
        bool needs_one = spec->kind == KIND_DURATION || spec->kind == KIND_COUNT;
        if (!text && !needs_one)
            continue;
        if (!text || !option_set(arena, &values, (OptionId)id, ORIGIN_DEFAULTS, "x", text, &err))
            fail_msg("%s: no value: %s", spec->name, err.message);
    }
}

static void set(OptionValues *values, OptionId id, Origin origin, const char *where,
                const char *text)
{
    Err err = {0};
    if (!option_set(arena, values, id, origin, where, text, &err))
        fail_msg("%s", err.message);
}

static void test_strongest_wins(void **state)
{
    OptionValues values = {0};
    assert_null(option_text(&values, OPTION_SCHEMA));
    set(&values, OPTION_SCHEMA, ORIGIN_VARIABLE, "VARIABLE", "b");
    set(&values, OPTION_SCHEMA, ORIGIN_DEFAULTS, "file:1:1", "a"); // later, but weaker
    assert_string_equal(option_text(&values, OPTION_SCHEMA), "b");
    assert_string_equal(values.values[OPTION_SCHEMA].where, "VARIABLE");
    set(&values, OPTION_SCHEMA, ORIGIN_FLAG, "--schema", "c");
    set(&values, OPTION_SCHEMA, ORIGIN_ENVIRONMENT_BLOCK, "file:2:1", "d");
    assert_string_equal(option_text(&values, OPTION_SCHEMA), "c");
    assert_int_equal(values.values[OPTION_SCHEMA].origin, ORIGIN_FLAG);
    set(&values, OPTION_SCHEMA, ORIGIN_FLAG, "--schema", "e"); // of equals the last
    assert_string_equal(option_text(&values, OPTION_SCHEMA), "e");
}

// What a weaker origin says is not even looked at.
static void test_weaker_nonsense(void **state)
{
    OptionValues values = {0};
    set(&values, OPTION_STEPS, ORIGIN_FLAG, "--steps", "3");
    set(&values, OPTION_STEPS, ORIGIN_DEFAULTS, "file:1:1", "many");
    assert_int_equal(option_number(&values, OPTION_STEPS), 3);
}

static void test_list(void **state)
{
    OptionValues values = {0};
    const OptionValue *dirs = &values.values[OPTION_DIR];
    set(&values, OPTION_DIR, ORIGIN_DEFAULTS, "file:1:1", "a");
    set(&values, OPTION_DIR, ORIGIN_DEFAULTS, "file:1:4", "b");
    assert_int_equal(dirs->list.len, 2);
    set(&values, OPTION_DIR, ORIGIN_FLAG, "--dir", "c"); // begins anew
    assert_int_equal(dirs->list.len, 1);
    set(&values, OPTION_DIR, ORIGIN_FLAG, "--dir", "d");
    set(&values, OPTION_DIR, ORIGIN_DEFAULTS, "file:1:7", "e");
    assert_int_equal(dirs->list.len, 2);
    assert_string_equal(dirs->list.items[0], "c");
    assert_string_equal(dirs->list.items[1], "d");
}

static void test_words(void **state)
{
    OptionValues values = {0};
    const OptionValue *tools = &values.values[OPTION_TOOLS];
    set(&values, OPTION_TOOLS, ORIGIN_DEFAULTS, "file:1:1", "docker exec -i 'my db'");
    assert_int_equal(tools->list.len, 4);
    assert_string_equal(tools->list.items[3], "my db");
    assert_null(tools->list.items[4]);
    set(&values, OPTION_TOOLS, ORIGIN_DEFAULTS, "file:1:1", "nice"); // the last one, not both
    assert_int_equal(tools->list.len, 1);
    set(&values, OPTION_TOOLS, ORIGIN_FLAG, "--tools", "kubectl --server https://k8s:6443");
    assert_int_equal(tools->list.len, 3);
}

static void test_flag(void **state)
{
    static const struct {
        const char *text;
        bool is_set;
    } CASES[] = {{NULL, true},     {"true", true}, {"yes", true}, {"on", true},
                 {"false", false}, {"no", false},  {"off", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        OptionValues values = {0};
        assert_false(option_is_set(&values, OPTION_SKIP_BACKUP));
        set(&values, OPTION_SKIP_BACKUP, ORIGIN_FLAG, "--skip-backup", CASES[i].text);
        assert_int_equal(option_is_set(&values, OPTION_SKIP_BACKUP), CASES[i].is_set);
        assert_string_equal(option_text(&values, OPTION_SKIP_BACKUP),
                            CASES[i].is_set ? "true" : "false");
    }
}

static void assert_refused(OptionId id, const char *text, const char *message)
{
    OptionValues values = {0};
    Err err = {0};
    assert_false(option_set(arena, &values, id, ORIGIN_DEFAULTS, "c.yaml:3:2", text, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.message, message);
    assert_null(values.values[id].where); // untouched
}

static void test_refused(void **state)
{
    static const char SECRET[] =
        "tools holds a password or a URL with a user: everybody could see it";
    assert_refused(OPTION_TOOLS, "", "tools is empty");
    assert_refused(OPTION_TOOLS, " ", "tools is empty");
    assert_refused(OPTION_TOOLS, "\u00e9 'b", "tools: the ' at character 3 has no end");
    assert_refused(OPTION_TOOLS, "docker -e PGPASSWORD=x", SECRET);
    assert_refused(OPTION_TOOLS, "pg 'host=a password=x'", SECRET);
    assert_refused(OPTION_TOOLS, "pg postgresql://u:p@h/d", SECRET);
    assert_refused(OPTION_LIMIT, "0", "limit takes a whole number from 1, not \"0\"");
    assert_refused(OPTION_LIMIT, " 1", "limit takes a whole number from 1, not \" 1\"");
    assert_refused(OPTION_LIMIT, "+1", "limit takes a whole number from 1, not \"+1\"");
    assert_refused(OPTION_LIMIT, "1.5", "limit takes a whole number from 1, not \"1.5\"");
    assert_refused(OPTION_LIMIT, "10000000000",
                   "limit takes a whole number from 1, not \"10000000000\"");
    assert_refused(OPTION_LOCK_TIMEOUT, "2 weeks", "lock-timeout takes a time, not \"2 weeks\"");
    assert_refused(OPTION_SKIP_BACKUP, "1", "skip-backup is true or false, not \"1\"");
}

static void test_numbers(void **state)
{
    OptionValues values = {0};
    assert_int_equal(option_number(&values, OPTION_LIMIT), 0);
    set(&values, OPTION_LIMIT, ORIGIN_FLAG, "--limit", "007");
    assert_int_equal(option_number(&values, OPTION_LIMIT), 7);
    set(&values, OPTION_LOCK_TIMEOUT, ORIGIN_FLAG, "--lock-timeout", "2s");
    assert_int_equal(option_number(&values, OPTION_LOCK_TIMEOUT), 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),           cmocka_unit_test(test_strongest_wins),
        cmocka_unit_test(test_weaker_nonsense), cmocka_unit_test(test_list),
        cmocka_unit_test(test_words),           cmocka_unit_test(test_flag),
        cmocka_unit_test(test_refused),         cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_built_in),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
