// Flyway's placeholders and where their values come from.
#include "migration/flyway_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const ENVIRONMENT[] = {"FLYWAY_PLACEHOLDERS_COLOR=red",
                                          "FLYWAY_PLACEHOLDERS_BOTH=environment", "TEAM=blue team",
                                          "EMPTY=", NULL};

typedef struct Case {
    const char *conf; // flyway.conf; flyway.toml when it begins with '['
    const char *text;
    const char *expected; // or the error: "LINE:COLUMN: MESSAGE (HINT)"
} Case;

static const char *expanded(Arena *arena, const char *conf, const char *text)
{
    Listing listing = {0};
    ExpansionValues values = {.environment = ENVIRONMENT};
    const char *name = conf[0] == '[' ? "flyway.toml" : "flyway.conf";
    *vec_append(arena, &listing.texts) =
        (SourceText){name, arena_printf(arena, "m/%s", name), str_from(conf)};
    *vec_append(arena, &values.set) = (ExpansionValue){"both", "set"};
    *vec_append(arena, &values.set) = (ExpansionValue){"flyway:user", "ann"};
    *vec_append(arena, &values.set) = (ExpansionValue){"none", ""};
    const Expansion *expansion = LAYOUT_FLYWAY.expansion(arena, &listing, &values);
    Err err = {0};
    Str result;
    const TextShifts *shifts;
    if (expansion->is_off)
        return "(off)";
    if (expansion_run(arena, expansion, str_from(text), NULL, "m/V1__a.sql", (Position){1, 1},
                      &result, &shifts, &err))
        return arena_dup(arena, result);
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.file, "m/V1__a.sql");
    return arena_printf(arena, "%d:%d: %s%s%s (%s)", err.position.line, err.position.column,
                        err.message, err.detail[0] ? " | " : "", err.detail, err.hint);
}

static void assert_cases(const Case *cases)
{
    ARENA_SCOPED arena = arena_new();
    for (const Case *c = cases; c->text; c++) {
        const char *got = expanded(arena, c->conf, c->text);
        if (strcmp(got, c->expected) != 0)
            fail_msg("[%s] with [%s]\n  gave     %s\n  expected %s", c->text, c->conf, got,
                     c->expected);
    }
}

static void test_text(void **state)
{
    static const Case CASES[] = {
        {"", "", ""},
        {"", "SELECT 1;", "SELECT 1;"},
        {"", "a ${color} b", "a red b"},
        {"", "${COLOR}${Color}", "redred"}, // capitals or not
        {"", "'${color}' -- ${color}\n/* ${color} */ $$${color}$$",
         "'red' -- red\n/* red */ $$red$$"},
        {"", "[${none}]", "[]"},
        // what begins like a placeholder and is none, as Flyway reads it
        {"", "$${color}$$", "$${color}$$"},
        {"", "$$${color}", "$$red"},
        {"", "$1 $a$ $", "$1 $a$ $"},
        {"", "{color}", "{color}"},
        {"", "x\n  ${color",
         "2:3: the placeholder is not closed in its line (close it with }, or, where none is "
         "meant: placeholderReplacement=false in V1__a.sql.conf)"},
        {"", "${col\nor}",
         "1:1: the placeholder is not closed in its line (close it with }, or, where none is "
         "meant: placeholderReplacement=false in V1__a.sql.conf)"},
        {"", "SELECT 1;\nSELECT '\xc3\xa4', '${what-is.it}';",
         "2:14: the placeholder what-is.it has no value (give it one: --set what-is.it=VALUE, "
         "FLYWAY_PLACEHOLDERS_WHAT-IS.IT in the environment, or flyway.placeholders.what-is.it="
         "VALUE in flyway.conf; where no placeholder is meant: placeholderReplacement=false in "
         "V1__a.sql.conf)"},
        {NULL, NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_order_of_values(void **state)
{
    static const Case CASES[] = {
        {"flyway.placeholders.both=conf\nflyway.placeholders.color=conf\n"
         "flyway.placeholders.own = conf = x # y  \n",
         "${both} ${color} ${own}", "set red conf = x # y"},
        {"flyway.placeholders.a=one \\\n  two\nflyway.placeholders.b=x\\\nflyway.placeholders.c=y",
         "${a} ${b} ${c}", "one two x\\ y"},
        {"# flyway.placeholders.a=1\n! x\n  flyway.placeholders.a : 2", "${A}", "2"},
        {"flyway.placeholders.a=${TEAM}, ${EMPTY}${} ${x y}", "${a}", "blue team, ${} ${x y}"},
        {"flyway.placeholders.a=${color}", "${a}",
         "1:1: the value of this placeholder needs the variable color of the environment, which is "
         "not set | said at m/flyway.conf:1 (export color=VALUE)"},
        {"[flyway]\nplaceholders.a = \"one\" # x\n[flyway.placeholders]\nb = 'two' # y\n"
         "\"c\" = 3 # z\nd = \"q\\\"\\\\\\t${env.TEAM}\"\n[other.placeholders]\ne = 'no'\n",
         "${a} ${b} ${c} ${d}", "one two 3 q\"\\\tblue team"},
        {"[flyway.placeholders]\na = [1]\n", "${a}",
         "1:1: the value of this placeholder is no text of one line | said at m/flyway.toml:2 "
         "(give it one: placeholders.a = \"VALUE\")"},
        {"[flyway.placeholders]\na = \"\"\"\nx\"\"\"\n", "${a}",
         "1:1: the value of this placeholder is no text of one line | said at m/flyway.toml:2 "
         "(give it one: placeholders.a = \"VALUE\")"},
        {NULL, NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_built_in(void **state)
{
    static const Case CASES[] = {
        {"", "${flyway:user} ${FLYWAY:USER}", "ann ann"},
        {"", "${flyway:filename} ${flyway:table}", "V1__a.sql flyway_schema_history"},
        {"flyway.table=h\nflyway.defaultSchema=app", "${flyway:table} ${flyway:defaultSchema}",
         "h app"},
        {"", "${flyway:timestamp}",
         "1:1: the value of the placeholder flyway:timestamp is not known (give it: --set "
         "flyway:timestamp=VALUE)"},
        {"", "${flyway:defaultSchema}",
         "1:1: the value of the placeholder flyway:defaultSchema is not known (give it: --set "
         "flyway:defaultSchema=VALUE)"},
        {"flyway.placeholderSeparator=.", "${flyway.table}", "flyway_schema_history"},
        {NULL, NULL, NULL},
    };
    assert_cases(CASES);
}

static void test_settings(void **state)
{
    static const Case CASES[] = {
        {"flyway.placeholderReplacement=false", "${color}", "(off)"},
        {"[flyway]\nplaceholderReplacement = false\n", "${color}", "(off)"},
        {"flyway.placeholderReplacement=true", "${color}", "red"},
        {"flyway.placeholderPrefix=#[[\nflyway.placeholderSuffix=]]",
         "#[[color]] #[color]] ${color} ##[[color]] #[#[[color]]",
         "red #[color]] ${color} ##[[color]] #[#[[color]]"},
        {"flyway.placeholderPrefix=\n", "${color}", "red"},
        {NULL, NULL, NULL},
    };
    assert_cases(CASES);
}

// Off for the folder, and one script wants it.
static void test_on(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Listing listing = {0};
    *vec_append(arena, &listing.texts) =
        (SourceText){"flyway.conf", "m/flyway.conf", STR("flyway.placeholderReplacement=false")};
    ExpansionValues values = {.environment = ENVIRONMENT};
    const Expansion *off = LAYOUT_FLYWAY.expansion(arena, &listing, &values);
    assert_true(off->is_off);
    assert_string_equal(off->trigger, "${");
    Migration migration = {.up = {.is_present = true, .expansion = off}};
    SourceText options = {.name = "V1__a.sql.conf",
                          .path = "m/V1__a.sql.conf",
                          .text = STR("placeholderReplacement=true")};
    Err err = {0};
    assert_true(LAYOUT_FLYWAY.options(arena, &options, &migration, &err));
    assert_false(migration.up.expansion->is_off);
    Str result;
    const TextShifts *shifts;
    assert_true(expansion_run(arena, migration.up.expansion, STR("${color}"), NULL, "m/V1__a.sql",
                              (Position){1, 1}, &result, &shifts, &err));
    assert_true(str_eq(result, STR("red")));
}

// What of Flyway's settings would find other files, or run them elsewhere.
static void test_settings_report(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Listing listing = {0};
    LayoutEntries entries = {0};
    Problems problems = {0};
    *vec_append(arena, &listing.texts) =
        (SourceText){"../flyway.conf", "flyway.conf",
                     STR("flyway.sqlMigrationSuffixes=.sql\nflyway.sqlMigrationPrefix=M\n"
                         "flyway.url=x\n  flyway.schemas=app,other\n")};
    LAYOUT_FLYWAY.read(arena, &listing, &entries, &problems);
    assert_int_equal(problems.len, 2);
    const Err *prefix = &problems.items[0].err;
    assert_true(problems.items[0].is_error);
    assert_string_equal(prefix->file, "flyway.conf");
    assert_int_equal(prefix->position.line, 2);
    assert_string_equal(prefix->message, "flyway.sqlMigrationPrefix: file names are read with "
                                         "their usual parts only");
    assert_string_equal(prefix->hint, "rename the files to V1__x.sql, U1__x.sql, R__x.sql, "
                                      "B1__x.sql and take the setting out");
    const Err *schemas = &problems.items[1].err;
    assert_false(problems.items[1].is_error);
    assert_int_equal(schemas->position.line, 4);
    assert_int_equal(schemas->position.column, 3);
    assert_string_equal(schemas->message, "flyway.schemas: Flyway prepares its connection so, "
                                          "migrate-safe does not");
    assert_string_equal(schemas->hint, "say it in the URL: "
                                       "postgresql://HOST/DATABASE?options=-csearch_path%3DSCHEMA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),     cmocka_unit_test(test_order_of_values),
        cmocka_unit_test(test_built_in), cmocka_unit_test(test_settings),
        cmocka_unit_test(test_on),       cmocka_unit_test(test_settings_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
