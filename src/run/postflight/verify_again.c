// What migrations verify, asked again behind all of them, where nothing can be written:
// postflight_verify_again().
#include "run/apply.h"
#include "run/postflight/private.h"
#include "run/script.h"
#include "run/transaction.h"

#include <string.h>

static bool has_verify(const Migration *migration)
{
    return migration && (migration->verify || migration->up.directives.verifies.len);
}

// 25006: read_only_sql_transaction. A verify may write: nothing of it stays, but not here.
static bool is_unasked(const Err *err)
{
    return strcmp(err->sqlstate, "25006") == 0 || strcmp(err->sqlstate, "55P03") == 0 ||
           strcmp(err->sqlstate, "57014") == 0 || strcmp(err->sqlstate, "42501") == 0;
}

typedef struct Verifying {
    Postflight *postflight;
    size_t held;
    Words failed;
    Words unasked;
} Verifying;

static void verify(Verifying *verifying, const Migration *migration)
{
    Postflight *postflight = verifying->postflight;
    Arena *arena = postflight->arena;
    Script script = migration->verify ? *migration->verify : (Script){0};
    Verify asked = {migration->verify ? &script : NULL, &migration->up};
    TransactionOptions options = {
        .begin = "BEGIN READ ONLY",
        .lock_timeout_ms = 200,
        .statement_timeout_ms = postflight->patience_ms,
        .verify = &asked,
    };
    TransactionResult result;
    Err err = {0};
    if ((!migration->verify || script_complete(arena, &script, &err)) &&
        transaction_run(postflight->target->session, NULL, NULL, &options, &result, &err)) {
        verifying->held++;
        return;
    }
    Words *place = is_unasked(&err) ? &verifying->unasked : &verifying->failed;
    *vec_append(arena, place) = arena_printf(arena, "%s: %s", migration->version, err.message);
}

// The last of a plan was verified in its own transaction.
static void verify_plan(Verifying *verifying, const Plan *plan)
{
    for (size_t i = 0; plan->direction == DIRECTION_UP && i + 1 < plan->steps.len; i++)
        if (has_verify(plan->steps.items[i].migration))
            verify(verifying, plan->steps.items[i].migration);
}

static void verify_last_run(Verifying *verifying)
{
    const History *history = &verifying->postflight->target->history;
    const char *run_id = history->len ? history->items[history->len - 1].run_id : NULL;
    VEC_EACH (const StatusEntry, entry, &verifying->postflight->options->status->entries)
        if (run_id && entry->applied && !entry->applied->is_dirty && !entry->is_edited &&
            strcmp(entry->applied->run_id, run_id) == 0 && has_verify(entry->migration))
            verify(verifying, entry->migration);
}

static void add(Verifying *verifying, Verdict verdict, const Words *details, const char *fix,
                const char *what)
{
    Postflight *postflight = verifying->postflight;
    Check *check =
        check_list_add(postflight->arena, postflight->checks, &POSTFLIGHT_KINDS[POSTFLIGHT_VERIFY],
                       verdict, fix, "%zu %s", details->len, what);
    VEC_EACH (const char *const, detail, details)
        check_detail(postflight->arena, check, "%s", *detail);
}

void postflight_verify_again(Postflight *postflight)
{
    Verifying verifying = {.postflight = postflight};
    const Plan *plan = postflight->options->plan;
    if (plan)
        verify_plan(&verifying, plan);
    else
        verify_last_run(&verifying);
    if (verifying.failed.len)
        // A later migration may undo what an earlier one promised, and mean it.
        add(&verifying, plan ? VERDICT_WARN : VERDICT_FAIL, &verifying.failed,
            "correct what it asks for, in a new migration: migrate-safe new NAME",
            "verified when they ran, and do not hold any more");
    if (verifying.unasked.len)
        add(&verifying, VERDICT_UNKNOWN, &verifying.unasked,
            "ask by hand what the file verifies, as a role that may", "could not be asked here");
    if (!verifying.failed.len && !verifying.unasked.len)
        check_list_add(postflight->arena, postflight->checks, &POSTFLIGHT_KINDS[POSTFLIGHT_VERIFY],
                       VERDICT_PASS, NULL, "%zu asked again, all hold", verifying.held);
}
