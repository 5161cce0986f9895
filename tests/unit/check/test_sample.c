// What generated values are made of: patterns, constants of checks, SQL of types, the order of
// tables. Whether servers take them is tests/e2e/test_sample_rows.py.
#include "check/sample/constants.h"
#include "check/sample/order.h"
#include "check/sample/pattern.h"
#include "check/sample/value.h"
#include "sql/parser_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>
#include <string.h>

static const char *const PATTERNS[] = {
    "^[a-z]+$",
    "^[A-Z]{3}-[0-9]{2,4}$",
    "^(inv|ord|x(y|z)+)_[^0-9a-y]*$",
    "^#([a-f0-9]{6}|[a-f0-9]{3})$",
    "^[[:alpha:]][[:alnum:]_]{0,62}$",
    "^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,}$",
    "^a?b*c+\\(x\\)[]x-]$",
    "[0-9]",
    "^$",
    "^.{20}$",
};

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;
    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static void test_patterns(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++)
        for (unsigned variant = 0; variant < 20; variant++) {
            const char *text = sample_pattern_text(arena, PATTERNS[i], variant);
            assert_non_null(text);
            if (!matches(PATTERNS[i], text))
                fail_msg("%s: %s", PATTERNS[i], text);
        }
    assert_string_not_equal(sample_pattern_text(arena, "^[a-z]{5}$", 0),
                            sample_pattern_text(arena, "^[a-z]{5}$", 1));
    assert_string_equal(sample_pattern_text(arena, "^\\d\\w\\S\\.$", 0), "000.");
}

static void test_bad_patterns(void **state)
{
    static const char *const BAD[] = {"(",   "a)",    "[a", "[",
                                      "x{2", "(?=a)", "\\", "((((((((((((((((((((((a"};
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_null(sample_pattern_text(arena, BAD[i], 3));
}

static void test_like(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(sample_like_text(arena, "https://%.x_\\%", 0), "https://a.xa%");
    assert_string_equal(sample_like_text(arena, "", 5), "");
}

static const char *joined(Arena *arena, const Words *words)
{
    const char *all = "";
    VEC_EACH (const char *const, word, words)
        all = arena_printf(arena, "%s%s%s", all, all[0] ? "|" : "", *word);
    return all;
}

static void test_constants(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SampleConstants constants = {0};
    sample_constants_add(arena, "((kind)::text = ANY (ARRAY['a'::text, 'it''s'::text]))",
                         &constants);
    assert_string_equal(joined(arena, &constants.texts), "a|it's");
    assert_false(constants.is_open);
    sample_constants_add(arena, "((n > 5) AND (m < 2.5) AND (n <> 5))", &constants);
    assert_string_equal(joined(arena, &constants.numbers), "5|2.5");
    assert_true(constants.is_open);
    sample_constants_add(arena, "((code ~ '^x$'::text) AND (code ~~ ('%y'::varchar)::text))",
                         &constants);
    assert_string_equal(joined(arena, &constants.patterns), "^x$");
    assert_string_equal(joined(arena, &constants.likes), "%y");
    size_t texts = constants.texts.len;
    sample_constants_add(arena, "((((", &constants);
    assert_int_equal(constants.texts.len, texts);
}

// A table `oid` with a key to each of `to` (0: no more).
static void add_table(Arena *arena, SampleFacts *facts, int64_t oid, bool is_not_null,
                      const int64_t *to)
{
    SampleTable *table = vec_append(arena, &facts->tables);
    *table = (SampleTable){.oid = oid, .is_wanted = true};
    *vec_append(arena, &table->columns) = (SampleColumn){.name = "a", .is_not_null = is_not_null};
    for (; *to; to++) {
        SampleKey *key = vec_append(arena, &table->keys);
        key->referenced = *to;
        *vec_append(arena, &key->columns) = "a";
    }
}

static const char *order(Arena *arena, const SampleFacts *facts)
{
    SampleSteps steps = {0};
    const char *all = "";
    sample_order(arena, facts, &steps);
    VEC_EACH (const SampleStep, step, &steps)
        all = arena_printf(arena, "%s%lld%s ", all, (long long)step->table->oid,
                           step->late.len ? " late" : "");
    return all;
}

static void test_order(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SampleFacts facts = {0};
    add_table(arena, &facts, 1, true, (int64_t[]){2, 3, 0});
    add_table(arena, &facts, 2, true, (int64_t[]){3, 2, 0});
    add_table(arena, &facts, 3, true, (int64_t[]){9, 0}); // of a table that nobody fills
    assert_string_equal(order(arena, &facts), "3 2 1 ");
    facts.tables.items[2].is_partitioned = true; // 4 and 5 have its rows
    add_table(arena, &facts, 4, true, (int64_t[]){0});
    add_table(arena, &facts, 5, true, (int64_t[]){4, 0});
    *vec_append(arena, &facts.tables.items[3].ancestors) = 3;
    *vec_append(arena, &facts.tables.items[4].ancestors) = 3;
    assert_string_equal(order(arena, &facts), "4 5 2 1 ");
}

static void test_circles_are_cut_where_a_key_may_be_null(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SampleFacts facts = {0};
    add_table(arena, &facts, 1, true, (int64_t[]){2, 0});
    add_table(arena, &facts, 2, false, (int64_t[]){1, 0});
    assert_string_equal(order(arena, &facts), "2 late 1 ");
    facts.tables.items[1].columns.items[0].is_not_null = true;
    assert_string_equal(order(arena, &facts), "1 late 2 ");
}

static const char *value(Arena *arena, const SampleType *type, int modifier)
{
    SampleFacts facts = {0};
    *vec_append(arena, &facts.types) = *type;
    SampleValue wanted = {.type = type->oid, .modifier = modifier};
    return sample_value_sql(arena, &facts, &wanted, "n");
}

static void test_values(void **state)
{
    ARENA_SCOPED arena = arena_new();
    SampleType type = {.oid = 7, .schema = "pg_catalog", .kind = 'b', .name = "jsonpath"};
    assert_string_equal(value(arena, &type, -1), "('$.a' || n)::jsonpath");
    type.name = "numeric"; // (5,2), then (2,-3)
    assert_string_equal(value(arena, &type, ((5 << 16) | 2) + 4),
                        "(n % 100000)::numeric * 1e-2::numeric");
    assert_string_equal(value(arena, &type, ((2 << 16) | (-3 & 0x7ff)) + 4),
                        "(n % 100)::numeric * 1e3::numeric");
    type.name = "varchar";
    assert_string_equal(value(arena, &type, 3 + 4), "right(lpad(to_hex(n), 3, 'a'), 3)");
    type.name = "pg_ndistinct";
    assert_null(value(arena, &type, -1));
    type = (SampleType){.oid = 7, .schema = "app", .kind = 'b', .name = "mine", .accepted = "<$>"};
    assert_string_equal(value(arena, &type, -1), "replace('<$>', '$', (n)::text)");
    type =
        (SampleType){.oid = 7, .schema = "app", .kind = 'd', .inner = 7}; // of itself: no type is
    assert_null(value(arena, &type, -1));
}

static int tear_down(void **state)
{
    parser_done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_bad_patterns),
        cmocka_unit_test(test_like),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_circles_are_cut_where_a_key_may_be_null),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
