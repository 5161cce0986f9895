#include "run/script_statement.h"

#include "run/copy.h"

#include <string.h>

bool script_statement_run(Session *session, Splitter *splitter, const Statement *statement,
                          Err *err)
{
    bool is_reading;
    bool ok = str_starts_nocase(statement->text, STR("copy"))
                  ? copy_run(session, splitter, statement, &is_reading, err)
                  : session_exec(session, statement->text.p, err);
    if (!ok && err->class == ERR_SERVER)
        splitter_error_at(splitter, statement, session_error_character(session), err);
    return ok;
}

// 2D000 invalid_transaction_termination, 25001 active_sql_transaction.
bool script_statement_wants_none(const Err *err)
{
    return err->class == ERR_SERVER &&
           (strcmp(err->sqlstate, "2D000") == 0 || strcmp(err->sqlstate, "25001") == 0);
}
