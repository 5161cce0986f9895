#include "report/finding_report.h"

#include "golden.h"

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

static const Rule INDEX = {
    .id = "create-index-blocking",
    .severity = SEVERITY_WARNING,
    .risk = RISK_BLOCKING,
    .summary = "index build blocks writes",
    .why = "CREATE INDEX takes a SHARE lock until the index is built: every INSERT, UPDATE and "
           "DELETE waits behind it. On a large table that is minutes.",
    .instead = "build it CONCURRENTLY, outside of a transaction",
    .instead_sql = "CREATE INDEX CONCURRENTLY name ON table (column);",
};
static const Rule DROP = {
    .id = "drop-column",
    .severity = SEVERITY_ERROR,
    .risk = RISK_DATA_LOSS,
    .summary = "the column and its values are gone",
    .why = "The values are gone with the next commit.",
    .instead = "stop using it first; drop it in a later release",
};
static const Rule STYLE = {
    .id = "prefer-text",
    .severity = SEVERITY_NOTICE,
    .risk = RISK_MAINTENANCE,
    .is_optional = true,
    .summary = "varchar(n) where text would do",
    .why = "A limit in the type is changed with a lock.",
    .instead = "use text",
};

static const Effects *locks(void)
{
    static Effect items[] = {
        {.relation = "public.orders", .mode = LOCK_SHARE, .is_scanned = true, .builds_index = true},
        {.relation = "public.fresh", .mode = LOCK_ACCESS_EXCLUSIVE, .is_new = true},
    };
    static Effects effects;
    effects.items.items = items;
    effects.items.len = 2;
    return &effects;
}

static Finding *add(Findings *findings, const Rule *rule, const char *file, Position position,
                    const char *statement, const char *message)
{
    Finding *finding = vec_append(arena, findings);
    *finding = (Finding){
        .rule = rule,
        .severity = rule->severity,
        .file = file,
        .position = position,
        .end = position_after(position, str_from(statement)),
        .offset = 40,
        .message = message,
        .relation = "public.orders",
        .statement = str_from(statement),
        .statement_position = position,
    };
    snprintf(finding->fingerprint, sizeof finding->fingerprint, "%064zx", findings->len);
    return finding;
}

#define ODD_FILE "db/m\xc3\xbcll, 100%:\x1b[2J<2>.sql"

static Findings every_kind(void)
{
    Findings findings = {0};
    static const char INDEX_SQL[] = "CREATE INDEX orders_customer ON orders (customer_id)";
    Finding *first = add(&findings, &INDEX, "m/001.up.sql", (Position){3, 1}, INDEX_SQL,
                         "building orders_customer blocks writes to public.orders");
    first->effects = locks();
    first->instead = "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id);";
    Finding *again = add(&findings, &INDEX, "m/001.up.sql", (Position){5, 9}, INDEX_SQL,
                         "building orders_customer blocks writes to public.orders");
    again->effects = locks();
    again->safe_from = 18;
    // Another file's; findings about the whole chain come last, wherever they belong.
    Finding *many = add(&findings, &DROP, ODD_FILE, (Position){1, 1},
                        "ALTER TABLE \"\xe8\xa1\xa8\x1b\"\n  ADD a int,\n  ADD b int,\n  ADD c "
                        "int,\n  ADD d int,\n  /* \xe8\xa1\xa8 */ DROP COLUMN e",
                        "\x1b[31mred & <b>\"e\"</b>\nnot a line of ours]]>");
    many->position = (Position){6, 11};
    Finding *style = add(&findings, &STYLE, "m/001.up.sql", (Position){4, 20},
                         "ALTER TABLE a ADD b varchar(9)", "varchar(9) of public.a.b");
    style->position.column = 40;
    Finding *ignored = add(&findings, &DROP, "m/001.up.sql", (Position){7, 1},
                           "ALTER TABLE orders DROP COLUMN total", "column total of public.orders");
    ignored->ignored = "nobody reads it since 4.2";
    Finding *known =
        add(&findings, &DROP, "m/001.up.sql", (Position){8, 1}, "DROP TABLE a", "table public.a");
    known->ignored = "in the baseline lint-baseline.json";
    known->is_known = true;
    Finding *whole = add(&findings, &STYLE, "m/004.up.sql", (Position){1, 1}, "", "the file's end");
    whole->offset = -1;
    whole->relation = "";
    return findings;
}

static FindingRun run_of(const Findings *findings, Severity threshold)
{
    FindingRun run = {
        .findings = findings,
        .threshold = threshold,
        .pg_from = 13,
        .pg_to = 18,
        .version = "1.2.3",
    };
    static const char *const FILES[] = {"m/001.up.sql", "m/002.up.sql", ODD_FILE, "m/003.up.sql"};
    static const Rule *const RULES[] = {&STYLE, &INDEX, &DROP};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        vec_append(arena, &run.files)->path = FILES[i];
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
        *vec_append(arena, &run.rules) = RULES[i];
    finding_run_count(arena, &run);
    run.exit_code = run.failures ? 1 : 0;
    return run;
}

static const char *written(const FindingReport *report, const FindingRun *run, bool has_colour)
{
    Captured captured;
    capture_begin(&captured, has_colour);
    finding_report_write(report, run, &captured.terminal);
    return capture_end(arena, &captured);
}

static void test_every_format(void **state)
{
    Findings findings = every_kind();
    FindingRun run = run_of(&findings, SEVERITY_WARNING);
    assert_int_equal(run.failures, 3);
    assert_int_equal(run.ignored, 2);
    assert_int_equal(run.files.len, 5);
    for (const FindingReport *const *report = FINDING_REPORTS; *report; report++)
        assert_golden(arena, arena_printf(arena, "lint.%s", (*report)->name),
                      written(*report, &run, false));
}

static void test_text(void **state)
{
    Findings findings = every_kind();
    FindingRun run = run_of(&findings, SEVERITY_WARNING);
    const char *text = written(&FINDING_TEXT, &run, true);
    assert_harmless(text);
    assert_golden(arena, "lint.colour.text", text);
}

static void test_nothing(void **state)
{
    Findings findings = {0};
    FindingRun run = run_of(&findings, SEVERITY_WARNING);
    for (const FindingReport *const *report = FINDING_REPORTS; *report; report++)
        assert_golden(arena, arena_printf(arena, "lint_nothing.%s", (*report)->name),
                      written(*report, &run, false));
}

static json_t *parsed(const char *text)
{
    Err err = {0};
    json_t *document = json_read(str_from(text), "report", &err);
    if (!document)
        fail_msg("%d:%d: %s", err.position.line, err.position.column, err.message);
    return document;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static int64_t number_at(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    assert_true(json_is_integer(number));
    return json_integer_value(number);
}

static void check_region(const json_t *region)
{
    int64_t line = number_at(region, "startLine");
    int64_t end_line = number_at(region, "endLine");
    assert_true(line >= 1 && number_at(region, "startColumn") >= 1 && end_line >= line);
    assert_true(end_line > line ||
                number_at(region, "endColumn") > number_at(region, "startColumn"));
}

static void check_result(const json_t *rules, const json_t *result)
{
    static const char *const LEVELS[] = {"none", "note", "warning", "error"};
    const json_t *rule = json_array_get(rules, (size_t)number_at(result, "ruleIndex"));
    const json_t *location = json_array_get(json_object_get(result, "locations"), 0);
    const json_t *place = json_object_get(location, "physicalLocation");
    const char *uri = text_at(json_object_get(place, "artifactLocation"), "uri");
    bool has_level = false;
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
        has_level |= strcmp(LEVELS[i], text_at(result, "level")) == 0;
    assert_true(has_level);
    assert_string_equal(text_at(rule, "id"), text_at(result, "ruleId"));
    assert_true(*text_at(json_object_get(result, "message"), "text"));
    assert_int_equal(
        strlen(text_at(json_object_get(result, "partialFingerprints"), "migrateSafe/v1")), 64);
    for (const char *at = uri; *at; at++)
        assert_true(*at > ' ' && *at < 0x7f && !strchr("<>\"{}|\\^`:#?", *at));
    check_region(json_object_get(place, "region"));
    const json_t *suppressions = json_object_get(result, "suppressions");
    for (size_t i = 0; i < json_array_size(suppressions); i++) {
        const char *kind = text_at(json_array_get(suppressions, i), "kind");
        assert_true(strcmp(kind, "inSource") == 0 || strcmp(kind, "external") == 0);
    }
}

// The rules of SARIF 2.1.0 (OASIS, 3.13 to 3.58) for what we write.
static void test_sarif_is_sarif(void **state)
{
    Findings findings = every_kind();
    FindingRun run = run_of(&findings, SEVERITY_WARNING);
    JSON_SCOPED document = parsed(written(&FINDING_SARIF, &run, false));
    assert_string_equal(text_at(document, "version"), "2.1.0");
    assert_int_equal(json_array_size(json_object_get(document, "runs")), 1);
    const json_t *said = json_array_get(json_object_get(document, "runs"), 0);
    const json_t *driver = json_object_get(json_object_get(said, "tool"), "driver");
    const json_t *rules = json_object_get(driver, "rules");
    const json_t *results = json_object_get(said, "results");
    assert_string_equal(text_at(driver, "name"), "migrate-safe");
    assert_string_equal(text_at(said, "columnKind"), "unicodeCodePoints");
    assert_int_equal(json_array_size(rules), run.rules.len);
    assert_int_equal(json_array_size(results), findings.len);
    for (size_t i = 0; i < json_array_size(results); i++)
        check_result(rules, json_array_get(results, i));
}

static void test_gitlab_fingerprints_are_unique(void **state)
{
    Findings findings = every_kind();
    FindingRun run = run_of(&findings, SEVERITY_WARNING);
    JSON_SCOPED document = parsed(written(&FINDING_GITLAB, &run, false));
    assert_int_equal(json_array_size(document), findings.len - run.ignored);
    for (size_t i = 0; i < json_array_size(document); i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(text_at(json_array_get(document, i), "fingerprint"),
                                    text_at(json_array_get(document, j), "fingerprint"));
}

static void test_json_is_json(void **state)
{
    Findings findings = every_kind();
    findings.items[0].message = "\xff not \xc3";
    FindingRun run = run_of(&findings, SEVERITY_NOTICE);
    JSON_SCOPED document = parsed(written(&FINDING_JSON, &run, false));
    const json_t *first = json_array_get(json_object_get(document, "findings"), 0);
    assert_string_equal(text_at(first, "message"), "\xef\xbf\xbd not \xef\xbf\xbd");
    assert_int_equal(number_at(json_object_get(document, "counts"), "at_or_above_threshold"), 5);
}

static void test_a_rule_that_is_found_often(void **state)
{
    Findings findings = {0};
    for (int i = 0; i < 250; i++)
        add(&findings, &INDEX, "m/001.up.sql", (Position){i + 1, 1}, "CREATE INDEX a ON b (c)",
            "x");
    add(&findings, &DROP, "m/001.up.sql", (Position){251, 1}, "ALTER TABLE a DROP b", "y");
    FindingRun run = run_of(&findings, SEVERITY_ERROR);
    assert_int_equal(run.failures, 1);
    const char *text = written(&FINDING_TEXT, &run, false);
    size_t shown = 0;
    for (const char *at = text; (at = strstr(at, ": warning[")); at++)
        shown++;
    assert_int_equal(shown, 100);
    assert_non_null(strstr(text, "create-index-blocking: and 150 more"));
    assert_non_null(strstr(text, "m/001.up.sql:251:1: error[drop-column]: y"));
    JSON_SCOPED document = parsed(written(&FINDING_JSON, &run, false));
    assert_int_equal(json_array_size(json_object_get(document, "findings")), 251);
}

static void test_long_lines_are_cut(void **state)
{
    Findings findings = {0};
    char *sql = arena_alloc(arena, 5001);
    memset(sql, 'x', 5000);
    Finding *finding = add(&findings, &DROP, "m/001.up.sql", (Position){1, 1}, sql, "x");
    finding->position.column = 3000;
    FindingRun run = run_of(&findings, SEVERITY_WARNING);
    const char *text = written(&FINDING_TEXT, &run, false);
    for (Str rest = str_from(text), line; str_line(&rest, &line);)
        assert_true(line.n <= 80);
    assert_non_null(strstr(text, "^\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_sarif_is_sarif),
        cmocka_unit_test(test_gitlab_fingerprints_are_unique),
        cmocka_unit_test(test_json_is_json),
        cmocka_unit_test(test_a_rule_that_is_found_often),
        cmocka_unit_test(test_long_lines_are_cut),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
