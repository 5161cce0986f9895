#include "pg/cluster.h"

#include "io/clock.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "io/process.h"
#include "pg/cluster_home.h"
#include "pg/cluster_template.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct Cluster {
    ClusterHome home;
    ServerUser user;
    ServerBinaries binaries;
    Process server;
    const char *data;
    const char *log;
};

// What a server can do without when nobody will miss its data.
static const char SETTINGS[] =
    "\n# a throwaway server\n"
    "listen_addresses = ''\n"
    "port = 5432\n"
    "unix_socket_permissions = 0777\n" // the directory is 0700, and root is a user as well
    "fsync = off\n"
    "synchronous_commit = off\n"
    "full_page_writes = off\n"
    "max_wal_size = 2GB\n"
    "min_wal_size = 80MB\n"
    "logging_collector = off\n"
    "log_destination = 'stderr'\n"
    "log_line_prefix = '%m [%p] '\n"
    "timezone = 'UTC'\n"
    "log_timezone = 'UTC'\n";

// ---- configuration

static bool append_setting(Text *text, const char *setting, Err *err)
{
    Str name = str_until(str_from(setting), '=');
    bool is_name = name.n > 0 && setting[name.n] == '=';
    for (size_t i = 0; i < name.n; i++)
        is_name = is_name && (isalnum((unsigned char)name.p[i]) || strchr("_.", name.p[i]));
    if (!is_name || strchr(setting, '\n'))
        return fail(err, ERR_CONFIG, "a server setting is name=value on one line, not \"%s\"",
                    setting);
    text_append(text, name);
    text_append(text, STR(" = '"));
    for (const char *c = setting + name.n + 1; *c; c++)
        text_append_repeat(text, *c, *c == '\'' || *c == '\\' ? 2 : 1);
    text_append(text, STR("'\n"));
    return true;
}

static bool configure(Arena *arena, const Cluster *cluster, const char *first,
                      const char *const *settings, Err *err)
{
    enum {
        MOST = 1 << 20
    };
    TEXT_SCOPED text;
    text_init(&text, MOST);
    text_append(&text, str_from(first));
    for (; settings && *settings; settings++)
        if (!append_setting(&text, *settings, err))
            return false;
    if (text.is_cut)
        return fail(err, ERR_CONFIG, "the server settings are longer than %d bytes", MOST);
    return file_append(arena_printf(arena, "%s/postgresql.conf", cluster->data), text_str(&text),
                       err);
}

// ---- starting

// The server's last words; a log has the reason at its end.
static bool quote_log(Arena *arena, const Cluster *cluster, Err *err)
{
    enum {
        LOG_MAX = 1 << 24,
        QUOTED = 1500
    };
    Str log;
    Err unreadable;
    if (!file_read(arena, cluster->log, LOG_MAX, &log, &unreadable))
        return err_detail(err, "%s", unreadable.message);
    if (log.n > QUOTED) {
        log = str_skip(log, log.n - QUOTED);
        log = str_skip(log, str_until(log, '\n').n);
    }
    log = str_trim(log);
    return err_detail(err, STR_FMT, STR_ARG(log));
}

// What pg_ctl looks at as well: line 8 of postmaster.pid (since 10), written by the server that
// has our child's pid.
static bool is_ready(Arena *arena, const Cluster *cluster)
{
    enum {
        STATUS_LINE = 8
    };
    Str text;
    Err not_yet;
    if (!file_read(arena, arena_printf(arena, "%s/postmaster.pid", cluster->data), 4096, &text,
                   &not_yet) ||
        strtol(text.p, NULL, 10) != cluster->server.pid)
        return false;
    Str line = {0};
    for (int i = 0; i < STATUS_LINE; i++)
        if (!str_line(&text, &line))
            return false;
    return str_starts(line, STR("ready"));
}

static bool wait_until_ready(Arena *arena, Cluster *cluster, Err *err)
{
    enum {
        LOOK_AGAIN_MS = 2,
        DEADLINE_MS = 30000
    };
    int64_t since = clock_monotonic_us();
    int status;
    while (!process_wait(&cluster->server, LOOK_AGAIN_MS, &status)) {
        ArenaMark mark = arena_mark(arena);
        bool is_up = is_ready(arena, cluster);
        arena_release(arena, mark);
        if (is_up)
            return true;
        if (interrupt_requested())
            return fail(err, ERR_INTERRUPTED, "interrupted while a private server started");
        if (clock_elapsed_ms(since) > DEADLINE_MS) {
            fail(err, ERR_IO, "the private PostgreSQL %d server was not ready after %d s",
                 cluster->binaries.major, DEADLINE_MS / 1000);
            return quote_log(arena, cluster, err);
        }
    }
    fail(err, ERR_IO, "the private PostgreSQL %d server ended while it started (exit code %d)",
         cluster->binaries.major, process_exit_code(status));
    return quote_log(arena, cluster, err);
}

static bool launch(Arena *arena, Cluster *cluster, Err *err)
{
    const char *const argv[] = {arena_printf(arena, "%s/postgres", cluster->binaries.directory),
                                "-D", cluster->data, NULL};
    ProcessOptions options = {
        .argv = argv,
        .env = server_environment(arena),
        .has_own_environment = true,
        .directory = cluster->home.path,
        .user = cluster->user.is_other ? cluster->user.uid : 0,
        .group = cluster->user.gid,
        .death_signal = SIGQUIT, // to the postmaster: immediate shutdown
        .output_file = cluster->log,
        .has_own_session = true,
    };
    return process_start(&options, &cluster->server, err) && wait_until_ready(arena, cluster, err);
}

static int64_t memory_megabytes(void)
{
    enum {
        MEGABYTE = 1 << 20
    };
    int64_t pages = sysconf(_SC_PHYS_PAGES);
    int64_t size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? pages / (MEGABYTE / size) : 1024;
}

static int64_t within(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

void cluster_memory_settings(Arena *arena, Words *settings)
{
    int64_t memory = memory_megabytes();
    *vec_append(arena, settings) =
        arena_printf(arena, "shared_buffers=%lldMB", (long long)within(memory / 8, 32, 256));
    *vec_append(arena, settings) = arena_printf(arena, "maintenance_work_mem=%lldMB",
                                                (long long)within(memory / 16, 16, 1024));
}

bool cluster_start(Arena *arena, const ClusterOptions *options, Cluster **ret_cluster, Err *err)
{
    Cluster *cluster = arena_new_object(arena, Cluster);
    if (!server_user_find(arena, &cluster->user, err) ||
        !server_binaries_find(arena, &cluster->user, options->binaries, options->major,
                              &cluster->binaries, err))
        return false;
    cluster_home_sweep(&cluster->user);
    if (!cluster_home_make(arena, &cluster->user, &cluster->home, err))
        return false;
    cluster->data = arena_printf(arena, "%s/data", cluster->home.path);
    cluster->log = arena_printf(arena, "%s/log", cluster->home.path);
    const char *first =
        arena_printf(arena, "%sunix_socket_directories = '%s'\n", SETTINGS, cluster->home.path);
    if (cluster_template_place(arena, &cluster->user, &cluster->binaries, cluster->data, err) &&
        configure(arena, cluster, first, options->settings, err) && launch(arena, cluster, err)) {
        *ret_cluster = cluster;
        return true;
    }
    cluster_stop(cluster);
    return false;
}

// ---- the running server

bool cluster_restart(Arena *arena, Cluster *cluster, const char *const *settings, Err *err)
{
    enum {
        LOOK_AGAIN_MS = 50 // whether it is interrupted; what was written may take long
    };
    int status;
    process_signal(&cluster->server, SIGINT);
    while (!process_wait(&cluster->server, LOOK_AGAIN_MS, &status))
        if (interrupt_requested())
            return fail(err, ERR_INTERRUPTED, "interrupted while a private server ended");
    return configure(arena, cluster, "", settings, err) && launch(arena, cluster, err);
}

static void append_encoded(Text *text, const char *value)
{
    static const char PLAIN[] = "-._~";
    for (; *value; value++)
        if (isalnum((unsigned char)*value) || strchr(PLAIN, *value))
            text_append_char(text, *value);
        else
            text_printf(text, "%%%02X", (unsigned char)*value);
}

const char *cluster_url(Arena *arena, const Cluster *cluster, const char *database)
{
    return cluster_url_as(arena, cluster, database, "postgres");
}

const char *cluster_url_as(Arena *arena, const Cluster *cluster, const char *database,
                           const char *user)
{
    TEXT_SCOPED url;
    text_init(&url, 4096);
    text_append(&url, STR("postgresql:///"));
    append_encoded(&url, database);
    text_append(&url, STR("?host="));
    append_encoded(&url, cluster->home.path);
    // all that libpq's variables could otherwise turn elsewhere
    text_append(&url, STR("&port=5432&user="));
    append_encoded(&url, user);
    return arena_dup(arena, text_str(&url));
}

const char *cluster_directory(const Cluster *cluster)
{
    return cluster->home.path;
}

const char *cluster_log(const Cluster *cluster)
{
    return cluster->log;
}

int cluster_major(const Cluster *cluster)
{
    return cluster->binaries.major;
}

int cluster_pid(const Cluster *cluster)
{
    return (int)cluster->server.pid;
}

void cluster_stop(Cluster *cluster)
{
    enum {
        PATIENCE_MS = 10000 // the postmaster kills children that take longer than 5 s
    };
    if (!cluster)
        return;
    int status;
    if (cluster->server.pid) {
        process_signal(&cluster->server, SIGQUIT);
        if (!process_wait(&cluster->server, PATIENCE_MS, &status)) {
            process_signal(&cluster->server, SIGKILL);
            (void)!process_wait(&cluster->server, -1, &status);
        }
    }
    cluster_home_remove(&cluster->home);
}

void cluster_sweep(void)
{
    ARENA_SCOPED arena = arena_new();
    ServerUser user;
    Err nobody;
    if (server_user_find(arena, &user, &nobody))
        cluster_home_sweep(&user);
}
