#include "check/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

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

// A digest for each letter.
static const char *digest(char letter)
{
    char *hex = arena_alloc(arena, SHA256_HEX);
    memset(hex, letter, SHA256_HEX - 1);
    return hex;
}

// Now is 2026-03-10 12:00:00.
#define NOW_MS INT64_C(1773144000000)

// A rehearsal of 026, 027 and 028 on a dump, an hour ago, and a run of 027 and 028 for which it
// stands.
typedef struct Case {
    Rehearsal rehearsal;
    Migration migrations[3];
    Plan plan;
    EvidenceRun run;
} Case;

static void add_rehearsed(Case *one, const char *version, char up, char down, char before)
{
    *vec_append(arena, &one->rehearsal.migrations) = (RehearsedMigration){
        .version = version,
        .kind = MIGRATION_VERSIONED,
        .up_checksum = digest(up),
        .down_checksum = digest(down),
        .down_file = "down.sql",
        .fingerprint_before = digest(before),
        .up = {.ms = 1000, .estimate = {2000, 3000, "by rows"}},
    };
}

static Migration migration(const char *version, const char *path, char up, char down)
{
    Migration made = {
        .version = version,
        .kind = MIGRATION_VERSIONED,
        .up = {.is_present = true, .path = path},
        .down = {.is_present = true, .path = arena_printf(arena, "down/%s", path)},
    };
    memcpy(made.up.checksum, digest(up), SHA256_HEX);
    memcpy(made.down.checksum, digest(down), SHA256_HEX);
    return made;
}

static Case *some_case(void)
{
    Case *one = arena_new_object(arena, Case);
    one->rehearsal = (Rehearsal){
        .made_at = "2026-03-10T11:00:00.000Z",
        .tool_version = "1.0",
        .copy = {.kind = REHEARSAL_FROM_DUMP, .server = "15.10", .bytes = 5000000},
    };
    add_rehearsed(one, "026", '1', '2', 'a');
    add_rehearsed(one, "027", '3', '4', 'b');
    add_rehearsed(one, "028", '5', '6', 'c');
    one->migrations[0] = migration("027", "027_a.sql", '3', '4');
    one->migrations[1] = migration("028", "028_b.sql", '5', '6');
    for (size_t i = 0; i < 2; i++)
        *vec_append(arena, &one->plan.steps) =
            (Step){.version = one->migrations[i].version, .migration = &one->migrations[i]};
    one->run = (EvidenceRun){
        .plan = &one->plan,
        .fingerprint = digest('b'),
        .server_major = 15,
        .database_bytes = 6000000,
        .now_ms = NOW_MS,
        .tool_version = "1.0",
        .policy = {EVIDENCE_REQUIRED, INT64_C(7) * 24 * 3600 * 1000, true},
    };
    return one;
}

static const char *differences_of(const Case *one)
{
    Words differences;
    Evidence evidence = {"rehearsals/x.json", digest('e'), &one->rehearsal};
    const char *text = "";
    evidence_differences(arena, &evidence, &one->run, &differences);
    VEC_EACH (const char *, difference, &differences)
        text = arena_printf(arena, "%s%s%s", text, *text ? "; " : "", *difference);
    return text;
}

static void test_stands(void **state)
{
    Case *one = some_case();
    assert_string_equal(differences_of(one), "");
    one->plan.steps.len = 1; // the first of them alone
    assert_string_equal(differences_of(one), "");
    one->run.fingerprint = NULL; // not compared
    one->run.server_major = 0;
    one->run.policy.max_age_ms = 0;
    one->rehearsal.made_at = "2020-01-01T00:00:00Z";
    assert_string_equal(differences_of(one), "");
}

static void test_edited_files(void **state)
{
    Case *one = some_case();
    one->migrations[0].up.checksum[7] = '9';
    assert_string_equal(differences_of(one), "027_a.sql was edited since");
    one = some_case();
    one->migrations[1].down.checksum[7] = '9';
    assert_string_equal(differences_of(one), "the down of 028 was edited since, down/028_b.sql");
    one = some_case();
    one->migrations[1].down.is_present = false;
    assert_string_equal(differences_of(one), "the down of 028 is gone since, down.sql");
    one = some_case();
    one->rehearsal.migrations.items[1].down_checksum = NULL;
    assert_string_equal(differences_of(one), "027 has a down since, down/027_a.sql");
    one->migrations[0].down.is_present = false;
    assert_string_equal(differences_of(one), "");
}

static void test_other_migrations(void **state)
{
    Case *one = some_case();
    one->migrations[2] = migration("027b", "027b_c.sql", '7', '8');
    one->plan.steps.len = 0;
    for (size_t i = 0; i < 3; i++) {
        Migration *next = &one->migrations[i == 1 ? 2 : i / 2];
        *vec_append(arena, &one->plan.steps) = (Step){.version = next->version, .migration = next};
    }
    assert_string_equal(differences_of(one), "027b was not rehearsed");
    one = some_case();
    one->rehearsal.migrations.items[2].kind = MIGRATION_REPEATABLE;
    assert_string_equal(differences_of(one), "028 was not rehearsed");
    one = some_case();
    RehearsedMigration last = one->rehearsal.migrations.items[2];
    one->rehearsal.migrations.items[2] = one->rehearsal.migrations.items[0];
    one->rehearsal.migrations.items[0] = last;
    assert_string_equal(differences_of(one), "028 ran in another order there");
    one = some_case();
    add_rehearsed(one, "029", '5', '6', 'c');
    one->rehearsal.migrations.items[2].version = "027c";
    one->rehearsal.migrations.items[3].version = "028";
    assert_string_equal(differences_of(one), "027c ran before 028 there, and will not here");
}

static void test_other_database(void **state)
{
    Case *one = some_case();
    one->run.fingerprint = digest('d');
    assert_string_equal(differences_of(one),
                        "the schema of the database is another than the one that was rehearsed: "
                        "dddddddddddd, there bbbbbbbbbbbb");
    one->run.unread = "permission denied";
    assert_string_equal(differences_of(one),
                        "the schema of the database cannot be compared: permission denied");
    one = some_case();
    one->rehearsal.migrations.items[1].fingerprint_before = NULL;
    assert_string_equal(differences_of(one), "027 did not come to run there");
    one = some_case();
    one->run.server_major = 16;
    assert_string_equal(differences_of(one),
                        "it was made with PostgreSQL 15.10, the database has 16");
    one = some_case();
    one->run.tool_version = "1.1";
    assert_string_equal(differences_of(one), "migrate-safe 1.0 made it, this is 1.1");
}

static void test_result(void **state)
{
    Case *one = some_case();
    RehearsedMigration *second = &one->rehearsal.migrations.items[1];
    *vec_append(arena, &second->findings) =
        (RehearsalFinding){.problem = REHEARSAL_SERVER_WIDE, .message = "a warning"};
    assert_string_equal(differences_of(one), "");
    *vec_append(arena, &second->findings) =
        (RehearsalFinding){.problem = REHEARSAL_TOO_SLOW, .message = "27 took 40 s"};
    assert_string_equal(differences_of(one), "it did not pass: 27 took 40 s");
    *vec_append(arena, &one->rehearsal.findings) =
        (RehearsalFinding){.problem = REHEARSAL_UP_FAILED, .message = "no disk"};
    assert_string_equal(differences_of(one), "it did not pass, 2 things failed: no disk");
}

static void test_age(void **state)
{
    Case *one = some_case();
    one->rehearsal.made_at = "2026-03-01T11:59:59Z";
    assert_string_equal(differences_of(one), "it is 9 days old, and at most 7 days is wanted");
    one->rehearsal.made_at = "2026-03-03T12:00:00.000Z";
    assert_string_equal(differences_of(one), "");
    one->rehearsal.made_at = "2026-03-03T11:59:59.999Z";
    assert_string_equal(differences_of(one), "it is 7 days old, and at most 7 days is wanted");
    one->rehearsal.made_at = "2026-03-10T12:05:00Z"; // clocks differ
    assert_string_equal(differences_of(one), "");
    one->rehearsal.made_at = "2026-03-10T12:05:01Z";
    assert_string_equal(differences_of(one), "it is from the future: 2026-03-10T12:05:01Z");
    one->rehearsal.made_at = "yesterday";
    assert_string_equal(differences_of(one), "its time is none: yesterday");
}

static void test_copy(void **state)
{
    static const struct {
        RehearsalCopyKind kind;
        const char *differences;
    } CASES[] = {
        {REHEARSAL_FROM_BACKUP, ""},
        {REHEARSAL_FROM_CLONE, ""},
        {REHEARSAL_FROM_GENERATED,
         "its copy was generated, and one with the database's own rows is wanted"},
        {REHEARSAL_FROM_EMPTY,
         "its copy was empty, and one with the database's own rows is wanted"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Case *one = some_case();
        one->rehearsal.copy.kind = CASES[i].kind;
        assert_string_equal(differences_of(one), CASES[i].differences);
        one->run.policy.wants_data = false;
        assert_string_equal(differences_of(one), "");
    }
    Case *one = some_case();
    one->run.database_bytes = 20000000;
    assert_string_equal(differences_of(one), "");
    one->run.database_bytes = 20000004;
    assert_string_equal(differences_of(one),
                        "its copy had 5.0 MB, and the database has 20 MB by now");
    one->rehearsal.copy.bytes = -1;
    assert_string_equal(differences_of(one), "");
}

static void test_times(void **state)
{
    Case *one = some_case();
    EvidenceTime time = evidence_time(&one->rehearsal, &one->plan);
    assert_int_equal(time.took_ms, 2000);
    assert_int_equal(time.low_ms, 4000);
    assert_int_equal(time.high_ms, 6000);
    one->rehearsal.migrations.items[1].up.estimate.low_ms = -1;
    one->rehearsal.migrations.items[2].up.ms = -1;
    time = evidence_time(&one->rehearsal, &one->plan);
    assert_int_equal(time.took_ms, -1);
    assert_int_equal(time.low_ms, -1);
    assert_int_equal(time.high_ms, -1);
}

static void test_the_nearest_is_told(void **state)
{
    Err err = {0};
    EvidenceVerdict verdict;
    Case *one = some_case();
    Case *other = some_case();
    Case *third = some_case();
    Evidence evidence[] = {{"1", digest('1'), &one->rehearsal},
                           {"2", digest('2'), &other->rehearsal},
                           {"3", digest('3'), &third->rehearsal}};
    one->rehearsal.tool_version = "0.9";
    one->rehearsal.copy.server = "14.1";
    other->rehearsal.copy.server = "14.2";
    third->rehearsal.copy.server = "14.3";
    evidence_judge(arena, evidence, 3, &one->run, &verdict);
    assert_false(verdict.stands);
    assert_ptr_equal(verdict.evidence.rehearsal, &other->rehearsal);
    assert_false(evidence_refuse(arena, &verdict, "migrate-safe.yaml:4:5", &err));
    assert_int_equal(err.class, ERR_CHECK);
    assert_string_equal(err.message,
                        "no rehearsal stands for this, and one has to (migrate-safe.yaml:4:5)");
    assert_string_equal(err.detail,
                        "222222222222, 1 hour old, which differs least: it was made with "
                        "PostgreSQL 14.2, the database has 15");
    third->rehearsal.copy.server = "15.3";
    evidence_judge(arena, evidence, 3, &one->run, &verdict);
    assert_true(verdict.stands);
    assert_string_equal(verdict.evidence.path, "3");
    evidence_judge(arena, evidence, 0, &one->run, &verdict);
    assert_true(verdict.is_judged);
    assert_false(verdict.stands);
    evidence_refuse(arena, &verdict, "x", &err);
    assert_string_equal(err.message, "this was not rehearsed, and it has to be (x)");
    one->run.policy.need = EVIDENCE_OFF;
    evidence_judge(arena, evidence, 0, &one->run, &verdict);
    assert_false(verdict.is_judged);
}

static void test_needs(void **state)
{
    EvidenceNeed need;
    for (int i = 0; i <= EVIDENCE_REQUIRED; i++) {
        assert_true(evidence_need_parse(evidence_need_word((EvidenceNeed)i), &need));
        assert_int_equal(need, i);
    }
    assert_false(evidence_need_parse("always", &need));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_stands),         TEST(test_edited_files), TEST(test_other_migrations),
        TEST(test_other_database), TEST(test_result),       TEST(test_age),
        TEST(test_copy),           TEST(test_times),        TEST(test_the_nearest_is_told),
        TEST(test_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
