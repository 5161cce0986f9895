#include "rehearsal_case.h"

#include "io/file.h"
#include "run/rehearse/evidence.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static Arena *arena;
static char folder[] = "/tmp/migrate-safe-evidence-XXXXXX";

static int set_up(void **state)
{
    arena = arena_new();
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return !mkdtemp(folder) || chdir(folder) != 0;
}

static int tear_down(void **state)
{
    Err err = {0};
    arena_free(arena);
    return chdir("/") != 0 || !file_remove_tree(folder, &err);
}

static void test_what_is_read_is_what_was_written(void **state)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        Err err = {0};
        Rehearsal read;
        Rehearsal rehearsal = any_rehearsal(arena, seed);
        JSON_SCOPED document = rehearsal_to_json(&rehearsal);
        JSON_SCOPED again = json_read(str_from(json_line(arena, document)), "x", &err);
        if (!again || !rehearsal_from_json(arena, again, "x", &read, &err))
            fail_msg("seed %d: %s", (int)seed, err.message);
        same_rehearsal(&rehearsal, &read);
    }
}

static void test_verdict(void **state)
{
    Rehearsal rehearsal = {0};
    *vec_append(arena, &rehearsal.findings) =
        (RehearsalFinding){.problem = REHEARSAL_SERVER_WIDE, .message = "x"};
    JSON_SCOPED passed = rehearsal_to_json(&rehearsal);
    assert_string_equal(json_get_text(arena, passed, "verdict"), "passed");
    rehearsal.findings.items[0].problem = REHEARSAL_TOO_SLOW;
    JSON_SCOPED failed = rehearsal_to_json(&rehearsal);
    assert_string_equal(json_get_text(arena, failed, "verdict"), "failed");
    assert_int_equal(json_integer_value(json_object_get(failed, "failures")), 1);
}

// One with every list filled, so that each member is there.
static json_t *whole(void)
{
    Rehearsal rehearsal = {0};
    for (uint64_t seed = 1; !rehearsal.findings.len; seed++) {
        rehearsal = any_rehearsal(arena, seed);
        if (rehearsal.migrations.len == 0 || rehearsal.migrations.items[0].findings.len == 0 ||
            rehearsal.migrations.items[0].probes.len == 0 ||
            rehearsal.migrations.items[0].up.trace.statements.len == 0) {
            rehearsal.findings.len = 0;
            continue;
        }
        const TraceStatement *statement = rehearsal.migrations.items[0].up.trace.statements.items;
        if (!statement->relations.len || !statement->phases.len || !statement->notices.len)
            rehearsal.findings.len = 0;
    }
    return rehearsal_to_json(&rehearsal);
}

static const char *refusal_of(const json_t *document)
{
    Err err = {0};
    Rehearsal untouched = {.run_id = "untouched"};
    if (rehearsal_from_json(arena, document, "f.json", &untouched, &err))
        return NULL;
    assert_string_equal(untouched.run_id, "untouched");
    assert_int_equal(err.class, ERR_CHECK);
    assert_true(str_starts(str_from(err.message), STR("f.json")));
    assert_true(*err.hint);
    return arena_strdup(arena, err.message);
}

static bool is_derived(const char *path)
{
    return strcmp(path, "verdict") == 0 || strcmp(path, "failures") == 0 ||
           strcmp(path, "warnings") == 0;
}

static void expect_refused(const json_t *document, const char *path)
{
    const char *message = refusal_of(document);
    if (is_derived(path)) {
        assert_null(message);
        return;
    }
    if (!message)
        fail_msg("%s: was read", path);
    if (!strstr(message, path))
        fail_msg("%s is not named: %s", path, message);
}

static size_t tried;

static void break_each(const json_t *document, json_t *object, const char *path);

// In turn: gone, of no type that anything has, huge.
static void break_one(const json_t *document, json_t *object, const char *key, const char *path)
{
    json_t *kept = json_incref(json_object_get(object, key));
    json_object_del(object, key);
    expect_refused(document, path);
    json_object_set_new(object, key, json_real(0.5));
    expect_refused(document, path);
    if (json_is_integer(kept)) {
        json_object_set_new(object, key, json_integer(INT64_MAX));
        expect_refused(document, path);
        json_object_set_new(object, key, json_integer(-1));
        expect_refused(document, path);
    }
    json_object_set_new(object, key, kept);
    tried++;
}

// The keys first: what is taken out and put back is the last one then.
static Words keys_of(json_t *object)
{
    Words keys = {0};
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) * vec_append(arena, &keys) = arena_strdup(arena, key);
    return keys;
}

static void break_each(const json_t *document, json_t *object, const char *path)
{
    Words keys = keys_of(object);
    VEC_EACH (const char *, key, &keys) {
        const char *inside = arena_printf(arena, "%s%s%s", path, *path ? "." : "", *key);
        break_one(document, object, *key, inside);
        json_t *value = json_object_get(object, *key);
        json_t *first = json_array_get(value, 0);
        if (json_is_object(value))
            break_each(document, value, inside);
        if (json_is_object(first))
            break_each(document, first, arena_printf(arena, "%s[0]", inside));
    }
}

static void test_each_broken_member_is_named(void **state)
{
    JSON_SCOPED document = whole();
    assert_null(refusal_of(document));
    tried = 0;
    break_each(document, document, "");
    assert_true(tried > 130);
    assert_null(refusal_of(document));
}

static void put_words(json_t *object, const char *key, const char *json)
{
    json_object_set_new(object, key, json_loads(json, 0, NULL));
}

static void test_words_that_are_not_known(void **state)
{
    JSON_SCOPED document = whole();
    json_t *copy = json_object_get(document, "copy");
    put_words(copy, "kind", "[\"rumour\"]");
    expect_refused(document, "copy.kind is not a text");
    put_words(copy, "limits", "[1]");
    json_object_set_new(copy, "kind", json_string("rumour"));
    expect_refused(document, "copy.kind is a word that is not known here");
    json_object_set_new(copy, "kind", json_string("dump"));
    expect_refused(document, "copy.limits holds something that is not a text");
}

static void test_other_documents(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } CASES[] = {
        {"{}", "f.json is no evidence of a rehearsal"},
        {"{\"schema\": 7}", "f.json is no evidence of a rehearsal"},
        {"{\"schema\": \"migrate-safe/backup/1\"}", "f.json is no evidence of a rehearsal"},
        {"{\"schema\": \"migrate-safe/rehearsal/9\"}",
         "f.json is of another version of migrate-safe: schema 9, and this one reads 1"},
        {"[]", "f.json is no evidence of a rehearsal"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err err = {0};
        JSON_SCOPED document = json_read(str_from(CASES[i].text), "f.json", &err);
        assert_non_null(document);
        assert_true(str_starts(str_from(refusal_of(document)), str_from(CASES[i].message)));
    }
}

// ---- files

static const char *write_one(const Rehearsal *rehearsal, const char **ret_digest)
{
    Err err = {0};
    const char *path;
    if (!evidence_write(arena, "rehearsals", rehearsal, &path, ret_digest, &err))
        fail_msg("%s", err.message);
    return path;
}

static const char *read_message(const char *what)
{
    Err err = {0};
    Rehearsal rehearsal;
    const char *path;
    const char *digest;
    if (evidence_read(arena, "rehearsals", what, &rehearsal, &path, &digest, &err))
        fail_msg("was read: %s", what);
    return arena_printf(arena, "%s: %s", err_class_word(err.class), err.message);
}

static void expect_read(const char *what, const char *wanted_digest)
{
    Err err = {0};
    Rehearsal rehearsal;
    const char *path;
    const char *digest;
    if (!evidence_read(arena, "rehearsals", what, &rehearsal, &path, &digest, &err))
        fail_msg("%s: %s", what, err.message);
    assert_string_equal(digest, wanted_digest);
    assert_true(file_is_regular(path));
}

static void put(const char *path, Str text)
{
    Err err = {0};
    unlink(path);
    if (!file_write_new(path, text, 0644, &err))
        fail_msg("%s", err.message);
}

static Str content_of(const char *path)
{
    Err err = {0};
    Str text;
    if (!file_read(arena, path, 1 << 30, &text, &err))
        fail_msg("%s", err.message);
    return text;
}

static void test_files(void **state)
{
    struct stat status;
    const char *old;
    const char *new;
    Rehearsal rehearsal = any_rehearsal(arena, 1);
    assert_string_equal(read_message("latest"),
                        "config: there is no evidence of a rehearsal in rehearsals");
    rehearsal.made_at = "2026-03-01T00:00:00.000Z";
    const char *new_path = write_one(&rehearsal, &new);
    rehearsal.made_at = "2026-02-28T23:59:59.999Z";
    const char *old_path = write_one(&rehearsal, &old);
    assert_string_equal(old_path, arena_printf(arena, "rehearsals/%s.json", old));
    assert_int_equal(stat(old_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    expect_read("latest", new);
    expect_read(old, old);
    expect_read(old_path, old);
    expect_read(arena_printf(arena, "%.6s", old), old);
    expect_read(arena_printf(arena, "%s/%s", folder, new_path), new);
    put(arena_printf(arena, "rehearsals/%.6s%058d.json", old, 0), STR("{}"));
    assert_non_null(strstr(read_message(arena_printf(arena, "%.6s", old)),
                           "config: several rehearsals begin with"));
    assert_non_null(strstr(read_message("ffffffff0000"), "config: there is no rehearsal"));
    assert_non_null(strstr(read_message("nowhere.json"), "config: cannot read nowhere.json"));
}

static void test_no_password_is_written(void **state)
{
    const char *digest;
    Rehearsal rehearsal = any_rehearsal(arena, 1);
    *vec_append(arena, &rehearsal.findings) = (RehearsalFinding){
        .problem = REHEARSAL_UP_FAILED,
        .message = "ALTER ROLE ann PASSWORD 'geheim' failed",
        .detail = "on postgresql://ann:geheim@db/shop",
    };
    assert_null(strstr(content_of(write_one(&rehearsal, &digest)).p, "geheim"));
    expect_read(digest, digest);
    assert_string_equal(rehearsal.findings.items[rehearsal.findings.len - 1].message,
                        "ALTER ROLE ann PASSWORD 'geheim' failed");
}

static void test_what_is_no_evidence(void **state)
{
    EvidenceFolder loaded;
    Err err = {0};
    const char *digest;
    Rehearsal rehearsal = any_rehearsal(arena, 3);
    const char *path = write_one(&rehearsal, &digest);
    Str text = content_of(path);
    put("other.json", text);
    assert_non_null(
        strstr(read_message("other.json"), "check: other.json is no evidence: its name"));
    put(path, (Str){text.p, text.n / 2});
    assert_non_null(strstr(read_message(path), "is no evidence: it was changed"));
    put(path, STR(""));
    assert_non_null(strstr(read_message(digest), "is no evidence: it was changed"));
    assert_true(evidence_load(arena, "rehearsals", &loaded, &err));
    assert_int_equal(loaded.evidence.len, 0);
    assert_int_equal(loaded.problems.len, 1);
    assert_non_null(strstr(read_message("latest"), "is no evidence: it was changed"));
}

// With the right name, as somebody makes it who knows how.
static const char *forge(Str text)
{
    char hex[SHA256_HEX];
    Sha256 *hash = sha256_new();
    sha256_add(hash, text);
    sha256_finish(hash, hex);
    const char *path = arena_printf(arena, "%s.json", hex);
    put(path, text);
    return path;
}

static void test_forged_files(void **state)
{
    size_t deep = 100000;
    char *nested = arena_alloc(arena, deep);
    memset(nested, '[', deep);
    assert_non_null(strstr(read_message(forge((Str){nested, deep})), "maximum parsing depth"));
    assert_non_null(strstr(read_message(forge(STR("{\"schema\": \"a\\u0000b\"}"))), "NUL"));
    assert_non_null(strstr(read_message(forge(STR("{\"total_ms\": 99999999999999999999}"))),
                           "too big integer"));
    assert_non_null(strstr(read_message(forge(STR("{\"a\": 1, \"a\": 2}"))), "duplicate"));
    assert_non_null(strstr(read_message(forge(STR("\xff"))), "check: "));
    assert_non_null(strstr(read_message(forge(STR("[1]"))), "is no evidence of a rehearsal"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_read_is_what_was_written),
        TEST(test_verdict),
        TEST(test_each_broken_member_is_named),
        TEST(test_words_that_are_not_known),
        TEST(test_other_documents),
        TEST(test_files),
        TEST(test_no_password_is_written),
        TEST(test_what_is_no_evidence),
        TEST(test_forged_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
