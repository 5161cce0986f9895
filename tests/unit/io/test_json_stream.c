#include "io/json_stream.h"

#include "io/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Written {
    JsonStream json;
    char *bytes;
    size_t size;
} Written;

static void begin(Written *written, int lines)
{
    *written = (Written){0};
    written->json =
        (JsonStream){.file = open_memstream(&written->bytes, &written->size), .lines = lines};
    assert_non_null(written->json.file);
}

static void assert_written(Written *written, const char *expected)
{
    fclose(written->json.file);
    assert_string_equal(written->bytes, expected);
    free(written->bytes);
}

static void test_a_document(void **state)
{
    Written written;
    begin(&written, 2);
    json_begin_object(&written.json);
    json_key_text(&written.json, "a", "b");
    json_key(&written.json, "empty");
    json_begin_list(&written.json);
    json_end(&written.json);
    json_key(&written.json, "list");
    json_begin_list(&written.json);
    json_number(&written.json, -5);
    json_begin_object(&written.json);
    json_key_flag(&written.json, "yes", true);
    json_key_number(&written.json, "most", INT64_MAX);
    json_end(&written.json);
    json_text(&written.json, NULL);
    json_end(&written.json);
    json_end(&written.json);
    assert_written(&written, "{\n"
                             "  \"a\": \"b\",\n"
                             "  \"empty\": [],\n"
                             "  \"list\": [\n"
                             "    -5,\n"
                             "    {\"yes\": true, \"most\": 9223372036854775807},\n"
                             "    null\n"
                             "  ]\n"
                             "}\n");
}

// Whatever the bytes are, a reader takes them, and reads what was meant.
static void test_any_text(void **state)
{
    static const char TEXT[] =
        "\" \\ \b\f\n\r\t \x01 \x1f \x7f \xc3\xbc \xf0\x9f\x90\x98 / \xff\xc3";
    static const char READ[] = "\" \\ \b\f\n\r\t \x01 \x1f \x7f \xc3\xbc \xf0\x9f\x90\x98 / "
                               "\xef\xbf\xbd\xef\xbf\xbd";
    Written written;
    begin(&written, 0);
    json_begin_list(&written.json);
    json_text(&written.json, TEXT);
    json_bytes(&written.json, (Str){"a\0b", 3});
    json_end(&written.json);
    fclose(written.json.file);
    json_error_t error;
    JSON_SCOPED document = json_loadb(written.bytes, written.size, JSON_ALLOW_NUL, &error);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_array_get(document, 0)), READ);
    assert_int_equal(json_string_length(json_array_get(document, 1)), 3);
    free(written.bytes);
}

// Texts longer than what is put at a time, with what needs an escape or several bytes at each place
// of a word and across the ends of pieces.
static void test_long_texts(void **state)
{
    static const char LONG[] = // 23 of three bytes
        "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
        "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
        "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
        "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac";
    static const char *const ODD[] = {
        "\"", "\\", "\x1f", "\n", "\x7f", "\xc3\xbc", "\xf0\x9f\x90\x98", LONG};
    enum {
        LENGTH = 40000,
        TEXTS = 24
    };
    char *texts[TEXTS];
    Written written;
    begin(&written, 0);
    json_begin_list(&written.json);
    for (size_t i = 0; i < TEXTS; i++) {
        size_t at = 0;
        char *text = texts[i] = calloc(1, LENGTH + sizeof LONG);
        assert_non_null(text);
        for (size_t next = 0; at < LENGTH; next++) {
            for (size_t plain = 0; plain < (next + i * 43) % 1100 && at < LENGTH; plain++)
                text[at++] = (char)('a' + plain % 26);
            const char *odd = ODD[next % (sizeof ODD / sizeof *ODD)];
            memcpy(text + at, odd, strlen(odd));
            at += strlen(odd);
        }
        json_text(&written.json, text);
    }
    json_end(&written.json);
    fclose(written.json.file);
    assert_null(memchr(written.bytes, 0x7f, written.size)); // terminals take it for a command
    json_error_t error;
    JSON_SCOPED document = json_loadb(written.bytes, written.size, 0, &error);
    assert_non_null(document);
    for (size_t i = 0; i < TEXTS; i++) {
        assert_string_equal(json_string_value(json_array_get(document, i)), texts[i]);
        free(texts[i]);
    }
    free(written.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_document),
        cmocka_unit_test(test_any_text),
        cmocka_unit_test(test_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
