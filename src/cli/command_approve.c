// approve: a sign-off of the plan that up would carry out, or what is asked for.
#include "check/approval_text.h"
#include "cli/approval_settings.h"
#include "cli/change.h"
#include "cli/change_approval.h"
#include "cli/change_drift.h"
#include "cli/change_rehearsal.h"
#include "cli/consent.h"
#include "cli/settings.h"
#include "io/clock.h"
#include "pg/database_url.h"
#include "report/approval_report.h"
#include "report/message.h"
#include "report/risk_report.h"
#include "run/approval.h"
#include "run/approval_range.h"
#include "run/lock_planner.h"
#include "run/runner_lock.h"
#include "run/signature.h"
#include "run/store.h"

enum {
    WAIT_RUNNER_MS = 5000
};

typedef struct Approving {
    Workspace *workspace;
    Plan plan;
    RiskLevel risk;
    ApprovalPolicy policy;
    ApprovalPlace place;
    Approval approval;
    const char *text;
    const char *signature; // NULL: by the database role
    const char *path;      // of the file that was written; NULL: it is a row
} Approving;

static const char *given(const Approving *approving, OptionId id)
{
    return option_text(&approving->workspace->context->options, id);
}

static bool is_given(const Approving *approving, OptionId id)
{
    return option_is_set(&approving->workspace->context->options, id);
}

static bool check_options(const Approving *approving, Err *err)
{
    if (given(approving, OPTION_PLAN_DIGEST) && !is_given(approving, OPTION_APPROVAL_FILE)) {
        fail(err, ERR_CONFIG, "--plan signs without the database, so it needs --file");
        return err_hint(err, "write it into a file: --plan DIGEST --file --sign KEY");
    }
    if (is_given(approving, OPTION_APPROVAL_FILE) && !given(approving, OPTION_SIGN)) {
        fail(err, ERR_CONFIG, "--file needs --sign: in a file only a key tells who it was");
        return err_hint(err, "sign it: --sign ~/.ssh/id_ed25519");
    }
    if (given(approving, OPTION_RISK) && !given(approving, OPTION_PLAN_DIGEST)) {
        fail(err, ERR_CONFIG, "--risk is for --plan: else the database says how risky it is");
        return err_hint(err, "leave --risk out");
    }
    return true;
}

// ---- the plan

static bool plan_on_target(Approving *approving, Err *err)
{
    Workspace *workspace = approving->workspace;
    PlanOptions options = workspace_plan_options(workspace);
    if (!workspace_connect(workspace, err) ||
        !workspace_plan_up(workspace, &options, &approving->plan, err))
        return false;
    change_drift_see(workspace);
    if (!change_rehearsal_see(workspace, &approving->plan, err) ||
        !change_approval_see(workspace, &approving->plan, err) ||
        !approval_place(workspace->context->arena, &workspace->target, &approving->place, err))
        return false;
    approving->risk = workspace->approval->risk;
    approving->policy = workspace->approval->policy;
    approving->approval.target = workspace->target.database;
    approving->approval.at = approving->place.now;
    return true;
}

// Without the database nobody knows how large tables are, nor what is pending: the digest says it.
static bool plan_of_files(Approving *approving, Err *err)
{
    Workspace *workspace = approving->workspace;
    const Context *context = workspace->context;
    const char *url;
    const char *where;
    TableSizes unknown = {0};
    char now[CLOCK_TEXT];
    if (!approval_policy(context, &approving->policy, err) ||
        !approval_range_find(context->arena, &workspace->source.migrations,
                             given(approving, OPTION_PLAN_DIGEST), &approving->plan, err) ||
        !settings_database(context, &url, &where, err))
        return false;
    lock_planner_plan(context->arena, &workspace->status, 0, &approving->plan);
    approving->risk = risk_of_plan(context->arena, &approving->plan, &unknown);
    if (given(approving, OPTION_RISK) &&
        !risk_level_parse(given(approving, OPTION_RISK), &approving->risk))
        return false; // the option takes nothing else
    approving->approval.target = url ? database_url_name(context->arena, url) : NULL;
    if (!approving->approval.target) {
        fail(err, ERR_CONFIG, "nothing says what the database is called that this is for");
        return err_hint(err, "name it: --database postgresql://HOST/NAME (it is not asked)");
    }
    clock_now_rfc3339(now);
    approving->approval.at = arena_strdup(context->arena, now);
    return true;
}

// ---- who

static const ApprovalRole *find_role(const Approving *approving, const char *name)
{
    VEC_EACH (const ApprovalRole, role, &approving->policy.people)
        if (strcmp(role->name, name) == 0)
            return role;
    return NULL;
}

// By a key nobody knows who it is before it has signed.
static bool may_be(const Approving *approving, const ApprovalRole *role)
{
    bool is_signed = given(approving, OPTION_SIGN) != NULL;
    const char *user = approving->workspace->target.user;
    VEC_EACH (const ApprovalPerson, person, &role->people)
        VEC_EACH (const char *, name, &person->names)
            if (is_signed ? str_starts(str_from(*name), STR("ssh:"))
                          : user && strcmp(*name, user) == 0)
                return true;
    return false;
}

// The only one of those that are missing which this signer may have.
static bool choose_role(Approving *approving, Err *err)
{
    const char *as = given(approving, OPTION_AS);
    const char *found = NULL;
    bool is_several = false;
    if (as) {
        approving->approval.role = as;
        return true;
    }
    VEC_EACH (const char *, name, &approving->policy.roles[approving->risk]) {
        const ApprovalRole *role = find_role(approving, *name);
        if (!role || !may_be(approving, role))
            continue;
        is_several |= found != NULL;
        found = *name;
    }
    if (found && !is_several) {
        approving->approval.role = found;
        return true;
    }
    fail(err, ERR_CONFIG, "as which role is it %s?",
         is_given(approving, OPTION_REVOKE) ? "taken back" : "approved");
    return err_hint(err, "name it: --as ROLE; what is asked for: migrate-safe approve --list%s",
                    change_same_place(approving->workspace->context));
}

static bool refuse_signer(const Approving *approving, const char *signer, Err *err)
{
    const char *role = approving->approval.role;
    fail(err, ERR_CHECK, "%s is not named for the role %s", signer, role);
    return err_hint(err, "roles: in the configuration says who is: add \"%s\" to %s there", signer,
                    role);
}

// Where the configuration names people, a sign-off of others would count for nothing.
static bool check_signer(const Approving *approving, Err *err)
{
    const Approval *approval = &approving->approval;
    const ApprovalRole *role = find_role(approving, approval->role);
    const char *user = approving->workspace->target.user;
    const char *ssh = approval->principal ? arena_printf(approving->workspace->context->arena,
                                                         "ssh:%s", approval->principal)
                                          : NULL;
    if (!approving->policy.people.len)
        return true;
    if (role)
        VEC_EACH (const ApprovalPerson, person, &role->people)
            VEC_EACH (const char *, name, &person->names)
                if ((ssh && strcmp(*name, ssh) == 0) ||
                    (!approving->signature && user && strcmp(*name, user) == 0))
                    return true;
    return refuse_signer(approving, ssh ? ssh : user, err);
}

// ---- the words of it

static void complete(Approving *approving)
{
    Approval *approval = &approving->approval;
    const Context *context = approving->workspace->context;
    approval->is_revocation = is_given(approving, OPTION_REVOKE);
    approval->digest = approving->plan.digest;
    approval->environment = option_text(&context->options, OPTION_ENV);
    approval->risk = approving->risk;
    approval->comment = given(approving, OPTION_COMMENT);
    VEC_EACH (const Step, step, &approving->plan.steps)
        *vec_append(context->arena, &approval->steps) =
            (ApprovedStep){step->direction, step->version, step->script.checksum};
}

static void show(const Approving *approving)
{
    const Workspace *workspace = approving->workspace;
    Arena *arena = workspace->context->arena;
    const Terminal *out = &workspace->console.out;
    const Approval *approval = &approving->approval;
    fprintf(out->stream, "%splan %.12s%s  %s  %s\n", terminal_begin(out, COLOUR_BOLD),
            approval->digest, terminal_end(out, COLOUR_BOLD),
            terminal_line(arena, approval->target),
            message_count(arena, (int64_t)approving->plan.steps.len, "migration", "migrations"));
    VEC_EACH (const Step, step, &approving->plan.steps)
        fprintf(out->stream, "  %s %s  %.12s\n", terminal_line(arena, step->version),
                terminal_line(arena, step->name), step->script.checksum);
    risk_report_text(arena, out, &approving->plan, approving->risk);
    if (workspace->approval)
        approval_report_text(arena, out, &workspace->approval->verdict);
    fflush(out->stream);
}

static bool ask(const Approving *approving, Err *err)
{
    const Context *context = approving->workspace->context;
    const Approval *approval = &approving->approval;
    const char *key = given(approving, OPTION_SIGN);
    const char *what = arena_printf(
        context->arena, "The plan %.12s for %s%s%s (risk %s) %s as %s, by %s%s", approval->digest,
        approval->target, approval->environment ? " in " : "",
        approval->environment ? approval->environment : "", risk_level_word(approval->risk),
        approval->is_revocation ? "is no longer approved" : "is approved", approval->role,
        key ? "the key " : "the database role ", key ? key : approving->workspace->target.user);
    return consent_ask(context, terminal_line(context->arena, what), err);
}

static bool sign(Approving *approving, Err *err)
{
    const Context *context = approving->workspace->context;
    const char *key = given(approving, OPTION_SIGN);
    const char *allowed = given(approving, OPTION_ALLOWED_SIGNERS);
    Words principals = {0};
    SignatureProof proof = {0};
    if (!approval_text_make(context->arena, &approving->approval, &approving->text, err))
        return false;
    if (!key)
        return true;
    if (!allowed) {
        fail(err, ERR_CONFIG, "nothing says whose keys count, so a signature could not be checked");
        return err_hint(err, "name the file: allowed-signers: FILE in the configuration");
    }
    approval_principals(context->arena, &approving->policy, &principals);
    if (!signature_make(context->arena, key, str_from(approving->text), &approving->signature,
                        err) ||
        !signature_check(context->arena, allowed, str_from(approving->text),
                         str_from(approving->signature), &principals, &proof, err))
        return false;
    if (!proof.principal) {
        fail(err, ERR_CHECK, "a signature with %s would not count: %s", key, proof.why_not);
        return err_hint(err, "add the key to %s: NAME %s", allowed, "ssh-ed25519 AAAA...");
    }
    approving->approval.principal = proof.principal;
    approving->approval.key = proof.key;
    return true;
}

// ---- written

static bool ensure_store(Workspace *workspace, Err *err)
{
    Arena *arena = workspace->context->arena;
    return runner_lock_take(arena, &workspace->target, WAIT_RUNNER_MS, &workspace->sink, err) &&
           store_ensure(arena, &workspace->target, err);
}

static bool record(Approving *approving, Err *err)
{
    Workspace *workspace = approving->workspace;
    Arena *arena = workspace->context->arena;
    ApprovalRecord record = {
        .run_id = workspace->run_id,
        .approval = &approving->approval,
        .text = approving->text,
        .signature = approving->signature,
        .is_journaled = approving->place.may_journal || !approving->place.is_there,
    };
    if (is_given(approving, OPTION_APPROVAL_FILE))
        return approval_write_file(arena, approval_folder(workspace->context), &record,
                                   &approving->path, err);
    if (!approving->place.is_there && !ensure_store(workspace, err))
        return false;
    return approval_write(arena, &workspace->target, &record, err);
}

static const char *next_of(const Approving *approving)
{
    const Context *context = approving->workspace->context;
    const char *place = change_same_place(context);
    if (approving->path)
        return arena_printf(context->arena, "commit %s and %s.sig; then migrate-safe up%s",
                            approving->path, approving->path, place);
    return arena_printf(context->arena, "migrate-safe approve --list%s; migrate-safe up%s", place,
                        place);
}

static int finish(const Approving *approving)
{
    const Context *context = approving->workspace->context;
    const Approval *approval = &approving->approval;
    const Terminal *out = &approving->workspace->console.out;
    const char *next = next_of(approving);
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        Approval written = *approval;
        written.path = approving->path;
        if (!approving->path)
            written.database_role = approving->workspace->target.user;
        json_put(document, "schema", json_cstr("migrate-safe/approve/1"));
        json_put(document, "run_id", json_cstr(approving->workspace->run_id));
        json_put(document, "approval", approval_report_sign_off(&written));
        json_put(document, "next", json_cstr(next));
        return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
    }
    fprintf(out->stream, "%s plan %.12s as %s%s%s\n%snext:%s %s\n",
            approval->is_revocation ? "No longer approves" : "Approved:", approval->digest,
            terminal_line(context->arena, approval->role),
            approval->principal ? ", by key of " : "",
            approval->principal ? terminal_line(context->arena, approval->principal) : "",
            terminal_begin(out, COLOUR_BLUE), terminal_end(out, COLOUR_BLUE),
            terminal_line(context->arena, next));
    return 0;
}

static int list(const Approving *approving)
{
    Err err = {0};
    const Workspace *workspace = approving->workspace;
    const Context *context = workspace->context;
    const ApprovalVerdict *verdict = &workspace->approval->verdict;
    int exit_code = change_approval_enough(workspace, &err) ? 0 : err_exit_code(ERR_CHECK);
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        json_t *all = json_array();
        VEC_EACH (const Approval, approval, &workspace->approval->approvals)
            json_array_append_new(all, approval_report_sign_off(approval));
        json_put(document, "schema", json_cstr("migrate-safe/approvals/1"));
        json_put(document, "plan_digest", json_cstr(approving->plan.digest));
        json_put(document, "risk", json_cstr(risk_level_word(approving->risk)));
        json_put(document, "verdict", approval_report_json(verdict));
        json_put(document, "approvals", all);
        return json_write(stdout, document) ? exit_code : err_exit_code(ERR_IO);
    }
    show(approving);
    if (!verdict->is_judged)
        fprintf(context->out.stream, "No approvals are asked for here (approvals: off)\n");
    return exit_code;
}

static int approve(Approving *approving)
{
    Err err = {0};
    Workspace *workspace = approving->workspace;
    Context *context = workspace->context;
    bool is_row = !is_given(approving, OPTION_APPROVAL_FILE);
    if (!choose_role(approving, &err) ||
        (!given(approving, OPTION_SIGN) && !check_signer(approving, &err)) ||
        (is_row && !change_allowed_to_record(workspace, &err)))
        return command_fail(context, &err);
    complete(approving);
    show(approving);
    if (is_given(approving, OPTION_DRY_RUN))
        return 0;
    if (!ask(approving, &err) || !sign(approving, &err) || !check_signer(approving, &err) ||
        !record(approving, &err))
        return command_fail(context, &err);
    return finish(approving);
}

static int approve_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Approving approving = {.workspace = &workspace};
    if (!check_options(&approving, &err) || !workspace_load_sound(&workspace, &err))
        return command_fail(context, &err);
    if (given(&approving, OPTION_PLAN_DIGEST) ? !plan_of_files(&approving, &err)
                                              : !plan_on_target(&approving, &err))
        return command_fail(context, &err);
    if (approving.plan.steps.len == 0)
        return change_nothing(&workspace, "Nothing to approve: nothing is pending");
    return is_given(&approving, OPTION_LIST_APPROVALS) && workspace.approval ? list(&approving)
                                                                             : approve(&approving);
}

static const Example EXAMPLES[] = {
    {"approve --list", "what the plan needs, and who has signed"},
    {"approve --as technical-lead", "sign it as the database role that is connected"},
    {"approve --as cto --sign ~/.ssh/id_ed25519", "sign it with an SSH key"},
    {"approve --as cto --revoke", "take it back"},
    {"approve --as cto --sign ~/.ssh/id_ed25519 --file", "into a file, for git"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_AS,    OPTION_SIGN, OPTION_COMMENT,     OPTION_REVOKE,  OPTION_LIST_APPROVALS,
    OPTION_STEPS, OPTION_TO,   OPTION_ALLOW_LATE,  OPTION_FORCE,   OPTION_APPROVAL_FILE,
    OPTION_RISK,  OPTION_YES,  OPTION_PLAN_DIGEST, OPTION_DRY_RUN, OPTION_SKIP_DRIFT,
    OPTION_COUNT,
};

const Command COMMAND_APPROVE = {
    .name = "approve",
    .writes = true,
    .summary = "sign the plan that `up` would carry out, or see who has to",
    .description =
        "Shows the plan and its risk, asks for consent, and records who has approved it: the "
        "database role\n"
        "of this session, and with --sign an SSH key that allowed-signers names. It holds for "
        "these files\n"
        "in this order, this database and environment, and no higher risk; an edited file needs "
        "another.\n"
        "Which roles have to sign, by risk, is the configuration's word (approvals, roles); up "
        "refuses\n"
        "while one is missing. --list exits with 1 then.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = approve_run,
};
