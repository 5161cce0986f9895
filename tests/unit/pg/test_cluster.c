#include "pg/cluster.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/file.h"

#define SETTINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

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

static Cluster *start(const char *const *settings)
{
    Err err;
    Cluster *cluster = NULL;
    if (!cluster_start(arena, &(ClusterOptions){.settings = settings}, &cluster, &err))
        fail_msg("%s\n%s\n%s", err.message, err.detail, err.hint);
    return cluster;
}

static const char *ask(const char *url, const char *sql)
{
    PGconn *connection = PQconnectdb(url);
    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(connection));
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(connection));
    const char *answer = arena_strdup(arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(connection);
    return answer;
}

static const char *setting_of(const char *url, const char *name)
{
    return ask(url, arena_printf(arena, "SHOW %s", name));
}

static void answers_where_its_url_says(void **state)
{
    Cluster *cluster = start(NULL);
    const char *url = cluster_url(arena, cluster, "postgres");
    setenv("PGPORT", "1", 1); // the URL leaves nothing to the environment
    assert_string_equal(ask(url, "SELECT current_user || pg_encoding_to_char(encoding) FROM "
                                 "pg_database WHERE datname = current_database()"),
                        "postgresUTF8");
    unsetenv("PGPORT");
    assert_int_equal(strtol(setting_of(url, "server_version_num"), NULL, 10) / 10000,
                     cluster_major(cluster));
    assert_string_equal(setting_of(url, "listen_addresses"), "");
    assert_string_equal(setting_of(url, "fsync"), "off");
    assert_string_equal(setting_of(url, "timezone"), "UTC");
    assert_string_equal(ask(url, "SELECT 'a' COLLATE \"default\" > 'B'"), "t");
    assert_string_equal(ask(url, "SELECT upper('\xc3\xa9')"), "\xc3\x89");
    cluster_stop(cluster);
}

static void its_directory_is_private_and_goes_with_it(void **state)
{
    Cluster *cluster = start(NULL);
    const char *directory = cluster_directory(cluster);
    struct stat status;
    assert_int_equal(stat(directory, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_not_equal(status.st_uid, 0);
    pid_t pid = cluster_pid(cluster);
    assert_true(file_exists(cluster_log(cluster)));
    cluster_stop(cluster);
    assert_false(file_exists(directory));
    assert_false(file_exists(arena_printf(arena, "/proc/%d", (int)pid)));
    cluster_stop(NULL);
}

static void settings_win_and_are_quoted(void **state)
{
    Cluster *cluster =
        start(SETTINGS("fsync=on", "app.motto=it's a \\ = b", "statement_timeout=90s"));
    const char *url = cluster_url(arena, cluster, "postgres");
    assert_string_equal(setting_of(url, "fsync"), "on");
    assert_string_equal(setting_of(url, "app.motto"), "it's a \\ = b");
    assert_string_equal(setting_of(url, "statement_timeout"), "90s");
    cluster_stop(cluster);
}

static void databases_are_encoded_in_the_url(void **state)
{
    Cluster *cluster = start(NULL);
    const char *url = cluster_url(arena, cluster, "a b/?&%\xc3\xa4");
    assert_non_null(strstr(url, "postgresql:///a%20b%2F%3F%26%25%C3%A4?host=%2F"));
    cluster_stop(cluster);
}

// Directories of ours below the temporary one.
static size_t homes(void)
{
    FileEntries entries = {0};
    Err err;
    assert_true(file_list(arena, getenv("TMPDIR"), &entries, &err));
    return entries.len;
}

static void a_server_that_ends_while_starting_is_quoted_and_leaves_nothing(void **state)
{
    char directory[] = "/tmp/migrate-safe-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    chmod(directory, 0755);
    setenv("TMPDIR", directory, 1);
    Err err = {0};
    Cluster *cluster = NULL;
    ClusterOptions options = {.settings = SETTINGS("no_such_setting=1")};
    assert_false(cluster_start(arena, &options, &cluster, &err));
    assert_null(cluster);
    assert_int_equal(err.class, ERR_IO);
    assert_non_null(strstr(err.message, "ended while it started (exit code 1)"));
    assert_non_null(strstr(err.detail, "unrecognized configuration parameter \"no_such_setting\""));
    assert_int_equal(homes(), 0);
    options.settings = SETTINGS("a=b\nc=d");
    assert_false(cluster_start(arena, &options, &cluster, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_int_equal(homes(), 0);
    unsetenv("TMPDIR");
    rmdir(directory);
}

static void a_temporary_directory_that_cannot_serve_is_passed_over(void **state)
{
    char directory[] = "/tmp/migrate-safe-test-XXXXXX";
    assert_non_null(mkdtemp(directory)); // as root: 0700, the server's user cannot get in
    const char *parent =
        geteuid() == 0 ? directory
                       : arena_printf(arena, "%s/%0100d", directory, 1); // too long for a socket
    setenv("TMPDIR", parent, 1);
    Cluster *cluster = start(NULL);
    assert_null(strstr(cluster_directory(cluster), directory));
    cluster_stop(cluster);
    unsetenv("TMPDIR");
    rmdir(directory);
}

static void a_temporary_directory_need_not_be_listed(void **state)
{
    char directory[] = "/tmp/migrate-safe-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    chmod(directory, 0711); // the server's user may enter, which is all that he has to do there
    setenv("TMPDIR", directory, 1);
    Cluster *cluster = start(NULL);
    assert_non_null(strstr(cluster_directory(cluster), directory));
    cluster_stop(cluster);
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(directory), 0);
}

static void sweeping_leaves_what_lives_and_takes_what_does_not(void **state)
{
    Cluster *cluster = start(NULL);
    // abandoned: no lock, and a pid whose start time is another
    char abandoned[] = "/tmp/migrate-safe-pg-XXXXXX";
    char fresh[] = "/tmp/migrate-safe-pg-XXXXXX";
    assert_non_null(mkdtemp(abandoned));
    assert_non_null(mkdtemp(fresh)); // somebody is about to write his owner file
    Err err;
    assert_true(file_write_new(arena_printf(arena, "%s/owner", abandoned),
                               str_from(arena_printf(arena, "%d 1\n", (int)getpid())), 0600, &err));
    assert_true(file_make_directories(arena_printf(arena, "%s/data/base", abandoned), 0700, &err));
    cluster_sweep();
    assert_false(file_exists(abandoned));
    assert_true(file_exists(fresh));
    assert_string_equal(ask(cluster_url(arena, cluster, "postgres"), "SELECT 1"), "1");
    rmdir(fresh);
    cluster_stop(cluster);
}

static void missing_programs_are_said_with_what_to_install(void **state)
{
    Err err = {0};
    Cluster *cluster = NULL;
    assert_false(cluster_start(arena, &(ClusterOptions){.major = 12}, &cluster, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.message, "PostgreSQL 12 is not supported: 13 to 18 are");
    int absent = 13;
    while (absent <= 18 && file_exists(arena_printf(arena, "/usr/lib/postgresql/%d", absent)))
        absent++;
    if (absent <= 18) {
        const char *path = arena_strdup(arena, getenv("PATH"));
        const char *named = getenv("MIGRATE_SAFE_PG_BIN");
        named = named ? arena_strdup(arena, named) : NULL;
        setenv("PATH", "/nowhere", 1);
        unsetenv("MIGRATE_SAFE_PG_BIN");
        assert_false(cluster_start(arena, &(ClusterOptions){.major = absent}, &cluster, &err));
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.message,
                            arena_printf(arena, "no PostgreSQL %d server is installed", absent));
        assert_non_null(
            strstr(err.hint, arena_printf(arena, "apt-get install postgresql-%d", absent)));
        setenv("PATH", path, 1);
        if (named)
            setenv("MIGRATE_SAFE_PG_BIN", named, 1);
    }
    assert_false(cluster_start(arena, &(ClusterOptions){.binaries = "/etc"}, &cluster, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.message, "the directory given has no PostgreSQL server: /etc");
}

static void programs_that_the_user_cannot_reach_are_said(void **state)
{
    if (geteuid() != 0)
        skip();
    char directory[] = "/tmp/migrate-safe-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    const char *bin = arena_printf(arena, "%s/bin", directory);
    assert_int_equal(mkdir(bin, 0755), 0);
    Err err = {0};
    const char *const names[] = {"postgres", "initdb"};
    for (int i = 0; i < 2; i++)
        assert_true(file_write_new(arena_printf(arena, "%s/%s", bin, names[i]),
                                   STR("#!/bin/sh\necho 'postgres (PostgreSQL) 9.6.1'\n"), 0755,
                                   &err));
    Cluster *cluster = NULL;
    assert_false(cluster_start(arena, &(ClusterOptions){.binaries = bin}, &cluster, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_non_null(strstr(err.message, "Permission denied"));
    assert_non_null(strstr(err.detail, directory));
    assert_string_equal(err.hint, arena_printf(arena, "chmod a+rx %s", directory));
    assert_int_equal(chmod(directory, 0755), 0);
    assert_false(cluster_start(arena, &(ClusterOptions){.binaries = bin}, &cluster, &err));
    assert_non_null(strstr(err.message, "is version 9; supported are 13 to 18"));
    assert_true(file_remove_tree(directory, &err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_where_its_url_says),
        TEST(its_directory_is_private_and_goes_with_it),
        TEST(settings_win_and_are_quoted),
        TEST(databases_are_encoded_in_the_url),
        TEST(a_server_that_ends_while_starting_is_quoted_and_leaves_nothing),
        TEST(a_temporary_directory_that_cannot_serve_is_passed_over),
        TEST(a_temporary_directory_need_not_be_listed),
        TEST(sweeping_leaves_what_lives_and_takes_what_does_not),
        TEST(missing_programs_are_said_with_what_to_install),
        TEST(programs_that_the_user_cannot_reach_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
