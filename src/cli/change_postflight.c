#include "cli/change_postflight.h"

#include "base/text.h"
#include "cli/change_report.h"
#include "cli/rehearsal_settings.h"
#include "cli/settings.h"
#include "io/clock.h"
#include "io/file.h"
#include "report/check_report.h"
#include "report/message.h"
#include "report/report_file.h"
#include "run/rehearse/evidence.h"
#include "run/script.h"
#include "run/snapshot.h"

#include <string.h>

enum {
    LOCK_TIMEOUT_MS = 1000,
    LINES_MAX = 2000, // of an error's detail
    SHOWN_MAX = 3,    // details of a warning
};

typedef struct PostflightRun {
    PostflightBefore before;
    Meant meant;
    bool is_made;
    CheckList checks;
    const char *fingerprint;
    SeenTables tables; // as they are now
} PostflightRun;

static bool is_on(const Workspace *workspace, OptionId id)
{
    const char *said = option_text(&workspace->context->options, id);
    return !said || strcmp(said, "on") == 0;
}

// ---- before

static void read_statements(Arena *arena, const Script *script, Meant *meant)
{
    SCRIPT_SCOPED reader = NULL;
    Statement statement;
    Err ignored = {0};
    if (!script->is_present)
        return;
    if (!script->is_loaded || !script_open(script, &reader, &ignored)) {
        meant->is_unread = true;
        return;
    }
    while (splitter_next(script_splitter(reader), &statement, &ignored) == SPLIT_STATEMENT)
        meant_read(arena, meant, statement.text);
}

// A database without a table had nothing to lose.
static void take_schema(const Workspace *workspace, PostflightBefore *before)
{
    const Target *target = &workspace->target;
    if (workspace->schema_before.fingerprint[0]) {
        before->schema = workspace->schema_before;
        before->has_schema = true;
    } else if (option_is_set(&workspace->context->options, OPTION_SKIP_DRIFT)) {
        before->why_none = "the schema before was not read (skip-drift)";
    } else if (!target->has_user_tables && !target->history.len) {
        before->has_schema = true; // that of a database without objects, as far as matters here
    } else {
        before->why_none =
            workspace->drift.reason ? workspace->drift.reason : "the schema before was not read";
    }
}

void change_postflight_begin(Workspace *workspace, const Plan *plan)
{
    Arena *arena = workspace->context->arena;
    PostflightRun *run = workspace->postflight;
    Err ignored = {0};
    bool is_first = !run;
    if (!is_on(workspace, OPTION_POSTFLIGHT) && !is_on(workspace, OPTION_ANALYZE))
        return;
    if (is_first) {
        run = workspace->postflight = arena_new_object(arena, PostflightRun);
        take_schema(workspace, &run->before);
        run->before.has_tables =
            postflight_tables(arena, &workspace->target, &run->before.tables, &ignored);
    }
    VEC_EACH (const Step, step, &plan->steps)
        read_statements(arena, &step->script, &run->meant);
}

// ---- the rehearsal

static const RehearsedMigration *find_rehearsed(const Rehearsal *rehearsal,
                                                const Migration *migration)
{
    VEC_EACH (const RehearsedMigration, rehearsed, &rehearsal->migrations)
        if (rehearsed->kind == migration->kind && rehearsed->fingerprint_after &&
            strcmp(rehearsed->version, migration->version) == 0 &&
            strcmp(rehearsed->up_checksum, migration->up.checksum) == 0)
            return rehearsed;
    return NULL;
}

static bool has_base(const Rehearsal *rehearsal, const char *base)
{
    if (rehearsal->target_fingerprint && strcmp(rehearsal->target_fingerprint, base) == 0)
        return true;
    VEC_EACH (const RehearsedMigration, rehearsed, &rehearsal->migrations)
        if (rehearsed->fingerprint_before && strcmp(rehearsed->fingerprint_before, base) == 0)
            return true;
    return false;
}

const char *postflight_rehearsed(const Workspace *workspace, const Migration *last,
                                 const char *base, const char *now, const char **ret_why)
{
    const char *path = rehearsal_folder(workspace->context);
    EvidenceFolder folder = {0};
    Err err = {0};
    *ret_why = "there is no rehearsal of it";
    if (!last || !file_exists(path) ||
        !evidence_load(workspace->context->arena, path, &folder, &err))
        return NULL;
    VEC_EACH (const Evidence, evidence, &folder.evidence) {
        const RehearsedMigration *found = find_rehearsed(evidence->rehearsal, last);
        if (!found)
            continue;
        if ((base && has_base(evidence->rehearsal, base)) ||
            (now && strcmp(found->fingerprint_after, now) == 0))
            return found->fingerprint_after;
        *ret_why = "no rehearsal of it began with the schema that it was run on";
    }
    return NULL;
}

static const char *rehearsed_of(const Workspace *workspace, const Plan *plan, const Snapshot *now,
                                const char **ret_why)
{
    const Step *last = &plan->steps.items[plan->steps.len - 1];
    const Snapshot *before = &workspace->postflight->before.schema;
    *ret_why = "downs are rehearsed with their ups";
    return plan->direction == DIRECTION_UP
               ? postflight_rehearsed(workspace, last->migration,
                                      before->fingerprint[0] ? before->fingerprint : NULL,
                                      now ? now->fingerprint : NULL, ret_why)
               : NULL;
}

const char *postflight_own_queries(const Context *context)
{
    const char *named = option_text(&context->options, OPTION_CHECKS);
    const char *usual = settings_beside(context, "checks");
    return named ? named : file_is_directory(usual) ? usual : NULL;
}

// ---- behind

static void analyze(Workspace *workspace, Words *ret_left)
{
    Arena *arena = workspace->context->arena;
    PostflightRun *run = workspace->postflight;
    Words names = {0};
    *ret_left = names;
    if (!run->before.has_tables || !run->tables.len)
        return;
    postflight_needs_analyze(arena, &run->before.tables, &run->tables, &names);
    if (names.len && is_on(workspace, OPTION_ANALYZE))
        change_phase(workspace, RUN_PHASE_ANALYZE);
    if (is_on(workspace, OPTION_ANALYZE))
        postflight_analyze(arena, &workspace->target, &names, &workspace->sink, ret_left);
    else
        *ret_left = names;
    VEC_EACH (const char *const, name, &names)
        if (!words_have(ret_left, *name))
            *vec_append(workspace->collect.arena, &workspace->collect.report.analyzed) = *name;
}

// That of the stored snapshot, or another one where none was stored.
static const Snapshot *schema_now(Workspace *workspace, Snapshot *ret_now, const char **ret_why)
{
    Arena *arena = workspace->context->arena;
    const Target *target = &workspace->target;
    Err err = {0};
    if (workspace->schema_after.fingerprint[0])
        *ret_now = snapshot_without_roles(arena, &workspace->schema_after);
    else if (!snapshot_take_soon(arena, target->session, target->schema, LOCK_TIMEOUT_MS, false,
                                 ret_now, &err)) {
        *ret_why = arena_strdup(arena, err.message);
        return NULL;
    }
    return ret_now;
}

static const char *first_details(Arena *arena, const Check *check)
{
    const char *text = "";
    for (size_t i = 0; i < check->details.len && i < SHOWN_MAX; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? "; " : "", check->details.items[i]);
    if (check->details.len > SHOWN_MAX)
        text = arena_printf(arena, "%s; and %zu more", text, check->details.len - SHOWN_MAX);
    return arena_printf(arena, "%s%s%s", text, *text ? "; " : "", check->fix);
}

static void print(const Workspace *workspace, const CheckList *checks)
{
    Arena *arena = workspace->context->arena;
    const Terminal *out = &workspace->console.out;
    size_t unknown = check_list_count(checks, VERDICT_UNKNOWN);
    fprintf(out->stream, "%spostflight%s  %zu of %zu checks passed%s\n",
            terminal_begin(out, COLOUR_BOLD), terminal_end(out, COLOUR_BOLD),
            check_list_count(checks, VERDICT_PASS), checks->checks.len,
            unknown ? arena_printf(arena, ", %zu could not be made", unknown) : "");
    VEC_EACH (const Check, check, &checks->checks)
        if (check->verdict == VERDICT_WARN)
            event_emit(&workspace->sink,
                       &(Event){.kind = EVENT_WARNING,
                                .message = arena_printf(arena, "postflight, %s: %s",
                                                        check->kind->id, check->value),
                                .detail = first_details(arena, check)});
}

static bool judge(const CheckList *checks, Err *err)
{
    size_t failed = check_list_count(checks, VERDICT_FAIL);
    TEXT_SCOPED lines;
    text_init(&lines, LINES_MAX);
    if (check_list_passes(checks))
        return true;
    const Check *first = NULL;
    VEC_EACH (const Check, check, &checks->checks) {
        if (check->verdict != VERDICT_FAIL)
            continue;
        first = first ? first : check;
        text_printf(&lines, "%s%s: %s", lines.len ? "\n" : "", check->kind->id, check->value);
        VEC_EACH (const char *const, detail, &check->details)
            text_printf(&lines, "\n  %s", *detail);
    }
    fail(err, ERR_VERIFY, "postflight: %zu %s failed", failed, failed == 1 ? "check" : "checks");
    err_detail(err, "%s", text_cstr(&lines));
    return err_hint(err, "%s", first->fix);
}

static void keep(Workspace *workspace)
{
    const PostflightRun *run = workspace->postflight;
    Err err = {0};
    JSON_SCOPED document =
        postflight_document(workspace, &run->checks, run->fingerprint, workspace->run_id);
    if (!postflight_keep(workspace, document, &err) && !workspace->logs.is_broken)
        event_emit(&workspace->sink, &(Event){.kind = EVENT_WARNING,
                                              .message = "the report of postflight was not written",
                                              .detail = err.message});
}

// What has migrated does not fail because nobody could look.
static bool warn_of_none(const Workspace *workspace, const char *why)
{
    event_emit(&workspace->sink, &(Event){.kind = EVENT_WARNING,
                                          .message = "postflight was not made; look later: "
                                                     "migrate-safe postflight",
                                          .detail = why});
    return true;
}

bool change_postflight(Workspace *workspace, const Plan *plan, Err *err)
{
    Arena *arena = workspace->context->arena;
    PostflightRun *run = workspace->postflight;
    Err ignored = {0};
    Words unanalyzed;
    Snapshot now;
    if (!run || !plan->steps.len)
        return true;
    if (!session_is_alive(workspace->target.session))
        return warn_of_none(workspace, "the connection is lost");
    run->tables = (SeenTables){0};
    bool has_tables = postflight_tables(arena, &workspace->target, &run->tables, &ignored);
    analyze(workspace, &unanalyzed);
    if (!is_on(workspace, OPTION_POSTFLIGHT))
        return true;
    PostflightOptions options = {
        .plan = plan,
        .status = &workspace->status,
        .before = &run->before,
        .meant = &run->meant,
        .tables = has_tables ? &run->tables : NULL,
        .unanalyzed = &unanalyzed,
        .own_queries = postflight_own_queries(workspace->context),
        .is_rehearsal_required = workspace->rehearsal.need == EVIDENCE_REQUIRED,
    };
    options.now = schema_now(workspace, &now, &options.why_unread);
    options.rehearsed = rehearsed_of(workspace, plan, options.now, &options.why_not_rehearsed);
    run->checks = (CheckList){0};
    change_phase(workspace, RUN_PHASE_POSTFLIGHT);
    if (!postflight_examine(arena, &workspace->target, &options, &run->checks, err))
        return err->class == ERR_CONNECTION && warn_of_none(workspace, err->message);
    run->is_made = true;
    workspace->collect.report.postflight = run_checks_of(workspace->collect.arena, &run->checks);
    run->fingerprint = options.now ? arena_strdup(arena, now.fingerprint) : NULL;
    keep(workspace);
    print(workspace, &run->checks);
    return judge(&run->checks, err);
}

void change_postflight_go_on(Workspace *workspace, const Plan *plan)
{
    PostflightRun *run = workspace->postflight;
    if (!run)
        return;
    run->before.tables = run->tables;
    run->meant = (Meant){0};
    if (workspace->schema_after.fingerprint[0]) {
        run->before.schema =
            snapshot_without_roles(workspace->context->arena, &workspace->schema_after);
        run->before.has_schema = true;
    }
    VEC_EACH (const Step, step, &plan->steps)
        read_statements(workspace->context->arena, &step->script, &run->meant);
}

// ---- what is kept

json_t *change_postflight_json(const Workspace *workspace)
{
    const PostflightRun *run = workspace->postflight;
    if (!run || !run->is_made)
        return json_null();
    json_t *document = json_object();
    check_report_put(document, &run->checks);
    json_put(document, "schema_checksum", json_cstr(run->fingerprint));
    return document;
}

json_t *postflight_document(const Workspace *workspace, const CheckList *checks,
                            const char *fingerprint, const char *run_id)
{
    json_t *document = json_object();
    char now[CLOCK_TEXT];
    size_t dirty = 0;
    clock_now_rfc3339(now);
    VEC_EACH (const AppliedMigration, row, &workspace->target.history)
        dirty += row->is_dirty;
    json_put(document, "schema", json_cstr("migrate-safe/postflight/1"));
    json_put(document, "timestamp", json_cstr(now));
    json_put(document, "run_id", json_cstr(run_id));
    json_put(document, "database", json_cstr(workspace->target.database));
    json_put(document, "schema_checksum", json_cstr(fingerprint));
    json_put(document, "migrations_applied",
             json_integer((json_int_t)(workspace->target.history.len - dirty)));
    json_put(document, "dirty_migrations", json_integer((json_int_t)dirty));
    json_put(document, "validation_passed", json_boolean(check_list_passes(checks)));
    check_report_put(document, checks);
    return document;
}

const char *postflight_keep(const Workspace *workspace, const json_t *document, Err *err)
{
    const char *path;
    return report_file_write(workspace->context->arena, workspace->logs.directory,
                             "postflight-report", document, &path, err)
               ? path
               : NULL;
}
