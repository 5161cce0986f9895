#include "cli/change_hooks.h"

#include "base/masked.h"
#include "cli/change_report.h"
#include "cli/hook_settings.h"
#include "cli/settings_dotenv.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "pg/session_export.h"
#include "report/check_report.h"
#include "report/message.h"

#include <string.h>
#include <unistd.h>

// Of one command.
typedef struct ChangeHooks {
    Hook hooks[HOOK_MOMENT_COUNT];
    const Maintenance *maintenance; // NULL: none
    SmokeChecks smoke;              // with the values of their variables
    Words secrets;
    HookFacts facts;
    CheckList checks; // smoke, as it was found
    bool is_smoke_run;
    bool has_begun;       // something that after-failure is told of
    bool is_direction[2]; // its before- hook was called
    bool is_maintained;   // on, or nobody knows
    bool is_failure_told;
    ApplyHooks apply;
} ChangeHooks;

// ---- what is needed

typedef struct Lookup {
    const Workspace *workspace;
    const char *now;
} Lookup;

static const char *find_variable(void *context, const char *name)
{
    const Lookup *lookup = context;
    if (strcmp(name, "MIGRATE_SAFE_NOW") == 0)
        return lookup->now;
    if (strcmp(name, "MIGRATE_SAFE_RUN_ID") == 0)
        return lookup->workspace->run_id;
    return settings_variable(lookup->workspace->context, name).value;
}

static bool expand_smoke(const Workspace *workspace, ChangeHooks *hooks, const SmokeChecks *checks,
                         Err *err)
{
    Arena *arena = workspace->context->arena;
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    Lookup lookup = {workspace, arena_strdup(arena, now)};
    SmokeVariables variables = {find_variable, &lookup};
    return smoke_expand(arena, checks, &variables, &hooks->smoke, &hooks->secrets, err);
}

// Of a variable by such a name the value is one that nobody is to see.
static bool names_secret(const char *name, size_t length)
{
    static const Str WORDS[] = {STR("PASSWORD"), STR("TOKEN"), STR("SECRET"), STR("API_KEY"),
                                STR("PASSPHRASE")};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_find((Str){name, length}, WORDS[i]) >= 0)
            return true;
    return false;
}

static void collect_secrets(Arena *arena, Words *secrets, const char *password)
{
    enum {
        LEAST = 6 // a shorter value would take words apart
    };
    if (*password)
        *vec_append(arena, secrets) = password;
    for (char **variable = environ; *variable; variable++) {
        size_t length = strcspn(*variable, "=");
        const char *value = *variable + length + ((*variable)[length] == '=');
        if (names_secret(*variable, length) && strlen(value) >= LEAST)
            *vec_append(arena, secrets) = value;
    }
}

static bool find_facts(Workspace *workspace, ChangeHooks *hooks, Err *err)
{
    Context *context = workspace->context;
    SessionExport export = {.url = NULL, .password = ""};
    if (!session_export(context->arena, workspace->target.session, NULL, &export, err))
        return false;
    collect_secrets(context->arena, &hooks->secrets, export.password);
    hooks->facts = (HookFacts){
        .run_id = workspace->run_id,
        .command = context->command,
        .environment = option_text(&context->options, OPTION_ENV),
        .database = workspace->target.database,
        .target = export.url,
        .secrets = &hooks->secrets,
    };
    return true;
}

// Made once, with all that can be wrong about it found before anything is done.
static bool prepare(Workspace *workspace, Err *err)
{
    Context *context = workspace->context;
    const HookSettings *settings = context->hooks;
    if (workspace->hooks)
        return true;
    ChangeHooks *hooks = arena_new_object(context->arena, ChangeHooks);
    for (int i = 0; i < HOOK_MOMENT_COUNT; i++)
        if (!hook_settings_find(context, (HookMoment)i, &hooks->hooks[i], err))
            return false;
    if (!find_facts(workspace, hooks, err) ||
        (settings && !expand_smoke(workspace, hooks, &settings->smoke, err)))
        return false;
    if (settings && settings->maintenance.on.argv)
        hooks->maintenance = &settings->maintenance;
    workspace->hooks = hooks;
    return true;
}

static bool is_wanted(const Workspace *workspace)
{
    return workspace->context->hooks ||
           workspace->context->options.values[OPTION_AFTER_BACKUP].where;
}

static const char *versions_of(Arena *arena, const Plan *plan)
{
    Words words = {0};
    VEC_EACH (const Step, step, &plan->steps)
        *vec_append(arena, &words) = step->version;
    return words_join(arena, &words);
}

static HookFacts facts_of(const Workspace *workspace, const Plan *plan)
{
    HookFacts facts = workspace->hooks->facts;
    facts.state = "clean";
    if (workspace->backup && workspace->backup->backup.manifest)
        facts.backup = &workspace->backup->backup;
    if (!plan)
        return facts;
    facts.direction = plan->direction == DIRECTION_UP ? "up" : "down";
    facts.versions = versions_of(workspace->context->arena, plan);
    return facts;
}

// The session that has the runner's lock is idle meanwhile, and must not be ended for it.
static bool run_hook(Workspace *workspace, HookMoment moment, const HookFacts *facts, Err *err)
{
    const Hook *hook = &workspace->hooks->hooks[moment];
    if (!hook->argv)
        return true;
    workspace->hooks->has_begun = true;
    return target_keep_session(&workspace->target, true, err) &&
           hook_run(workspace->context->arena, hook_word(moment), hook, facts, &workspace->sink,
                    err) &&
           target_keep_session(&workspace->target, false, err);
}

// ---- smoke checks

static bool run_smoke(Workspace *workspace, bool is_before, const HookFacts *facts, CheckList *list,
                      Err *err)
{
    return target_keep_session(&workspace->target, true, err) &&
           smoke_run(workspace->context->arena, &workspace->target, &workspace->hooks->smoke,
                     is_before, facts, &workspace->sink, list, err) &&
           target_keep_session(&workspace->target, false, err);
}

static bool judge_smoke(const CheckList *list, ErrClass class, const char *what, Err *err)
{
    if (check_list_passes(list))
        return true;
    VEC_EACH (const Check, check, &list->checks) {
        if (check->verdict != VERDICT_FAIL)
            continue;
        fail(err, class, "%s: smoke check %s", what, check->value);
        return err_hint(err, "%s", check->fix);
    }
    return true;
}

static bool smoke_before(Workspace *workspace, const HookFacts *facts, Err *err)
{
    CheckList list = {0};
    if (!run_smoke(workspace, true, facts, &list, err))
        return false;
    if (judge_smoke(&list, ERR_CHECK, "the application does not work already", err))
        return true;
    return err_hint(err, "repair it first; nothing was done");
}

static bool smoke_behind(Workspace *workspace, const HookFacts *facts, Err *err)
{
    ChangeHooks *hooks = workspace->hooks;
    if (!hooks->smoke.len)
        return true;
    change_phase(workspace, RUN_PHASE_SMOKE);
    hooks->is_smoke_run = true;
    hooks->checks = (CheckList){0};
    return run_smoke(workspace, false, facts, &hooks->checks, err) &&
           judge_smoke(&hooks->checks, ERR_VERIFY, "after the change", err);
}

bool change_hooks_smoke(Workspace *workspace, CheckList *list, Err *err)
{
    if (!workspace->context->hooks)
        return true;
    if (!prepare(workspace, err))
        return false;
    HookFacts facts = facts_of(workspace, NULL);
    return smoke_run(workspace->context->arena, &workspace->target, &workspace->hooks->smoke, false,
                     &facts, &workspace->sink, list, err);
}

static void add_hook(const Context *context, HookMoment moment, Words *words)
{
    Hook hook;
    Err ignored = {0};
    if (hook_settings_find(context, moment, &hook, &ignored) && hook.argv)
        *vec_append(context->arena, words) = hook_word(moment);
}

const char *change_hooks_sentence(const Context *context, const Plan *plan)
{
    const HookSettings *settings = context->hooks;
    Arena *arena = context->arena;
    bool is_up = plan->direction == DIRECTION_UP;
    Words words = {0};
    add_hook(context, is_up ? HOOK_BEFORE_UP : HOOK_BEFORE_DOWN, &words);
    add_hook(context, HOOK_BEFORE_BACKUP, &words);
    add_hook(context, HOOK_AFTER_BACKUP, &words);
    if (settings && settings->maintenance.on.argv)
        *vec_append(arena, &words) = "maintenance mode";
    add_hook(context, HOOK_BEFORE_MIGRATION, &words);
    add_hook(context, HOOK_AFTER_MIGRATION, &words);
    if (settings && settings->smoke.len)
        *vec_append(arena, &words) =
            message_count(arena, (int64_t)settings->smoke.len, "smoke check", "smoke checks");
    add_hook(context, is_up ? HOOK_AFTER_UP : HOOK_AFTER_DOWN, &words);
    const char *sentence = NULL;
    for (size_t i = 0; i < words.len; i++)
        sentence =
            sentence ? arena_printf(arena, "%s, %s", sentence, words.items[i]) : words.items[i];
    return sentence;
}

json_t *change_smoke_json(const Workspace *workspace)
{
    if (!workspace->hooks || !workspace->hooks->is_smoke_run)
        return json_null();
    json_t *document = json_object();
    check_report_put(document, &workspace->hooks->checks);
    return document;
}

// ---- maintenance mode

bool change_hooks_maintain(Workspace *workspace, Err *err)
{
    if (!is_wanted(workspace))
        return true;
    if (!prepare(workspace, err))
        return false;
    ChangeHooks *hooks = workspace->hooks;
    if (!hooks->maintenance || hooks->is_maintained)
        return true;
    HookFacts facts = facts_of(workspace, NULL);
    hooks->has_begun = hooks->is_maintained = true;
    return target_keep_session(&workspace->target, true, err) &&
           maintenance_begin(workspace->context->arena, &workspace->target, hooks->maintenance,
                             &facts, &workspace->sink, err) &&
           target_keep_session(&workspace->target, false, err);
}

static bool maintain_no_more(Workspace *workspace, Err *err)
{
    ChangeHooks *hooks = workspace->hooks;
    HookFacts facts = facts_of(workspace, NULL);
    if (!hooks->is_maintained)
        return true;
    if (!maintenance_end(workspace->context->arena, &workspace->target, hooks->maintenance, &facts,
                         &workspace->sink, err))
        return false;
    hooks->is_maintained = false;
    return true;
}

bool change_hooks_left(const Workspace *workspace, const char **ret_text, Err *err)
{
    const HookSettings *settings = workspace->context->hooks;
    MaintenanceLeft left = {0};
    *ret_text = NULL;
    if (!settings || !settings->maintenance.on.argv)
        return true;
    if (!maintenance_find(workspace->context->arena, &workspace->target, &left, err))
        return false;
    if (left.is_on)
        *ret_text = arena_printf(workspace->context->arena, "on since %s (run %s)", left.since,
                                 left.run_id);
    return true;
}

bool change_hooks_settle(Workspace *workspace, Err *err)
{
    const char *left;
    if (!change_hooks_left(workspace, &left, err))
        return false;
    if (!left)
        return true;
    if (!prepare(workspace, err))
        return false;
    workspace->hooks->is_maintained = true;
    if (maintain_no_more(workspace, err))
        return true;
    workspace->hooks->is_failure_told = true; // it was tried
    if (err->class != ERR_INTERRUPTED)
        err->class = ERR_VERIFY;
    return err_hint(err,
                    "maintenance mode is %s: turn it off by hand, or correct the command and "
                    "run this again",
                    left);
}

// ---- before, behind and around

bool change_hooks_before(Workspace *workspace, const Plan *plan, Err *err)
{
    bool is_up = plan->direction == DIRECTION_UP;
    if (!is_wanted(workspace))
        return true;
    if (!prepare(workspace, err))
        return false;
    ChangeHooks *hooks = workspace->hooks;
    HookFacts facts = facts_of(workspace, plan);
    bool is_first = !hooks->is_direction[DIRECTION_UP] && !hooks->is_direction[DIRECTION_DOWN];
    if (is_first && !smoke_before(workspace, &facts, err))
        return false;
    hooks->is_direction[plan->direction] = true;
    if (!run_hook(workspace, is_up ? HOOK_BEFORE_UP : HOOK_BEFORE_DOWN, &facts, err))
        return false;
    return !hooks->maintenance || !hooks->maintenance->has_backup_inside ||
           change_hooks_maintain(workspace, err);
}

bool change_hooks_of_backup(Workspace *workspace, BeforeChangeHooks *ret_hooks, Err *err)
{
    *ret_hooks = (BeforeChangeHooks){0};
    if (!is_wanted(workspace))
        return true;
    if (!prepare(workspace, err))
        return false;
    *ret_hooks = (BeforeChangeHooks){
        .before = workspace->hooks->hooks[HOOK_BEFORE_BACKUP],
        .after = workspace->hooks->hooks[HOOK_AFTER_BACKUP],
        .facts = facts_of(workspace, NULL),
    };
    return true;
}

static HookFacts facts_of_step(const Workspace *workspace, const Step *step)
{
    HookFacts facts = facts_of(workspace, NULL);
    facts.direction = step->direction == DIRECTION_UP ? "up" : "down";
    facts.version = step->version;
    facts.name = step->name;
    facts.file = step->script.path;
    return facts;
}

static bool before_migration(void *context, const Step *step, Err *err)
{
    HookFacts facts = facts_of_step(context, step);
    return run_hook(context, HOOK_BEFORE_MIGRATION, &facts, err);
}

static bool after_migration(void *context, const Step *step, Err *err)
{
    HookFacts facts = facts_of_step(context, step);
    if (run_hook(context, HOOK_AFTER_MIGRATION, &facts, err))
        return true;
    if (err->class == ERR_CHECK)
        err->class = ERR_VERIFY;
    return false;
}

const ApplyHooks *change_hooks_of_migrations(Workspace *workspace)
{
    ChangeHooks *hooks = workspace->hooks;
    if (!hooks ||
        (!hooks->hooks[HOOK_BEFORE_MIGRATION].argv && !hooks->hooks[HOOK_AFTER_MIGRATION].argv))
        return NULL;
    hooks->apply = (ApplyHooks){before_migration, after_migration, workspace};
    return &hooks->apply;
}

bool change_hooks_behind(Workspace *workspace, const Plan *plan, Err *err)
{
    ChangeHooks *hooks = workspace->hooks;
    bool is_up = plan->direction == DIRECTION_UP;
    if (!hooks)
        return true;
    HookFacts facts = facts_of(workspace, plan);
    bool is_last = !workspace->context->is_followed;
    bool ok =
        !is_last || (maintain_no_more(workspace, err) && smoke_behind(workspace, &facts, err));
    ok = ok && (!hooks->is_direction[plan->direction] ||
                run_hook(workspace, is_up ? HOOK_AFTER_UP : HOOK_AFTER_DOWN, &facts, err));
    if (!ok && err->class == ERR_CHECK)
        err->class = ERR_VERIFY;
    return ok;
}

// ---- after a failure

static const char *state_word(const Workspace *workspace)
{
    if (!session_is_alive(workspace->target.session))
        return "unknown";
    return workspace->status.dirty ? "dirty" : "clean";
}

static void warn(const Workspace *workspace, const Err *err)
{
    event_emit(&workspace->sink, &(Event){.kind = EVENT_WARNING,
                                          .message = err->message,
                                          .detail = err->detail[0] ? err->detail : NULL});
}

const char *change_hooks_failed(Workspace *workspace, const Err *why, const char *state)
{
    ChangeHooks *hooks = workspace->hooks;
    Arena *arena = workspace->context->arena;
    if (!hooks || hooks->is_failure_told)
        return state;
    hooks->is_failure_told = true;
    session_rollback(workspace->target.session); // after an interrupt no cancel any more
    Err err = {0};
    if (!maintain_no_more(workspace, &err)) {
        warn(workspace, &err);
        state = arena_printf(arena, "%s; maintenance mode is still on, turn it off: %s", state,
                             hooks->maintenance->off.argv[0]);
    }
    HookFacts facts = facts_of(workspace, NULL);
    facts.state = state_word(workspace);
    facts.error =
        why ? masked_output(arena, arena_strdup(arena, why->message), &hooks->secrets) : NULL;
    err = (Err){0};
    if (!hook_run(arena, hook_word(HOOK_AFTER_FAILURE), &hooks->hooks[HOOK_AFTER_FAILURE], &facts,
                  &workspace->sink, &err))
        warn(workspace, &err);
    return state;
}

void change_hooks_end(Workspace *workspace, const Err *why)
{
    if (workspace->hooks && workspace->hooks->has_begun)
        (void)change_hooks_failed(workspace, why, "");
}
