#include "base/sha1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// FIPS 180-4's examples.
static const struct {
    const char *text;
    const char *digest;
} VECTORS[] = {
    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
};

static void known_digests(void **state)
{
    for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++) {
        char hex[SHA1_HEX];
        Sha1 *hash = sha1_new();
        for (Str rest = str_from(VECTORS[i].text); rest.n; rest = str_skip(rest, 1))
            sha1_add(hash, (Str){rest.p, 1});
        sha1_finish(hash, hex);
        assert_string_equal(hex, VECTORS[i].digest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
