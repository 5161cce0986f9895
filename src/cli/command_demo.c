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

#define CONFIGURATION "migrate-safe.yaml"
#define REPORT        "report.html"

static const int64_t WAIT_MOST_US = 250000; // that the shop may have to, because of us

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
        if ((strcmp(file->name, CONFIGURATION) == 0 ||
             str_starts(str_from(file->name), STR("migrations/"))) &&
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
        WORDS_MAX = 12
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
static bool check_tools(const Demo *demo, Err *err)
{
    static const char *const NAMES[] = {"pg_dump", "pg_restore"};
    const ClientPlace here = {0};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        ClientTool tool;
        if (!client_tool_get(demo->context->arena, &here, NAMES[i], cluster_major(demo->cluster),
                             &tool, err))
            return false;
    }
    return true;
}

static bool tell_before(Demo *demo, Err *err)
{
    say(demo, "The shop is in production: 300,000 orders, and new ones all the time.\n"
              "# It has tables but no history yet, so its history begins here.");
    if (!type(demo, "baseline 0", 0, err))
        return false;
    say(demo, "Eight migrations wait. What would they lock, what is the risk, who has to agree?");
    if (!type(demo, "plan", 0, err))
        return false;
    say(demo, "First on a copy of the live rows: up, checks, down, up again, measured.\n"
              "# The fifth migration does not know the shop's data.");
    if (!type(demo, "rehearse", 2, err) || !correct_file(demo, err))
        return false;
    say(demo, "It failed where nobody noticed. The file is corrected (total_cents >= 0).");
    if (!type(demo, "rehearse", 0, err))
        return false;
    say(demo, "Whom the risk needs signs for exactly these files.");
    return type(demo, "approve --as technical-lead --yes", 0, err);
}

static bool tell_change(Demo *demo, Err *err)
{
    say(demo,
        "Now the shop itself: smoke check, preflight, a backup that is restored and compared,\n"
        "# the migrations, postflight, the smoke check again.");
    if (!type(demo, "up", 0, err))
        return false;
    say(demo, "What can be asked at any time: do the rows keep what the schema promises, and who\n"
              "# waits for whom?");
    if (!type(demo, "verify", 0, err) || !type(demo, "locks --limit 3", 0, err) ||
        !type(demo, "report run --output " REPORT, 0, err))
        return false;
    say(demo, "And the way back, which the rehearsal has gone before.");
    return type(demo, "down --steps 1 --skip-backup", 0, err) && type(demo, "status", 0, err);
}

static bool tell_story(Demo *demo, Err *err)
{
    return check_tools(demo, err) && tell_before(demo, err) && tell_change(demo, err);
}

static void tell_figures(const Demo *demo, const DemoFigures *figures, int64_t duration_ms)
{
    const Terminal *out = &demo->context->out;
    fprintf(
        out->stream,
        "\n%sMeanwhile the shop ran %lld statements; %lld failed; the slowest took %.1f ms%s.%s\n",
        terminal_begin(out, COLOUR_BOLD), (long long)figures->orders, (long long)figures->failures,
        (double)figures->slowest_us / 1000,
        figures->slowest_us > WAIT_MOST_US ? ", more than the 250 ms that it may have to wait"
                                           : " (250 ms are the limit)",
        terminal_end(out, COLOUR_BOLD));
    fprintf(out->stream, "All of it took %s, on PostgreSQL %d, in a server that is gone now.\n",
            message_duration(demo->context->arena, duration_ms), cluster_major(demo->cluster));
}

static void tell_where_next(const Demo *demo, bool is_kept)
{
    const Terminal *out = &demo->context->out;
    fprintf(out->stream, "\n%sThe whole change as a page, for a browser:%s %s/" REPORT "\n",
            terminal_begin(out, COLOUR_BOLD), terminal_end(out, COLOUR_BOLD), demo->folder);
    if (is_kept)
        fprintf(out->stream,
                "The migrations, the configuration, evidence and logs are beside it.\n");
    fprintf(out->stream,
            "\n%sWhere to go next:%s\n"
            "  migrate-safe help                      all commands\n"
            "  migrate-safe new add_user_preferences  your first migration\n"
            "  migrate-safe validate                  check a folder you have\n"
            "  README.md                              the quickstart, on a folder of yours\n",
            terminal_begin(out, COLOUR_BLUE), terminal_end(out, COLOUR_BLUE));
}

// All but the page.
static bool clear_folder(const Demo *demo, Err *err)
{
    static const char *const MADE[] = {"migrations", "logs", "backups", "rehearsals",
                                       CONFIGURATION};
    for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++)
        if (!file_remove_tree(arena_printf(demo->context->arena, "%s/%s", demo->folder, MADE[i]),
                              err))
            return false;
    return true;
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
    bool is_clear = is_kept || !demo->folder ||
                    (ok ? clear_folder(demo, &ignored) : file_remove_tree(demo->folder, &ignored));
    if (!is_clear)
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
    {"demo", "the whole story, half a minute"},
    {"demo --keep", "keep migrations, evidence, backup and logs to look at"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_KEEP, OPTION_COUNT};

const Command COMMAND_DEMO = {
    .name = "demo",
    .summary = "the whole story on a throwaway server, nothing to configure",
    .description =
        "Starts a PostgreSQL server of its own, fills a small shop, lets an application take "
        "orders, and\n"
        "runs the commands that it shows: plan, rehearse (which finds what would have failed), "
        "approve,\n"
        "up with all its checks and a proven backup, verify, locks, report, down. Leaves the "
        "report.\n"
        "Touches no database of yours. Needs PostgreSQL's server and client programs.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = demo_run,
};
