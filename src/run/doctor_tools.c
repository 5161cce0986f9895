// PostgreSQL's programs on this machine, beside the server's major.
#include "base/text.h"
#include "pg/client.h"
#include "pg/cluster_binaries.h"
#include "queries.h"
#include "run/doctor_private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct {
    CheckId id;
    const char *name;
} TOOLS[] = {
    {CHECK_PG_DUMP, "pg_dump"},
    {CHECK_PG_RESTORE, "pg_restore"},
    {CHECK_PSQL, "psql"},
};

static void not_run(Doctor *doctor, CheckId id, const Err *err)
{
    Str detail = str_until(str_from(err->detail), '\n');
    if (err->class == ERR_INTERRUPTED)
        doctor->stopped = *err;
    else
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[id], VERDICT_FAIL,
                       err->hint[0] ? arena_strdup(doctor->arena, err->hint) : "correct tools:",
                       "%s%s" STR_FMT, err->message, detail.n ? ": " : "", STR_ARG(detail));
}

static void check_tool(Doctor *doctor, CheckId id, const char *name, int major)
{
    Err err = {0};
    ClientTools tools;
    const ClientPlace *place = &doctor->options->place;
    if (!client_tools_find(doctor->arena, place, name, &tools, &err)) {
        not_run(doctor, id, &err);
        return;
    }
    const char *install = client_tool_install(doctor->arena, place, major);
    const ClientTool *best = client_tools_choose(&tools, major);
    if (!best) {
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[id], VERDICT_FAIL,
                       install, "not found in PATH, nor where distributions put it");
        return;
    }
    const ClientTool *first = &tools.items[0];
    const char *beside = first != best && first->is_in_path
                             ? arena_printf(doctor->arena, "; the first in PATH is %s (%s)",
                                            first->version, first->path)
                             : "";
    Verdict verdict = !major || best->major == major ? VERDICT_PASS
                      : best->major > major          ? VERDICT_WARN
                                                     : VERDICT_FAIL;
    const char *judgement =
        verdict == VERDICT_WARN   ? "; newer than the server: what it writes may not load there"
        : verdict == VERDICT_FAIL ? "; older than the server, which it cannot read"
                                  : "";
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[id], verdict, install,
                   "%s (%s)%s%s", best->version, best->path, judgement, beside);
}

// A descriptor to read the text from, as psql's input: through some wrappers an argument with
// blanks is no longer one.
static bool input_open(const char *text, int *ret_input, Err *err)
{
    int input = memfd_create("query", MFD_CLOEXEC);
    size_t length = strlen(text);
    if (input >= 0 && write(input, text, length) == (ssize_t)length &&
        lseek(input, 0, SEEK_SET) == 0) {
        *ret_input = input;
        return true;
    }
    int saved_errno = errno;
    if (input >= 0)
        close(input);
    return fail_errno(err, ERR_IO, saved_errno, "cannot hold a query in memory");
}

static bool ask_through_tool(Doctor *doctor, const char *query, Text *out, Err *err)
{
    Client client;
    ClientRun run = {
        .arguments = (const char *const[]){"--no-psqlrc", "--no-align", "--tuples-only", NULL},
        .receive = client_to_text,
        .context = out,
    };
    if (!client_open(doctor->arena, &doctor->options->place, "psql", doctor->session, &client,
                     err) ||
        !input_open(query, &run.input, err))
        return false;
    bool ok = client_run(doctor->arena, &client, &run, err);
    close(run.input);
    return ok;
}

// Only where the tools go a way of their own.
static void check_reach(Doctor *doctor)
{
    const ClientPlace *place = &doctor->options->place;
    Err err = {0};
    Rows rows;
    TEXT_SCOPED out;
    text_init(&out, 4096);
    const char *query = QUERY_DOCTOR_IDENTITY.text;
    if ((!place->words && !place->database) || !doctor->session)
        return;
    if (check_list_find(doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_PSQL])->verdict == VERDICT_FAIL) {
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_REACH],
                       VERDICT_UNKNOWN, "migrate-safe doctor, once psql can be run",
                       "there is no psql to ask with");
        return;
    }
    if (!doctor_query(doctor, &QUERY_DOCTOR_IDENTITY, 0, NULL, CHECK_REACH, &rows))
        return;
    if (!ask_through_tool(doctor, query, &out, &err)) {
        not_run(doctor, CHECK_REACH, &err);
        return;
    }
    Str there = str_trim(text_str(&out));
    bool is_same = str_eq(there, str_from(rows_text(&rows, 0, 0)));
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_REACH],
                   is_same ? VERDICT_PASS : VERDICT_FAIL, "tools-database: URL, as seen from there",
                   is_same ? "the same database as ours"
                           : "another database than %s: the tools are at " STR_FMT,
                   session_target(doctor->session), STR_ARG(str_until(there, ' ')));
}

static void check_server(Doctor *doctor, int major)
{
    Err err = {0};
    Err any_err = {0};
    ServerUser user;
    ServerBinaries found;
    const char *install =
        arena_printf(doctor->arena, "apt-get install postgresql-%d", major ? major : 15);
    bool has_user = server_user_find(doctor->arena, &user, &err);
    if (has_user && server_binaries_find(doctor->arena, &user, NULL, major, &found, &err)) {
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_SERVER],
                       VERDICT_PASS, NULL, "PostgreSQL %d (%s), run as %s", found.major,
                       found.directory, user.name);
        return;
    }
    if (err.class == ERR_INTERRUPTED)
        doctor->stopped = err;
    else if (major && has_user &&
             server_binaries_find(doctor->arena, &user, NULL, 0, &found, &any_err))
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_SERVER],
                       VERDICT_WARN, install, "PostgreSQL %d (%s), not the server's own major",
                       found.major, found.directory);
    else
        check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_SERVER],
                       VERDICT_WARN, install, "%s", err.message);
}

void doctor_tools(Doctor *doctor, int server_major)
{
    for (size_t i = 0; i < sizeof TOOLS / sizeof *TOOLS; i++)
        if (!doctor_is_stopped(doctor))
            check_tool(doctor, TOOLS[i].id, TOOLS[i].name, server_major);
    if (!doctor_is_stopped(doctor))
        check_reach(doctor);
    if (!doctor_is_stopped(doctor))
        check_server(doctor, server_major);
}
