// Large relations are cut by ranges of pages so that sessions finish together; small ones go many
// in one statement, so that thousands of tables do not cost thousands of round trips.
#include "run/backup/facts_digest.h"

#include "base/text.h"
#include "pg/session_bounded.h"
#include "queries.h"
#include "sql/quote.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    SESSIONS_MOST = 16,
    SHARES = 16,            // pieces of a session, at least: who ends first takes another
    BATCH_TABLES = 64,      // in one statement
    FIRST_WITH_RANGES = 14, // scans of a range of ctid
    WAIT_MS = 1000,
    STATEMENT_MAX = 64 << 20
};

static const int64_t CUT_LEAST_BYTES = 8 << 20;
static const int64_t BATCH_BYTES = 4 << 20;

typedef struct Piece {
    size_t first; // of the relations
    size_t count;
    int64_t from_page;
    int64_t to_page; // 0: to the end
    int64_t bytes;
} Piece;

typedef VEC(Piece) Pieces;

typedef struct Worker {
    Session *session;
    const Piece *piece; // that it works on; NULL: none
} Worker;

typedef struct Digest {
    Arena *arena;
    const FactsOptions *options;
    const char *snapshot;
    Relations *relations;
    Pieces pieces;
    size_t next;
    VEC(const Piece *) held; // only for the given session, which has the locks already
    Worker workers[SESSIONS_MOST];
    size_t count;
    int64_t done_bytes;
    int64_t total_bytes;
} Digest;

uint64_t digest_sum(const char *decimal)
{
    uint64_t value = 0;
    for (const char *c = decimal; *c; c++)
        if (*c >= '0' && *c <= '9')
            value = value * 10 + (uint64_t)(*c - '0');
    return *decimal == '-' ? -value : value;
}

const char *digest_hex(Arena *arena, const uint64_t sums[2])
{
    return arena_printf(arena, "%016" PRIx64 "%016" PRIx64, sums[0], sums[1]);
}

const char *digest_settings(Arena *arena, bool is_one)
{
    return arena_printf(
        arena,
        "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = postgres;"
        "SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 3;"
        "SET LOCAL bytea_output = hex; SET LOCAL lc_monetary = 'C'; SET LOCAL xmloption = content;"
        "SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off;"
        "SET LOCAL row_security = off; SET LOCAL statement_timeout = 0;"
        "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off;%s",
        is_one ? "" : "SET LOCAL max_parallel_workers_per_gather = 0;");
}

static int by_size(const void *left, const void *right)
{
    const Relation *a = left;
    const Relation *b = right;
    return (a->bytes < b->bytes) - (a->bytes > b->bytes);
}

static int by_bytes(const void *left, const void *right)
{
    const Piece *a = left;
    const Piece *b = right;
    return (a->bytes < b->bytes) - (a->bytes > b->bytes);
}

static void cut(Digest *digest, size_t at, int64_t piece_bytes)
{
    const Relation *relation = &digest->relations->items[at];
    int64_t count = relation->bytes / piece_bytes;
    if (count > relation->pages)
        count = relation->pages;
    if (count < 2 || !relation->is_heap || *relation->condition) {
        *vec_append(digest->arena, &digest->pieces) =
            (Piece){.first = at, .count = 1, .bytes = relation->bytes};
        return;
    }
    for (int64_t i = 0; i < count; i++)
        *vec_append(digest->arena, &digest->pieces) = (Piece){
            .first = at,
            .count = 1,
            .from_page = relation->pages * i / count,
            .to_page = i + 1 < count ? relation->pages * (i + 1) / count : 0,
            .bytes = relation->bytes / count,
        };
}

// Largest first. One session alone takes whole relations: only their scan can be shared with the
// server's parallel workers.
static void plan_pieces(Digest *digest, size_t sessions, int server_major)
{
    vec_sort(digest->relations, by_size);
    VEC_EACH (const Relation, relation, digest->relations)
        digest->total_bytes += relation->bytes;
    int64_t piece_bytes = digest->total_bytes / ((int64_t)sessions * SHARES) + 1;
    if (piece_bytes < CUT_LEAST_BYTES)
        piece_bytes = CUT_LEAST_BYTES;
    if (sessions == 1 || server_major < FIRST_WITH_RANGES)
        piece_bytes = INT64_MAX;
    for (size_t at = 0; at < digest->relations->len;) {
        size_t count = 0;
        int64_t bytes = 0;
        const Relation *relation = &digest->relations->items[at];
        for (; at + count < digest->relations->len && count < BATCH_TABLES; count++) {
            if (bytes + relation[count].bytes > BATCH_BYTES)
                break;
            bytes += relation[count].bytes;
        }
        if (count)
            *vec_append(digest->arena, &digest->pieces) =
                (Piece){.first = at, .count = count, .bytes = bytes};
        else
            cut(digest, at, piece_bytes);
        at += count ? count : 1;
    }
    vec_sort(&digest->pieces, by_bytes);
}

#define WHOLE_ROW "pg_catalog.hashtextextended(ROW(t.*)::pg_catalog.text COLLATE \"C\", 0)"

static void append_replaced(Text *out, Str text, Str needle, const char *by)
{
    ptrdiff_t at = str_find(text, needle);
    REQUIRE(at >= 0);
    text_append(out, (Str){text.p, (size_t)at});
    text_append(out, str_from(by));
    text_append(out, str_skip(text, (size_t)at + needle.n));
}

static const char *range_of(Arena *arena, const Piece *piece)
{
    const char *end = piece->to_page
                          ? arena_printf(arena, " AND t.ctid OPERATOR(pg_catalog.<) '(%lld,0)'",
                                         (long long)piece->to_page)
                          : "";
    return piece->from_page || piece->to_page
               ? arena_printf(arena, "WHERE t.ctid OPERATOR(pg_catalog.>=) '(%lld,0)'%s",
                              (long long)piece->from_page, end)
               : "";
}

// The relation's name last: what is replaced is not looked for in names.
static void append_digest(Arena *arena, const Relation *relation, const char *rows, Text *out)
{
    Str text = str_from(QUERY_BACKUP_DIGEST.text);
    Str head = {text.p, (size_t)str_find(text, STR("FROM ONLY"))};
    Str tail = str_skip(text, head.n);
    TEXT_SCOPED end;
    text_init(&end, STATEMENT_MAX);
    append_replaced(out, head, STR(WHOLE_ROW), *relation->hash ? relation->hash : "0");
    append_replaced(&end, str_trim(tail), STR("WHERE true"), rows);
    append_replaced(out, (Str){end.data, end.len - 1}, STR("public.schema_versions"),
                    relation->qualified);
}

// A row for each relation, with its place among the piece's.
static const char *statement_of(const Digest *digest, Arena *arena, const Piece *piece)
{
    TEXT_SCOPED out;
    text_init(&out, STATEMENT_MAX);
    for (size_t i = 0; i < piece->count; i++) {
        const Relation *relation = &digest->relations->items[piece->first + i];
        const char *rows = *relation->condition ? relation->condition : range_of(arena, piece);
        text_printf(&out, "%sSELECT %zu AS place, digest.* FROM (", i ? " UNION ALL " : "", i);
        append_digest(arena, relation, rows, &out);
        text_append(&out, STR(") AS digest"));
    }
    return arena_dup(arena, text_str(&out));
}

static void take(const Digest *digest, const Piece *piece, const Rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        size_t at = piece->first + (size_t)rows_int(rows, row, 0);
        Relation *relation = &digest->relations->items[at];
        relation->fact->rows += rows_int(rows, row, 1);
        relation->sums[0] += digest_sum(rows_text(rows, row, 2));
        relation->sums[1] += digest_sum(rows_text(rows, row, 3));
    }
}

// A short lock timeout: who waits for the table behind us waits for the given session's locks, and
// a worker that waited behind them would never get it.
static bool begin(const Digest *digest, Session *session, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    return session_exec(session,
                        arena_printf(scratch,
                                     "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                     "SET TRANSACTION SNAPSHOT %s; SET LOCAL lock_timeout = 200;%s",
                                     quote_literal(scratch, digest->snapshot),
                                     digest_settings(scratch, false)),
                        err);
}

static bool open_worker(Digest *digest, Err *err)
{
    Worker *worker = &digest->workers[digest->count];
    SessionOptions options = {
        .url = digest->options->url,
        .application_name = "migrate-safe digests",
    };
    if (!session_open(&options, &worker->session, err))
        return false;
    digest->count++;
    return begin(digest, worker->session, err);
}

static const Piece *next_piece(Digest *digest, const Worker *worker)
{
    bool is_given = worker == digest->workers;
    if (is_given && digest->held.len)
        return digest->held.items[--digest->held.len];
    return digest->next < digest->pieces.len ? &digest->pieces.items[digest->next++] : NULL;
}

static bool is_lock_timeout(const Err *err)
{
    return err->class == ERR_SERVER && strcmp(err->sqlstate, "55P03") == 0;
}

// Looks whether the worker has an answer.
static bool look(Digest *digest, Worker *worker, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    bool is_there;
    Rows rows;
    const Piece *piece = worker->piece;
    bool ok = session_answer(worker->session, scratch, 0, &is_there, &rows, err);
    if (ok && !is_there)
        return true;
    if (!ok && session_is_alive(worker->session) && err->class != ERR_INTERRUPTED)
        worker->piece = NULL;
    if (!ok && worker != digest->workers && is_lock_timeout(err)) {
        *vec_append(digest->arena, &digest->held) = piece;
        *err = (Err){0};
        session_rollback(worker->session);
        return begin(digest, worker->session, err);
    }
    if (!ok)
        return false;
    worker->piece = NULL;
    take(digest, piece, &rows);
    digest->done_bytes += piece->bytes;
    if (digest->options->on_progress)
        digest->options->on_progress(digest->options->context, digest->done_bytes,
                                     digest->total_bytes);
    return true;
}

// Gives work to who has none; `ret_busy` gets those that work.
static bool hand_out(Digest *digest, Session **ret_busy, size_t *ret_count, Err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < digest->count; i++) {
        Worker *worker = &digest->workers[i];
        ARENA_SCOPED scratch = arena_new();
        if (!worker->piece) {
            const Piece *piece = next_piece(digest, worker);
            if (piece && !session_send(worker->session, statement_of(digest, scratch, piece), err))
                return false;
            worker->piece = piece;
        }
        if (worker->piece)
            ret_busy[count++] = worker->session;
    }
    *ret_count = count;
    return true;
}

// No more sessions than there are pieces.
static bool work(Digest *digest, size_t sessions, Err *err)
{
    Session *busy[SESSIONS_MOST];
    size_t count;
    plan_pieces(digest, sessions, session_server_major(digest->workers[0].session));
    while (digest->count < sessions && digest->count < digest->pieces.len)
        if (!open_worker(digest, err))
            return false;
    for (;;) {
        if (!hand_out(digest, busy, &count, err))
            return false;
        if (count == 0)
            return true;
        if (!session_wait_any(busy, count, WAIT_MS, err))
            return false;
        for (size_t i = 0; i < digest->count; i++)
            if (digest->workers[i].piece && !look(digest, &digest->workers[i], err))
                return false;
    }
}

// A statement for each relation: only what was changed is planned anew.
static bool digest_kept(Digest *digest, Session *session, Err *err)
{
    size_t count = digest->relations->len;
    if (!session_pipeline_begin(session, err))
        return false;
    for (size_t at = 0; at < count; at++) {
        ARENA_SCOPED scratch = arena_new();
        Piece piece = {.first = at, .count = 1};
        if (!session_queue_kept(session, statement_of(digest, scratch, &piece), 0, NULL, err))
            return false;
    }
    if (!session_pipeline_sync(session, err))
        return false;
    for (size_t at = 0; at < count; at++) {
        ARENA_SCOPED scratch = arena_new();
        Piece piece = {.first = at, .count = 1};
        Rows rows;
        if (!session_next_result(session, scratch, &rows, err))
            return false;
        take(digest, &piece, &rows);
    }
    return session_pipeline_end(session, err);
}

bool digest_relations(Arena *arena, Session *session, const FactsOptions *options,
                      const char *snapshot, Relations *relations, Err *err)
{
    Digest digest = {
        .arena = arena,
        .options = options,
        .snapshot = snapshot,
        .relations = relations,
        .workers = {{.session = session}},
        .count = 1,
    };
    size_t wanted = snapshot && options->jobs > 1 ? (size_t)options->jobs : 1;
    if (wanted > SESSIONS_MOST)
        wanted = SESSIONS_MOST;
    REQUIRE(!options->keeps || wanted == 1);
    bool ok = options->keeps ? digest_kept(&digest, session, err) : work(&digest, wanted, err);
    for (size_t i = 0; i < digest.count; i++) {
        if (!ok && digest.workers[i].piece)
            session_give_up(digest.workers[i].session);
        if (i > 0)
            session_close(digest.workers[i].session);
    }
    VEC_EACH (const Relation, relation, relations)
        relation->fact->digest = digest_hex(arena, relation->sums);
    return ok;
}
