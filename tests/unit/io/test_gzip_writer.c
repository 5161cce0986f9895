#include "io/gzip_writer.h"

#include "io/gzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

enum {
    SIZE = 3 << 20
};

static char path[] = "/tmp/test-gzip-writer-XXXXXX";
static int descriptor;

static int setup(void **state)
{
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    descriptor = mkstemp(path);
    return descriptor < 0;
}

static int teardown(void **state)
{
    close(descriptor);
    return unlink(path);
}

// Of any piece sizes; hard to compress, so that the room is filled again and again.
static char *make_bytes(void)
{
    char *bytes = malloc(SIZE);
    uint32_t number = 1;
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) {
        number = number * 1664525 + 1013904223;
        bytes[i] = (char)(number >> 24);
    }
    return bytes;
}

static void put_all(GzipWriter *writer, const char *bytes)
{
    Err err = {0};
    for (size_t at = 0, size = 1; at < SIZE; at += size, size = size * 3 % 70001) {
        if (size > SIZE - at)
            size = SIZE - at;
        assert_true(gzip_writer_put(writer, (Str){bytes + at, size}, &err));
    }
}

static void test_it_can_be_read(void **state)
{
    Err err = {0};
    char *bytes = make_bytes();
    char *back = malloc(SIZE + 1);
    size_t length = 0;
    GZIP_WRITER_SCOPED writer = gzip_writer_new(descriptor, 1, path);
    put_all(writer, bytes);
    assert_true(gzip_writer_end(writer, &err));
    GZIP_SCOPED reader = NULL;
    assert_true(gzip_open(path, &reader, &err));
    assert_true(gzip_is_compressed(reader));
    for (size_t got = 1; got; length += got)
        assert_true(gzip_read(reader, back + length, SIZE + 1 - length, &got, &err));
    assert_int_equal(length, SIZE);
    assert_memory_equal(back, bytes, SIZE);
    free(bytes);
    free(back);
}

static void test_without_its_end_it_is_cut_off(void **state)
{
    Err err = {0};
    char *bytes = make_bytes();
    char piece[4096];
    size_t got;
    GZIP_WRITER_SCOPED writer = gzip_writer_new(descriptor, 1, path);
    put_all(writer, bytes);
    GZIP_SCOPED reader = NULL;
    assert_true(gzip_open(path, &reader, &err));
    do
        got = 0;
    while (gzip_read(reader, piece, sizeof piece, &got, &err) && got);
    assert_int_equal(err.class, ERR_CHECK);
    free(bytes);
}

static void test_a_full_disk_is_an_error(void **state)
{
    Err err = {0};
    int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    GZIP_WRITER_SCOPED writer = gzip_writer_new(full, 1, "backup.sql.gz");
    assert_true(gzip_writer_put(writer, STR("small"), &err));
    assert_false(gzip_writer_end(writer, &err));
    assert_int_equal(err.class, ERR_IO);
    assert_string_equal(err.message, "cannot write backup.sql.gz: No space left on device");
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_can_be_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_its_end_it_is_cut_off, setup, teardown),
        cmocka_unit_test(test_a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
