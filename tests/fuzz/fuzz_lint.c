// Any bytes as the second file of a chain: replayed, judged by every rule, and every finding whole
// and in place. The first line's length decides the server range.
#include "../lint_text.h"

#include "base/require.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char FIRST[] =
    "CREATE TABLE t (id bigint PRIMARY KEY, a text, b varchar(10), c int);\n"
    "CREATE TABLE p (id bigint, at date) PARTITION BY RANGE (at);\n"
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE DOMAIN positive AS int CHECK (VALUE > 0);\n"
    "CREATE VIEW v AS SELECT id, a FROM t;\nCREATE INDEX t_a ON t (a);\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    Str text = {arena_dup(arena, (Str){(const char *)data, size}), size};
    int major = PG_OLDEST + (int)(str_until(text, '\n').n % (PG_NEWEST - PG_OLDEST + 1));
    const LintOptions options = {
        .pg_from = major, .pg_to = PG_NEWEST, .has_optional = true, .today = 20000};
    LINT_SCOPED lint = lint_new(arena, &options);
    (void)lint_text(arena, lint, &(TextFile){.path = "1.sql", .text = str_from(FIRST)});
    (void)lint_text(arena, lint, &(TextFile){.path = "2.sql", .text = text, .is_reported = true});
    lint_chain_end(lint);
    VEC_EACH (const Finding, finding, lint_findings(lint)) {
        REQUIRE(finding->rule && *finding->message && finding->severity != SEVERITY_OFF);
        REQUIRE(finding->position.line >= 1 && finding->position.column >= 1);
        REQUIRE(strlen(finding->fingerprint) == SHA256_HEX - 1);
        REQUIRE(finding->offset <= (int64_t)size);
    }
    return 0;
}
