#include "run/backup/load_plain.h"

#include "io/file.h"
#include "io/gzip.h"
#include "sql/dump_scan.h"
#include "sql/lex.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE = 1 << 16,
    FEED_MAX = 1 << 17,
    PIPE_READ = 0,
    PIPE_WRITE = 1
};

// What the thread that feeds psql has; nothing of it is looked at before the thread was joined.
typedef struct Feeder {
    const char *path;
    const char *only_schema;
    const char *only_table;
    bool is_without_owners;
    bool has_transaction_timeout; // the server knows that setting
    bool passes_rows;             // of the COPY in hand
    bool is_told_off;             // psql has ended: why is its own business
    int output;
    int64_t line; // that psql counts next
    Text waiting; // written together
    Err err;
} Feeder;

// ---- writing

static bool put(Feeder *feeder, Str bytes)
{
    if (file_write_full(feeder->output, bytes))
        return true;
    feeder->is_told_off = errno == EPIPE;
    return feeder->is_told_off || fail_errno(&feeder->err, ERR_IO, errno, "cannot write to psql");
}

static bool flush(Feeder *feeder)
{
    bool is_put = put(feeder, text_str(&feeder->waiting));
    text_clear(&feeder->waiting);
    return is_put && !feeder->is_told_off;
}

static bool write_out(Feeder *feeder, Str bytes)
{
    if (feeder->waiting.len + bytes.n > PIECE && !flush(feeder))
        return false;
    if (bytes.n > PIECE)
        return put(feeder, bytes) && !feeder->is_told_off;
    text_append(&feeder->waiting, bytes);
    return true;
}

// What was left out or stood between counts as empty lines.
static bool reach_line(Feeder *feeder, int64_t line)
{
    for (; feeder->line < line; feeder->line++)
        if (!write_out(feeder, STR("\n")))
            return false;
    return true;
}

// ---- what is handed on

static bool begins(Str text, const char *const *words)
{
    Lexer lexer = {.text = text, .is_whole = true};
    for (; *words; words++)
        if (!lex_is_word(&lexer, lex_next_significant(&lexer), str_from(*words)))
            return false;
    return true;
}
#define BEGINS(text, ...) begins((text), (const char *const[]){__VA_ARGS__, NULL})

static bool sets_owner(Str text)
{
    BackupContents contents = {0};
    ARENA_SCOPED arena = arena_new();
    contents_add_statement(arena, &contents, text);
    return contents.roles.len > 0;
}

static bool is_about_owners(Str text)
{
    return BEGINS(text, "GRANT") || BEGINS(text, "REVOKE") ||
           BEGINS(text, "ALTER", "DEFAULT", "PRIVILEGES") ||
           BEGINS(text, "SET", "SESSION", "AUTHORIZATION") ||
           (BEGINS(text, "ALTER") && sets_owner(text));
}

static bool is_name(const Lexer *lexer, Token token, const char *name)
{
    Str text = lex_text(lexer, token);
    if (token.kind == TOKEN_WORD)
        return str_eq(text, str_from(name));
    if (token.kind != TOKEN_QUOTED_NAME || text.p[0] != '"')
        return false;
    for (size_t i = 1; i + 1 < text.n; i++, name++) {
        if (text.p[i] != *name)
            return false;
        i += text.p[i] == '"';
    }
    return !*name;
}

// CREATE TABLE or COPY of the only table that is wanted.
static bool is_of_table(const Feeder *feeder, Str text, size_t words)
{
    Lexer lexer = {.text = text, .is_whole = true};
    while (words--)
        lex_next_significant(&lexer);
    Token schema = lex_next_significant(&lexer);
    Token dot = lex_next_significant(&lexer);
    Token table = lex_next_significant(&lexer);
    return dot.kind == TOKEN_DOT && is_name(&lexer, schema, feeder->only_schema) &&
           is_name(&lexer, table, feeder->only_table);
}

static bool is_wanted(const Feeder *feeder, Str text)
{
    if (!feeder->has_transaction_timeout && BEGINS(text, "SET", "transaction_timeout"))
        return false;
    if (feeder->is_without_owners && is_about_owners(text))
        return false;
    if (!feeder->only_table)
        return true;
    if (BEGINS(text, "CREATE", "TABLE") || BEGINS(text, "CREATE", "UNLOGGED", "TABLE"))
        return is_of_table(feeder, text, BEGINS(text, "CREATE", "TABLE") ? 2 : 3);
    if (BEGINS(text, "COPY"))
        return is_of_table(feeder, text, 1);
    return BEGINS(text, "SET") || str_starts(text, STR("SELECT pg_catalog.set_config("));
}

static bool on_statement(void *context, Str text, int64_t line, Err *err)
{
    Feeder *feeder = context;
    (void)err;
    feeder->passes_rows = is_wanted(feeder, text);
    if (!feeder->passes_rows)
        return true;
    if (!reach_line(feeder, line) || !write_out(feeder, text) || !write_out(feeder, STR("\n")))
        return false;
    feeder->line = line + str_count_lines(text) + 1;
    return true;
}

static bool on_data(void *context, Str piece, int64_t rows, Err *err)
{
    Feeder *feeder = context;
    (void)rows;
    (void)err;
    if (!feeder->passes_rows)
        return true;
    feeder->line += str_count_lines(piece);
    return write_out(feeder, piece);
}

// ---- the thread

static bool pump(Feeder *feeder, GzipReader *reader, DumpScan *scan)
{
    char piece[PIECE];
    size_t got;
    do {
        if (!gzip_read(reader, piece, sizeof piece, &got, &feeder->err) ||
            !dump_scan_feed(scan, (Str){piece, got}, &feeder->err))
            return false;
    } while (got);
    return dump_scan_end(scan, &feeder->err) && flush(feeder);
}

static void *run_feeder(void *context)
{
    Feeder *feeder = context;
    DumpHandler handler = {.on_statement = on_statement, .on_data = on_data, .context = feeder};
    DUMP_SCAN_SCOPED scan = dump_scan_new(feeder->path, &handler);
    GZIP_SCOPED reader = NULL;
    if (gzip_open(feeder->path, &reader, &feeder->err))
        pump(feeder, reader, scan);
    close(feeder->output);
    return NULL;
}

// "psql:<stdin>:12: ERROR:  ..." is about line 12 of the dump.
static bool place_error(Arena *arena, const char *path, Err *err)
{
    static const char MARK[] = "psql:<stdin>:";
    const char *said = strstr(err->message, MARK);
    if (!said)
        return false;
    char *rest;
    long line = strtol(said + strlen(MARK), &rest, 10);
    const char *what = strstr(rest, "ERROR:  ");
    const char *message = arena_strdup(arena, what ? what + strlen("ERROR:  ") : rest);
    const char *detail = arena_strdup(arena, err->detail);
    const char *behind = strstr(detail, "ERROR:  ");
    if (behind && str_starts(str_from(detail), str_from(MARK)))
        detail = behind; // the line is said already, and of no file that a person has
    fail(err, ERR_IO, "the server refused a statement of the dump: %s", message);
    if (*detail)
        err_detail(err, "%s", detail);
    return err_at(err, path, (Position){.line = (int)line, .column = 1});
}

static bool run_psql(Arena *arena, const Client *client, int input, Err *err)
{
    const char *const arguments[] = {
        "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-", NULL,
    };
    ClientRun run = {.arguments = arguments, .input = input, .receive = client_drop};
    return client_run(arena, client, &run, err);
}

static bool feed_psql(Arena *arena, Feeder *feeder, const Client *client, Err *err)
{
    int ends[2];
    pthread_t thread;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail_errno(err, ERR_IO, errno, "cannot make a pipe");
    feeder->output = ends[PIPE_WRITE];
    // Signals are for the thread that waits for psql; that psql has ended is seen by write().
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&thread, NULL, run_feeder, feeder);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        close(ends[PIPE_READ]);
        close(ends[PIPE_WRITE]);
        return fail_errno(err, ERR_IO, failed, "cannot start a thread");
    }
    bool is_run = run_psql(arena, client, ends[PIPE_READ], err);
    close(ends[PIPE_READ]);
    pthread_join(thread, NULL);
    if (feeder->err.class != ERR_NONE && (is_run || err->class == ERR_IO)) {
        *err = feeder->err; // what psql says of a dump that breaks off follows from it
        return false;
    }
    return is_run || place_error(arena, feeder->path, err);
}

bool load_plain(Arena *arena, const Backup *backup, const Session *into, const LoadOptions *options,
                Err *err)
{
    Client client;
    if (!client_open(arena, &options->place, "psql", into, &client, err))
        return false;
    Feeder feeder = {
        .path = backup->path,
        .only_schema = options->only_schema,
        .only_table = options->only_table,
        .is_without_owners = options->is_without_owners,
        .has_transaction_timeout = session_server_major(into) >= 17,
        .line = 1,
    };
    text_init(&feeder.waiting, FEED_MAX);
    bool is_loaded = feed_psql(arena, &feeder, &client, err);
    text_done(&feeder.waiting);
    return is_loaded;
}
