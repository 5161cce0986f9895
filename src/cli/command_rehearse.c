// rehearse: migrations on a private copy, measured, reversed, and remembered.
#include "cli/backup_settings.h"
#include "cli/rehearsal_settings.h"
#include "cli/rehearse_output.h"
#include "cli/rehearse_steps.h"
#include "cli/settings.h"
#include "config.h"
#include "io/clock.h"
#include "run/rehearse/evidence.h"
#include "run/snapshot.h"

typedef struct Rehearsing {
    Workspace *workspace;
    Rehearsal rehearsal;
    RoundSteps steps;
    RehearseOutput output;
    const char *path; // of the evidence
    const char *digest;
} Rehearsing;

static bool has_kind(const Context *context, RehearsalCopyKind *ret_kind)
{
    const char *word = option_text(&context->options, OPTION_FROM);
    return word && rehearsal_copy_parse(word, ret_kind);
}

// Nothing of a target is needed to begin at the first migration.
static bool wants_target(const Context *context)
{
    RehearsalCopyKind kind;
    return (!has_kind(context, &kind) || kind != REHEARSAL_FROM_EMPTY) &&
           settings_has_database(context);
}

static bool open_place(Rehearsing *rehearsing, RehearsalPlace **ret_place, Err *err)
{
    Workspace *workspace = rehearsing->workspace;
    Context *context = workspace->context;
    const OptionValues *values = &context->options;
    OptionValue *prelude = &context->options.values[OPTION_PRELUDE];
    if (prelude->list.len) {
        *vec_append(context->arena, &prelude->list) = NULL; // as argv ends
        prelude->list.len--;
    }
    RehearsalPlaceOptions options = {
        .backup = option_text(values, OPTION_BACKUP),
        .shelf = backup_folder(context),
        .rows = option_number(values, OPTION_ROWS),
        .on = option_text(values, OPTION_REHEARSE_ON),
        .schema = option_text(values, OPTION_SCHEMA),
        .run_id = workspace->run_id,
        .environment = option_text(values, OPTION_ENV),
        .prelude = prelude->list.len ? prelude->list.items : NULL,
        .is_prelude_forced = prelude->origin == ORIGIN_FLAG,
        .source = &workspace->source,
        .client = workspace_client_place(context),
        .sink = &workspace->sink,
    };
    options.has_kind = has_kind(context, &options.kind);
    if (options.backup && !options.has_kind) {
        options.has_kind = true;
        options.kind = REHEARSAL_FROM_BACKUP;
    }
    Target *target = workspace->target.session ? &workspace->target : NULL;
    return rehearsal_place_open(context->arena, target, &options, ret_place, err);
}

static void describe(Rehearsing *rehearsing)
{
    char now[CLOCK_TEXT];
    const Workspace *workspace = rehearsing->workspace;
    const Context *context = workspace->context;
    Session *target = workspace->target.session;
    clock_now_rfc3339(now);
    rehearsing->rehearsal = (Rehearsal){
        .run_id = workspace->run_id,
        .made_at = arena_strdup(context->arena, now),
        .tool_version = MIGRATE_SAFE_VERSION,
        .environment = option_text(&context->options, OPTION_ENV),
        .database = target ? session_database(target) : NULL,
        .limits = rehearse_limits(context),
    };
}

static bool begin(Rehearsing *rehearsing, Err *err)
{
    Snapshot snapshot;
    ARENA_SCOPED scratch = arena_new();
    Workspace *workspace = rehearsing->workspace;
    Session *target = workspace->target.session;
    if (!target)
        return true;
    if (!snapshot_take(scratch, target, workspace->target.schema, &snapshot, err))
        return err_note(err, "reading the schema of the database");
    rehearsing->rehearsal.target_fingerprint =
        arena_strdup(workspace->context->arena, snapshot.fingerprint);
    return true;
}

static void on_migration(void *context, const RehearsedMigration *migration)
{
    Rehearsing *rehearsing = context;
    rehearse_output_migration(&rehearsing->output, migration);
}

static bool run(Rehearsing *rehearsing, Err *err)
{
    REHEARSAL_PLACE_SCOPED place = NULL;
    Workspace *workspace = rehearsing->workspace;
    Context *context = workspace->context;
    int64_t start = clock_monotonic_us();
    if (!begin(rehearsing, err) || !open_place(rehearsing, &place, err))
        return false;
    RoundOptions options = {
        .schema = option_text(&context->options, OPTION_SCHEMA),
        .run_id = workspace->run_id,
        .statement_timeout_ms = option_number(&context->options, OPTION_STATEMENT_TIMEOUT),
        .queries = option_text(&context->options, OPTION_SMOKE_QUERIES),
        .load = option_text(&context->options, OPTION_LOAD),
        .load_rate = option_number(&context->options, OPTION_LOAD_RATE),
        .target = workspace->target.session ? &workspace->target : NULL,
        .allows_missing_downs = option_is_set(&context->options, OPTION_ALLOW_MISSING_DOWNS),
        .tries_recovery = option_is_set(&context->options, OPTION_PARTIAL_FAILURE),
        .on_migration = on_migration,
        .context = rehearsing,
    };
    RehearsalCopyKind kind = rehearsal_place_copy(place)->kind;
    if (kind == REHEARSAL_FROM_EMPTY || kind == REHEARSAL_FROM_GENERATED)
        options.rows = option_number(&context->options, OPTION_ROWS);
    bool ok =
        round_run(context->arena, place, &rehearsing->steps, &options, &rehearsing->rehearsal, err);
    rehearsing->rehearsal.total_ms = clock_elapsed_ms(start);
    return ok;
}

static bool prepare(Rehearsing *rehearsing, Err *err)
{
    Workspace *workspace = rehearsing->workspace;
    if (!rehearse_output_check(workspace->context, err) || !workspace_load_sound(workspace, err) ||
        (wants_target(workspace->context) && !workspace_connect(workspace, err)))
        return false;
    return rehearse_steps_choose(workspace, &rehearsing->steps, err);
}

// What is shown from here on is what was kept: without the passwords that a statement had in it.
static bool keep(Rehearsing *rehearsing, Err *err)
{
    const Context *context = rehearsing->workspace->context;
    const char *folder = rehearsal_folder(context);
    return evidence_write(context->arena, folder, &rehearsing->rehearsal, &rehearsing->path,
                          &rehearsing->digest, err) &&
           evidence_read(context->arena, folder, rehearsing->path, &rehearsing->rehearsal,
                         &rehearsing->path, &rehearsing->digest, err);
}

static int rehearse_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Rehearsing rehearsing = {.workspace = &workspace};
    if (!prepare(&rehearsing, &err))
        return command_fail(context, &err);
    describe(&rehearsing);
    if (!rehearsing.steps.len)
        return rehearse_output_nothing(&workspace, &rehearsing.rehearsal);
    rehearse_output_init(&rehearsing.output, &workspace, &rehearsing.steps);
    if (!run(&rehearsing, &err) || !keep(&rehearsing, &err) ||
        !rehearse_output_end(&rehearsing.output, &rehearsing.rehearsal, rehearsing.path,
                             rehearsing.digest, &err))
        return command_fail(context, &err);
    return err_exit_code(rehearsal_class(&rehearsing.rehearsal));
}

static const Example EXAMPLES[] = {
    {"rehearse", "what is pending, on the cheapest truthful copy of the configured database"},
    {"rehearse --from empty --junit rehearsal.xml", "all migrations from the first, in CI"},
    {"rehearse --from dump 027", "version 027, on a copy of the live rows"},
    {"rehearse --from backup", "on the newest backup, which proves that it restores"},
    {"rehearse --from generated --rows 100000", "the schema alone, with rows that are made up"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_FROM,
                                 OPTION_BACKUP,
                                 OPTION_ROWS,
                                 OPTION_REHEARSE_ON,
                                 OPTION_PRELUDE,
                                 OPTION_SMOKE_QUERIES,
                                 OPTION_LOAD,
                                 OPTION_LOAD_RATE,
                                 OPTION_MIGRATION_LIMIT,
                                 OPTION_BLOCKED_LIMIT,
                                 OPTION_ALLOW_MISSING_DOWNS,
                                 OPTION_PARTIAL_FAILURE,
                                 OPTION_STATEMENT_TIMEOUT,
                                 OPTION_JUNIT,
                                 OPTION_SARIF,
                                 OPTION_MARKDOWN,
                                 OPTION_HTML,
                                 OPTION_BACKUP_FOLDER,
                                 OPTION_COUNT};

const Command COMMAND_REHEARSE = {
    .name = "rehearse",
    .arguments = "[VERSION...]",
    .arguments_most = 100000,
    .summary = "run migrations on a private copy first: up, checks, down, up again, measured",
    .description =
        "Makes a private copy of the configured database (without one: an empty database) on a\n"
        "throwaway server of the same major, and runs what is pending, or the versions that are\n"
        "named: each up statement by statement with what it locks, whom it keeps waiting, what it\n"
        "rewrites and how long it takes; then the migration's verify, every new constraint with a\n"
        "row that it must refuse, the queries of --compat; then its down, which must bring back\n"
        "schema and rows; then the up again, which must make the same as before. Nothing is\n"
        "written to the configured database. What was found is kept in the folder rehearsals,\n"
        "bound to the files and to the schema; `up` can demand it.\n"
        "Exits with 2 when an up fails, 4 when a down fails, 3 when schema or rows are not as\n"
        "they must be, 1 when a down is missing or a limit is passed.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = rehearse_run,
};
