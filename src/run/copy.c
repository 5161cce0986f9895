#include "run/copy.h"

bool copy_run(Session *session, Splitter *splitter, const Statement *statement,
              bool *ret_is_reading, Err *err)
{
    *ret_is_reading = false;
    if (statement->class != STATEMENT_COPY_IN)
        return session_exec(session, statement->text.p, err);
    if (!session_copy_begin(session, statement->text.p, err))
        return false;
    for (;;) {
        Str piece;
        SplitResult got = splitter_copy_data(splitter, &piece, err);
        if (got == SPLIT_END)
            return session_copy_end(session, err);
        if (got == SPLIT_FAILED) {
            *ret_is_reading = true;
            session_copy_abort(session, "the data cannot be read");
            return false;
        }
        if (!session_copy_put(session, piece, err))
            return false;
    }
}
