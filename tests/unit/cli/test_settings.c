#include "cli/settings.h"

#include "cli/settings_dotenv.h"

#include "io/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static Arena *arena;
static char folder[] = "/tmp/ms-settings-XXXXXX";

static const char *const VARIABLES[] = {
    "DATABASE_URL", "SUPABASE_DB_URL", "MIGRATE_SAFE_CONFIG", "PGHOST", "PGHOSTADDR",
    "PGPORT",       "PGDATABASE",      "PGSERVICE",           "PGUSER", "PGSERVICEFILE"};

static int set_up_folder(void **state)
{
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    Err err = {0};
    return chdir("/") == 0 && file_remove_tree(folder, &err) ? 0 : -1;
}

static int set_up(void **state)
{
    arena = arena_new();
    for (size_t i = 0; i < sizeof VARIABLES / sizeof VARIABLES[0]; i++)
        unsetenv(VARIABLES[i]);
    unsetenv("PGPASSWORD");
    unlink("migrate-safe.yaml");
    unlink(".env");
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static void write_file(const char *name, const char *text)
{
    Err err = {0};
    if (!file_write(name, str_from(text), 0644, &err))
        fail_msg("%s", err.message);
}

static Context context_with(OptionId id, const char *flag)
{
    Context context = {.arena = arena};
    Err err = {0};
    if (flag)
        assert_true(option_set(arena, &context.options, id, ORIGIN_FLAG, "--flag", flag, &err));
    return context;
}

static void load(Context *context)
{
    Err err = {0};
    if (!settings_load(context, &err))
        fail_msg("%s:%d:%d: %s", err.file, err.position.line, err.position.column, err.message);
}

static void assert_value(const Context *context, OptionId id, const char *text, const char *where)
{
    const OptionValue *value = &context->options.values[id];
    assert_non_null(value->where);
    assert_string_equal(value->text, text);
    assert_string_equal(value->where, where);
}

static const char FILE_TEXT[] = "defaults:\n"
                                "  database: postgresql://defaults/d\n"
                                "  schema: from_defaults\n"
                                "  lock-timeout: 1s\n"
                                "environments:\n"
                                "  staging:\n"
                                "    schema: from_staging\n"
                                "    database: postgresql://staging/d\n"
                                "  prod:\n";

static void test_nothing_said(void **state)
{
    Context context = context_with(OPTION_DIR, NULL);
    load(&context);
    for (int id = 0; id < OPTION_COUNT; id++)
        assert_null(context.options.values[id].where);
    const char *url;
    const char *where;
    Err err = {0};
    assert_false(settings_database(&context, &url, &where, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.message, "no database is named");
    assert_string_equal(err.hint,
                        "export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
}

static void test_defaults(void **state)
{
    write_file("migrate-safe.yaml", FILE_TEXT);
    Context context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_SCHEMA, "from_defaults", "migrate-safe.yaml:3:3");
    assert_int_equal(context.options.values[OPTION_SCHEMA].origin, ORIGIN_DEFAULTS);
    assert_int_equal(option_number(&context.options, OPTION_LOCK_TIMEOUT), 1000);
    const char *url;
    const char *where;
    Err err = {0};
    assert_true(settings_database(&context, &url, &where, &err));
    assert_string_equal(url, "postgresql://defaults/d");
    assert_string_equal(where, "migrate-safe.yaml:2:3");
}

static void test_environment(void **state)
{
    write_file("migrate-safe.yaml", FILE_TEXT);
    Context context = context_with(OPTION_ENV, "staging");
    load(&context);
    assert_value(&context, OPTION_SCHEMA, "from_staging", "migrate-safe.yaml:7:5");
    assert_value(&context, OPTION_DATABASE, "postgresql://staging/d", "migrate-safe.yaml:8:5");
    assert_int_equal(option_number(&context.options, OPTION_LOCK_TIMEOUT), 1000);
    context = context_with(OPTION_ENV, "prod"); // an empty block
    load(&context);
    assert_value(&context, OPTION_SCHEMA, "from_defaults", "migrate-safe.yaml:3:3");
}

static void test_flag_beats_all(void **state)
{
    write_file("migrate-safe.yaml", FILE_TEXT);
    setenv("DATABASE_URL", "postgresql://variable/d", 1);
    Context context = context_with(OPTION_DATABASE, "postgresql://flag/d");
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://flag/d", "--flag");
}

static void test_variable_beats_file(void **state)
{
    write_file("migrate-safe.yaml", FILE_TEXT);
    setenv("SUPABASE_DB_URL", "postgresql://supabase/d", 1);
    Context context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://supabase/d", "SUPABASE_DB_URL");
    setenv("DATABASE_URL", " postgresql://variable/d\n", 1);
    context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://variable/d", "DATABASE_URL");
    setenv("DATABASE_URL", "", 1); // as if it were not there
    context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://supabase/d", "SUPABASE_DB_URL");
}

static void assert_refused(Context *context, ErrClass class, const char *message)
{
    Err err = {0};
    assert_false(settings_load(context, &err));
    assert_string_equal(err.message, message);
    assert_int_equal(err.class, class);
}

// Production must never run under staging's policy.
static void test_environment_and_variable(void **state)
{
    write_file("migrate-safe.yaml", FILE_TEXT);
    Context context = context_with(OPTION_ENV, "staging");
    setenv("DATABASE_URL", "postgresql://production/d", 1);
    assert_refused(&context, ERR_CONFIG,
                   "DATABASE_URL names another database than environment \"staging\" does");
    setenv("DATABASE_URL", "postgresql://staging/d", 1); // the same is fine
    context = context_with(OPTION_ENV, "staging");
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://staging/d", "migrate-safe.yaml:8:5");
    setenv("SUPABASE_DB_URL", "postgresql://production/d", 1);
    context = context_with(OPTION_ENV, "staging");
    assert_refused(&context, ERR_CONFIG,
                   "SUPABASE_DB_URL names another database than environment \"staging\" does");
}

// ---- .env

static void test_dotenv(void **state)
{
    write_file(".env", "OTHER=x\nDATABASE_URL=postgresql://file/d\nPGPASSWORD='geheim'\n");
    write_file("migrate-safe.yaml", FILE_TEXT);
    Context context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://file/d", ".env:2"); // beats the defaults
    assert_int_equal(context.options.values[OPTION_DATABASE].origin, ORIGIN_DOTENV);
    assert_string_equal(getenv("PGPASSWORD"), "geheim"); // libpq and children need it
    assert_null(getenv("OTHER"));
    assert_string_equal(settings_dotenv_exported(&context), "PGPASSWORD");
    context = context_with(OPTION_DATABASE, "postgresql://flag/d");
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://flag/d", "--flag");
}

// Even an empty one is stronger, and even another one that names a database.
static void test_variables_beat_dotenv(void **state)
{
    write_file(".env", "DATABASE_URL=postgresql://file/d\nPGHOST=file\n");
    setenv("SUPABASE_DB_URL", "postgresql://variable/d", 1);
    setenv("PGHOST", "variable", 1);
    Context context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://variable/d", "SUPABASE_DB_URL");
    assert_string_equal(getenv("PGHOST"), "variable");
    unsetenv("SUPABASE_DB_URL");
    unsetenv("PGHOST");
    setenv("DATABASE_URL", "", 1);
    write_file(".env", "DATABASE_URL=postgresql://file/d\n");
    context = context_with(OPTION_DIR, NULL);
    load(&context);
    const char *url;
    const char *where;
    Err err = {0};
    assert_false(settings_database(&context, &url, &where, &err));
    assert_non_null(strstr(err.detail, "DATABASE_URL (empty), SUPABASE_DB_URL (not set), .env "
                                       "(DATABASE_URL of line 1 gives way to the empty variable)"));
}

// It does not say which environment it is of.
static void test_dotenv_with_environment(void **state)
{
    write_file(".env", "DATABASE_URL=postgresql://file/d\nPGHOST=file\nPGPASSWORD=geheim\n");
    write_file("migrate-safe.yaml",
               "environments:\n  staging:\n    database: postgresql://staging/d\n"
               "  prod:\n    schema: x\n");
    Context context = context_with(OPTION_ENV, "staging");
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://staging/d", "migrate-safe.yaml:3:5");
    assert_null(getenv("PGHOST"));
    assert_string_equal(getenv("PGPASSWORD"), "geheim");
    context = context_with(OPTION_ENV, "prod");
    load(&context);
    const char *url;
    const char *where;
    Err err = {0};
    assert_false(settings_database(&context, &url, &where, &err));
    assert_non_null(strstr(err.detail, ".env (DATABASE_URL of line 1 does not count with --env)"));
    setenv("DATABASE_URL", "postgresql://variable/d", 1); // that was said for this run
    context = context_with(OPTION_ENV, "prod");
    load(&context);
    assert_value(&context, OPTION_DATABASE, "postgresql://variable/d", "DATABASE_URL");
}

static void test_place_of_dotenv(void **state)
{
    Err err = {0};
    assert_true(file_make_directories("conf", 0755, &err));
    write_file("conf/c.yaml", "defaults:\n  schema: s\n");
    write_file("conf/.env", "\nPGUSER=ann\n");
    write_file(".env", "DATABASE_URL=postgresql://here/d\n");
    Context context = context_with(OPTION_CONFIG, "conf/c.yaml");
    load(&context); // beside the file, and only there
    const char *url = "";
    const char *where;
    assert_true(settings_database(&context, &url, &where, &err));
    assert_null(url);
    assert_string_equal(where, "conf/.env:2");
    unsetenv("PGUSER");
    write_file(".env", "MIGRATE_SAFE_CONFIG=conf/c.yaml\n");
    context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_value(&context, OPTION_SCHEMA, "s", "conf/c.yaml:2:3");
    unlink(".env");
    assert_true(file_make_directories(".env", 0755, &err)); // Python's folder
    unsetenv("MIGRATE_SAFE_CONFIG");
    context = context_with(OPTION_DIR, NULL);
    load(&context);
    assert_false(settings_database(&context, &url, &where, &err));
    assert_non_null(strstr(err.detail, ".env (not a regular file)"));
    rmdir(".env");
}

static void test_wrong_dotenv(void **state)
{
    write_file(".env", "X='\nDATABASE_URL='geheim\n");
    Context context = context_with(OPTION_DIR, NULL);
    assert_refused(&context, ERR_CONFIG, "DATABASE_URL: this quote is not closed");
}

static void test_libpq_variables(void **state)
{
    const char *url = "";
    const char *where;
    Err err = {0};
    Context context = context_with(OPTION_DIR, NULL);
    setenv("PGSERVICE", "shop", 1);
    load(&context);
    assert_true(settings_database(&context, &url, &where, &err));
    assert_null(url);
    assert_string_equal(where, "PGSERVICE");
}

static void test_named_file(void **state)
{
    Err err = {0};
    assert_true(file_make_directories("conf", 0755, &err));
    write_file("conf/c.yaml", "defaults:\n  dir: [one, /abs/two]\n  logs: out\n  schema: s\n");
    Context context = context_with(OPTION_CONFIG, "conf/c.yaml");
    load(&context);
    const OptionValue *dirs = &context.options.values[OPTION_DIR];
    assert_int_equal(dirs->list.len, 2);
    assert_string_equal(dirs->list.items[0], "conf/one"); // from the file's own folder
    assert_string_equal(dirs->list.items[1], "/abs/two");
    assert_value(&context, OPTION_LOGS, "conf/out", "conf/c.yaml:3:3");
    assert_value(&context, OPTION_SCHEMA, "s", "conf/c.yaml:4:3");
    setenv("MIGRATE_SAFE_CONFIG", "conf/c.yaml", 1);
    context = context_with(OPTION_ENV, NULL);
    load(&context);
    assert_value(&context, OPTION_SCHEMA, "s", "conf/c.yaml:4:3");
    context = context_with(OPTION_CONFIG, "nowhere.yaml");
    assert_refused(&context, ERR_IO, "cannot read nowhere.yaml: No such file or directory");
}

// A list on the command line replaces the file's, it does not add to it.
static void test_list_of_flag(void **state)
{
    write_file("migrate-safe.yaml", "defaults:\n  dir: [one, two]\n");
    Context context = context_with(OPTION_DIR, "three");
    load(&context);
    assert_int_equal(context.options.values[OPTION_DIR].list.len, 1);
}

static void assert_tools(const char *file, const char *yaml, const char *expected)
{
    Context context = context_with(OPTION_CONFIG, file);
    write_file(file, yaml);
    load(&context);
    assert_string_equal(option_text(&context.options, OPTION_TOOLS), expected);
}

// A list is taken word by word; a program that is a path starts at the file's folder.
static void test_tools(void **state)
{
    assert_true(mkdir("b c", 0755) == 0 || errno == EEXIST);
    assert_tools("a.yaml", "defaults:\n  tools: docker exec -i db\n", "docker exec -i db");
    assert_tools("a.yaml", "defaults:\n  tools: [docker, 'a b', \"it's\"]\n",
                 "docker 'a b' 'it'\"'\"'s'");
    assert_tools("a.yaml", "defaults:\n  tools: ./run x/y\n", "./run x/y");
    assert_tools("b c/a.yaml", "defaults:\n  tools: ./run x/y\n", "'b c/./run' x/y");
    assert_tools("b c/a.yaml", "defaults:\n  tools: ['./a b', x]\n", "'b c/./a b' x");
    assert_tools("b c/a.yaml", "defaults:\n  tools: docker ./x\n", "docker ./x");
    assert_tools("b c/a.yaml", "defaults:\n  tools: /bin/run\n", "/bin/run");
    Context context = context_with(OPTION_CONFIG, "b c/a.yaml");
    write_file("b c/a.yaml", "defaults:\n  schema-file: db/schema.sql\n");
    load(&context);
    assert_string_equal(option_text(&context.options, OPTION_SCHEMA_FILE), "b c/db/schema.sql");
}

static void test_wrong_files(void **state)
{
    static const struct {
        const char *text;
        int line;
        int column;
        const char *message;
        const char *hint;
    } CASES[] = {
        {"defaults:\n  shema: x\n", 2, 3, "unknown setting \"shema\"", "did you mean: schema"},
        {"defaults:\n  frobnicate: x\n", 2, 3, "unknown setting \"frobnicate\"",
         "see the settings: migrate-safe help --man | man -l -"},
        {"defaults:\n  steps: 3\n", 2, 3, "unknown setting \"steps\"",
         NULL}, // no setting: of a run
        {"defaults:\n  schema: [a, b]\n", 2, 3, "this setting takes one value, not a list",
         "write it as name: value"},
        {"defaults:\n  schema: {a: b}\n", 2, 3, "this setting takes one value",
         "write it as name: value"},
        {"defaults:\n  - a\n", 1, 1, "expected settings here, one \"name: value\" a line", ""},
        {"default:\n  schema: x\n", 1, 1, "unknown block \"default\"",
         "the blocks are defaults:, environments:, lint: and roles:"},
        {"- a\n", 1, 3, "expected the blocks defaults: and environments:", NULL},
        {"environments: prod\n", 1, 1, "expected one block for each environment here", NULL},
        // also where nobody works now
        {"environments:\n  prod:\n    shema: x\n", 3, 5, "unknown setting \"shema\"",
         "did you mean: schema"},
        {"defaults:\n  lock-timeout: soon\n", 2, 3, "lock-timeout takes a time, not \"soon\"",
         "write it as 250ms, 2s, 10min or 1h"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        write_file("migrate-safe.yaml", CASES[i].text);
        Context context = context_with(OPTION_DIR, NULL);
        Err err = {0};
        assert_false(settings_load(&context, &err));
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.message, CASES[i].message);
        assert_string_equal(err.file, "migrate-safe.yaml");
        assert_int_equal(err.position.line, CASES[i].line);
        assert_int_equal(err.position.column, CASES[i].column);
        if (CASES[i].hint && *CASES[i].hint) // the list of settings goes on behind its begin
            assert_memory_equal(err.hint, CASES[i].hint, strlen(CASES[i].hint));
    }
}

static void test_no_such_environment(void **state)
{
    Context context = context_with(OPTION_ENV, "prod");
    assert_refused(&context, ERR_CONFIG,
                   "--env needs a configuration file, and there is no migrate-safe.yaml here");
    write_file("migrate-safe.yaml", FILE_TEXT);
    context = context_with(OPTION_ENV, "prd");
    Err err = {0};
    assert_false(settings_load(&context, &err));
    assert_string_equal(err.message, "migrate-safe.yaml has no environment \"prd\"");
    assert_string_equal(err.detail, "environments there: staging, prod");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_environment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flag_beats_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_variable_beats_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_environment_and_variable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dotenv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_variables_beat_dotenv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dotenv_with_environment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_place_of_dotenv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_dotenv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_libpq_variables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_named_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list_of_flag, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tools, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_such_environment, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_folder, remove_folder);
}
