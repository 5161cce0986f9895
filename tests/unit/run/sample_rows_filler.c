// Fills the database that a URL names, for tests/e2e/test_sample_rows.py: sample_rows_filler URL
// [rows [seed [adds]]]. Prints tables and rows, then what got none.
#include "run/sample_rows.h"
#include "sql/parser_host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    SESSION_SCOPED session = NULL;
    SampleRowsResult result;
    SampleRowsOptions options = {
        .rows = count > 2 ? strtoll(arguments[2], NULL, 10) : 0,
        .seed = count > 3 ? strtoull(arguments[3], NULL, 10) : 0,
        .adds = count > 4,
    };
    if (!session_open(&(SessionOptions){.url = arguments[1]}, &session, &err) ||
        !sample_rows_fill(arena, session, "migrate_safe", &options, &result, &err)) {
        fprintf(stderr, "%s\n%s\n", err.message, err.detail);
        return 1;
    }
    printf("%" PRId64 " %" PRId64 "\n", result.tables, result.rows);
    VEC_EACH (const char *const, line, &result.without)
        printf("%s\n", *line);
    parser_done();
    return 0;
}
