#include "command_line.h"

#include "cli/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EACH_COMMAND(c) (const Command *const *c = COMMANDS; *c; c++)

static void test_table(void **state)
{
    for
        EACH_COMMAND(command)
        {
            const Command *c = *command;
            if (!c->name || !c->summary || !c->description || !c->run)
                fail_msg("command %s is not whole", c->name ? c->name : "(no name)");
            assert_ptr_equal(command_find(str_from(c->name)), c);
            if (c->alias)
                assert_ptr_equal(command_find(str_from(c->alias)), c);
            // a summary is one line that goes on behind the name
            assert_true(strlen(c->summary) > 10 && strlen(c->summary) <= 90);
            assert_null(strchr(c->summary, '\n'));
            assert_true(c->summary[strlen(c->summary) - 1] != '.');
            assert_true(c->arguments_least <= c->arguments_most);
            assert_int_equal(c->arguments != NULL, c->arguments_most > 0);
        for
            EACH_COMMAND(other)
        if (other != command && strcmp((*other)->name, c->name) == 0)
            fail_msg("two commands are called %s", c->name);
        }
    assert_null(command_find(STR("")));
    assert_null(command_find(STR("nonsense")));
}

static void test_options_taken(void **state)
{
    for
        EACH_COMMAND(command)
    for (const OptionId *id = (*command)->options; id && *id != OPTION_COUNT; id++) {
        if (OPTIONS[*id].is_global)
            fail_msg("%s lists --%s, which every command takes", (*command)->name,
                     OPTIONS[*id].name);
        assert_true(command_takes(*command, *id));
        for (const OptionId *other = (*command)->options; other != id; other++)
            assert_int_not_equal(*other, *id);
    }
    for (int id = 0; id < OPTION_COUNT; id++) {
        bool is_taken = false;
        for
            EACH_COMMAND(command)
        is_taken = is_taken || command_takes(*command, (OptionId)id);
        if (OPTIONS[id].is_policy) // only a configuration file says it
            assert_false(is_taken);
        else if (!is_taken)
            fail_msg("no command takes --%s", OPTIONS[id].name);
    }
}

// What the help shows works: it is parsed as it stands, and means the command whose help it is.
static void test_examples(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for
        EACH_COMMAND(command)
        {
            const Example *example = (*command)->examples;
            if (!example || !example->line)
                fail_msg("%s has no example", (*command)->name);
            for (; example->line; example++) {
                Context context;
                const Command *parsed;
                Err err = {0};
                if (!parse_line(arena, example->line, &context, &parsed, &err))
                    fail_msg("migrate-safe %s: %s", example->line, err.message);
                if (parsed != *command)
                    fail_msg("migrate-safe %s is no example of %s", example->line,
                             (*command)->name);
                assert_true(strlen(example->what) > 3);
            }
        }
}

static char *written(void (*write)(FILE *stream, const Command *command), const Command *command)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    write(stream, command);
    fclose(stream);
    return text;
}

static void write_overview(FILE *stream, const Command *command)
{
    help_overview(stream);
}

// Runs of white space as one blank: where lines end is the help's own matter.
static const char *squeezed(Arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text);
    size_t used = 0;
    for (; *text; text++)
        if (!strchr(" \n", *text))
            out[used++] = *text;
        else if (used && out[used - 1] != ' ')
            out[used++] = ' ';
    out[used] = '\0';
    return out;
}

static void assert_has(const char *text, const char *part, const char *where)
{
    ARENA_SCOPED arena = arena_new();
    if (!strstr(squeezed(arena, text), squeezed(arena, part)))
        fail_msg("the help of %s does not have: %s", where, part);
}

static void assert_width(const char *text)
{
    Str line;
    for (Str rest = str_from(text); str_line(&rest, &line);)
        if (line.n > 120)
            fail_msg("a line of %zu columns: " STR_FMT, line.n, STR_ARG(line));
}

static void test_overview(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char *text = written(write_overview, NULL);
    for
        EACH_COMMAND(command)
        {
            assert_has(text, (*command)->summary, "everything");
            assert_has(
                text,
                arena_printf(arena, "%c %s", (*command)->writes ? 'W' : ' ', (*command)->name),
                "everything");
        }
    assert_width(text);
    free(text);
}

static void test_help(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for
        EACH_COMMAND(command)
        {
            const Command *c = *command;
            char *text = written(help_command, c);
            assert_has(text, arena_printf(arena, "Usage: migrate-safe %s", c->name), c->name);
            assert_has(text, c->description, c->name);
            for (int id = 0; id < OPTION_COUNT; id++) {
                const char *option =
                    arena_printf(arena, "--%s%s%s ", OPTIONS[id].name, OPTIONS[id].value ? " " : "",
                                 OPTIONS[id].value ? OPTIONS[id].value : "");
                if (!command_takes(c, (OptionId)id))
                    continue;
                assert_has(text, option, c->name);
                assert_has(text, OPTIONS[id].help, c->name);
                if (OPTIONS[id].letter)
                    assert_has(
                        text,
                        arena_printf(arena, "-%c, --%s", OPTIONS[id].letter, OPTIONS[id].name),
                        c->name);
            }
            for (const Example *example = c->examples; example->line; example++)
                assert_has(text, arena_printf(arena, "migrate-safe %s", example->line), c->name);
            assert_width(text);
            free(text);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),    cmocka_unit_test(test_options_taken),
        cmocka_unit_test(test_examples), cmocka_unit_test(test_overview),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
