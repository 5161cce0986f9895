// demo: the whole story on a throwaway server; nothing to configure.
#include "cli/demo_files.h"
#include "cli/demo_writer.h"
#include "cli/workspace.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "io/process.h"
#include "pg/client_tool.h"
#include "pg/cluster.h"
#include "report/message.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct Demo {
    Context *context;
    Cluster *cluster;
    DemoWriter writer;
    const char *folder;
    const char *url;
} Demo;

static void say(const Demo *demo, const char *text)
{
    const Terminal *out = &demo->context->out;
    fprintf(out->stream, "\n%s# %s%s\n", terminal_begin(out, COLOUR_BLUE), text,
            terminal_end(out, COLOUR_BLUE));
    fflush(out->stream);
}

static const char *file_text(const char *name)
{
    for (const EmbeddedFile *file = DEMO_FILES; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file->text;
    return "";
}

static bool write_folder(Demo *demo, Err *err)
{
    Arena *arena = demo->context->arena;
    const char *temporary = getenv("TMPDIR");
    char *folder = arena_printf(arena, "%s/migrate-safe-demo-XXXXXX",
                                temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return fail_errno(err, ERR_IO, errno, "%s cannot be made", folder);
    demo->folder = folder;
    if (!file_make_directories(arena_printf(arena, "%s/migrations", folder), 0755, err))
        return false;
    for (const EmbeddedFile *file = DEMO_FILES; file->name; file++)
        if (str_starts(str_from(file->name), STR("migrations/")) &&
            !file_write_new(arena_printf(arena, "%s/%s", folder, file->name), str_from(file->text),
                            0644, err))
            return false;
    return true;
}

static bool make_shop(Demo *demo, Err *err)
{
    Arena *arena = demo->context->arena;
    SessionOptions admin = {.url = cluster_url(arena, demo->cluster, "postgres")};
    SessionOptions shop = {.url = demo->url};
    SESSION_SCOPED session = NULL;
    if (!session_open(&admin, &session, err) || !session_exec(session, "CREATE DATABASE shop", err))
        return false;
    session_close_at(&session);
    return session_open(&shop, &session, err) && session_exec(session, file_text("seed.sql"), err);
}

// Shows and runs one command line of ours, as the user would type it. `expected` is its exit code.
static bool type(Demo *demo, const char *line, int expected, Err *err)
{
    enum {
        WORDS_MAX = 8
    };
    Arena *arena = demo->context->arena;
    const Terminal *out = &demo->context->out;
    const char *argv[WORDS_MAX + 2] = {"/proc/self/exe"};
    int count = 1;
    for (Str rest = str_from(line); rest.n && count <= WORDS_MAX;) {
        Str word = str_until(rest, ' ');
        argv[count++] = arena_dup(arena, word);
        rest = str_skip(rest, word.n < rest.n ? word.n + 1 : word.n);
    }
    fprintf(out->stream, "\n%s$ migrate-safe %s%s\n", terminal_begin(out, COLOUR_BOLD), line,
            terminal_end(out, COLOUR_BOLD));
    fflush(out->stream);
    const char *env[] = {arena_printf(arena, "DATABASE_URL=%s", demo->url), NULL};
    ProcessOptions options = {
        .argv = argv, .env = env, .directory = demo->folder, .death_signal = SIGTERM};
    Process process;
    int status;
    if (!process_start(&options, &process, err))
        return false;
    if (!process_wait(&process, -1, &status))
        return fail(err, ERR_IO, "migrate-safe %s did not end", line);
    if (interrupt_requested())
        return fail(err, ERR_INTERRUPTED, "the demonstration was interrupted");
    int exit_code = process_exit_code(status);
    return exit_code == expected ||
           fail(err, ERR_CHECK, "migrate-safe %s ended with %d, not %d", line, exit_code, expected);
}

static bool correct_file(Demo *demo, Err *err)
{
    const char *path = arena_printf(demo->context->arena,
                                    "%s/migrations/005_orders_currency.up.sql", demo->folder);
    return file_write(path, str_from(file_text("005_orders_currency.fixed.sql")), 0644, err);
}

// What the server's package has need not have the client programs beside it.
static bool can_back_up(const Demo *demo)
{
    static const char *const NAMES[] = {"pg_dump", "pg_restore"};
    const ClientPlace here = {0};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        ClientTool tool;
        Err ignored = {0};
        if (!client_tool_get(demo->context->arena, &here, NAMES[i], cluster_major(demo->cluster),
                             &tool, &ignored))
            return false;
    }
    return true;
}

static bool tell_story(Demo *demo, Err *err)
{
    say(demo, "The shop is in production: 300,000 orders, and new ones all the time.\n"
              "# It has tables but no history yet, so its history begins here.");
    if (!type(demo, "baseline 0", 0, err))
        return false;
    say(demo, "Eight migrations wait. What would happen?");
    bool has_tools = can_back_up(demo);
    if (!type(demo, has_tools ? "plan" : "plan --skip-backup", 0, err))
        return false;
    say(demo, has_tools ? "Apply them: first a backup, which is restored for proof.\n"
                          "# The fifth migration does not know the shop's data."
                        : "Apply them (no backup: pg_dump and pg_restore are not here). The fifth\n"
                          "# migration does not know the shop's data.");
    if (!type(demo, has_tools ? "up" : "up --skip-backup", 2, err))
        return false;
    say(demo, "Half of that file had run; nothing of it stayed. The four before it did.");
    if (!type(demo, "status", 0, err) || (has_tools && !type(demo, "backup list", 0, err)) ||
        !correct_file(demo, err))
        return false;
    say(demo, "The file is corrected (total_cents >= 0). On we go, without another backup.");
    if (!type(demo, "up --skip-backup", 0, err))
        return false;
    say(demo, "Back, three migrations; and forth again.");
    return type(demo, "down --steps 3 --skip-backup", 0, err) &&
           type(demo, "up --skip-backup", 0, err) && type(demo, "history --limit 4", 0, err);
}

static void tell_figures(const Demo *demo, const DemoFigures *figures, int64_t duration_ms)
{
    const Terminal *out = &demo->context->out;
    fprintf(
        out->stream,
        "\n%sMeanwhile the shop ran %lld statements; %lld failed; the slowest took %.1f ms.%s\n",
        terminal_begin(out, COLOUR_BOLD), (long long)figures->orders, (long long)figures->failures,
        (double)figures->slowest_us / 1000, terminal_end(out, COLOUR_BOLD));
    fprintf(out->stream, "All of it took %s, on PostgreSQL %d, in a server that is gone now.\n",
            message_duration(demo->context->arena, duration_ms), cluster_major(demo->cluster));
}

static void tell_where_next(const Demo *demo, bool is_kept)
{
    const Terminal *out = &demo->context->out;
    if (is_kept)
        fprintf(out->stream, "\nThe migrations and logs of this demonstration: %s\n", demo->folder);
    fprintf(out->stream,
            "\n%sWhere to go next:%s\n"
            "  migrate-safe help                      all commands\n"
            "  migrate-safe new add_user_preferences  your first migration\n"
            "  migrate-safe validate                  check a folder you have\n"
            "  README.md                              the quickstart, on a folder of yours\n",
            terminal_begin(out, COLOUR_BLUE), terminal_end(out, COLOUR_BLUE));
}

static int finish(Demo *demo, bool ok, int64_t start_us, Err *err)
{
    DemoFigures figures = {0};
    Err ignored = {0};
    bool is_kept = option_is_set(&demo->context->options, OPTION_KEEP);
    bool has_figures = demo->writer.pid && demo_writer_stop(&demo->writer, &figures, &ignored);
    if (ok && !has_figures) {
        ok = false;
        *err = ignored;
    }
    if (ok) {
        tell_figures(demo, &figures, clock_elapsed_ms(start_us));
        tell_where_next(demo, is_kept);
    }
    cluster_stop(demo->cluster);
    if (demo->folder && !is_kept && !file_remove_tree(demo->folder, &ignored))
        message_warning(&demo->context->err, &ignored);
    return ok ? 0 : command_fail(demo->context, err);
}

static int demo_run(Context *context)
{
    Err err = {0};
    Demo demo = {.context = context};
    int64_t start_us = clock_monotonic_us();
    say(&demo, "A throwaway PostgreSQL server, a small shop database, a folder of migrations");
    bool ok = cluster_start(context->arena, &(ClusterOptions){0}, &demo.cluster, &err);
    if (ok)
        demo.url = cluster_url(context->arena, demo.cluster, "shop");
    ok = ok && write_folder(&demo, &err) && make_shop(&demo, &err) &&
         demo_writer_start(demo.url, &demo.writer, &err) && tell_story(&demo, &err);
    return finish(&demo, ok, start_us, &err);
}

static const Example EXAMPLES[] = {
    {"demo", "the whole story, some seconds"},
    {"demo --keep", "keep the migrations and the logs to look at"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_KEEP, OPTION_COUNT};

const Command COMMAND_DEMO = {
    .name = "demo",
    .summary = "the whole story on a throwaway server, nothing to configure",
    .description =
        "Starts a PostgreSQL server of its own, fills a small shop, lets an application take "
        "orders, and\n"
        "runs the commands that it shows: plan, up (a backup first; it fails half way), status, "
        "up, down, "
        "up.\n"
        "Touches no database of yours. Needs PostgreSQL's server programs.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = demo_run,
};
