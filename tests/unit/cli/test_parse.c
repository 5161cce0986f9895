#include "command_line.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add_option(Text *out, const OptionValue *value, const OptionSpec *spec)
{
    text_printf(out, " %s=", spec->name);
    if (spec->kind == KIND_LIST)
        for (size_t i = 0; i < value->list.len; i++)
            text_printf(out, "%s%s", i ? "," : "", value->list.items[i]);
    else if (spec->kind == KIND_COUNT || spec->kind == KIND_DURATION)
        text_printf(out, "%lld", (long long)value->number);
    else
        text_printf(out, "%s", value->text);
}

// "COMMAND option=value ... [argument] ...", or "MESSAGE (HINT)".
static const char *outcome(Arena *arena, const char *line)
{
    Context context;
    const Command *command;
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 4096);
    if (!parse_line(arena, line, &context, &command, &err)) {
        assert_int_equal(err.class, ERR_CONFIG);
        return arena_printf(arena, "%s (%s)", err.message, err.hint);
    }
    text_printf(&out, "%s", command ? command->name : "-");
    for (int id = 0; id < OPTION_COUNT; id++)
        if (context.options.values[id].where)
            add_option(&out, &context.options.values[id], &OPTIONS[id]);
    for (size_t i = 0; i < context.arguments.len; i++)
        text_printf(&out, " [%s]", context.arguments.items[i]);
    return arena_dup(arena, text_str(&out));
}

typedef struct Case {
    const char *line;
    const char *expected;
} Case;

static void assert_cases(const Case *cases)
{
    ARENA_SCOPED arena = arena_new();
    for (const Case *c = cases; c->line; c++) {
        const char *got = outcome(arena, c->line);
        if (strcmp(got, c->expected) != 0)
            fail_msg("migrate-safe %s\n  gave     %s\n  expected %s", c->line, got, c->expected);
    }
}

static void test_options(void **state)
{
    static const Case CASES[] = {
        {"", "-"},
        {"up", "up"},
        {"apply", "up"},
        {"rollback", "down"},
        {"up --steps 3", "up steps=3"},
        {"up --steps=3", "up steps=3"},
        {"--steps=3 up", "up steps=3"},
        {"up --to=", "--to is empty ()"},
        {"up --to=a=b", "up to=a=b"},
        {"up --to --steps", "up to=--steps"}, // a value is a value
        {"up --dir a --dir=b", "up dir=a,b"},
        {"up --steps 3 --steps 4", "up steps=4"},
        {"up --lock-timeout 250ms --lock-deadline=10min",
         "up lock-timeout=250 lock-deadline=600000"},
        {"up --skip-backup", "up skip-backup=true"},
        {"up --skip-backup=true", "up skip-backup=true"},
        {"up --skip-backup=false", "up skip-backup=false"},
        {"up --no-skip-backup", "up skip-backup=false"},
        {"up --skip-backup --no-skip-backup", "up skip-backup=false"},
        {"status --no-json", "status json=false"},
        {"new add_todos --json", "new json=true [add_todos]"},
        {"--help", "- help=true"},
        {"-h up --steps", "--steps needs a value (see the options: migrate-safe up --help)"},
        {"up -h", "up help=true"},
        {"--version", "- version=true"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_letters(void **state)
{
    static const Case CASES[] = {
        {"up -v", "up verbose=true"},
        {"up -dsfvy", "up verbose=true dry-run=true skip-backup=true force=true yes=true"},
        {"up -d -s", "up dry-run=true skip-backup=true"},
        {"down -r 027", "down to=027"},
        {"down -r027", "down to=027"},
        {"down -sr 027", "down to=027 skip-backup=true"},
        {"down -sr027", "down to=027 skip-backup=true"},
        {"up -x", "unknown option -x (see the options: migrate-safe up --help)"},
        {"down -r", "-r needs a value (see the options: migrate-safe down --help)"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

// The runbook's and TrustBot's spellings.
static void test_modes(void **state)
{
    static const Case CASES[] = {
        {"--apply", "up"},
        {"--apply --skip-backup", "up skip-backup=true"},
        {"--skip-backup --apply", "up skip-backup=true"},
        {"--rollback", "down"},
        {"--rollback --steps=3", "down steps=3"},
        {"--dry-run", "plan dry-run=true"},
        {"-d", "plan dry-run=true"},
        {"--apply --dry-run", "up dry-run=true"},
        {"--dry-run validate", "validate dry-run=true"},
        {"-r 027", "down to=027"},
        {"--rollback-to 027", "down to=027"},
        {"--rollback-to=027", "down to=027"},
        {"-r 027 -d", "down dry-run=true to=027"},
        {"--rollback -r 027", "down to=027"},
        {"up --apply", "up"},
        {"--apply up", "up"},
        {"--apply --rollback",
         "--apply and --rollback are two different commands (give one of the two)"},
        {"--apply down", "--apply and down are two different commands (give one of the two)"},
        {"down --apply", "down and --apply are two different commands (give one of the two)"},
        {"up --rollback-to 027", "up does not take --rollback-to (to go back to a version: "
                                 "migrate-safe down --to VERSION)"},
        {"--apply --to 027", "up to=027"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_arguments(void **state)
{
    static const Case CASES[] = {
        {"new -- --strange", "new [--strange]"},
        {"new -- -v", "new [-v]"},
        {"new -", "new [-]"},
        {"-- new x", "new [x]"},
        {"baseline 0", "baseline [0]"},
        {"help up", "help [up]"},
        {"new", "new needs NAME (see: migrate-safe new --help)"},
        {"new a b", "new does not take \"b\" (see: migrate-safe new --help)"},
        {"up 3", "up does not take \"3\" (see: migrate-safe up --help)"},
        {"up up", "up does not take \"up\" (see: migrate-safe up --help)"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

// Two words make a command; options may stand between them.
static void test_groups(void **state)
{
    static const Case CASES[] = {
        {"backup list", "backup list"},
        {"--json backup list", "backup list json=true"},
        {"backup", "backup create"},
        {"backup --form plain", "backup create backup-form=plain"},
        {"backup -h", "backup create help=true"},
        {"backup --steps 3",
         "backup create does not take --steps (see: migrate-safe backup create --help)"},
        {"backup --json list", "backup list json=true"},
        {"backup list --backup-folder x", "backup list backup-folder=x"},
        {"backup list x", "backup list does not take \"x\" (see: migrate-safe backup list --help)"},
        {"backup lst", "unknown command \"backup lst\" (did you mean: migrate-safe backup list)"},
        {"backup nonsense",
         "unknown command \"backup nonsense\" (see its commands: migrate-safe backup --help)"},
        {"bakup", "unknown command \"bakup\" (did you mean: migrate-safe backup)"},
        {"help backup list", "help [backup] [list]"},
        {"new backup", "new [backup]"},
        {"--apply backup", "--apply and backup are two different commands (give one of the two)"},
        {"backup --apply", "backup and --apply are two different commands (give one of the two)"},
        {"backup --nonsense",
         "unknown option --nonsense (see the options: migrate-safe backup --help)"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_refused(void **state)
{
    static const Case CASES[] = {
        {"up --steps", "--steps needs a value (see the options: migrate-safe up --help)"},
        {"up --steps 0", "--steps takes a whole number from 1, not \"0\" ()"},
        {"up --steps=-1", "--steps takes a whole number from 1, not \"-1\" ()"},
        {"up --steps 1x", "--steps takes a whole number from 1, not \"1x\" ()"},
        {"up --steps=", "--steps takes a whole number from 1, not \"\" ()"},
        {"up --steps 99999999999999999999",
         "--steps takes a whole number from 1, not \"99999999999999999999\" ()"},
        {"up --lock-timeout soon",
         "--lock-timeout takes a time, not \"soon\" (write it as 250ms, 2s, 10min or 1h)"},
        {"up --skip-backup=maybe", "--skip-backup is true or false, not \"maybe\" ()"},
        {"up --no-steps", "unknown option --no-steps (did you mean: --steps)"},
        {"up --no-skip-backup=true",
         "unknown option --no-skip-backup (did you mean: --skip-backup)"},
        {"status --steps 3", "status does not take --steps (see: migrate-safe status --help)"},
        {"--steps 3", "status does not take --steps (see: migrate-safe status --help)"},
        {"new x -s", "new does not take -s (see: migrate-safe new --help)"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_what_was_meant(void **state)
{
    static const Case CASES[] = {
        {"statsu", "unknown command \"statsu\" (did you mean: migrate-safe status)"},
        {"STATUS", "unknown command \"STATUS\" (did you mean: migrate-safe status)"},
        {"roll", "unknown command \"roll\" (did you mean: migrate-safe rollback)"},
        {"frobnicate", "unknown command \"frobnicate\" (see the commands: migrate-safe help)"},
        {"up --step 3", "unknown option --step (did you mean: --steps)"},
        {"up --skip_backup", "unknown option --skip_backup (did you mean: --skip-backup)"},
        {"up --dryrun", "unknown option --dryrun (did you mean: --dry-run)"},
        {"--aply", "unknown option --aply (did you mean: --apply)"},
        {"up --frobnicate",
         "unknown option --frobnicate (see the options: migrate-safe up --help)"},
        {"--frobnicate", "unknown option --frobnicate (see the options: migrate-safe --help)"},
        {NULL, NULL},
    };
    assert_cases(CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_modes),          cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_groups),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
