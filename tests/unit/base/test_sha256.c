#include "base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// FIPS 180-4's examples and the digests of NIST's short message vectors.
static const struct {
    const char *text;
    size_t size;
    const char *digest;
} VECTORS[] = {
    {"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"\xbd", 1, "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    {"\0\0\0\0", 4, "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"},
};

static void known_digests(void **state)
{
    for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++) {
        char hex[SHA256_HEX];
        Sha256 *hash = sha256_new();
        sha256_add(hash, (Str){VECTORS[i].text, VECTORS[i].size});
        sha256_finish(hash, hex);
        assert_string_equal(hex, VECTORS[i].digest);
    }
}

static void nothing_added_is_the_empty_text(void **state)
{
    char hex[SHA256_HEX];
    Sha256 *hash = sha256_new();
    sha256_add(hash, (Str){0});
    sha256_finish(hash, hex);
    assert_string_equal(hex, VECTORS[0].digest);
}

static void a_million_letters_in_uneven_pieces(void **state)
{
    static char letters[997];
    memset(letters, 'a', sizeof letters);
    char hex[SHA256_HEX];
    Sha256 *hash = sha256_new();
    for (size_t left = 1000000; left > 0;) {
        size_t piece = left < sizeof letters ? left : sizeof letters;
        sha256_add(hash, (Str){letters, piece});
        left -= piece;
    }
    sha256_finish(hash, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),
        cmocka_unit_test(nothing_added_is_the_empty_text),
        cmocka_unit_test(a_million_letters_in_uneven_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
