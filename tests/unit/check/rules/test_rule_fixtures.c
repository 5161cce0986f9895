// Files of SQL that say on each line what is expected there: "-- expect: rule-id another-id".
// "-- file: NAME" begins the next file of a chain, "-- file: NAME no-transaction" one that runs in
// steps; "-- pg: 14..18" says the majors, "-- rules: a b" which rules count. What is not expected
// and is more than a notice fails, and so does what is expected and not found.
#include "lint_case.h"

#include <dirent.h>
#include <stdlib.h>

enum {
    FILES_MOST = 16,
};

static char *read_fixture(Arena *arena, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/rules/%s", FIXTURES, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = arena_alloc(arena, 64 * 1024);
    size_t length = fread(text, 1, 64 * 1024 - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

// Cut into the files of a chain; each begins behind its "-- file:" line.
static void cut(Arena *arena, char *text, CaseFile *files)
{
    size_t count = 0;
    for (char *at = strstr(text, "-- file: "); at; count++) {
        assert_true(count + 1 < FILES_MOST);
        char *path = at + strlen("-- file: ");
        char *sql = strchr(path, '\n');
        assert_non_null(sql);
        *sql++ = '\0';
        at = strstr(sql, "-- file: ");
        char *steps = strstr(path, " no-transaction");
        if (steps)
            *steps = '\0';
        files[count] = (CaseFile){
            .path = path,
            .sql = at ? arena_dup(arena, (Str){sql, (size_t)(at - sql)}) : sql,
            .is_no_transaction = steps != NULL,
        };
    }
    if (!count)
        files[0] = (CaseFile){.path = "fixture.sql", .sql = text};
}

static LintOptions options_of(const char *text)
{
    LintOptions options = {.assumes_timeouts = true,
                           .has_optional = strstr(text, "-- rules: ") != NULL};
    const char *pg = strstr(text, "-- pg: ");
    if (pg) {
        char *end;
        options.pg_from = (int)strtol(pg + strlen("-- pg: "), &end, 10);
        options.pg_to =
            strncmp(end, "..", 2) == 0 ? (int)strtol(end + 2, NULL, 10) : options.pg_from;
    }
    return options;
}

static bool says(Str line, const char *rule)
{
    ptrdiff_t at = str_find(line, STR("-- expect: "));
    for (Str rest = at < 0 ? (Str){0} : str_skip(line, (size_t)at + strlen("-- expect: "));
         rest.n;) {
        Str id = str_until(rest, ' ');
        if (str_eq(id, str_from(rule)))
            return true;
        rest = str_trim(str_skip(rest, id.n));
    }
    return false;
}

static bool is_found(const Findings *findings, const char *path, int line, Str rule)
{
    VEC_EACH (const Finding, finding, findings)
        if (strcmp(finding->file, path) == 0 && (int)finding->position.line == line &&
            str_eq(str_from(finding->rule->id), rule))
            return true;
    return false;
}

// Of the rules that count; `rules` is empty where all do.
static bool counts(Str rules, const Finding *finding)
{
    for (Str rest = rules; rest.n;) {
        Str id = str_until(rest, ' ');
        if (str_eq(id, str_from(finding->rule->id)))
            return true;
        rest = str_trim(str_skip(rest, id.n));
    }
    return !rules.n && finding->severity > SEVERITY_NOTICE;
}

static Str rules_of(Arena *arena, const char *text)
{
    const char *rules = strstr(text, "-- rules: ");
    if (!rules)
        return (Str){0};
    rules += strlen("-- rules: ");
    return str_from(arena_dup(arena, (Str){rules, strcspn(rules, "\n")}));
}

static int check_lines(const CaseFile *file, const Findings *findings, Str rules)
{
    int wrong = 0;
    int number = 0;
    Str line;
    for (Str rest = str_from(file->sql); str_line(&rest, &line);) {
        number++;
        ptrdiff_t at = str_find(line, STR("-- expect: "));
        Str ids = at < 0 ? (Str){0} : str_skip(line, (size_t)at + strlen("-- expect: "));
        while (ids.n) {
            Str id = str_until(ids, ' ');
            if (!is_found(findings, file->path, number, id)) {
                print_error("%s:%d: " STR_FMT " not found\n", file->path, number, STR_ARG(id));
                wrong++;
            }
            ids = str_trim(str_skip(ids, id.n));
        }
        VEC_EACH (const Finding, finding, findings)
            if (strcmp(finding->file, file->path) == 0 && (int)finding->position.line == number &&
                counts(rules, finding) && !says(line, finding->rule->id)) {
                print_error("%s:%d: %s: %s\n", file->path, number, finding->rule->id,
                            finding->message);
                wrong++;
            }
    }
    return wrong;
}

static int check_fixture(const char *name)
{
    ARENA_SCOPED arena = arena_new();
    CaseFile files[FILES_MOST] = {0};
    char *text = read_fixture(arena, name);
    LintOptions options = options_of(text);
    Str rules = rules_of(arena, text);
    cut(arena, text, files);
    Findings findings = lint_case(arena, &options, files);
    int wrong = 0;
    for (const CaseFile *file = files; file->sql; file++)
        wrong += check_lines(file, &findings, rules);
    if (wrong)
        print_error("in %s\n", name);
    return wrong;
}

static void every_fixture_says_what_is_found(void **state)
{
    DIR *folder = opendir(FIXTURES "/rules");
    assert_non_null(folder);
    int wrong = 0;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (str_ends(str_from(entry->d_name), STR(".sql"))) {
            wrong += check_fixture(entry->d_name);
            count++;
        }
    closedir(folder);
    assert_true(count > 0);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fixture_says_what_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
