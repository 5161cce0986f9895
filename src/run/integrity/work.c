// The statements of all jobs, by several sessions at one snapshot. All conditions on one table are
// screened by one scan of it; only where a row was found each is asked for itself. A savepoint is
// gone back to before each statement, which gives the locks of the last one back.
#include "base/text.h"
#include "io/clock.h"
#include "io/json.h"
#include "pg/session_bounded.h"
#include "run/integrity/integrity_private.h"
#include "sql/quote.h"

enum {
    SESSIONS_MOST = 16,
    WAIT_MS = 1000,
    STATEMENT_MAX = 16 << 20
};

typedef struct Task {
    Job *job;       // the first of those that it screens
    size_t screens; // how many jobs from there; 0: it is the job itself
    int64_t bytes;
    bool is_whole; // answers must come from the table and not from its indexes
} Task;

typedef enum WorkerState {
    WORKER_IDLE,
    WORKER_PREPARES,
    WORKER_RUNS,
} WorkerState;

typedef struct Worker {
    Session *session;
    WorkerState state;
    Task task;
} Worker;

typedef VEC(Task) Tasks;

typedef struct Work {
    Examination *examination;
    Tasks tasks;
    size_t next;
    size_t done;
    Tasks late; // behind a screen that found something
    Worker workers[SESSIONS_MOST];
    size_t count;
} Work;

// ---- statements

static void append_percent(Text *text, double percent)
{
    text_printf(text, "%.6f", percent < 0.000001 ? 0.000001 : percent);
}

static void append_source(Text *text, const Job *job)
{
    text_printf(text, "%s%s AS t", job->relation->kind == 'p' ? "" : "ONLY ", job->relation->name);
    if (!job->percent)
        return;
    text_append(text, STR(" TABLESAMPLE SYSTEM ("));
    append_percent(text, job->percent);
    text_append_char(text, ')');
}

static void append_condition_statement(Text *text, const Job *job)
{
    text_printf(text,
                "SELECT pg_catalog.count(*), pg_catalog.jsonb_agg(k) FILTER (WHERE n <= 5) FROM "
                "(SELECT %s",
                job->relation->key);
    if (job->shown)
        text_printf(text, " || ': ' || COALESCE(%s, 'null')", job->shown);
    text_append(text, STR(" AS k, pg_catalog.row_number() OVER () AS n FROM "));
    append_source(text, job);
    text_printf(text, " WHERE %s) AS d", job->condition);
}

static void append_sampled(Text *text, const Job *job)
{
    Str marker = STR(":percent");
    Str rest = str_from(job->sampled);
    for (ptrdiff_t at; (at = str_find(rest, marker)) >= 0;) {
        text_append(text, (Str){rest.p, (size_t)at});
        append_percent(text, job->percent);
        rest = str_skip(rest, (size_t)at + marker.n);
    }
    text_append(text, rest);
}

static void append_screen(Text *text, const Task *task)
{
    text_append(text, STR("SELECT EXISTS (SELECT FROM "));
    append_source(text, task->job);
    const char *between = " WHERE ";
    for (size_t i = 0; i < task->screens; i++) {
        if (!task->job[i].screen)
            continue;
        text_printf(text, "%s(%s)", between, task->job[i].screen);
        between = " OR ";
    }
    text_append_char(text, ')');
}

static const char *statement_of(Arena *arena, const Task *task)
{
    TEXT_SCOPED text;
    text_init(&text, STATEMENT_MAX);
    if (task->screens)
        append_screen(&text, task);
    else if (task->job->condition)
        append_condition_statement(&text, task->job);
    else if (task->job->percent)
        append_sampled(&text, task->job);
    else
        text_append(&text, str_from(task->job->statement));
    return arena_dup(arena, text_str(&text));
}

// ---- tasks

static bool needs_rows(IntegrityId kind)
{
    return kind != INTEGRITY_ORPHANS && kind != INTEGRITY_EXCLUSION &&
           kind != INTEGRITY_SEQUENCE_BEHIND && kind != INTEGRITY_COUNTS;
}

static Task task_of(Job *job)
{
    return (Task){.job = job,
                  .bytes = job->relation ? job->relation->bytes : 0,
                  .is_whole = needs_rows(job->kind)};
}

static int by_bytes(const void *left, const void *right)
{
    const Task *a = left;
    const Task *b = right;
    return (a->bytes < b->bytes) - (a->bytes > b->bytes);
}

static void plan_tasks(Work *work)
{
    Jobs *jobs = &work->examination->jobs;
    Arena *arena = work->examination->arena;
    for (size_t at = 0; at < jobs->len;) {
        Job *job = &jobs->items[at];
        size_t count = 1;
        if (job->screen)
            while (at + count < jobs->len && jobs->items[at + count].relation == job->relation &&
                   jobs->items[at + count].condition)
                count++;
        if (!job->reason) {
            Task *task = vec_append(arena, &work->tasks);
            *task = task_of(job);
            task->screens = job->screen ? count : 0;
        }
        at += count;
    }
    vec_sort(&work->tasks, by_bytes); // largest first, so that sessions end together
}

// ---- answers

static const char *grant_for(const Work *work)
{
    Arena *arena = work->examination->arena;
    return arena_printf(arena,
                        "a right is missing: GRANT pg_read_all_data TO %s; (from 14 on), or SELECT "
                        "of it, or EXECUTE of the function",
                        quote_identifier(arena, session_user(work->examination->session)));
}

// Failures that are nobody's but the thing's own: whoever uses it gets them too.
static bool is_of_the_thing(const Job *job, const char *sqlstate)
{
    static const char *const OURS[] = {"08", "0A", "25", "53", "55", "57", "58"};
    if (job->kind == INTEGRITY_INDEX_STRUCTURE)
        return strcmp(sqlstate, "XX001") == 0 || strcmp(sqlstate, "XX002") == 0;
    if (job->kind != INTEGRITY_VIEWS && job->kind != INTEGRITY_FUNCTIONS)
        return false;
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++)
        if (strncmp(sqlstate, OURS[i], 2) == 0)
            return false;
    return true;
}

static bool is_state(const Err *err, const char *sqlstate)
{
    return strcmp(err->sqlstate, sqlstate) == 0;
}

// Whatever is asked of that table would fail so.
static bool is_of_all(const Err *err)
{
    return is_state(err, "42501") || is_state(err, "55P03");
}

static void take_failure(Work *work, Job *job, const Err *err)
{
    Arena *arena = work->examination->arena;
    if (is_state(err, "42501"))
        job->reason = arena_printf(arena, "%s; %s", err->message, grant_for(work));
    else if (is_state(err, "55P03"))
        job->reason =
            "locked by somebody: migrate-safe verify once more, when its holder has ended";
    else if (is_of_the_thing(job, err->sqlstate))
        job->is_broken = true;
    else
        job->reason = arena_strdup(arena, err->message);
    if (!job->is_broken)
        return;
    job->count = 1;
    *vec_append(arena, &job->samples) = arena_strdup(arena, err->message);
}

static void ask_each(Work *work, const Task *task)
{
    for (size_t i = 0; i < task->screens; i++)
        *vec_append(work->examination->arena, &work->late) = task_of(&task->job[i]);
}

static void take(Work *work, const Task *task, const Rows *rows, const Err *failure)
{
    Job *job = task->job;
    if (failure && is_of_all(failure)) {
        for (size_t i = 0; i < (task->screens ? task->screens : 1); i++)
            take_failure(work, &job[i], failure);
    } else if (task->screens) {
        if (failure || rows_bool(rows, 0, 0))
            ask_each(work, task);
    } else if (failure) {
        take_failure(work, job, failure);
    } else if (rows->columns == 2) { // and not EXPLAIN's
        job->count = rows_int(rows, 0, 0);
        json_words_read(work->examination->arena, rows_text(rows, 0, 1), &job->samples);
    }
    work->done++;
    const IntegrityOptions *options = work->examination->options;
    if (options->on_progress)
        options->on_progress(options->context, work->done, work->tasks.len + work->late.len);
}

// ---- sessions

static bool open_worker(Work *work, Err *err)
{
    const Examination *examination = work->examination;
    ARENA_SCOPED scratch = arena_new();
    SessionOptions options = {.url = examination->options->url,
                              .application_name = "migrate-safe verify"};
    Session *session;
    if (!session_open(&options, &session, err))
        return false;
    if (session_exec(
            session,
            arena_printf(scratch,
                         "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;SET TRANSACTION SNAPSHOT "
                         "%s;%sSAVEPOINT " INTEGRITY_SAVEPOINT,
                         quote_literal(scratch, examination->snapshot),
                         integrity_settings(scratch, session)),
            err)) {
        work->workers[work->count++].session = session;
        return true;
    }
    session_close(session);
    return false;
}

static bool open_workers(Work *work, Err *err)
{
    const IntegrityOptions *options = work->examination->options;
    size_t wanted = work->examination->snapshot ? (size_t)options->jobs : 1;
    if (wanted > work->tasks.len)
        wanted = work->tasks.len;
    if (wanted > SESSIONS_MOST)
        wanted = SESSIONS_MOST;
    while (work->count < wanted) {
        Err failure = {0};
        if (open_worker(work, &failure))
            continue;
        if (failure.class == ERR_INTERRUPTED || !session_is_alive(work->examination->session)) {
            *err = failure;
            return false;
        }
        return true; // the server has no place for another: with those that there are
    }
    return true;
}

static const Task *next_task(Work *work)
{
    if (work->late.len)
        return &work->late.items[--work->late.len];
    return work->next < work->tasks.len ? &work->tasks.items[work->next++] : NULL;
}

// A statement that has the machine for itself may use the server's parallel workers.
static bool is_alone(const Work *work)
{
    size_t busy = 0;
    for (size_t i = 0; i < work->count; i++)
        busy += work->workers[i].state != WORKER_IDLE;
    return work->count == 1 || (busy == 0 && work->next == work->tasks.len && !work->late.len);
}

static bool prepare(const Work *work, Worker *worker, const Task *task, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    const char *script =
        arena_printf(scratch, "ROLLBACK TO SAVEPOINT " INTEGRITY_SAVEPOINT "%s%s",
                     task->is_whole ? ";SET LOCAL enable_indexscan = off;SET LOCAL "
                                      "enable_indexonlyscan = off;SET LOCAL enable_bitmapscan = off"
                                    : "",
                     is_alone(work) ? "" : ";SET LOCAL max_parallel_workers_per_gather = 0");
    worker->task = *task;
    worker->state = WORKER_PREPARES;
    return session_send_script(worker->session, script, err);
}

static bool start(Worker *worker, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    worker->state = WORKER_RUNS;
    return session_send(worker->session, statement_of(scratch, &worker->task), err);
}

static bool look(Work *work, Worker *worker, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    bool is_there = false;
    Rows rows = {0};
    if (worker->state == WORKER_PREPARES) {
        if (!session_answer_script(worker->session, &is_there, err))
            return false;
        if (!is_there)
            return true;
        if (!start(worker, err))
            return false;
    }
    Err failure = {0};
    if (session_answer(worker->session, scratch, 0, &is_there, &rows, &failure)) {
        if (is_there) {
            worker->state = WORKER_IDLE;
            take(work, &worker->task, &rows, NULL);
        }
        return true;
    }
    if (failure.class != ERR_SERVER) {
        *err = failure;
        return false;
    }
    worker->state = WORKER_IDLE;
    take(work, &worker->task, NULL, &failure);
    return true;
}

static bool hand_out(Work *work, Session **ret_busy, size_t *ret_count, Err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < work->count; i++) {
        Worker *worker = &work->workers[i];
        const Task *task = worker->state == WORKER_IDLE ? next_task(work) : NULL;
        if (task && !prepare(work, worker, task, err))
            return false;
        if (worker->state != WORKER_IDLE)
            ret_busy[count++] = worker->session;
    }
    *ret_count = count;
    return true;
}

static int64_t left_ms(const Work *work)
{
    int64_t limit = work->examination->options->time_limit_ms;
    if (!limit)
        return WAIT_MS;
    int64_t left = limit - clock_elapsed_ms(work->examination->started_us);
    return left < 0 ? 0 : left < WAIT_MS ? left : WAIT_MS;
}

static void out_of_time(const Task *task)
{
    for (size_t i = 0; i < (task->screens ? task->screens : 1); i++)
        task->job[i].reason = "the time limit came first: a longer --time-limit, or --only";
}

static void stop(Work *work)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->workers[i].state != WORKER_IDLE)
            out_of_time(&work->workers[i].task);
    for (const Task *task; (task = next_task(work));)
        out_of_time(task);
}

static bool run(Work *work, Err *err)
{
    Session *busy[SESSIONS_MOST];
    size_t count;
    for (;;) {
        if (left_ms(work) == 0) {
            stop(work);
            return true;
        }
        if (!hand_out(work, busy, &count, err))
            return false;
        if (count == 0)
            return true;
        if (!session_wait_any(busy, count, left_ms(work), err))
            return false;
        for (size_t i = 0; i < work->count; i++)
            if (work->workers[i].state != WORKER_IDLE && !look(work, &work->workers[i], err))
                return false;
    }
}

static void close_workers(Work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        Worker *worker = &work->workers[i];
        if (worker->state != WORKER_IDLE && session_is_alive(worker->session))
            session_give_up(worker->session);
        if (i > 0)
            session_close(worker->session);
    }
}

bool integrity_work(Examination *examination, Err *err)
{
    Work work = {
        .examination = examination, .workers = {{.session = examination->session}}, .count = 1};
    plan_tasks(&work);
    bool ok = open_workers(&work, err) && run(&work, err);
    close_workers(&work);
    return ok;
}
