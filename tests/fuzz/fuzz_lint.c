// Any bytes as the second file of a chain: replayed, judged by every rule, and every finding whole
// and in place. The first line's length decides the server range.
#include "base/require.h"
#include "check/lint.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char FIRST[] =
    "CREATE TABLE t (id bigint PRIMARY KEY, a text, b varchar(10), c int);\n"
    "CREATE TABLE p (id bigint, at date) PARTITION BY RANGE (at);\n"
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE DOMAIN positive AS int CHECK (VALUE > 0);\n"
    "CREATE VIEW v AS SELECT id, a FROM t;\nCREATE INDEX t_a ON t (a);\n";

static void feed(Arena *arena, Lint *lint, const char *path, Str text, bool is_reported)
{
    Script script = {.is_present = true, .path = path, .is_loaded = true, .text = text};
    Shape shape = {0};
    Statement statement;
    Err err = {0};
    if (!directives_parse(arena, text, path, 1, &script.directives, &err))
        script.directives = (Directives){0};
    SPLITTER_SCOPED survey = splitter_new_text(text, &(SplitOptions){.file = path});
    while (splitter_next(survey, &statement, &err) == SPLIT_STATEMENT)
        if (!shape_add(&shape, &statement, path, &err))
            break;
    lint_file_begin(
        lint,
        &(LintFile){.path = path, .script = &script, .shape = &shape, .is_reported = is_reported});
    SPLITTER_SCOPED splitter = splitter_new_text(text, &(SplitOptions){.file = path});
    SplitResult result;
    err = (Err){0};
    while ((result = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT)
        lint_statement(lint, &statement);
    if (result == SPLIT_FAILED)
        lint_broken(lint, &err);
    lint_file_end(lint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    Str text = {arena_dup(arena, (Str){(const char *)data, size}), size};
    int major = PG_OLDEST + (int)(str_until(text, '\n').n % (PG_NEWEST - PG_OLDEST + 1));
    const LintOptions options = {
        .pg_from = major, .pg_to = PG_NEWEST, .has_optional = true, .today = 20000};
    LINT_SCOPED lint = lint_new(arena, &options);
    feed(arena, lint, "1.sql", str_from(FIRST), false);
    feed(arena, lint, "2.sql", text, true);
    lint_chain_end(lint);
    VEC_EACH (const Finding, finding, lint_findings(lint)) {
        REQUIRE(finding->rule && *finding->message && finding->severity != SEVERITY_OFF);
        REQUIRE(finding->position.line >= 1 && finding->position.column >= 1);
        REQUIRE(strlen(finding->fingerprint) == SHA256_HEX - 1);
        REQUIRE(finding->offset <= (int64_t)size);
    }
    return 0;
}
