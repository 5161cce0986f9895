// fingerprint: the whole schema as 64 hex digits.
#include "cli/workspace.h"
#include "report/fingerprint_report.h"
#include "run/snapshot.h"
#include "run/snapshot_file.h"

static bool take(Workspace *workspace, bool has_objects, Snapshot *ret_snapshot, Err *err)
{
    Context *context = workspace->context;
    const Target *target = &workspace->target;
    bool wants_roles = option_is_set(&context->options, OPTION_ROLES);
    return has_objects || wants_roles
               ? snapshot_take_linked(context->arena, target->session, target->schema, wants_roles,
                                      ret_snapshot, err)
               : snapshot_take(context->arena, target->session, target->schema, ret_snapshot, err);
}

static int fingerprint_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Snapshot snapshot;
    bool has_objects = option_is_set(&context->options, OPTION_EXPLAIN_OBJECTS);
    if (!workspace_open(&workspace, &err) || !take(&workspace, has_objects, &snapshot, &err))
        return command_fail(context, &err);
    FingerprintReport report = {
        .snapshot = &snapshot,
        .target = session_target(workspace.target.session),
        .has_objects = has_objects,
    };
    bool is_written = true;
    if (context->is_json)
        is_written = snapshot_file_write(stdout, report.target, &snapshot, report.has_objects);
    else
        fingerprint_report_text(context->arena, &context->out, &report);
    fingerprint_report_gaps(context->arena, &context->err, &snapshot);
    return is_written ? 0 : err_exit_code(ERR_IO);
}

static const Example EXAMPLES[] = {
    {"fingerprint", "64 hex digits: the same on another database means the same schema"},
    {"fingerprint --explain", "and each object with a hash of its own, to see which one differs"},
    {"fingerprint --explain --json", "with the text of each object"},
    {"fingerprint --roles", "the server's roles count too, and who is a member of which"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_EXPLAIN_OBJECTS, OPTION_ROLES, OPTION_COUNT};

const Command COMMAND_FINGERPRINT = {
    .name = "fingerprint",
    .summary = "the whole schema as one SHA-256; --explain: each object's",
    .description =
        "Reads every kind of object with every attribute and prints the 64 hex digits first.\n"
        "The same schema gives the same digits on any server of one major version, in whatever\n"
        "order it was made; privileges by default and the same ones spelled out are equal.\n"
        "Rows, positions of sequences, statistics and migrate-safe's own schema do not count, "
        "nor,\n"
        "without --roles, roles and memberships: they are the server's. Of roles those that the\n"
        "server came with (pg_*, initdb's superuser) and all passwords are left out.\n"
        "What could not be read is said on stderr. Needs no folder of migrations. Reads only.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = fingerprint_run,
};
