#include "run/rehearse/load.h"

#include "io/clock.h"
#include "pg/session_bounded.h"
#include "run/rehearse/load_file.h"

enum {
    RATE = 20,
    SESSIONS = 8,
    SESSIONS_MAX = 32,
    WAIT_MS = 5,
    END_MS = 60000, // what is not answered by then does not come
    US = 1000000
};

typedef struct Client {
    Session *session; // NULL: it was lost
    int64_t due_us;   // of what it runs
    bool is_busy;
    bool is_undoing; // what failed
} Client;

typedef VEC(int64_t) Times;

struct Load {
    Arena *arena;
    LoadFiles files;
    double rate;
    Client clients[SESSIONS_MAX];
    int count;
    int64_t turn; // of all files
    // Of what is measured now.
    int64_t begun_us;
    int64_t sent; // and so many were due
    Times *times;
    LoadMeasure *measure;
    Times before_times;
    Times during_times;
    LoadMeasure before;
    LoadMeasure during;
    const char *error;
};

// ---- sessions

static bool try_files(Load *load, Err *err)
{
    VEC_EACH (const LoadFile, file, &load->files) {
        Err refused = {0};
        if (session_exec(load->clients[0].session, file->sql, &refused))
            continue;
        if (refused.class == ERR_SERVER)
            refused.class = ERR_CHECK;
        *err = refused;
        session_rollback(load->clients[0].session);
        err_note(err, "a file of the load");
        return err_at(err, file->file, (Position){0});
    }
    return true;
}

static bool open_clients(Load *load, const char *url, Err *err)
{
    SessionOptions options = {.url = url, .application_name = "migrate-safe load"};
    for (int i = 0; i < load->count; i++)
        if (!session_open(&options, &load->clients[i].session, err))
            return err_note(err, "the sessions of the load");
    return true;
}

bool load_open(Arena *arena, const LoadOptions *options, Load **ret_load, Err *err)
{
    Load *load = arena_new_object(arena, Load);
    int sessions = options->sessions ? options->sessions : SESSIONS;
    *load = (Load){
        .arena = arena,
        .rate = options->rate > 0 ? options->rate : RATE,
        .count = sessions < SESSIONS_MAX ? sessions : SESSIONS_MAX,
    };
    if (!load_files_read(arena, options->folder, &load->files, err) ||
        !open_clients(load, options->url, err) || !try_files(load, err)) {
        load_close(load);
        return false;
    }
    *ret_load = load;
    return true;
}

void load_close(Load *load)
{
    for (int i = 0; load && i < load->count; i++) {
        session_close(load->clients[i].session);
        load->clients[i].session = NULL;
    }
}

void load_close_at(Load **load)
{
    load_close(*load);
    *load = NULL;
}

// ---- one transaction

static int64_t now_us(const Load *load)
{
    return clock_monotonic_us() - load->begun_us;
}

static void note_error(Load *load, Client *client, const Err *err)
{
    load->measure->errors++;
    if (!load->error)
        load->error = arena_strdup(load->arena, err->message);
    if (session_is_alive(client->session))
        return;
    session_close(client->session);
    client->session = NULL;
}

static void note_end(Load *load, Client *client)
{
    load->measure->transactions++;
    *vec_append(load->arena, load->times) = now_us(load) - client->due_us;
}

static void take_answer(Load *load, Client *client)
{
    Err err = {0};
    bool is_there;
    bool ok = session_answer_script(client->session, &is_there, &err);
    if (ok && !is_there)
        return;
    client->is_busy = false;
    if (!client->is_undoing)
        note_end(load, client);
    client->is_undoing = false;
    if (ok)
        return;
    note_error(load, client, &err);
    client->is_undoing = client->is_busy =
        client->session && session_send_script(client->session, "ROLLBACK", &err);
}

static void send(Load *load, Client *client, int64_t due_us)
{
    Err err = {0};
    client->due_us = due_us;
    client->is_busy =
        session_send_script(client->session, load_files_at(&load->files, load->turn++)->sql, &err);
    load->sent++;
    if (client->is_busy)
        return;
    note_end(load, client);
    note_error(load, client, &err);
}

// ---- all of them

static int64_t due_us(const Load *load, int64_t number)
{
    return (int64_t)((double)number * US / load->rate);
}

static bool has_client(const Load *load)
{
    for (int i = 0; i < load->count; i++)
        if (load->clients[i].session)
            return true;
    return false;
}

static void turn_until(Load *load, int64_t until_us)
{
    for (int i = 0; i < load->count; i++) {
        Client *client = &load->clients[i];
        if (client->is_busy)
            take_answer(load, client);
        int64_t due = due_us(load, load->sent);
        if (client->session && !client->is_busy && due <= now_us(load) && due < until_us)
            send(load, client, due);
    }
}

// Until somebody answers, or the next one is due.
static bool wait(Load *load, Err *err)
{
    Session *busy[SESSIONS_MAX];
    size_t count = 0;
    for (int i = 0; i < load->count; i++)
        if (load->clients[i].is_busy)
            busy[count++] = load->clients[i].session;
    int64_t left_ms = (due_us(load, load->sent) - now_us(load)) / 1000;
    int64_t most_ms = count < (size_t)load->count && left_ms < WAIT_MS ? left_ms : WAIT_MS;
    return session_wait_any(busy, count, most_ms > 1 ? most_ms : 1, err);
}

static bool is_over(const Load *load, int64_t until_us)
{
    for (int i = 0; i < load->count; i++)
        if (load->clients[i].is_busy)
            return false;
    return due_us(load, load->sent) >= until_us || !has_client(load);
}

static bool run_out(Load *load, int64_t until_us, Err *err)
{
    while (!is_over(load, until_us)) {
        turn_until(load, until_us);
        if (now_us(load) > until_us + END_MS * (US / 1000))
            return fail(err, ERR_CHECK, "transactions of the load were not answered within %d s",
                        END_MS / 1000);
        if (!is_over(load, until_us) && !wait(load, err))
            return false;
    }
    return true;
}

static void begin(Load *load, Times *times, LoadMeasure *measure)
{
    times->len = 0;
    *measure = (LoadMeasure){0};
    load->times = times;
    load->measure = measure;
    load->begun_us = clock_monotonic_us();
    load->sent = 0;
}

bool load_run_alone(Load *load, int64_t ms, Err *err)
{
    begin(load, &load->before_times, &load->before);
    return run_out(load, ms * (US / 1000), err);
}

void load_begin(Load *load)
{
    begin(load, &load->during_times, &load->during);
}

void load_turn(void *load)
{
    turn_until(load, INT64_MAX);
}

bool load_end(Load *load, Err *err)
{
    return run_out(load, now_us(load), err);
}

static int compare_times(const void *left, const void *right)
{
    const int64_t *a = left;
    const int64_t *b = right;
    return (*a > *b) - (*a < *b);
}

static LoadMeasure measured(const LoadMeasure *counts, const Times *times)
{
    ARENA_SCOPED scratch = arena_new();
    Times sorted = {0};
    LoadMeasure measure = *counts;
    vec_sorted_copy(scratch, &sorted, times, compare_times);
    measure.p50_us = load_percentile(sorted.items, sorted.len, 50);
    measure.p95_us = load_percentile(sorted.items, sorted.len, 95);
    measure.max_us = load_percentile(sorted.items, sorted.len, 100);
    return measure;
}

RehearsalLoad load_result(const Load *load)
{
    return (RehearsalLoad){
        .files = (int64_t)load->files.len,
        .sessions = load->count,
        .rate = load->rate,
        .before = measured(&load->before, &load->before_times),
        .during = measured(&load->during, &load->during_times),
        .error = load->error,
    };
}
