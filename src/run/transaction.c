#include "run/transaction.h"

#include "base/require.h"
#include "base/text.h"
#include "io/clock.h"
#include "io/fault.h"
#include "queries.h"
#include "run/copy.h"
#include "run/timeouts.h"

#include <stdio.h>
#include <string.h>

// A batch is what is on its way before its results are asked for: enough to hide the round trip,
// little enough that memory stays flat.
enum {
    BATCH_STATEMENTS = 128,
    BATCH_BYTES = 256 * 1024,
    PROGRESS_INTERVAL_MS = 200
};

typedef enum ItemKind {
    ITEM_BEGIN,
    ITEM_STATEMENT,
    ITEM_VERIFY, // a statement of the verify script
    ITEM_QUERY,  // of a verify directive
    ITEM_ANSWER, // to it
    ITEM_RECORD,
    ITEM_COMMIT,
} ItemKind;

typedef struct Item {
    ItemKind kind;
    int ordinal; // of a statement in its script, BEGIN and COMMIT counted; of a directive
} Item;

#define VERIFY_SAVEPOINT "migrate_safe_verify"
#define VERIFY_BLOCK     "migrate_safe_block" // of a verify script's own

typedef struct Run {
    Session *session;
    const Script *script;
    const TransactionOptions *options;
    TransactionResult *result;
    Item queue[BATCH_STATEMENTS + 16]; // the prologue and epilogue fit beside a full batch
    size_t queued;
    size_t bytes;
    int64_t progress_us;
    bool keeps;             // our statements are kept by the server
    bool is_commit_queued;  // from here on a lost connection leaves open whether it happened,
    bool is_commit_skipped; // unless the server said that it ended the session before it
} Run;

static const FailedAt FAILED_AT[] = {
    [ITEM_BEGIN] = FAILED_AT_BEGIN,   [ITEM_STATEMENT] = FAILED_AT_STATEMENT,
    [ITEM_VERIFY] = FAILED_AT_VERIFY, [ITEM_QUERY] = FAILED_AT_VERIFY,
    [ITEM_ANSWER] = FAILED_AT_VERIFY, [ITEM_RECORD] = FAILED_AT_RECORD,
    [ITEM_COMMIT] = FAILED_AT_COMMIT,
};

static void tell_progress(Run *run)
{
    if (!run->options->on_progress || clock_elapsed_ms(run->progress_us) < PROGRESS_INTERVAL_MS)
        return;
    run->progress_us = clock_monotonic_us();
    run->options->on_progress(run->options->progress_context, run->result->statements);
}

static void locate(Run *run, const Item *item, Err *err)
{
    static const size_t OPEN_LENGTH = sizeof VERIFY_OPEN - 1;
    size_t character = session_error_character(run->session);
    if (item->kind == ITEM_STATEMENT)
        script_locate(run->script, item->ordinal, character, err);
    else if (item->kind == ITEM_VERIFY)
        script_locate(run->options->verify->script, item->ordinal, character, err);
    else if (item->kind == ITEM_QUERY)
        verify_locate(run->options->verify, (size_t)item->ordinal,
                      character > OPEN_LENGTH ? character - OPEN_LENGTH : 0, err);
    else if (item->kind == ITEM_ANSWER)
        verify_locate(run->options->verify, (size_t)item->ordinal, 0, err);
}

static bool fail_item(Run *run, const Item *item, Err *err)
{
    run->result->failed_at = FAILED_AT[item->kind];
    run->is_commit_skipped = item->kind != ITEM_COMMIT && err->sqlstate[0];
    // The server's message is kept as it is; the place is ours to add.
    if (err->class != ERR_CONNECTION)
        locate(run, item, err);
    return false;
}

static bool take_answer(Run *run, const Item *item, Err *err)
{
    ARENA_SCOPED arena = arena_new();
    Rows rows = {0};
    if (!session_next_result(run->session, arena, &rows, err))
        return fail_item(run, item, err);
    run->result->failed_at = FAILED_AT_VERIFY;
    return verify_check_answer(run->options->verify, (size_t)item->ordinal, &rows, err);
}

static bool take_result(Run *run, const Item *item, Err *err)
{
    if (item->kind == ITEM_ANSWER)
        return take_answer(run, item, err);
    return session_next_result(run->session, NULL, NULL, err) || fail_item(run, item, err);
}

// Takes the results of all that is queued. The first failure is the one that counts.
static bool collect(Run *run, Err *err)
{
    for (size_t i = 0; i < run->queued; i++) {
        if (!take_result(run, &run->queue[i], err)) {
            run->queued = 0;
            return false;
        }
        run->result->statements += run->queue[i].kind == ITEM_STATEMENT;
        tell_progress(run);
    }
    run->queued = 0;
    run->bytes = 0;
    return true;
}

static bool queue(Run *run, Item item, const char *sql, int count, const char *const *parameters,
                  Err *err)
{
    REQUIRE(run->queued < sizeof run->queue / sizeof run->queue[0]);
    if (!session_queue(run->session, sql, count, parameters, err))
        return fail_item(run, &item, err);
    run->queue[run->queued++] = item;
    return true;
}

// Statements of ours come back for each migration: the server keeps them parsed (0.1 ms less for
// each).
static bool queue_ours(Run *run, ItemKind kind, const Record *record, Err *err)
{
    Item item = {kind, 0};
    if (!run->keeps)
        return queue(run, item, record->sql, record->count, record->parameters, err);
    REQUIRE(run->queued < sizeof run->queue / sizeof run->queue[0]);
    if (!session_queue_kept(run->session, record->sql, record->count, record->parameters, err))
        return fail_item(run, &item, err);
    run->queue[run->queued++] = item;
    return true;
}

static bool collect_full(Run *run, size_t bytes, Err *err)
{
    run->bytes += bytes;
    if (run->queued < BATCH_STATEMENTS && run->bytes < BATCH_BYTES)
        return true;
    return session_queue_flush(run->session, err) && collect(run, err);
}

static bool leave_pipeline(Run *run, Err *err)
{
    if (!session_pipeline_sync(run->session, err))
        return false;
    FAULT_POINT("transaction.asked"); // all is on its way, COMMIT too, and no answer is read
    return collect(run, err) && session_pipeline_end(run->session, err);
}

// COPY speaks a protocol of its own, which a pipeline cannot carry: out of the pipeline, and in
// again.
static bool run_copy(Run *run, Splitter *splitter, const Statement *statement, Item item, Err *err)
{
    if (!leave_pipeline(run, err))
        return false;
    bool is_reading = false;
    if (!copy_run(run->session, splitter, statement, &is_reading, err)) {
        run->result->failed_at = FAILED_AT_READING;
        return is_reading ? false : fail_item(run, &item, err);
    }
    run->result->statements += item.kind == ITEM_STATEMENT;
    return session_pipeline_begin(run->session, err);
}

// What a script's own BEGIN, COMMIT and ROLLBACK (which only verify scripts have) become in our
// transaction; NULL: nothing. Other statements stay as they are.
static const char *merged(const Statement *statement, ItemKind kind)
{
    if (statement->class == STATEMENT_ROLLBACK)
        return "ROLLBACK TO SAVEPOINT " VERIFY_BLOCK;
    if (statement->class == STATEMENT_BEGIN && kind == ITEM_VERIFY)
        return "SAVEPOINT " VERIFY_BLOCK;
    bool is_ours = statement->class == STATEMENT_BEGIN || statement->class == STATEMENT_COMMIT;
    return is_ours ? NULL : statement->text.p;
}

static bool run_statement(Run *run, Splitter *splitter, const Statement *statement, Item item,
                          Err *err)
{
    const char *sql = merged(statement, item.kind);
    if (!sql)
        return true;
    if (str_starts_nocase(statement->text, STR("copy")))
        return run_copy(run, splitter, statement, item, err);
    return queue(run, item, sql, 0, NULL, err) && collect_full(run, statement->text.n, err);
}

static bool run_statements(Run *run, const Script *script, ItemKind kind, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    run->result->failed_at = FAILED_AT_READING;
    if (!script || !script->is_present)
        return true;
    if (!script_open(script, &reader, err))
        return false;
    for (int ordinal = 0;; ordinal++) {
        Statement statement;
        switch (splitter_next(script_splitter(reader), &statement, err)) {
        case SPLIT_FAILED:
            run->result->failed_at = FAILED_AT_READING;
            return false;
        case SPLIT_END:
            run->result->failed_at = FAILED_AT_READING;
            return script_check_unchanged(reader, err);
        case SPLIT_STATEMENT:
            if (!run_statement(run, script_splitter(reader), &statement, (Item){kind, ordinal},
                               err))
                return false;
        }
    }
}

// The answers are looked at before COMMIT is on its way.
static bool run_directives(Run *run, Err *err)
{
    size_t count = run->options->verify->up->directives.verifies.len;
    for (size_t i = 0; i < count; i++) {
        const char *sql = run->options->verify->up->directives.verifies.items[i].sql;
        TEXT_SCOPED open;
        text_init(&open, (size_t)1 << 30);
        text_append(&open, STR(VERIFY_OPEN));
        text_append(&open, str_from(sql));
        if (!queue(run, (Item){ITEM_QUERY, (int)i}, text_cstr(&open), 0, NULL, err) ||
            !queue(run, (Item){ITEM_ANSWER, (int)i}, VERIFY_FETCH, 0, NULL, err) ||
            !queue(run, (Item){ITEM_QUERY, (int)i}, VERIFY_CLOSE, 0, NULL, err) ||
            !collect_full(run, open.len, err))
            return false;
    }
    return !count || (session_queue_flush(run->session, err) && collect(run, err));
}

// As the login works, under our timeouts, in a savepoint: nothing of it stays.
static bool run_verify(Run *run, const Record *begun, Err *err)
{
    const Verify *verify = run->options->verify;
    Item ours = {ITEM_BEGIN, 0};
    return !verify ||
           (queue(run, ours, "SAVEPOINT " VERIFY_SAVEPOINT, 0, NULL, err) &&
            queue_ours(run, ITEM_BEGIN, begun, err) &&
            run_statements(run, verify->script, ITEM_VERIFY, err) && run_directives(run, err) &&
            queue(run, ours, "ROLLBACK TO SAVEPOINT " VERIFY_SAVEPOINT, 0, NULL, err) &&
            queue(run, ours, "RELEASE SAVEPOINT " VERIFY_SAVEPOINT, 0, NULL, err));
}

static bool commit(Run *run, Err *err)
{
    run->is_commit_queued = true;
    return queue(run, (Item){ITEM_COMMIT, 0}, "COMMIT", 0, NULL, err) && leave_pipeline(run, err);
}

static bool queue_records(Run *run, const Record *record, Err *err)
{
    for (; record; record = record->next)
        if (!queue_ours(run, ITEM_RECORD, record, err))
            return false;
    return true;
}

static bool queue_before(Run *run, Err *err)
{
    const char *const *sql = run->options->before;
    for (; sql && *sql; sql++)
        if (!queue(run, (Item){ITEM_BEGIN, 0}, *sql, 0, NULL, err) || !collect_full(run, 0, err))
            return false;
    return true;
}

static bool run_all(Run *run, const Record *record, Err *err)
{
    // The isolation level that the script's own BEGIN asks for becomes ours.
    const char *begin = run->options->begin && *run->options->begin ? run->options->begin : "BEGIN";
    TimeoutParameters timeouts;
    timeouts_parameters(run->options, &timeouts);
    Record begun = {timeouts.query->text, timeouts.count, timeouts.values, NULL};
    Item ours = {ITEM_BEGIN, 0};
    Item recorded = {ITEM_RECORD, 0};
    run->result->failed_at = FAILED_AT_BEGIN;
    if (!session_pipeline_begin(run->session, err) || !queue(run, ours, begin, 0, NULL, err) ||
        !queue_ours(run, ITEM_BEGIN, &begun, err) || !queue_before(run, err))
        return false;
    FAULT_POINT("transaction.begun");
    if (!run_statements(run, run->script, ITEM_STATEMENT, err))
        return false;
    FAULT_POINT("transaction.sent");
    // RESET comes before the record: a script that ended as another role could not write it.
    return queue(run, recorded, "RESET SESSION AUTHORIZATION", 0, NULL, err) &&
           queue(run, recorded, "RESET ROLE", 0, NULL, err) &&
           queue(run, recorded, "RESET ALL", 0, NULL, err) && run_verify(run, &begun, err) &&
           queue_records(run, record, err) && commit(run, err);
}

static bool run_once(Session *session, const Script *script, const Record *record,
                     const TransactionOptions *options, bool keeps, TransactionResult *result,
                     Err *err)
{
    *result = (TransactionResult){0};
    Run run = {
        .session = session,
        .script = script,
        .options = options,
        .result = result,
        .progress_us = clock_monotonic_us(),
        .keeps = keeps,
    };
    if (run_all(&run, record, err)) {
        FAULT_POINT("transaction.committed");
        return true;
    }
    result->is_commit_unknown =
        err->class == ERR_CONNECTION && run.is_commit_queued && !run.is_commit_skipped;
    if (result->is_commit_unknown)
        result->failed_at = FAILED_AT_COMMIT;
    session_rollback(session);
    session_forget_kept(session);
    return false;
}

bool transaction_run(Session *session, const Script *script, const Record *record,
                     const TransactionOptions *options, TransactionResult *ret_result, Err *err)
{
    if (run_once(session, script, record, options, true, ret_result, err))
        return true;
    // 26000: a script with DEALLOCATE ALL, this one or one before, took our kept statements away.
    // All of it was rolled back.
    bool is_ours =
        ret_result->failed_at == FAILED_AT_RECORD || ret_result->failed_at == FAILED_AT_BEGIN;
    if (!is_ours || strcmp(err->sqlstate, "26000") != 0)
        return false;
    return run_once(session, script, record, options, false, ret_result, err);
}
