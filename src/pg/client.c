#include "pg/client.h"

#include "base/words.h"
#include "io/file.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

enum {
    COMPLAINT_MAX = 1 << 16
};

static bool lead(Arena *arena, const ClientPlace *place, const Session *session, Client *ret_client,
                 Err *err)
{
    Client client = {.is_elsewhere = place->words || place->database};
    if (!session_export(arena, session, place->database, &client.export, err))
        return err_note(err, "tools-database");
    *ret_client = client;
    return true;
}

bool client_open(Arena *arena, const ClientPlace *place, const char *name, const Session *session,
                 Client *ret_client, Err *err)
{
    Client client;
    if (!lead(arena, place, session, &client, err) ||
        !client_tool_get(arena, place, name, session_server_major(session), &client.tool, err))
        return false;
    *ret_client = client;
    return true;
}

bool client_open_restore(Arena *arena, const ClientPlace *place, int dump_major,
                         const Session *session, Client *ret_client, Err *err)
{
    Client client;
    int major = session_server_major(session);
    if (!lead(arena, place, session, &client, err) ||
        !client_tool_find(arena, place, "pg_restore", dump_major > major ? dump_major : major,
                          &client.tool, err))
        return false;
    *ret_client = client;
    return true;
}

bool client_open_restore_alone(Arena *arena, const ClientPlace *place, int dump_major,
                               Client *ret_client, Err *err)
{
    Client client = {.is_alone = true};
    session_export_none(arena, &client.export);
    if (!client_tool_find(arena, place, "pg_restore", dump_major, &client.tool, err))
        return false;
    *ret_client = client;
    return true;
}

void client_set(Arena *arena, Client *client, const char *setting)
{
    static const char PREFIX[] = "PGOPTIONS=";
    Words environment = {0};
    const char *before = PREFIX;
    for (const char *const *item = client->export.environment; *item; item++)
        if (strncmp(*item, PREFIX, strlen(PREFIX)) == 0)
            before = arena_printf(arena, "%s ", *item);
        else
            *vec_append(arena, &environment) = *item;
    *vec_append(arena, &environment) = arena_printf(arena, "%s-c %s", before, setting);
    *vec_append(arena, &environment) = NULL;
    client->export.environment = environment.items;
}

static const char *const *argv_of(Arena *arena, const Client *client, const ClientRun *run)
{
    Words argv = {0};
    for (const char *const *word = client->tool.argv; *word; word++)
        *vec_append(arena, &argv) = *word;
    if (!client->is_alone) {
        *vec_append(arena, &argv) = "--no-password"; // it would ask on the terminal
        // Empty: as the environment says; but without one pg_restore would not connect at all.
        *vec_append(arena, &argv) =
            arena_printf(arena, "--dbname=%s", client->is_elsewhere ? client->export.url : "");
    }
    for (const char *const *argument = run->arguments; *argument; argument++)
        *vec_append(arena, &argv) = *argument;
    *vec_append(arena, &argv) = NULL;
    return argv.items;
}

// A wrapper may show what it was given.
static Str without_password(Arena *arena, Str text, const char *password)
{
    Str secret = str_from(password);
    TEXT_SCOPED out;
    text_init(&out, COMPLAINT_MAX * 4);
    for (ptrdiff_t at; secret.n && (at = str_find(text, secret)) >= 0;) {
        text_append(&out, (Str){text.p, (size_t)at});
        text_append(&out, STR("***"));
        text = str_skip(text, (size_t)at + secret.n);
    }
    text_append(&out, text);
    return (Str){arena_dup(arena, text_str(&out)), out.len};
}

// The line that says "error:", else the last one. psql says "psql:<stdin>:12: ERROR:  ..." of what
// the server refused, and more lines follow.
static Str telling_line(Str complaint, const char *name)
{
    Str line;
    Str last = {0};
    for (Str rest = complaint; str_line(&rest, &line);) {
        ptrdiff_t at = str_find(line, STR("error: "));
        ptrdiff_t refused = str_find(line, STR(": ERROR:  "));
        if (refused >= 0 && str_starts(line, STR("psql:<stdin>:")))
            return line;
        if (at >= 0 && str_starts(line, str_from(name)))
            return str_skip(line, (size_t)at + STR("error: ").n);
        if (str_trim(line).n)
            last = str_trim(line);
    }
    return last;
}

static const struct {
    const char *cause;
    const char *hint;
} HINTS[] = {
    {"no password supplied",
     "it must be given PGPASSWORD: docker exec -e PGPASSWORD ...; or let it in there without one"},
    {"password authentication failed", "check the password, and that of tools-database"},
    {"connection to server",
     "is that the database's address as seen from there? set it: tools-database: URL"},
    {"permission denied",
     "it reads every table: let the owner GRANT SELECT, or connect as a role that may"},
};

static bool complain(Arena *arena, const Client *client, Str complaint, int exit_code, Err *err)
{
    const char *name = client->tool.name;
    complaint = str_trim(without_password(arena, complaint, client->export.password));
    Str line = telling_line(complaint, name);
    if (line.n)
        fail(err, ERR_IO, "%s: " STR_FMT, client->tool.path, STR_ARG(line));
    else
        fail(err, ERR_IO, "%s ended with exit code %d and said nothing", client->tool.path,
             exit_code);
    if (complaint.n > line.n && str_until(complaint, '\n').n < complaint.n)
        err_detail(err, STR_FMT, STR_ARG(complaint));
    for (size_t i = 0; i < sizeof HINTS / sizeof *HINTS; i++)
        if (str_find(complaint, str_from(HINTS[i].cause)) >= 0)
            return err_hint(err, "%s", HINTS[i].hint);
    return false;
}

bool client_run(Arena *arena, const Client *client, const ClientRun *run, Err *err)
{
    TEXT_SCOPED complaint;
    text_init(&complaint, COMPLAINT_MAX);
    ProcessOptions options = {
        .argv = argv_of(arena, client, run),
        .env = client->export.environment,
        .has_own_environment = true,
        .death_signal = SIGTERM,
        .input = run->input,
        .tick_ms = run->tick_ms,
        .on_tick = run->on_tick,
        .tick_context = run->tick_context,
    };
    int exit_code;
    return process_stream(&options, run->receive, run->context, &complaint, &exit_code, err) &&
           (exit_code == 0 || complain(arena, client, text_str(&complaint), exit_code, err));
}

bool client_drop(void *context, Str piece, Err *err)
{
    (void)context;
    (void)piece;
    (void)err;
    return true;
}

bool client_to_text(void *context, Str piece, Err *err)
{
    Text *text = context;
    text_append(text, piece);
    return !text->is_cut || fail(err, ERR_IO, "the output is longer than %zu bytes", text->max);
}

bool client_to_descriptor(void *context, Str piece, Err *err)
{
    const int *descriptor = context;
    return file_write_full(*descriptor, piece) ||
           fail_errno(err, ERR_IO, errno, "cannot write the output");
}
