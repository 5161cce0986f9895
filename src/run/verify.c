#include "run/verify.h"

#include "sql/split.h"

#include <string.h>

static const VerifyDirective *directive_at(const Verify *verify, size_t directive)
{
    return &verify->up->directives.verifies.items[directive];
}

void verify_locate(const Verify *verify, size_t directive, size_t character, Err *err)
{
    const VerifyDirective *said = directive_at(verify, directive);
    Statement statement = {.text = str_from(said->sql), .position = said->position};
    size_t at;
    Position position = statement_position_of_character(&statement, character, &at);
    err_at(err, verify->up->path, position);
    err_quote(err, statement.text, at);
}

// One statement, whole: the cursor would say so too, but only once the migration has run.
static bool survey_directive(const Verify *verify, size_t directive, Err *err)
{
    const VerifyDirective *said = directive_at(verify, directive);
    SplitOptions options = {.file = verify->up->path, .start = said->position};
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(said->sql), &options);
    Statement statement;
    int statements = 0;
    for (;;) {
        switch (splitter_next(splitter, &statement, err)) {
        case SPLIT_FAILED:
            return false;
        case SPLIT_END:
            if (statements)
                return true;
            fail(err, ERR_CONFIG, "verify needs SQL that returns true");
            verify_locate(verify, directive, 0, err);
            return err_hint(err, "write one query behind verify:");
        case SPLIT_STATEMENT:
            if (!statements++)
                continue;
            fail(err, ERR_CONFIG, "verify takes one query, and this is a second one");
            splitter_error_at(splitter, &statement, 0, err);
            return err_hint(err, "give each a line of its own: -- migrate-safe: verify: SQL");
        }
    }
}

bool verify_survey(const Verify *verify, int *ret_statements, Err *err)
{
    Shape shape = {0};
    if (verify->script && verify->script->is_present &&
        !script_survey_verify(verify->script, &shape, err))
        return false;
    for (size_t i = 0; i < verify->up->directives.verifies.len; i++)
        if (!survey_directive(verify, i, err))
            return false;
    *ret_statements = shape.statements;
    return true;
}

bool verify_check_answer(const Verify *verify, size_t directive, const Rows *rows, Err *err)
{
    const char *cell = rows->count && rows->columns ? rows_text(rows, 0, 0) : NULL;
    if (rows->count == 1 && rows->columns == 1 && cell && strcmp(cell, "t") == 0)
        return true;
    static const char SAYS[] = "verify: the query returned";
    if (rows->count == 0)
        fail(err, ERR_VERIFY, "%s no row", SAYS);
    else if (rows->count > 1)
        fail(err, ERR_VERIFY, "%s more than one row", SAYS);
    else if (rows->columns != 1)
        fail(err, ERR_VERIFY, "%s %d columns", SAYS, rows->columns);
    else if (!cell || strcmp(cell, "f") == 0)
        fail(err, ERR_VERIFY, "%s %s", SAYS, cell ? "false" : "null");
    else
        fail(err, ERR_VERIFY, "%s \"%.100s\", which is no boolean", SAYS, cell);
    err_hint(err, "it must return one row with one column that is true");
    verify_locate(verify, directive, 0, err);
    return false;
}
