#include "pg/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A program that is a shell script: its $0 and $@ are what every client is given.
static Client script(const char *const *argv, const char *password)
{
    static const char *const ENVIRONMENT[] = {"PATH=/usr/bin:/bin", "GIVEN=yes", NULL};
    return (Client){
        .tool = {.name = "pg_dump", .path = "wrap pg_dump", .argv = argv, .major = 15},
        .export = {.environment = ENVIRONMENT, .url = "postgresql://h/d", .password = password},
    };
}

static bool run(const char *text, const char *password, Text *out, Err *err)
{
    ARENA_SCOPED arena = arena_new();
    Client client = script((const char *const[]){"sh", "-c", text, NULL}, password);
    ClientRun run = {.arguments = (const char *const[]){"a b", "c", NULL},
                     .receive = client_to_text,
                     .context = out};
    return client_run(arena, &client, &run, err);
}

static void it_is_given_its_arguments_and_its_own_environment(void **state)
{
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 1000);
    setenv("NOT_GIVEN", "x", 1);
    assert_true(run("printf '%s|' \"$0\" \"$@\" $GIVEN \"$NOT_GIVEN\"", "", &out, &err));
    assert_string_equal(text_cstr(&out), "--no-password|--dbname=|a b|c|yes||");
}

static void the_address_is_an_argument_where_the_environment_does_not_reach(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 1000);
    Client client = script((const char *const[]){"sh", "-c", "echo \"$@\"", NULL}, "");
    client.is_elsewhere = true;
    ClientRun run = {
        .arguments = (const char *const[]){NULL}, .receive = client_to_text, .context = &out};
    assert_true(client_run(arena, &client, &run, &err));
    assert_string_equal(text_cstr(&out), "--dbname=postgresql://h/d\n");
}

static void a_setting_is_beside_those_of_the_caller(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 1000);
    Client client =
        script((const char *const[]){"sh", "-c", "echo \"$PGOPTIONS|$GIVEN\"", NULL}, "");
    ClientRun run = {
        .arguments = (const char *const[]){NULL}, .receive = client_to_text, .context = &out};
    client_set(arena, &client, "a=0");
    assert_true(client_run(arena, &client, &run, &err));
    client_set(arena, &client, "b=1");
    assert_true(client_run(arena, &client, &run, &err));
    assert_string_equal(text_cstr(&out), "-c a=0|yes\n-c a=0 -c b=1|yes\n");
}

static void a_failure_is_told_in_its_words(void **state)
{
    static const struct {
        const char *script;
        const char *message;
        const char *hint;
    } CASES[] = {
        {"echo 'pg_dump: error: no matching tables' >&2; exit 1",
         "wrap pg_dump: no matching tables", ""},
        {"echo 'pg_dump: warning: x' >&2; echo 'pg_dump: error: y' >&2; echo z >&2; exit 1",
         "wrap pg_dump: y", ""},
        {"echo first >&2; echo last >&2; echo >&2; exit 2", "wrap pg_dump: last", ""},
        {"exit 9", "wrap pg_dump ended with exit code 9 and said nothing", ""},
        {"echo 'pg_dump: error: connection to server at \"h\" failed' >&2; exit 1",
         "wrap pg_dump: connection to server at \"h\" failed",
         "is that the database's address as seen from there? set it: tools-database: URL"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err err = {0};
        TEXT_SCOPED out;
        text_init(&out, 1000);
        assert_false(run(CASES[i].script, "", &out, &err));
        assert_int_equal(err.class, ERR_IO);
        assert_string_equal(err.message, CASES[i].message);
        assert_string_equal(err.hint, CASES[i].hint);
    }
}

static void a_password_is_taken_out_of_what_it_says(void **state)
{
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 1000);
    assert_false(
        run("echo 'a geheim' >&2; echo 'geheimgeheim, geheim' >&2; exit 1", "geheim", &out, &err));
    assert_string_equal(err.message, "wrap pg_dump: ******, ***");
    assert_string_equal(err.detail, "a ***\n******, ***");
}

static void more_than_the_text_takes_is_an_error(void **state)
{
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 10);
    assert_false(run("yes", "", &out, &err));
    assert_string_equal(err.message, "the output is longer than 10 bytes");
}

static void output_goes_to_a_descriptor(void **state)
{
    Err err = {0};
    char read_back[16] = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(client_to_descriptor(&ends[1], STR("abc"), &err));
    assert_true(client_to_descriptor(&ends[1], STR("def"), &err));
    assert_int_equal(read(ends[0], read_back, sizeof read_back), 6);
    assert_string_equal(read_back, "abcdef");
    close(ends[0]);
    close(ends[1]);
    assert_false(client_to_descriptor(&ends[1], STR("x"), &err));
    assert_string_equal(err.message, "cannot write the output: Bad file descriptor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_given_its_arguments_and_its_own_environment),
        cmocka_unit_test(the_address_is_an_argument_where_the_environment_does_not_reach),
        cmocka_unit_test(a_setting_is_beside_those_of_the_caller),
        cmocka_unit_test(a_failure_is_told_in_its_words),
        cmocka_unit_test(a_password_is_taken_out_of_what_it_says),
        cmocka_unit_test(more_than_the_text_takes_is_an_error),
        cmocka_unit_test(output_goes_to_a_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
