#include "check/approval.h"

static const char *const NEEDS[] = {
    [APPROVAL_OFF] = "off",
    [APPROVAL_WANTED] = "wanted",
    [APPROVAL_REQUIRED] = "required",
    [APPROVAL_GUIDE] = "guide",
};

const char *approval_need_word(ApprovalNeed need)
{
    return NEEDS[need];
}

bool approval_need_parse(const char *word, ApprovalNeed *ret_need)
{
    for (int i = 0; i <= APPROVAL_GUIDE; i++)
        if (strcmp(NEEDS[i], word) == 0) {
            *ret_need = (ApprovalNeed)i;
            return true;
        }
    return false;
}

static const char *const DOCUMENTS[] = {
#define X(name, word) [name] = word,
    APPROVAL_DOCUMENTS(X)
#undef X
};

const char *approval_document_word(ApprovalDocument document)
{
    return DOCUMENTS[document];
}

bool approval_document_parse(const char *word, ApprovalDocument *ret_document)
{
    for (int i = 0; i < DOCUMENT_COUNT; i++)
        if (strcmp(DOCUMENTS[i], word) == 0) {
            *ret_document = (ApprovalDocument)i;
            return true;
        }
    return false;
}

const char *approval_signer(Arena *arena, const Approval *approval)
{
    if (approval->principal)
        return arena_printf(arena, "%s (SSH)", approval->principal);
    return approval->database_role ? approval->database_role : "nobody";
}

bool approval_steps_hold(const Approval *approval)
{
    Sha256 *hash = sha256_new();
    char digest[SHA256_HEX];
    VEC_EACH (const ApprovedStep, step, &approval->steps)
        plan_digest_add(hash, step->direction, step->version, step->checksum);
    sha256_finish(hash, digest);
    return approval->steps.len == 0 || strcmp(digest, approval->digest) == 0;
}

// ---- what a sign-off is about

static bool is_step(const ApprovedStep *approved, const Step *step)
{
    return approved->direction == step->direction &&
           strcmp(approved->version, step->version) == 0 &&
           strcmp(approved->checksum, step->script.checksum) == 0;
}

static bool is_applied(const Status *status, const ApprovedStep *approved)
{
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied && strcmp(entry->applied->version, approved->version) == 0)
            return strcmp(entry->applied->checksum, approved->checksum) == 0;
    return false;
}

// The plan is a part of what was approved, and all before it is applied, from the same texts: the
// rest of a run that stopped, or one migration at a time.
static bool is_part(const Approval *approval, const ApprovalRun *run)
{
    size_t count = run->plan->steps.len;
    for (size_t from = 0; from + count <= approval->steps.len; from++) {
        size_t same = 0;
        while (same < count &&
               is_step(&approval->steps.items[from + same], &run->plan->steps.items[same]))
            same++;
        if (same == count)
            return count > 0;
        if (!run->status || approval->steps.items[from].direction != DIRECTION_UP ||
            !is_applied(run->status, &approval->steps.items[from]))
            return false;
    }
    return false;
}

static bool is_same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static const ApprovedStep *find_version(const Approval *approval, const char *version)
{
    VEC_EACH (const ApprovedStep, step, &approval->steps)
        if (strcmp(step->version, version) == 0)
            return step;
    return NULL;
}

static const Step *find_step(const Plan *plan, const char *version)
{
    VEC_EACH (const Step, step, &plan->steps)
        if (strcmp(step->version, version) == 0)
            return step;
    return NULL;
}

// Of a plan that was carried out: nothing to tell.
static bool is_past(const Approval *approval, const ApprovalRun *run)
{
    bool is_done =
        approval->steps.len > 0 && run->status && strcmp(approval->digest, run->plan->digest) != 0;
    VEC_EACH (const ApprovedStep, step, &approval->steps)
        is_done = is_done && step->direction == DIRECTION_UP && is_applied(run->status, step);
    return is_done;
}

// "028 was edited since; 029 was not in it": what tells the two plans apart.
static const char *differences(Arena *arena, const Approval *approval, const ApprovalRun *run)
{
    const char *text = "";
    VEC_EACH (const Step, step, &run->plan->steps) {
        const ApprovedStep *approved = find_version(approval, step->version);
        if (!approved || strcmp(approved->checksum, step->script.checksum) != 0)
            text = arena_printf(arena, "%s%s%s %s", text, *text ? ", " : "", step->version,
                                approved ? "was edited since" : "was not in it");
    }
    VEC_EACH (const ApprovedStep, approved, &approval->steps)
        if (!find_step(run->plan, approved->version) &&
            !(run->status && is_applied(run->status, approved)))
            text = arena_printf(arena, "%s%s%s is not in this one", text, *text ? ", " : "",
                                approved->version);
    return *text ? text : "the order or the direction is another";
}

typedef struct Judging {
    Arena *arena;
    const ApprovalPolicy *policy;
    const Approvals *approvals;
    const ApprovalRun *run;
    ApprovalVerdict *verdict;
} Judging;

// Why it is none for this plan, whoever signed it; NULL: it is one.
static const char *wrong_plan(const Judging *judging, const Approval *approval)
{
    Arena *arena = judging->arena;
    const ApprovalRun *run = judging->run;
    if (!approval_steps_hold(approval))
        return "its list of migrations does not give its digest";
    if (strcmp(approval->digest, run->plan->digest) != 0 && !is_part(approval, run))
        return arena_printf(arena, "it is of the plan %.12s: %s", approval->digest,
                            differences(arena, approval, run));
    if (!is_same_text(approval->environment, judging->policy->environment))
        return arena_printf(arena, "it is for %s%s",
                            approval->environment ? "the environment " : "no environment",
                            approval->environment ? approval->environment : "");
    if (strcmp(approval->target, run->target) != 0)
        return arena_printf(arena, "it is for the database %s", approval->target);
    if (approval->risk < run->risk)
        return arena_printf(arena, "it was given for a risk that was %s, and is %s now",
                            risk_level_word(approval->risk), risk_level_word(run->risk));
    return NULL;
}

// ---- who

static const ApprovalRole *find_role(const ApprovalPolicy *policy, const char *name)
{
    VEC_EACH (const ApprovalRole, role, &policy->people)
        if (strcmp(role->name, name) == 0)
            return role;
    return NULL;
}

static bool goes_by_principal(const ApprovalPerson *person, const char *principal)
{
    VEC_EACH (const char *, known, &person->names)
        if (str_starts(str_from(*known), STR("ssh:")) && strcmp(*known + 4, principal) == 0)
            return true;
    return false;
}

// A database role may be called "ssh:...": that is no signature.
static bool has_signed(const ApprovalPerson *person, const Approval *approval)
{
    const char *role = approval->database_role;
    return (role && !str_starts(str_from(role), STR("ssh:")) && words_have(&person->names, role)) ||
           (approval->principal && goes_by_principal(person, approval->principal));
}

static const ApprovalPerson *signer_of(const ApprovalRole *role, const Approval *approval)
{
    VEC_EACH (const ApprovalPerson, person, &role->people)
        if (has_signed(person, approval))
            return person;
    return NULL;
}

// One name in common, as both lists spell it.
static bool is_same_person(const ApprovalPerson *one, const ApprovalPerson *other)
{
    VEC_EACH (const char *, name, &one->names)
        if (words_have(&other->names, *name))
            return true;
    return false;
}

static bool is_author(const ApprovalRun *run, const ApprovalPerson *person)
{
    VEC_EACH (const char *, author, &run->authors)
        if (words_have(&person->names, *author) || goes_by_principal(person, *author))
            return true;
    return false;
}

// Why this person's sign-off does not count for this role; NULL: it does.
static const char *wrong_person(const Judging *judging, const ApprovalPerson *person,
                                const Approval *approval)
{
    const char *applied_by = judging->run->applied_by;
    const char *signer = approval_signer(judging->arena, approval);
    if (!judging->policy->has_four_eyes)
        return NULL;
    if (applied_by && words_have(&person->names, applied_by))
        return arena_printf(judging->arena, "%s also applies it (four-eyes)", signer);
    if (is_author(judging->run, person))
        return arena_printf(judging->arena, "%s also wrote it (four-eyes)", signer);
    return NULL;
}

// The same person took it back later, or gave it anew.
static bool is_superseded(const Judging *judging, const ApprovalRole *role,
                          const ApprovalPerson *person, const Approval *approval)
{
    VEC_EACH (const Approval, later, judging->approvals)
        if (later->is_revocation && !later->unsound && strcmp(later->role, role->name) == 0 &&
            strcmp(later->digest, approval->digest) == 0 && has_signed(person, later) &&
            strcmp(later->at, approval->at) >= 0)
            return true;
    return false;
}

// ---- roles

typedef struct Candidate {
    const Approval *approval;
    const ApprovalPerson *person;
} Candidate;

typedef VEC(Candidate) Candidates;

typedef struct Wanted {
    const char *name;
    Candidates candidates;
    size_t chosen; // of them; SIZE_MAX: none
    const char *why_not;
} Wanted;

typedef VEC(Wanted) WantedRoles;

static const char *who_may(Arena *arena, const ApprovalRole *role)
{
    const char *text = NULL;
    if (role)
        VEC_EACH (const ApprovalPerson, person, &role->people)
            text = arena_printf(arena, "%s%s%s", text ? text : "", text ? " or " : "",
                                person->names.items[0]);
    return text;
}

static void consider(Judging *judging, const ApprovalRole *role, const Approval *approval,
                     Wanted *wanted)
{
    Arena *arena = judging->arena;
    const char *signer = approval_signer(arena, approval);
    if (approval->is_revocation || strcmp(approval->role, role->name) != 0 ||
        is_past(approval, judging->run))
        return;
    const ApprovalPerson *person = signer_of(role, approval);
    const char *why_not =
        approval->unsound
            ? arena_printf(arena, "the signature of %s does not hold: %s",
                           approval->path ? approval->path : signer, approval->unsound)
            : wrong_plan(judging, approval);
    if (why_not && !approval->unsound)
        why_not = arena_printf(arena, "%s has signed, but %s", signer, why_not);
    else if (!why_not && !person)
        why_not =
            arena_printf(arena, "%s has signed as %s, and is not named for it", signer, role->name);
    else if (!why_not && is_superseded(judging, role, person, approval))
        why_not = arena_printf(arena, "%s has taken it back", signer);
    else if (!why_not)
        why_not = wrong_person(judging, person, approval);
    if (why_not)
        wanted->why_not = why_not;
    else
        *vec_append(arena, &wanted->candidates) = (Candidate){approval, person};
}

typedef const ApprovalPerson *PersonAt;
typedef VEC(PersonAt) People;

static bool is_among(const People *people, const ApprovalPerson *person)
{
    VEC_EACH (PersonAt, known, people)
        if (is_same_person(*known, person))
            return true;
    return false;
}

// The role that this person was chosen for; SIZE_MAX: none.
static size_t chosen_for(const WantedRoles *roles, const ApprovalPerson *person)
{
    for (size_t i = 0; i < roles->len; i++) {
        const Wanted *held = &roles->items[i];
        if (held->chosen != SIZE_MAX &&
            is_same_person(held->candidates.items[held->chosen].person, person))
            return i;
    }
    return SIZE_MAX;
}

// Finds one for role `at`; whoever stands for another already is moved where that can be done with.
static bool assign(const Judging *judging, WantedRoles *roles, size_t at, People *asked)
{
    Wanted *wanted = &roles->items[at];
    for (size_t i = 0; i < wanted->candidates.len; i++) {
        const ApprovalPerson *person = wanted->candidates.items[i].person;
        if (judging->policy->has_four_eyes) {
            if (is_among(asked, person))
                continue;
            *vec_append(judging->arena, asked) = person;
            size_t held = chosen_for(roles, person);
            if (held != SIZE_MAX && !assign(judging, roles, held, asked))
                continue;
        }
        wanted->chosen = i;
        return true;
    }
    return false;
}

static void judge_roles(Judging *judging)
{
    Arena *arena = judging->arena;
    WantedRoles roles = {0};
    VEC_EACH (const char *, name, &judging->policy->roles[judging->run->risk]) {
        const ApprovalRole *role = find_role(judging->policy, *name);
        Wanted *wanted = vec_append(arena, &roles);
        *wanted = (Wanted){.name = *name, .chosen = SIZE_MAX};
        if (role)
            VEC_EACH (const Approval, approval, judging->approvals)
                consider(judging, role, approval, wanted);
    }
    for (size_t i = 0; i < roles.len; i++) {
        People asked = {0};
        assign(judging, &roles, i, &asked);
    }
    VEC_EACH (const Wanted, wanted, &roles) {
        const ApprovalRole *role = find_role(judging->policy, wanted->name);
        bool is_found = wanted->chosen != SIZE_MAX;
        *vec_append(arena, &judging->verdict->roles) = (ApprovedRole){
            .role = wanted->name,
            .approval = is_found ? wanted->candidates.items[wanted->chosen].approval : NULL,
            .who = who_may(arena, role),
            .why_not = is_found                 ? NULL
                       : wanted->candidates.len ? "who signed for it signs for another role too "
                                                  "(four-eyes)"
                       : wanted->why_not        ? wanted->why_not
                       : !role || !role->people.len ? "roles: names nobody for it"
                                                    : "nobody has signed",
        };
        judging->verdict->stands &= is_found;
    }
}

// ---- documents

static bool has_down(const Step *step)
{
    return step->direction == DIRECTION_DOWN || step->migration->kind != MIGRATION_VERSIONED ||
           step->migration->down.is_present;
}

// Neither a down nor the file's own word that there can be none.
static void find_missing_downs(Arena *arena, const Plan *plan, Words *ret_versions)
{
    VEC_EACH (const Step, step, &plan->steps)
        if (!has_down(step) && !step->script.directives.irreversible)
            *vec_append(arena, ret_versions) = step->version;
}

static const char *joined(Arena *arena, const Words *words)
{
    const char *text = "";
    VEC_EACH (const char *const, word, words)
        text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", *word);
    return text;
}

static ApprovedDocument rollback_document(Arena *arena, const Plan *plan)
{
    Words missing = {0};
    Words irreversible = {0};
    find_missing_downs(arena, plan, &missing);
    VEC_EACH (const Step, step, &plan->steps)
        if (!has_down(step) && step->script.directives.irreversible)
            *vec_append(arena, &irreversible) = step->version;
    if (missing.len)
        return (ApprovedDocument){DOCUMENT_ROLLBACK, false,
                                  arena_printf(arena, "no down for %s", joined(arena, &missing))};
    if (irreversible.len)
        return (ApprovedDocument){
            DOCUMENT_ROLLBACK, true,
            arena_printf(arena, "a down for each, but %s: irreversible by its own word",
                         joined(arena, &irreversible))};
    return (ApprovedDocument){DOCUMENT_ROLLBACK, true, "a down for each migration"};
}

static ApprovedDocument document_of(Judging *judging, ApprovalDocument document)
{
    Arena *arena = judging->arena;
    const EvidenceVerdict *rehearsal = judging->run->rehearsal;
    bool is_rehearsed = rehearsal && rehearsal->stands;
    switch (document) {
    case DOCUMENT_PLAN:
        return (ApprovedDocument){document, true,
                                  arena_printf(arena, "plan %.12s", judging->run->plan->digest)};
    case DOCUMENT_ROLLBACK:
        return rollback_document(arena, judging->run->plan);
    case DOCUMENT_PLAYBOOK:
        if (!is_rehearsed)
            return (ApprovedDocument){document, false,
                                      "its times and its way back are blank until a rehearsal "
                                      "stands"};
        if (!rollback_document(arena, judging->run->plan).is_there)
            return (ApprovedDocument){document, false,
                                      rollback_document(arena, judging->run->plan).proof};
        return (ApprovedDocument){document, true, "migrate-safe plan --format markdown"};
    case DOCUMENT_REHEARSAL:
    case DOCUMENT_COUNT:
        break;
    }
    return (ApprovedDocument){
        DOCUMENT_REHEARSAL, is_rehearsed,
        is_rehearsed
            ? arena_printf(arena, "evidence %.12s, %s", rehearsal->evidence.digest, rehearsal->age)
            : "no rehearsal stands for this plan"};
}

static void judge_documents(Judging *judging)
{
    VEC_EACH (const char *, word, &judging->policy->documents[judging->run->risk]) {
        ApprovalDocument document;
        if (!approval_document_parse(*word, &document))
            continue; // the settings have refused it
        ApprovedDocument judged = document_of(judging, document);
        *vec_append(judging->arena, &judging->verdict->documents) = judged;
        judging->verdict->stands &= judged.is_there;
    }
}

// Sign-offs that no role wanted to count, of other plans: what was approved instead.
static void tell_others(Judging *judging)
{
    VEC_EACH (const Approval, approval, judging->approvals) {
        const char *why =
            approval->is_revocation || approval->unsound || is_past(approval, judging->run)
                ? NULL
                : wrong_plan(judging, approval);
        if (why)
            *vec_append(judging->arena, &judging->verdict->others) =
                arena_printf(judging->arena, "%s as %s: %s",
                             approval_signer(judging->arena, approval), approval->role, why);
    }
}

void approval_judge(Arena *arena, const ApprovalPolicy *policy, const Approvals *approvals,
                    const ApprovalRun *run, ApprovalVerdict *ret_verdict)
{
    ApprovalVerdict verdict = {
        .is_judged = policy->need != APPROVAL_OFF || policy->refuses_missing_downs,
        .need = policy->need,
        .risk = run->risk,
        .stands = true,
        .may_be_forced = policy->may_be_forced,
        .where = policy->where,
        .unread = run->unread,
    };
    Judging judging = {arena, policy, approvals, run, &verdict};
    if (policy->need != APPROVAL_OFF) {
        judge_roles(&judging);
        judge_documents(&judging);
        tell_others(&judging);
    }
    if (policy->refuses_missing_downs)
        find_missing_downs(arena, run->plan, &verdict.missing_downs);
    verdict.stands &= verdict.missing_downs.len == 0;
    *ret_verdict = verdict;
}
