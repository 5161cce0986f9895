#include "io/gzip.h"

#include "base/text.h"
#include "io/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum {
    MOST = 1 << 22,
    READER_ROOM = 1 << 16 // what the reader reads at once
};

static char directory[] = "/tmp/test_gzip_XXXXXX";
static char path[64];

static int set_up(void **state)
{
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/file", directory);
    return 0;
}

static int tear_down(void **state)
{
    Err err = {0};
    return file_remove_tree(directory, &err) ? 0 : -1;
}

// One gzip member with `count` bytes that do not compress.
static void append_member(Text *file, size_t count, unsigned seed)
{
    unsigned char *bytes = malloc(count + 1);
    unsigned char *packed = malloc(count * 2 + 1000);
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
    z_stream stream = {.next_in = bytes,
                       .avail_in = (uInt)count,
                       .next_out = packed,
                       .avail_out = (uInt)(count * 2 + 1000)};
    assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    text_append(file, (Str){(char *)packed, stream.total_out});
    deflateEnd(&stream);
    free(packed);
    free(bytes);
}

static bool read_all(Str file, size_t piece, size_t *ret_bytes, Err *err)
{
    char buffer[4096];
    size_t got;
    unlink(path);
    assert_true(file_write_new(path, file, 0600, err));
    GZIP_SCOPED reader = NULL;
    assert_true(gzip_open(path, &reader, err));
    *ret_bytes = 0;
    do {
        if (!gzip_read(reader, buffer, piece, &got, err))
            return false;
        *ret_bytes += got;
    } while (got);
    return true;
}

// Wherever the second header falls in what is read at once, also cut through its two first bytes.
static void members_follow_one_another(void **state)
{
    for (size_t first = READER_ROOM - 60; first < READER_ROOM - 10; first++) {
        TEXT_SCOPED file;
        text_init(&file, MOST);
        append_member(&file, first, 1);
        append_member(&file, 1000, 2);
        Err err = {0};
        size_t bytes;
        assert_true(read_all(text_str(&file), 4096, &bytes, &err));
        assert_int_equal(bytes, first + 1000);
    }
}

static void what_is_no_gzip_is_given_as_it_is(void **state)
{
    Err err = {0};
    size_t bytes;
    assert_true(read_all(STR("plain text"), 3, &bytes, &err));
    assert_int_equal(bytes, 10);
    assert_true(read_all(STR(""), 3, &bytes, &err));
    assert_int_equal(bytes, 0);
}

static void each_damage_is_told_apart(void **state)
{
    TEXT_SCOPED file;
    text_init(&file, MOST);
    append_member(&file, 5000, 3);
    Err err = {0};
    size_t bytes;
    for (size_t cut = 2; cut < file.len; cut += 97) {
        assert_false(read_all((Str){file.data, cut}, 4096, &bytes, &err));
        assert_int_equal(err.class, ERR_CHECK);
        assert_non_null(strstr(err.message, "was cut off"));
    }
    file.data[file.len - 8] ^= 1;
    assert_false(read_all(text_str(&file), 4096, &bytes, &err));
    assert_non_null(strstr(err.message, "check sum"));
    file.data[file.len - 8] ^= 1;
    file.data[file.len - 4] ^= 1;
    assert_false(read_all(text_str(&file), 4096, &bytes, &err));
    assert_non_null(strstr(err.message, "another length"));
    file.data[file.len - 4] ^= 1;
    text_append(&file, STR("x"));
    assert_false(read_all(text_str(&file), 4096, &bytes, &err));
    assert_non_null(strstr(err.message, "behind its end"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_follow_one_another),
        cmocka_unit_test(what_is_no_gzip_is_given_as_it_is),
        cmocka_unit_test(each_damage_is_told_apart),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
