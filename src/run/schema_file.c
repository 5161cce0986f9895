#include "run/schema_file.h"

#include "base/text.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "io/terminal.h"
#include "pg/client.h"
#include "sql/dump.h"
#include "sql/quote.h"

#include <string.h>

enum {
    DUMP_MAX_BYTES = 256 * 1024 * 1024
};

static const char HEAD[] =
    "-- The schema of the database, written by migrate-safe after each change: edit migrations,\n"
    "-- not this file. Into an empty database: psql -v ON_ERROR_STOP=1 -f THIS_FILE, and then\n"
    "-- migrate-safe baseline VERSION, with the last version that is listed at the end.\n\n";

static bool check_whole(const Target *target, const Status *status, Err *err)
{
    if (interrupt_requested())
        return fail(err, ERR_INTERRUPTED, "interrupted");
    if (!session_is_alive(target->session))
        return fail(err, ERR_CONNECTION, "the connection to %s was lost",
                    session_target(target->session));
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied && entry->applied->is_dirty) {
            fail(err, ERR_CHECK, "version %s stopped half way", entry->applied->version);
            return err_hint(err, "the next up, down or recover that ends well writes it");
        }
    return true;
}

// What belongs to one server (owners, privileges, tablespaces) is left out; a subscription too,
// which holds a password. A lock that somebody keeps is not waited for for ever: the runner's lock
// is ours meanwhile.
static bool dump(Arena *arena, const Target *target, const ClientPlace *place, Text *out, Err *err)
{
    Client client;
    if (!client_open(arena, place, "pg_dump", target->session, &client, err))
        return false;
    const char *const arguments[] = {
        "--schema-only",
        "--no-owner",
        "--no-privileges",
        "--no-tablespaces",
        "--no-subscriptions",
        "--encoding=UTF8",
        "--lock-wait-timeout=10000",
        arena_printf(arena, "--exclude-schema=%s", quote_identifier(arena, target->schema)),
        NULL,
    };
    ClientRun run = {.arguments = arguments, .receive = client_to_text, .context = out};
    return client_run(arena, &client, &run, err);
}

// One a line, so that two branches that each add one meet in a line and not in the whole.
static void list_versions(Arena *arena, const Status *status, Text *out)
{
    text_append(out, STR("\n-- Applied versions:\n"));
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied)
            text_printf(out, "-- %s\n", terminal_line(arena, entry->applied->version));
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->is_late)
            text_printf(out,
                        "-- Not applied, though older: %s (run its file before the baseline)\n",
                        terminal_line(arena, entry->migration->version));
}

static bool make_folder(Arena *arena, const char *path, Err *err)
{
    const char *slash = strrchr(path, '/');
    return !slash || slash == path ||
           file_make_directories(arena_dup(arena, (Str){path, (size_t)(slash - path)}), 0755, err);
}

bool schema_file_write(Arena *arena, const Target *target, const Status *status,
                       const ClientPlace *place, const char *path, Err *err)
{
    TEXT_SCOPED dumped;
    text_init(&dumped, DUMP_MAX_BYTES);
    TEXT_SCOPED out;
    text_init(&out, 2 * (size_t)DUMP_MAX_BYTES);
    TEXT_SCOPED schema;
    text_init(&schema, DUMP_MAX_BYTES);
    if (!check_whole(target, status, err) || !dump(arena, target, place, &dumped, err))
        return false;
    if (!dump_stabilise(text_str(&dumped), &schema))
        return fail(err, ERR_IO, "what pg_dump wrote ends before its end");
    text_append(&out, str_from(HEAD));
    text_append(&out, text_str(&schema));
    list_versions(arena, status, &out);
    return make_folder(arena, path, err) && file_write(path, text_str(&out), 0644, err);
}
