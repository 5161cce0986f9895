#include "migration/stranger.h"

#include "layout_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    const char *message; // NULL: nobody's
} CASES[] = {
    {"00001_x.go", "a migration in Go, and only SQL can be run here"},
    {"1700000000000_x.js", "a migration in JavaScript, and only SQL can be run here"},
    {"1-x.mts", "a migration in TypeScript, and only SQL can be run here"},
    {"20240101120000_x.rb", "a migration in Ruby, and only SQL can be run here"},
    {"0001_x.py", "a migration in Python, and only SQL can be run here"},
    {"V1__x.rs", "a migration in Rust, and only SQL can be run here"},
    {"V1_2__x.java", "a migration in Java, and only SQL can be run here"},
    {"R__x.kt", "a migration in Kotlin, and only SQL can be run here"},
    {"001.SH", "a migration in shell, and only SQL can be run here"},
    {"deep/er/001_x.exs", "a migration in Elixir, and only SQL can be run here"},
    {"001_x.up.sql.tmpl", "a template, and templates cannot be rendered here"},
    {"001_x.sql.j2", "a template, and templates cannot be rendered here"},
    {"001_x.up.psql", "only names that end in .sql are read"},
    {"embed.go", NULL},
    {"00001_x_test.go", NULL},
    {"1700000000000_x.d.ts", NULL},
    {"2fa.go", NULL},
    {"V__x.java", NULL},
    {"Vacuum__x.java", NULL},
    {"README.md", NULL},
    {"001_x.md", NULL},
    {"001_x.sql.bak", NULL},
    {"001_x/", NULL},
    {"001.go/", NULL},
    {"../rollbacks/001_x.go", NULL},
    {"tern.conf", NULL},
};

static void test_strangers(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Listing listing = layout_listing(arena, CASES[i].name);
        Problems problems = {0};
        LayoutEntries entries = {0};
        strangers_report(arena, &listing, &entries, &problems);
        if (problems.len != (CASES[i].message != NULL))
            fail_msg("%s", CASES[i].name);
        if (!problems.len)
            continue;
        const Problem *problem = &problems.items[0];
        assert_int_equal(problem->kind, PROBLEM_FOREIGN);
        assert_true(problem->is_error);
        assert_string_equal(problem->err.message, CASES[i].message);
        assert_string_equal(problem->err.file, arena_printf(arena, "m/%s", CASES[i].name));
        assert_true(problem->err.hint[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_strangers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
