// Level 4: the application's own checks, each a query that gives true.
#include "io/clock.h"
#include "io/file.h"
#include "run/backup/verify_private.h"
#include "sql/quote.h"
#include "sql/split.h"

#include <string.h>

enum {
    CHECK_FILE_MAX = 64 << 20,
    ANSWER_SHOWN = 80
};

static bool refuse_answer(const Splitter *splitter, const Statement *statement, const char *answer,
                          Err *err)
{
    fail(err, ERR_CHECK, "a check did not give true, but %s", answer);
    err_hint(err, "each row of a check must begin with true: SELECT count(*) > 0 FROM orders");
    return splitter_error_at(splitter, statement, 0, err);
}

static const char *answer_of(Arena *arena, const Rows *rows)
{
    if (!rows->columns)
        return "nothing: it is no query";
    if (!rows->count)
        return "no row";
    for (size_t i = 0; i < rows->count; i++) {
        const char *cell = rows_text(rows, i, 0);
        if (!cell)
            return "null";
        if (strcmp(cell, "f") == 0)
            return "false";
        if (strcmp(cell, "t") != 0)
            return arena_printf(arena, "\"%.*s\"", ANSWER_SHOWN, cell);
    }
    return NULL;
}

static bool check_statement(Verification *verification, const Splitter *splitter,
                            const Statement *statement, Err *err)
{
    Session *session = verification->place.session;
    Rows rows;
    ARENA_SCOPED scratch = arena_new(); // answers may be long
    if (statement->class != STATEMENT_TRANSACTIONAL) {
        fail(err, ERR_CONFIG, "a check is a query");
        return splitter_error_at(splitter, statement, 0, err);
    }
    if (!session_query(session, scratch, statement->text.p, 0, NULL, &rows, err)) {
        if (err->class == ERR_SERVER)
            err->class = ERR_CHECK;
        err_note(err, "a check failed");
        return splitter_error_at(splitter, statement, session_error_character(session), err);
    }
    const char *answer = answer_of(scratch, &rows);
    return !answer || refuse_answer(splitter, statement, answer, err);
}

static bool run_file(Verification *verification, const char *path, int *checks, Err *err)
{
    Str text;
    if (!file_read(verification->arena, path, CHECK_FILE_MAX, &text, err))
        return false;
    SplitOptions options = {.file = path};
    SPLITTER_SCOPED splitter = splitter_new_text(text, &options);
    Statement statement;
    int before = *checks;
    for (;;) {
        switch (splitter_next(splitter, &statement, err)) {
        case SPLIT_FAILED:
            return false;
        case SPLIT_END:
            if (*checks > before)
                return true;
            fail(err, ERR_CONFIG, "%s has no check in it", path);
            return err_hint(err, "write a query there: SELECT count(*) > 0 FROM orders;");
        case SPLIT_STATEMENT:
            if (!check_statement(verification, splitter, &statement, err))
                return false;
            ++*checks;
        }
    }
}

// What the application's sessions find set for their database, as its search_path. A dump does not
// have it, the manifest does.
static bool take_settings(Verification *verification, Err *err)
{
    Arena *arena = verification->arena;
    const BackupManifest *manifest = verification->backup->manifest;
    const char *head =
        arena_printf(arena, "ALTER DATABASE %s SET ", quote_identifier(arena, manifest->database));
    VEC_EACH (const char *const, statement, &manifest->settings) {
        if (!str_starts(str_from(*statement), str_from(head)))
            continue;
        const char *setting = *statement + strlen(head);
        if (session_exec(verification->place.session, arena_printf(arena, "SET %s", setting), err))
            continue;
        if (err->class != ERR_SERVER)
            return false;
        verify_note(verification, "checks ran without SET %s: %s", setting, err->message);
        *err = (Err){0};
    }
    return true;
}

bool verify_accepted(Verification *verification, Err *err)
{
    int64_t since = clock_monotonic_us();
    int checks = 0;
    verify_tell(verification, "checking");
    if (!take_settings(verification, err))
        return false;
    VEC_EACH (const char *const, path, &verification->options->checks)
        if (!run_file(verification, *path, &checks, err))
            return false;
    verify_step_done(verification, BACKUP_ACCEPTED, since, "%d check%s gave true", checks,
                     checks == 1 ? "" : "s");
    return true;
}
