// What is written in front of a statement that loses rows, and when nothing is.
#include "../../../lint_text.h"
#include "check/fix/fix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char BEFORE[] =
    "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE,\n"
    "  low text GENERATED ALWAYS AS (lower(email)) STORED, \"State\" text);\n"
    "CREATE TABLE app.parts (a int, b text, n int, place text, PRIMARY KEY (a, b));\n"
    "CREATE TABLE logs (line text);\n"
    "CREATE TABLE notes (id int PRIMARY KEY, owner bigint REFERENCES users ON DELETE CASCADE,\n"
    "  mail text REFERENCES users (email) ON UPDATE CASCADE);\n"
    "CREATE TABLE tree (id int PRIMARY KEY, above int REFERENCES tree ON DELETE SET NULL);\n"
    "CREATE TABLE days (id int, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE "
    "(day);\n"
    "CREATE TABLE days_a PARTITION OF days DEFAULT;\n"
    "CREATE TABLE nights (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);\n"
    "CREATE TABLE nights_a PARTITION OF nights DEFAULT;\n"
    "CREATE TABLE old (id int PRIMARY KEY, note text);\n"
    "CREATE TABLE older () INHERITS (old);\n"
    "CREATE TABLE heard (id int PRIMARY KEY, note text);\n"
    "CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
    "CREATE TRIGGER hears BEFORE UPDATE ON heard FOR EACH ROW EXECUTE FUNCTION hear();\n"
    "CREATE TABLE told (id int PRIMARY KEY, note text);\n"
    "CREATE TRIGGER tells AFTER INSERT OR TRUNCATE ON told EXECUTE FUNCTION hear();\n"
    "CREATE TRIGGER hears_too AFTER INSERT ON nights_a FOR EACH ROW EXECUTE FUNCTION hear();\n"
    "CREATE VIEW seen AS SELECT id FROM old;\n";

typedef struct Judging {
    Arena *arena;
    bool is_no_transaction;
    bool is_without_version;
    bool is_not_kept;
} Judging;

// The fixes of this rule, in their order.
static Fixes fixes_of(const Judging *judging, const char *sql)
{
    static const Migration MIGRATION = {.kind = MIGRATION_VERSIONED, .version = "2.1"};
    const LintOptions options = {
        .has_fixes = true, .keeps = !judging->is_not_kept, .has_optional = true};
    LINT_SCOPED lint = lint_new(judging->arena, &options);
    assert_true(
        lint_text(judging->arena, lint, &(TextFile){.path = "1", .text = str_from(BEFORE)}));
    assert_true(
        lint_text(judging->arena, lint,
                  &(TextFile){.path = "2",
                              .text = str_from(sql),
                              .is_reported = true,
                              .is_no_transaction = judging->is_no_transaction,
                              .migration = judging->is_without_version ? NULL : &MIGRATION}));
    lint_chain_end(lint);
    Fixes fixes = {0};
    VEC_EACH (const Finding, finding, lint_findings(lint))
        if (strcmp(finding->rule->id, "rows-not-kept") == 0)
            *vec_append(judging->arena, &fixes) = finding->fix;
    return fixes;
}

static const char *refused(const Judging *judging, const char *sql)
{
    Fixes fixes = fixes_of(judging, sql);
    assert_int_equal(fixes.len, 1);
    assert_int_equal(fixes.items[0]->steps.len, fixes.items[0]->refused ? 0 : 1);
    return fixes.items[0]->refused;
}

static void a_delete_becomes_the_source_of_its_copy(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Judging judging = {.arena = arena};
    Fixes fixes = fixes_of(&judging, "SELECT 1;\nDELETE FROM users AS u USING logs WHERE line = "
                                     "\"State\"; -- these\n");
    // no: a foreign key takes rows along
    assert_non_null(fixes.items[0]->refused);
    fixes = fixes_of(&judging, "DELETE FROM app.parts AS p USING logs WHERE line = b;");
    const FixStep *step = &fixes.items[0]->steps.items[0];
    assert_string_equal(
        step->sql,
        "CREATE SCHEMA IF NOT EXISTS migrate_safe_quarantine;\n"
        "CREATE TABLE migrate_safe_quarantine.parts_2_1_1_rows AS\n"
        "SELECT a, b, n, place FROM app.parts\n"
        "WITH NO DATA;\n"
        "WITH gone AS (\n"
        "DELETE FROM app.parts AS p USING logs WHERE line = b\n"
        "RETURNING p.a, p.b, p.n, p.place)\n"
        "INSERT INTO migrate_safe_quarantine.parts_2_1_1_rows (a, b, n, place)\n"
        "SELECT a, b, n, place FROM gone;\n"
        "COMMENT ON TABLE migrate_safe_quarantine.parts_2_1_1_rows IS 'migrate-safe quarantine: "
        "{\"version\": \"2.1\", \"kind\": \"rows\", \"schema\": \"app\", \"was\": \"parts\", "
        "\"by\": \"delete\", \"columns\": [\"a\", \"b\", \"n\", \"place\"], \"key\": []}';");
    assert_string_equal(step->down,
                        "INSERT INTO app.parts (a, b, n, place) OVERRIDING SYSTEM VALUE\n"
                        "SELECT a, b, n, place FROM migrate_safe_quarantine.parts_2_1_1_rows;\n"
                        "DROP TABLE migrate_safe_quarantine.parts_2_1_1_rows;");
    assert_true(fixes.items[0]->is_statement_left);
}

static void an_update_keeps_what_it_sets(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Judging judging = {.arena = arena};
    Fixes fixes = fixes_of(&judging, "UPDATE app.parts SET (n, place) = (1, b), n = DEFAULT;\n"
                                     "UPDATE app.parts SET n = 2;\n");
    assert_int_equal(fixes.len, 2);
    assert_non_null(strstr(fixes.items[0]->steps.items[0].sql,
                           "RETURNING parts.a, parts.b, parts.n AS migrate_safe_new_n, "
                           "parts.place AS migrate_safe_new_place)\n"
                           "INSERT INTO migrate_safe_quarantine.parts_2_1_1_rows "));
    assert_non_null(
        strstr(fixes.items[1]->steps.items[0].sql, "migrate_safe_quarantine.parts_2_1_2_rows"));
}

static void what_is_copied_already_has_another_name(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Judging judging = {.arena = arena};
    Fixes fixes =
        fixes_of(&judging, "CREATE TABLE migrate_safe_quarantine.logs_2_1_1_rows AS SELECT 1;\n"
                           "CREATE TABLE migrate_safe_quarantine.parts_2_1_1_rows AS SELECT 1;\n"
                           "TRUNCATE ONLY app.parts;\n");
    const char *sql = fixes.items[0]->steps.items[0].sql;
    assert_non_null(strstr(sql, "LOCK TABLE ONLY app.parts IN SHARE ROW EXCLUSIVE MODE;\n"
                                "CREATE TABLE migrate_safe_quarantine.parts_2_1_2_rows AS\n"
                                "SELECT a, b, n, place\nFROM ONLY app.parts;\n"
                                "TRUNCATE ONLY app.parts;\n"));
}

static void where_a_copy_is_not_all_it_says_why(void **state)
{
    static const struct {
        const char *sql, *why; // NULL: there is a fix
    } CASES[] = {
        {"DELETE FROM users", "notes_owner_fkey of public.notes ON DELETE"},
        {"DELETE FROM tree", "tree_above_fkey of public.tree ON DELETE"},
        {"DELETE FROM notes WHERE owner = 1", NULL},
        {"UPDATE users SET \"State\" = 'a'", NULL},
        {"UPDATE users SET email = 'a'", "notes_mail_fkey of public.notes ON UPDATE"},
        {"UPDATE users SET id = DEFAULT", "it sets id, which is of the primary key"},
        {"UPDATE users SET low = DEFAULT", "generated columns alone"},
        {"UPDATE users SET unknown = 1", "column unknown of it, no file says"},
        {"UPDATE days SET note = 'a'", NULL},
        {"DELETE FROM days_a", NULL},
        {"DELETE FROM nights", "what trigger hears_too writes"},
        {"UPDATE heard SET note = 'a'", "what trigger hears writes"},
        {"DELETE FROM heard", NULL},
        {"TRUNCATE heard", NULL},
        {"DELETE FROM told", "what trigger tells writes"},
        {"TRUNCATE told", "what trigger tells writes"},
        {"UPDATE told SET note = 'a'", NULL},
        {"UPDATE old SET note = 'a'", "tables that inherit from it"},
        {"DELETE FROM seen", "what the table has, no file says"},
        {"DELETE FROM elsewhere", "what the table has, no file says"},
        {"DELETE FROM logs", "no primary key"},
        {"DELETE FROM app.parts RETURNING a", "a RETURNING of its own"},
        {"DELETE FROM app.parts WHERE CURRENT OF c", "WHERE CURRENT OF"},
        {"WITH w AS (SELECT 1 AS a) DELETE FROM app.parts USING w WHERE w.a = parts.a", NULL},
        {"WITH w AS (INSERT INTO logs VALUES ('a')) DELETE FROM app.parts", "its WITH writes"},
        {"WITH w AS (DELETE FROM app.parts) SELECT 1", "it stands in WITH"},
        {"TRUNCATE app.parts", NULL},
        {"TRUNCATE app.parts RESTART IDENTITY", "RESTART IDENTITY"},
        {"TRUNCATE app.parts CASCADE", "what CASCADE takes along"},
        {"DO $$ BEGIN DELETE FROM app.parts; END $$", "it stands in a DO block"},
        {"MERGE INTO app.parts USING logs ON b = line WHEN MATCHED THEN DELETE",
         "MERGE gives back"},
        {"INSERT INTO app.parts VALUES (1, 'a') ON CONFLICT (a, b) DO UPDATE SET n = 2",
         "ON CONFLICT DO UPDATE gives back"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Judging judging = {.arena = arena};
        const char *why = refused(&judging, CASES[i].sql);
        bool is_right = CASES[i].why ? why && strstr(why, CASES[i].why) : !why;
        if (!is_right)
            fail_msg("%s: %s", CASES[i].sql, why ? why : "(fixed)");
    }
}

static void a_copy_has_a_version_and_a_transaction(void **state)
{
    static const char SQL[] = "DELETE FROM app.parts;";
    ARENA_SCOPED arena = arena_new();
    Judging judging = {.arena = arena, .is_no_transaction = true};
    assert_non_null(strstr(refused(&judging, SQL), "statement by statement"));
    assert_null(refused(&judging, "BEGIN;\nDELETE FROM app.parts;\nCOMMIT;\n"));
    judging = (Judging){.arena = arena, .is_without_version = true};
    assert_non_null(strstr(refused(&judging, SQL), "by the version"));
    judging = (Judging){.arena = arena, .is_not_kept = true};
    assert_non_null(strstr(refused(&judging, SQL), "only with --keep"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delete_becomes_the_source_of_its_copy),
        cmocka_unit_test(an_update_keeps_what_it_sets),
        cmocka_unit_test(what_is_copied_already_has_another_name),
        cmocka_unit_test(where_a_copy_is_not_all_it_says_why),
        cmocka_unit_test(a_copy_has_a_version_and_a_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
