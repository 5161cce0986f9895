#include "cli/change_rehearsal.h"

#include "base/require.h"
#include "check/retention.h"
#include "cli/change_backup.h"
#include "cli/change_drift.h"
#include "cli/change_preflight.h"
#include "cli/change_report.h"
#include "cli/rehearsal_settings.h"
#include "config.h"
#include "io/clock.h"
#include "run/rehearse/evidence.h"
#include "run/script.h"
#include "run/snapshot.h"

enum {
    LOCK_TIMEOUT_MS = 1000,
};

// That of the look for drift, where there was one, and nothing was changed since.
static void read_fingerprint(Workspace *workspace, EvidenceRun *run)
{
    Arena *arena = workspace->context->arena;
    ARENA_SCOPED scratch = arena_new();
    const Target *target = &workspace->target;
    Snapshot now;
    Err err = {0};
    run->fingerprint = workspace->has_changed ? NULL : workspace->drift.fingerprint;
    if (run->fingerprint)
        return;
    if (snapshot_take_soon(scratch, target->session, target->schema, LOCK_TIMEOUT_MS, false, &now,
                           &err))
        run->fingerprint = arena_strdup(arena, now.fingerprint);
    else
        run->unread = arena_strdup(arena, err.message);
}

static int64_t now_ms(void)
{
    int64_t ms;
    char text[CLOCK_TEXT];
    clock_now_rfc3339(text);
    REQUIRE(retention_time_parse(text, &ms));
    return ms;
}

// A migration that stopped half way goes on in a schema that no rehearsal begins with.
static bool has_schema_to_compare(const Plan *plan)
{
    return plan->steps.len && !plan->steps.items[0].resumes;
}

// Downs are read when somebody needs them: nobody did.
static bool read_downs(Arena *arena, const Plan *plan, Plan *ret_plan, Err *err)
{
    Plan whole = {.direction = plan->direction};
    VEC_EACH (const Step, step, &plan->steps) {
        Migration *migration = arena_new_object(arena, Migration);
        *migration = *step->migration;
        if (!script_complete(arena, &migration->down, err))
            return false;
        Step *copy = vec_append(arena, &whole.steps);
        *copy = *step;
        copy->migration = migration;
    }
    *ret_plan = whole;
    return true;
}

static bool judge(Workspace *workspace, const Plan *plan, bool compares_schema, Err *err)
{
    Arena *arena = workspace->context->arena;
    EvidenceFolder folder;
    Plan whole;
    EvidenceRun run = {
        .plan = &whole,
        .server_major = session_server_major(workspace->target.session),
        .database_bytes = -1,
        .now_ms = now_ms(),
        .tool_version = MIGRATE_SAFE_VERSION,
    };
    workspace->rehearsal = (EvidenceVerdict){0};
    if (!rehearsal_policy(workspace->context, &run.policy, err) ||
        !evidence_load(arena, rehearsal_folder(workspace->context), &folder, err) ||
        !read_downs(arena, plan, &whole, err))
        return false;
    if (folder.evidence.len && compares_schema && has_schema_to_compare(plan))
        read_fingerprint(workspace, &run);
    if (folder.evidence.len && run.policy.wants_data &&
        !target_size(arena, &workspace->target, &run.database_bytes, err))
        return false;
    evidence_judge(arena, folder.evidence.items, folder.evidence.len, &run, &workspace->rehearsal);
    if (!workspace->rehearsal.stands && folder.problems.len)
        workspace->rehearsal.unusable = folder.problems.items[0].message;
    return true;
}

bool change_rehearsal_see(Workspace *workspace, const Plan *plan, Err *err)
{
    return !plan->steps.len || plan->direction != DIRECTION_UP || judge(workspace, plan, true, err);
}

static bool refuse(const Workspace *workspace, Err *err)
{
    const Context *context = workspace->context;
    evidence_refuse(context->arena, &workspace->rehearsal,
                    context->options.values[OPTION_REHEARSAL].where, err);
    return err_hint(err, "rehearse it: migrate-safe rehearse%s", change_same_place(context));
}

bool change_rehearsal_enough(const Workspace *workspace, Err *err)
{
    const EvidenceVerdict *verdict = &workspace->rehearsal;
    return verdict->stands || verdict->need != EVIDENCE_REQUIRED ||
           change_force_passes(workspace->context, PREFLIGHT_REHEARSAL) || refuse(workspace, err);
}

static void warn(const Workspace *workspace)
{
    Err err = {0};
    if (workspace->rehearsal.stands)
        return;
    refuse(workspace, &err);
    event_emit(&workspace->sink,
               &(Event){.kind = EVENT_WARNING,
                        .message = arena_strdup(workspace->context->arena, err.message),
                        .detail = arena_strdup(workspace->context->arena, err.detail)});
}

static bool allowed(Workspace *workspace, const Plan *plan, bool compares_schema, Err *err)
{
    EvidencePolicy policy;
    if (!rehearsal_policy(workspace->context, &policy, err))
        return false;
    if (policy.need == EVIDENCE_OFF || !plan->steps.len)
        return true;
    change_phase(workspace, RUN_PHASE_POLICY);
    if (compares_schema)
        change_drift_look(workspace);
    if (!judge(workspace, plan, compares_schema, err) || !change_rehearsal_enough(workspace, err))
        return false;
    if (compares_schema)
        warn(workspace); // of a redo not twice
    return true;
}

bool change_rehearsal_allowed(Workspace *workspace, const Plan *plan, Err *err)
{
    return allowed(workspace, plan, true, err);
}

bool change_rehearsal_redo_allowed(Workspace *workspace, const Migration *migration, Err *err)
{
    Plan plan = {.direction = DIRECTION_UP};
    *vec_append(workspace->context->arena, &plan.steps) =
        (Step){.version = migration->version, .migration = migration};
    return allowed(workspace, &plan, false, err);
}
