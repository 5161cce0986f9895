#include "shelf_case.h"

#include "run/backup/manifest_fields.h"

static const char *write_one(const BackupManifest *manifest)
{
    Err err = {0};
    if (!manifest_write("m.json", manifest, &err))
        fail_msg("%s", err.message);
    return text_of("m.json");
}

static const char *message_of(const char *text)
{
    Err err = {0};
    BackupManifest untouched = {.id = "x"};
    put("m.json", text);
    if (manifest_read(arena, "m.json", &untouched, &err))
        fail_msg("was read: %.80s", text);
    assert_string_equal(untouched.id, "x");
    assert_int_equal(err.class, ERR_CHECK);
    assert_true(*err.hint);
    return arena_strdup(arena, err.message);
}

// What is written from what was read is the same to the byte.
static void test_round_trip(void **state)
{
    Err err = {0};
    BackupManifest manifest = some_manifest();
    BackupManifest read;
    const char *first = write_one(&manifest);
    if (!manifest_read(arena, "m.json", &read, &err))
        fail_msg("%s", err.message);
    assert_string_equal(write_one(&read), first);
    assert_string_equal(read.database, "shop \"one\"");
    assert_null(read.locale);
    assert_int_equal(read.database_bytes, 8000000000);
    assert_true(read.data.sequences.items[0].last_value == INT64_MIN);
    assert_string_equal(read.schema->objects.items[1].parent, "app.orders");
    assert_null(read.schema->objects.items[1].text);
    manifest.schema = NULL;
    write_one(&manifest);
    assert_true(manifest_read(arena, "m.json", &read, &err));
    assert_null(read.schema);
}

static const struct {
    const char *at; // the object that has the fields, by a path of keys; a list gives its first
    const Field *fields;
} PLACES[] = {
    {"", MANIFEST_FIELDS},
    {"archive", ARCHIVE_FIELDS},
    {"data", DATA_FIELDS},
    {"data.tables", TABLE_FIELDS},
    {"data.sequences", SEQUENCE_FIELDS},
    {"extensions", EXTENSION_FIELDS},
    {"files", FILE_FIELDS},
    {"catalog", SCHEMA_FIELDS},
    {"catalog.objects", OBJECT_FIELDS},
    {"catalog.gaps", GAP_FIELDS},
};

static json_t *object_at(json_t *document, const char *path)
{
    for (Str rest = str_from(path); rest.n;) {
        Str key = str_until(rest, '.');
        document = json_object_get(document, arena_dup(arena, key));
        if (json_is_array(document))
            document = json_array_get(document, 0);
        assert_non_null(document);
        rest = str_skip(rest, key.n < rest.n ? key.n + 1 : key.n);
    }
    return document;
}

static json_t *whole(void)
{
    Err err = {0};
    BackupManifest manifest = some_manifest();
    return json_read(str_from(write_one(&manifest)), "m.json", &err);
}

// Each field, left out and of a type that none has, is named.
static void test_each_field(void **state)
{
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        for (const Field *field = PLACES[i].fields; field->name; field++)
            for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
                JSON_SCOPED document = whole();
                json_t *object = object_at(document, PLACES[i].at);
                if (is_wrong)
                    json_put(object, field->name, json_real(1.5));
                else
                    json_object_del(object, field->name);
                const char *message = message_of(json_line(arena, document));
                const char *named = strstr(message, field->name);
                if (!named || !strstr(message, is_wrong ? " is n" : " is missing"))
                    fail_msg("%s.%s: %s", PLACES[i].at, field->name, message);
            }
}

static void test_each_list_and_object(void **state)
{
    static const char *const NAMES[] = {"patterns", "archive",  "files", "extensions",
                                        "roles",    "settings", "data",  "catalog"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        JSON_SCOPED document = whole();
        json_put(document, NAMES[i], json_true());
        assert_non_null(strstr(message_of(json_line(arena, document)), NAMES[i]));
        json_object_del(document, NAMES[i]);
        assert_non_null(strstr(message_of(json_line(arena, document)), "is missing"));
    }
}

static void replace(const char *key, json_t *value, const char *expected)
{
    JSON_SCOPED document = whole();
    json_put(document, key, value);
    const char *message = message_of(json_line(arena, document));
    if (!strstr(message, expected))
        fail_msg("%s\n  expected %s", message, expected);
}

static void test_hostile(void **state)
{
    replace("server_major", json_integer(-1), "server_major is negative");
    replace("server_major", json_integer(1LL << 40), "server_major is too large");
    replace("size_bytes", json_integer(-1), "size_bytes is negative");
    replace("form", json_cstr("tar"), "form is a word that is not known here");
    replace("level", json_cstr("perfect"), "level is a word that is not known here");
    replace("roles", json_pack("[i]", 1), "roles holds something that is not a text");
    replace("files", json_pack("[[]]"), "files[0] is not an object");
    static const char *const PATHS[] = {"/etc/passwd", "../x", "a/../../x", "a//b", ".", "a/."};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        replace("files", json_pack("[{s:s,s:i,s:s}]", "path", PATHS[i], "bytes", 1, "sha256", "x"),
                "leads out of the backup");
}

static void test_not_a_manifest(void **state)
{
    static const char *const TEXTS[] = {"",
                                        "{",
                                        "[]",
                                        "null",
                                        "{\"schema\": 1}",
                                        "{}",
                                        "\"a\"",
                                        "{\"schema\": \"migrate-safe/plan/1\"}"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        message_of(TEXTS[i]);
    replace("schema", json_cstr("migrate-safe/backup/2"),
            "is of another version of migrate-safe: schema 2, and this one reads 1");
    Err err = {0};
    BackupManifest manifest;
    assert_false(manifest_read(arena, "nowhere.json", &manifest, &err));
    assert_int_equal(err.class, ERR_IO);
}

// Every beginning of a manifest is refused, and reading any does not crash.
static void test_cut(void **state)
{
    BackupManifest manifest = some_manifest();
    const char *text = arena_strdup(arena, write_one(&manifest));
    for (size_t length = 0; length + 2 < strlen(text); length += 7)
        message_of(arena_dup(arena, (Str){text, length}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_list_and_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hostile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_a_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
