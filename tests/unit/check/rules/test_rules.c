// Every rule against its own examples: the bad ones are found, the good ones are not, and nothing
// else at warning or above is said about those.
#include "lint_case.h"

static const Finding *find(const Findings *findings, const char *rule)
{
    VEC_EACH (const Finding, finding, findings)
        if (strcmp(finding->rule->id, rule) == 0)
            return finding;
    return NULL;
}

static int complain(const Rule *rule, const RuleExample *example, const Findings *findings,
                    const char *what)
{
    print_error("%s: %s:\n  %s\n", rule->id, what, example->sql);
    VEC_EACH (const Finding, finding, findings)
        print_error("  %d:%d %s %s: %s\n", finding->position.line, finding->position.column,
                    severity_word(finding->severity), finding->rule->id, finding->message);
    return 1;
}

static int check_bad(Arena *arena, const Rule *rule)
{
    int wrong = 0;
    for (const RuleExample *example = rule->bad; example->sql; example++) {
        Findings findings = lint_example(arena, example);
        if (!find(&findings, rule->id))
            wrong += complain(rule, example, &findings, "not found");
    }
    return wrong;
}

static bool allows(const RuleExample *example, const Finding *finding)
{
    Str rest = str_trim(str_from(example->allows));
    while (rest.n) {
        Str id = str_until(rest, ' ');
        if (str_eq(id, str_from(finding->rule->id)))
            return true;
        rest = str_trim(str_skip(rest, id.n));
    }
    return finding->rule->is_optional || finding->severity < SEVERITY_WARNING;
}

static int check_good(Arena *arena, const Rule *rule)
{
    int wrong = 0;
    for (const RuleExample *example = rule->good; example->sql; example++) {
        Findings findings = lint_example(arena, example);
        const char *what = NULL;
        VEC_EACH (const Finding, finding, &findings)
            if (finding->rule == rule)
                what = "found, though this is the good form";
            else if (!allows(example, finding) && !what)
                what = "the good form is warned about";
        if (what)
            wrong += complain(rule, example, &findings, what);
    }
    return wrong;
}

static void every_rule_finds_its_bad_examples(void **state)
{
    int wrong = 0;
    RULE_EACH (rule) {
        ARENA_SCOPED arena = arena_new();
        wrong += check_bad(arena, rule);
    }
    assert_int_equal(wrong, 0);
}

static void every_rule_is_silent_on_its_good_examples(void **state)
{
    int wrong = 0;
    RULE_EACH (rule) {
        ARENA_SCOPED arena = arena_new();
        wrong += check_good(arena, rule);
    }
    assert_int_equal(wrong, 0);
}

static int incomplete(const Rule *rule)
{
    bool is_whole = rule->summary && rule->why && rule->instead && rule->bad && rule->bad->sql &&
                    rule->good && rule->good->sql && rule->severity != SEVERITY_OFF &&
                    !(rule->risk == RISK_DATA_LOSS && rule->severity == SEVERITY_NOTICE) &&
                    !strchr(rule->summary, '\n') && rule_find(str_from(rule->id)) == rule;
    if (!is_whole)
        print_error("%s: a text or an example is missing, or its id is another rule's\n", rule->id);
    return !is_whole;
}

static void every_rule_explains_itself(void **state)
{
    int wrong = 0;
    RULE_EACH (rule)
        wrong += incomplete(rule);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_explains_itself),
        cmocka_unit_test(every_rule_finds_its_bad_examples),
        cmocka_unit_test(every_rule_is_silent_on_its_good_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
