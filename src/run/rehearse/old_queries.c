#include "run/rehearse/old_queries.h"

#include "base/text.h"
#include "run/rehearse/old_statements.h"
#include "run/rehearse/smoke_query.h"

#include <inttypes.h>

enum {
    STATEMENT_SHOWN = 600
};

struct OldQueries {
    Arena *arena;
    SmokeQueries files;
    OldStatements statements;
};

// ---- before the migrations

// Asked twice: what differs by itself tells nothing.
static bool take_answer(OldQueries *queries, SmokeQuery *query, Session *copy, Err *err)
{
    const char *again;
    if (!smoke_query_run(queries->arena, query, copy, &query->answer, err) ||
        !smoke_query_run(queries->arena, query, copy, &again, err))
        return false;
    const char *difference = smoke_query_difference(queries->arena, query, again);
    if (!difference)
        return true;
    fail(err, ERR_CHECK, "this smoke query answers otherwise each time that it is asked");
    err_detail(err, "%s", difference);
    err_hint(err, "let it ask only for what stays the same, in an order");
    return err_at(err, query->file, (Position){1, 1});
}

static bool check_answer(OldQueries *queries, SmokeQuery *query, Session *copy, Err *err)
{
    const char *answer;
    if (!smoke_query_run(queries->arena, query, copy, &answer, err))
        return false;
    const char *difference = smoke_query_difference(queries->arena, query, answer);
    if (!difference)
        return true;
    fail(err, ERR_CHECK,
         "before the migrations this smoke query answers otherwise than is expected");
    err_detail(err, "%s", difference);
    return err_at(err, query->file, (Position){1, 1});
}

static bool ask_files(OldQueries *queries, Session *copy, Err *err)
{
    VEC_EACH (SmokeQuery, query, &queries->files)
        if (!(query->is_given ? check_answer(queries, query, copy, err)
                              : take_answer(queries, query, copy, err)))
            return false;
    return true;
}

static bool ask_statements(OldQueries *queries, Session *copy, RehearsalQueries *counts, Err *err)
{
    OldStatementRefusals refusals = {0};
    if (!old_statements_try(queries->arena, &queries->statements, false, copy, &refusals, err))
        return false;
    VEC_EACH (OldStatement, statement, &queries->statements)
        statement->is_prepared = true;
    VEC_EACH (const OldStatementRefusal, refusal, &refusals)
        queries->statements.items[refusal->statement - queries->statements.items].is_prepared =
            false;
    counts->unprepared = (int64_t)refusals.len;
    counts->statements = (int64_t)(queries->statements.len - refusals.len);
    return true;
}

bool old_queries_open(Arena *arena, const OldQueriesOptions *options, Session *copy,
                      OldQueries **ret_queries, RehearsalQueries *ret_counts, Err *err)
{
    OldQueries *queries = arena_new_object(arena, OldQueries);
    RehearsalQueries counts = {.without = "no target was given"};
    queries->arena = arena;
    if (options->folder && (!smoke_queries_read(arena, options->folder, &queries->files, err) ||
                            !ask_files(queries, copy, err)))
        return false;
    if (options->target &&
        (!old_statements_read(arena, options->target, &queries->statements, &counts.without, err) ||
         !ask_statements(queries, copy, &counts, err)))
        return false;
    counts.files = (int64_t)queries->files.len;
    *ret_queries = queries;
    *ret_counts = counts;
    return true;
}

// ---- after them

static bool try_file(SmokeQuery *query, Arena *arena, Session *copy, const char *stage,
                     bool is_same_data, RehearsalFindings *findings, Err *err)
{
    Err failed = {0};
    const char *answer = NULL;
    if (!smoke_query_run(arena, query, copy, &answer, &failed)) {
        if (failed.class != ERR_CHECK) {
            *err = failed;
            return false;
        }
        *vec_append(arena, findings) = (RehearsalFinding){
            .problem = REHEARSAL_OLD_QUERY_BROKEN,
            .message =
                arena_printf(arena, "after the %s a smoke query fails: %s", stage, failed.message),
            .file = query->file,
            .position = failed.position,
            .sqlstate = failed.sqlstate[0] ? arena_strdup(arena, failed.sqlstate) : NULL,
            .detail = failed.detail[0] ? arena_strdup(arena, failed.detail) : NULL,
        };
        return true;
    }
    const char *difference = is_same_data ? smoke_query_difference(arena, query, answer) : NULL;
    if (difference)
        *vec_append(arena, findings) = (RehearsalFinding){
            .problem = REHEARSAL_OLD_QUERY_BROKEN,
            .message = arena_printf(arena, "after the %s a smoke query answers otherwise", stage),
            .file = query->file,
            .position = {1, 1},
            .detail = difference,
        };
    return true;
}

static const char *shown_statement(Arena *arena, const OldStatement *statement)
{
    size_t length = strlen(statement->text);
    size_t shown = length > STATEMENT_SHOWN ? STATEMENT_SHOWN : length;
    while (shown < length && ((unsigned char)statement->text[shown] & 0xC0) == 0x80)
        shown--;
    return arena_printf(arena, "%.*s%s\nasked by %s, %" PRId64 " times", (int)shown,
                        statement->text, shown < length ? "..." : "",
                        statement->role ? statement->role : "a role that is gone",
                        statement->calls);
}

static bool try_statements(const OldQueries *queries, Arena *arena, Session *copy,
                           const char *stage, RehearsalFindings *findings, Err *err)
{
    OldStatementRefusals refusals = {0};
    if (!old_statements_try(arena, &queries->statements, true, copy, &refusals, err))
        return false;
    VEC_EACH (const OldStatementRefusal, refusal, &refusals)
        *vec_append(arena, findings) = (RehearsalFinding){
            .problem = REHEARSAL_OLD_QUERY_BROKEN,
            .message = arena_printf(
                arena, "after the %s a statement of the application cannot be prepared: %s", stage,
                refusal->message),
            .sqlstate = refusal->sqlstate,
            .detail = shown_statement(arena, refusal->statement),
        };
    return true;
}

bool old_queries_try(OldQueries *queries, Arena *arena, Session *copy, const char *stage,
                     bool is_same_data, RehearsalFindings *findings, Err *err)
{
    VEC_EACH (SmokeQuery, query, &queries->files)
        if (!try_file(query, arena, copy, stage, is_same_data, findings, err))
            return false;
    return try_statements(queries, arena, copy, stage, findings, err);
}
