#include "base/text.h"
#include "io/fault.h"
#include "io/json.h"
#include "queries.h"
#include "run/lock_look.h"
#include "run/progress.h"
#include "run/quarantine.h"
#include "run/quarantine_note.h"
#include "run/script.h"
#include "run/timeouts.h"
#include "run/transaction.h"
#include "sql/quote.h"

#include <string.h>

enum {
    LOCK_TIMEOUT_MS = 100,
    LOCK_DEADLINE_MS = 10 * 60 * 1000,
    SCRIPT_MAX = 1 << 30
};

// Where an error's statement is shown to be.
#define PURGE   "quarantine purge"
#define RESTORE "quarantine restore"

typedef struct Work {
    Arena *arena;
    Target *target;
    const QuarantineOptions *options;
    const Quarantined *item;
    const char *what;
} Work;

static const char *target_of(Arena *arena, const Quarantined *item)
{
    const char *relation = quote_qualified(arena, item->schema, item->relation);
    return item->column
               ? arena_printf(arena, "COLUMN %s.%s", relation, quote_name(arena, item->column))
               : arena_printf(arena, "TABLE %s", relation);
}

// Under the lock that the drop needs, and then looked at: somebody may have taken it back, or
// given its name to another.
static const char *guard_sql(Arena *arena, const Quarantined *item)
{
    const char *relation = quote_qualified(arena, item->schema, item->relation);
    const char *of = quote_literal(arena, relation);
    const char *oid = arena_printf(arena, "%s::pg_catalog.regclass", of);
    const char *text =
        item->column
            ? arena_printf(arena,
                           "(SELECT pg_catalog.col_description(a.attrelid, a.attnum) "
                           "FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) "
                           "%s AND a.attname OPERATOR(pg_catalog.=) %s)",
                           oid, quote_literal(arena, item->column))
            : arena_printf(arena, "pg_catalog.obj_description(%s, 'pg_class')", oid);
    return arena_printf(arena,
                        "SELECT 1 OPERATOR(pg_catalog./) (%s OPERATOR(pg_catalog.=) "
                        "%s)::pg_catalog.int4",
                        text, quote_literal(arena, item->comment));
}

static Words with_guard(Work *work, const Words *statements)
{
    Words all = {0};
    Arena *arena = work->arena;
    *vec_append(arena, &all) =
        arena_printf(arena, "LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE",
                     quote_qualified(arena, work->item->schema, work->item->relation));
    *vec_append(arena, &all) = guard_sql(arena, work->item);
    VEC_EACH (const char *, statement, statements)
        *vec_append(arena, &all) = *statement;
    return all;
}

static const char *detail_of(Work *work, const Words *statements, const char *why)
{
    JSON_SCOPED detail = json_object();
    const Quarantined *item = work->item;
    json_put(detail, "kind", json_cstr(quarantine_kind_word(item->kind)));
    json_put(detail, "name", json_cstr(item->name));
    json_put(detail, "was", json_cstr(item->was));
    json_put(detail, "statements", json_words(statements->items, statements->len));
    if (why)
        json_put(detail, "why", json_cstr(why));
    if (work->options->backup_id)
        json_put(detail, "backup_id", json_cstr(work->options->backup_id));
    return json_line(work->arena, detail);
}

// Not read for directives: a name may look like one.
static Script script_of(Arena *arena, const char *what, const Words *statements)
{
    TEXT_SCOPED text;
    text_init(&text, SCRIPT_MAX);
    VEC_EACH (const char *, statement, statements)
        text_printf(&text, "%s;\n", *statement);
    Script script = {
        .is_present = true,
        .is_loaded = true,
        .path = what,
        .start = {1, 1},
        .text = {arena_dup(arena, text_str(&text)), text.len},
        .size = (int64_t)text.len,
    };
    script_checksum(script.text, script.checksum);
    return script;
}

static TransactionOptions options_of(const Work *work)
{
    const QuarantineOptions *options = work->options;
    return (TransactionOptions){
        .lock_timeout_ms = options->lock_timeout_ms ? options->lock_timeout_ms : LOCK_TIMEOUT_MS,
        .statement_timeout_ms = options->statement_timeout_ms,
        .idle_timeout_ms = options->idle_timeout_ms,
        .transaction_timeout_ms = options->transaction_timeout_ms,
        .lock_key = work->target->lock_key,
    };
}

static bool explain(const Work *work, const TransactionOptions *options,
                    const TransactionResult *result, Err *err)
{
    bool is_guard = strcmp(err->sqlstate, "22012") == 0; // division by zero
    timeouts_explain(options, err);
    if (result->is_commit_unknown) {
        err_note(err, "the answer to COMMIT was lost");
        err_hint(err, "see what is there: migrate-safe quarantine list; then run the same command "
                      "again");
    } else if (is_guard && result->failed_at == FAILED_AT_BEGIN) {
        fail(err, ERR_CHECK, "another runner took over the runner's lock");
        err_hint(err, "see what it did: migrate-safe quarantine list");
    } else if (is_guard && result->failed_at == FAILED_AT_STATEMENT) {
        fail(err, ERR_CHECK, "the comment of %s was changed meanwhile: nothing was done to it",
             work->item->name);
        err_hint(err, "see what is there: migrate-safe quarantine list");
    }
    return false;
}

// One transaction with its journal row, in short attempts.
static bool run(Work *work, const char *event, const Words *statements, Err *err)
{
    TransactionOptions options = options_of(work);
    const QuarantineOptions *given = work->options;
    const char *parameters[] = {given->run_id, event, work->item->version,
                                detail_of(work, statements, NULL)};
    Record record = {query_text(work->arena, &QUERY_HISTORY_JOURNAL, work->target->schema), 4,
                     parameters, NULL};
    Script script = script_of(work->arena, work->what, statements);
    LockWait wait;
    LockLook look;
    Progress progress;
    lock_wait_init(&wait, given->lock_deadline_ms ? given->lock_deadline_ms : LOCK_DEADLINE_MS,
                   given->sink, work->item->version);
    progress_init(&progress, work->target, given->sink, false);
    progress_watch(&progress, work->item->version);
    wait.seen = &progress.seen;
    lock_look_init(&look, work->arena, &script, session_server_major(work->target->session),
                   options.lock_timeout_ms);
    bool ok = false;
    while (lock_look_wait(&look, work->target->session, LOOK_ALL, true, &wait, err)) {
        TransactionResult result;
        options.before = look.before;
        ok = transaction_run(work->target->session, &script, &record, &options, &result, err) ||
             explain(work, &options, &result, err);
        if (ok || !lock_wait_again(&wait, err))
            break;
        progress_watch_attempt(&progress);
        lock_look_learn(&look, LOOK_ALL, &progress.seen);
    }
    progress_unwatch(&progress);
    progress_done(&progress);
    return ok;
}

static const char *purge_sql(Arena *arena, const Quarantined *item)
{
    const char *relation = quote_qualified(arena, item->schema, item->relation);
    return item->column ? arena_printf(arena, "ALTER TABLE %s DROP COLUMN %s", relation,
                                       quote_name(arena, item->column))
                        : arena_printf(arena, "DROP TABLE %s", relation);
}

Script quarantine_purge_script(Arena *arena, const Quarantined *item)
{
    Words statements = {0};
    *vec_append(arena, &statements) = purge_sql(arena, item);
    return script_of(arena, PURGE, &statements);
}

bool quarantine_purge(Arena *arena, Target *target, const Quarantined *item,
                      const QuarantineOptions *options, Err *err)
{
    Work work = {arena, target, options, item, PURGE};
    Words statements = {0};
    REQUIRE(!item->problem && !item->is_back);
    *vec_append(arena, &statements) = purge_sql(arena, item);
    statements = with_guard(&work, &statements);
    if (run(&work, "quarantine_purged", &statements, err)) {
        FAULT_POINT("quarantine.purged");
        return true;
    }
    if (strcmp(err->sqlstate, "2BP01") == 0) { // dependent objects
        err->class = ERR_CHECK;
        err_hint(err,
                 "drop or change what still uses it by a migration, then run the same command "
                 "again; or bring it back: migrate-safe quarantine restore %s",
                 item->name);
    }
    return err_note(err, "%s stays", item->name);
}

static bool read_note(Arena *arena, const Quarantined *item, QuarantineNote *ret_note, Err *err)
{
    QuarantinePlace place = {item->schema, item->relation, item->column};
    return quarantine_note_read(arena, item->comment, &place, ret_note, err);
}

static bool refuse_way(const Quarantined *item, const char *why, Err *err)
{
    fail(err, ERR_CHECK, "%s is not brought back by itself: %s", item->name, why);
    return err_hint(err,
                    "take from it what is needed by a migration, then: migrate-safe quarantine "
                    "purge %s --now",
                    item->name);
}

static bool back_of(Arena *arena, const Quarantined *item, const QuarantineNote *note,
                    QuarantineBack *ret_back, Err *err)
{
    QuarantineBack back = {0};
    if (note->kind != QUARANTINE_COLUMN && note->kind != QUARANTINE_CHANGED && !note->schema)
        return refuse_way(item, "its comment does not say which schema it was in", err);
    switch (note->kind) {
    case QUARANTINE_TABLE:
        quarantine_table_back(arena, &note->table, &back);
        break;
    case QUARANTINE_COLUMN:
        quarantine_column_back(arena, &note->column, &back);
        break;
    case QUARANTINE_ROWS:
        quarantine_rows_back(arena, &note->rows, &back.statements);
        break;
    case QUARANTINE_CHANGED:
        if (!quarantine_change_back(arena, &note->change, &back.statements))
            return refuse_way(item, "its values were made by a USING that nobody can turn round",
                              err);
        break;
    }
    *ret_back = back;
    return true;
}

static bool check_name(Arena *arena, Target *target, const Quarantined *item,
                       const QuarantineNote *note, Err *err)
{
    bool is_column = note->kind == QUARANTINE_COLUMN;
    const char *parameters[] = {is_column ? item->schema : note->schema,
                                is_column ? item->relation : note->was,
                                is_column ? note->was : NULL};
    Rows rows;
    if (!is_column && note->kind != QUARANTINE_TABLE)
        return true;
    if (!session_query(target->session, arena, QUERY_QUARANTINE_TAKEN.text, 3, parameters, &rows,
                       err))
        return false;
    if (!rows_bool(&rows, 0, 0))
        return true;
    fail(err, ERR_CHECK, "%s is there already: %s cannot have its name back", item->was,
         item->name);
    return err_hint(err, "rename what has the name now by a migration, then run the same command "
                         "again");
}

// Where a column will be once its table, which comes back before it, is there.
static Quarantined followed(Arena *arena, const QuarantinedChoice *items, const Quarantined *item)
{
    Quarantined place = *item;
    VEC_EACH (const Quarantined *const, other, items) {
        QuarantineNote note;
        Err ignored = {0};
        bool is_its_table = item->column && !(*other)->column && (*other)->oid == item->oid;
        if (!is_its_table || !read_note(arena, *other, &note, &ignored) || note.is_back)
            continue;
        place.schema = note.schema;
        place.relation = note.was;
    }
    return place;
}

static bool look_at(Arena *arena, Target *target, const Quarantined *item, Words *statements,
                    Err *err)
{
    QuarantineNote note;
    QuarantineBack back = {0};
    if (!read_note(arena, item, &note, err))
        return false;
    if (!note.is_back &&
        (!back_of(arena, item, &note, &back, err) || !check_name(arena, target, item, &note, err)))
        return false;
    VEC_EACH (const char *, statement, &back.statements)
        *vec_append(arena, statements) = *statement;
    VEC_EACH (const QuarantineStep, step, &back.behind)
        *vec_append(arena, statements) = step->sql;
    VEC_EACH (const QuarantineStep, step, &note.left)
        *vec_append(arena, statements) = step->sql;
    return true;
}

bool quarantine_restore_look(Arena *arena, Target *target, const QuarantinedChoice *items,
                             Words *ret_statements, Err *err)
{
    Words statements = {0};
    VEC_EACH (const Quarantined *const, item, items) {
        Quarantined place = followed(arena, items, *item);
        if (!look_at(arena, target, &place, &statements, err))
            return false;
    }
    *ret_statements = statements;
    return true;
}

// What is back, and where; its steps are done one by one.
typedef struct Back {
    Quarantined item;
    const QuarantineStep *steps;
    size_t count;
    const char *comment; // the user's
} Back;

static const char *comment_sql(Arena *arena, const Back *back, size_t done)
{
    const char *text = done < back->count
                           ? quarantine_note_left(arena, back->item.comment, back->steps + done,
                                                  back->count - done)
                           : back->comment;
    return arena_printf(arena, "COMMENT ON %s IS %s", target_of(arena, &back->item),
                        text ? quote_literal(arena, text) : "NULL");
}

// Rows and the old values of a changed column are back with their statements; nothing is renamed.
static bool is_named_again(const QuarantineNote *note)
{
    return note->kind == QUARANTINE_TABLE || note->kind == QUARANTINE_COLUMN;
}

static Quarantined place_of(const Quarantined *item, const QuarantineNote *note)
{
    Quarantined place = *item;
    if (note->kind == QUARANTINE_COLUMN)
        place.column = note->was;
    else {
        place.schema = note->schema;
        place.relation = note->was;
    }
    place.name = item->was;
    return place;
}

static bool bring_back(Work *work, const QuarantineNote *note, Back *ret_back, Err *err)
{
    QuarantineBack way;
    if (!back_of(work->arena, work->item, note, &way, err) ||
        !check_name(work->arena, work->target, work->item, note, err))
        return false;
    *ret_back = (Back){place_of(work->item, note), way.behind.items, way.behind.len, note->comment};
    if (is_named_again(note) && way.behind.len)
        way.statements.items[way.statements.len - 1] = comment_sql(work->arena, ret_back, 0);
    Words statements = with_guard(work, &way.statements);
    if (!run(work, "quarantine_restored", &statements, err)) {
        if (err->class == ERR_SERVER && !lock_wait_is_failure(err))
            err->class = ERR_ROLLBACK;
        return err_note(err, "%s stays in quarantine", work->item->name);
    }
    FAULT_POINT("quarantine.restored");
    return true;
}

// By what a constraint asks of them.
static bool is_refused_by_rows(const Err *err)
{
    return err->class == ERR_SERVER && strncmp(err->sqlstate, "23", 2) == 0;
}

static void note_refusal(Work *work, const QuarantineStep *step, const Err *err,
                         QuarantineRestored *restored)
{
    Rows rows;
    Err ignored = {0};
    Words statement = {0};
    *vec_append(work->arena, &statement) = step->sql;
    const char *parameters[] = {work->options->run_id, "quarantine_step_refused",
                                work->item->version, detail_of(work, &statement, err->message)};
    *vec_append(work->arena, &restored->refused) = arena_printf(
        work->arena, "%s: %s%s%s", step->sql, err->message, *err->detail ? ": " : "", err->detail);
    if (!session_query(work->target->session, work->arena,
                       query_text(work->arena, &QUERY_HISTORY_JOURNAL, work->target->schema), 4,
                       parameters, &rows, &ignored))
        event_emit(work->options->sink, &(Event){.kind = EVENT_WARNING,
                                                 .message = "the journal could not be written",
                                                 .detail = ignored.message});
}

static bool run_step(Work *work, const Back *back, size_t at, bool is_left_out, Err *err)
{
    Words statements = {0};
    if (!is_left_out)
        *vec_append(work->arena, &statements) = back->steps[at].sql;
    *vec_append(work->arena, &statements) = comment_sql(work->arena, back, at + 1);
    return run(work, "quarantine_step", &statements, err);
}

// Each leaves a comment that says what is left.
static bool finish(Work *work, const Back *back, QuarantineRestored *restored, Err *err)
{
    bool was_refused = false;
    for (size_t i = 0; i < back->count; i++) {
        bool is_left_out = was_refused && back->steps[i].needs_previous;
        Err failed = {0};
        was_refused = is_left_out;
        if (run_step(work, back, i, is_left_out, &failed)) {
            restored->has_changed = true;
            FAULT_POINT("quarantine.step");
            continue;
        }
        if (is_refused_by_rows(&failed)) {
            was_refused = true;
            note_refusal(work, &back->steps[i], &failed, restored);
            if (run_step(work, back, i, true, err)) {
                restored->has_changed = true;
                continue;
            }
        } else {
            *err = failed;
        }
        if (err->class == ERR_SERVER && !lock_wait_is_failure(err))
            err->class = ERR_ROLLBACK;
        err_hint(err, "it is there; run the same command again for the steps that are left");
        return err_note(err, "%s is back but for %zu steps", back->item.name, back->count - i);
    }
    return true;
}

bool quarantine_restore(Arena *arena, Target *target, const QuarantinedChoice *items,
                        const QuarantineOptions *options, QuarantineRestored *ret_restored,
                        Err *err)
{
    VEC(Back) backs = {0};
    VEC_EACH (const Quarantined *const, item, items) {
        Quarantined place = followed(arena, items, *item);
        Work work = {arena, target, options, &place, RESTORE};
        QuarantineNote note;
        Back back = {0};
        if (!read_note(arena, &place, &note, err))
            return false;
        if (note.is_back)
            back = (Back){place, note.left.items, note.left.len, note.comment};
        else if (!bring_back(&work, &note, &back, err))
            return false;
        ret_restored->has_changed |= !note.is_back;
        *vec_append(arena, &backs) = back;
    }
    VEC_EACH (const Back, back, &backs) {
        Work work = {arena, target, options, &back->item, RESTORE};
        if (!finish(&work, back, ret_restored, err))
            return false;
    }
    return true;
}
