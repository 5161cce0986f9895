// PostgreSQL's programs on this machine, beside the server's major.
#include "pg/client_tool.h"
#include "pg/cluster_binaries.h"
#include "run/doctor_private.h"

static const struct {
    CheckId id;
    const char *name;
} TOOLS[] = {
    {CHECK_PG_DUMP, "pg_dump"},
    {CHECK_PG_RESTORE, "pg_restore"},
    {CHECK_PSQL, "psql"},
};

// The server's own major; else the oldest newer one; else the newest older one.
static const ClientTool *choose(const ClientTools *tools, int major)
{
    const ClientTool *best = NULL;
    VEC_EACH (const ClientTool, tool, tools) {
        if (!best || (major && tool->major == major && best->major != major))
            best = tool;
        else if (major && best->major != major) {
            bool is_nearer = best->major > major ? tool->major > major && tool->major < best->major
                                                 : tool->major > best->major;
            if (is_nearer)
                best = tool;
        }
    }
    return best;
}

static void check_tool(Doctor *doctor, CheckId id, const char *name, int major)
{
    Err err = {0};
    ClientTools tools;
    if (!client_tools_find(doctor->arena, name, &tools, &err)) {
        doctor->stopped = err;
        return;
    }
    const char *install =
        major ? arena_printf(doctor->arena, "apt-get install postgresql-client-%d", major)
              : "apt-get install postgresql-client";
    const ClientTool *best = choose(&tools, major);
    if (!best) {
        diagnosis_add(doctor->arena, doctor->diagnosis, id, VERDICT_FAIL, install,
                      "not found in PATH, nor where distributions put it");
        return;
    }
    const ClientTool *first = &tools.items[0];
    const char *beside = first != best && first->is_in_path
                             ? arena_printf(doctor->arena, "; the first in PATH is %s (%s)",
                                            first->version, first->path)
                             : "";
    Verdict verdict = !major || best->major == major ? VERDICT_OK
                      : best->major > major          ? VERDICT_WARN
                                                     : VERDICT_FAIL;
    const char *judgement =
        verdict == VERDICT_WARN   ? "; newer than the server: what it writes may not load there"
        : verdict == VERDICT_FAIL ? "; older than the server, which it cannot read"
                                  : "";
    diagnosis_add(doctor->arena, doctor->diagnosis, id, verdict, install, "%s (%s)%s%s",
                  best->version, best->path, judgement, beside);
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
        diagnosis_add(doctor->arena, doctor->diagnosis, CHECK_SERVER, VERDICT_OK, NULL,
                      "PostgreSQL %d (%s), run as %s", found.major, found.directory, user.name);
        return;
    }
    if (err.class == ERR_INTERRUPTED)
        doctor->stopped = err;
    else if (major && has_user &&
             server_binaries_find(doctor->arena, &user, NULL, 0, &found, &any_err))
        diagnosis_add(doctor->arena, doctor->diagnosis, CHECK_SERVER, VERDICT_WARN, install,
                      "PostgreSQL %d (%s), not the server's own major", found.major,
                      found.directory);
    else
        diagnosis_add(doctor->arena, doctor->diagnosis, CHECK_SERVER, VERDICT_WARN, install, "%s",
                      err.message);
}

void doctor_tools(Doctor *doctor, int server_major)
{
    for (size_t i = 0; i < sizeof TOOLS / sizeof *TOOLS; i++)
        if (!doctor_is_stopped(doctor))
            check_tool(doctor, TOOLS[i].id, TOOLS[i].name, server_major);
    if (!doctor_is_stopped(doctor))
        check_server(doctor, server_major);
}
