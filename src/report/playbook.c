#include "report/playbook.h"

#include "report/evidence_report.h"
#include "report/markdown.h"
#include "report/message.h"
#include "report/rehearsal_facts.h"

enum {
    STEPS_UNTIL = 12000, // bytes of the comment, by which a list ends
    REASONS_UNTIL = 22000,
    LOCKS_UNTIL = 32000,
    BACK_UNTIL = 42000,
};

typedef struct Writing {
    Arena *arena;
    const Playbook *playbook;
    const PlanReport *report;
    Markdown markdown;
} Writing;

static void say(Writing *writing, const char *text)
{
    text_append(&writing->markdown.text, str_from(text));
}

static void put(Writing *writing, const char *foreign)
{
    markdown_put(&writing->markdown, foreign);
}

static void code(Writing *writing, const char *foreign)
{
    markdown_code(&writing->markdown, foreign);
}

static const char *sign_of(RiskLevel level)
{
    static const char *const SIGNS[] = {"🟢", "🟡", "🔴"};
    return SIGNS[level];
}

static const char *command(Writing *writing, const char *words)
{
    const char *place = writing->playbook->facts->place;
    return arena_printf(writing->arena, "migrate-safe %s%s", words, place ? place : "");
}

static bool has_room(const Writing *writing, size_t until)
{
    return writing->markdown.text.len < until;
}

static void more(Writing *writing, size_t left, const char *one, const char *many)
{
    if (left)
        text_printf(&writing->markdown.text, "\nand %s\n",
                    message_count(writing->arena, (int64_t)left, one, many));
}

// ---- summary

static void put_head(Writing *writing)
{
    const PlanReport *report = writing->report;
    const Plan *plan = report->plan;
    say(writing, "# Playbook: ");
    say(writing,
        message_count(writing->arena, (int64_t)plan->steps.len, "migration", "migrations"));
    if (writing->playbook->environment) {
        say(writing, " for ");
        put(writing, writing->playbook->environment);
    }
    if (report->has_risk)
        text_printf(&writing->markdown.text, ", risk %s %s", risk_level_word(report->risk),
                    sign_of(report->risk));
    say(writing, "\n\nPlan ");
    code(writing, plan->digest);
    say(writing, " for ");
    put(writing, report->target ? report->target : "no database");
    say(writing, ". It holds for these files as they are: an edited one gives another plan.\n");
    if (!report->refused)
        return;
    say(writing, "\n> ⚠️ `up` would refuse now: ");
    put(writing, report->refused);
    if (report->refused_hint) {
        say(writing, ". ");
        put(writing, report->refused_hint);
    }
    say(writing, "\n");
}

static const char *how(const Step *step)
{
    return step->is_one_transaction ? "one transaction" : "step by step";
}

static const char *undo(Writing *writing, const Step *step)
{
    if (step->migration->kind != MIGRATION_VERSIONED)
        return "";
    if (step->script.directives.irreversible)
        return arena_printf(writing->arena, "irreversible: %s",
                            step->script.directives.irreversible);
    return step->migration->down.is_present ? "down" : "none";
}

static void put_step(Writing *writing, const Step *step)
{
    say(writing, "| ");
    code(writing, step->version);
    say(writing, " | ");
    put(writing, step->name);
    text_printf(&writing->markdown.text, " | %d | %s | %s | ", step->shape.statements, how(step),
                step->risk ? risk_level_word(step->risk->level) : "");
    put(writing, undo(writing, step));
    say(writing, " | ");
    if (step->script.directives.description)
        put(writing, step->script.directives.description);
    say(writing, " |\n");
}

static void put_steps(Writing *writing)
{
    size_t left = 0;
    say(writing, "\n| migration | name | statements | runs as | risk | undone by | what it does "
                 "|\n|---|---|--:|---|---|---|---|\n");
    VEC_EACH (const Step, step, &writing->report->plan->steps) {
        if (has_room(writing, STEPS_UNTIL))
            put_step(writing, step);
        else
            left++;
    }
    more(writing, left, "more migration", "more migrations");
}

// ---- risk, locks, time

static void put_risk(Writing *writing)
{
    size_t left = 0;
    if (!writing->report->has_risk)
        return;
    text_printf(&writing->markdown.text, "\n## Risk: %s\n\n",
                risk_level_word(writing->report->risk));
    VEC_EACH (const Step, step, &writing->report->plan->steps)
        VEC_EACH (const RiskReason, reason, &step->risk->reasons) {
            if (!has_room(writing, REASONS_UNTIL)) {
                left++;
                continue;
            }
            text_printf(&writing->markdown.text, "- %s ", sign_of(reason->level));
            code(writing, reason->position.line ? arena_printf(writing->arena, "%s:%d",
                                                               step->version, reason->position.line)
                                                : step->version);
            say(writing, " ");
            put(writing, reason->text);
            text_printf(&writing->markdown.text, " (%s, says %s)\n", risk_level_word(reason->level),
                        reason->source);
        }
    more(writing, left, "more reason", "more reasons");
}

static void put_locks(Writing *writing)
{
    size_t left = 0;
    bool is_any = false;
    say(writing, "\n## Locks\n\n");
    VEC_EACH (const Step, step, &writing->report->plan->steps)
        VEC_EACH (const LockedStatement, statement, &step->locks.statements)
            VEC_EACH (const Effect, effect, &statement->effects.items) {
                if (effect->is_new || !effect_matters(effect))
                    continue;
                if (!has_room(writing, LOCKS_UNTIL)) {
                    left++;
                    continue;
                }
                if (!is_any)
                    say(writing, "| at | statement | locks |\n|---|---|---|\n");
                is_any = true;
                say(writing, "| ");
                code(writing, arena_printf(writing->arena, "%s:%d", step->version,
                                           statement->position.line));
                say(writing, " | ");
                code(writing, statement->label);
                say(writing, " | ");
                put(writing, effect_sentence(writing->arena, effect));
                say(writing, " |\n");
            }
    if (!is_any)
        say(writing, "Nothing that others could wait for.\n");
    else
        say(writing, "\nEach is asked for in short attempts, so that nobody queues behind one that "
                     "waits.\n");
    more(writing, left, "more lock", "more locks");
}

static void put_time(Writing *writing)
{
    const EvidenceVerdict *rehearsal = writing->report->rehearsal;
    const char *line = rehearsal ? evidence_report_line(writing->arena, rehearsal) : NULL;
    say(writing, "\n## Time\n\n");
    if (rehearsal && rehearsal->stands) {
        say(writing, "Rehearsed: ");
        put(writing, line);
        say(writing, ".\n");
        return;
    }
    say(writing, "Not known: no rehearsal stands for this plan");
    if (line) {
        say(writing, " (");
        put(writing, line);
        say(writing, ")");
    }
    say(writing, ". Measure it: ");
    code(writing, command(writing, "rehearse"));
    say(writing, "\n");
}

// ---- steps

static void put_procedure(Writing *writing)
{
    static const char *const STEPS[][2] = {
        {"plan", "the digest is still the one above"},
        {"preflight", "nothing is in the way: long transactions, locks, disk, drift"},
        {"up", "backup, its proof, every migration, the checks behind it; stops at the first "
               "failure"},
        {"postflight", "the schema is what was rehearsed, constraints hold, nothing is lost"},
        {"locks", "nobody waits; then watch the application for an hour"},
    };
    say(writing, "\n## Backup\n\n");
    if (writing->report->backup) {
        say(writing, "Before the first statement: ");
        put(writing, writing->report->backup);
        say(writing, "\n");
    } else {
        say(writing, "Not known: `up` would refuse before it.\n");
    }
    say(writing, "\n## Steps\n\n");
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
        text_printf(&writing->markdown.text, "%zu. ", i + 1);
        code(writing, command(writing, STEPS[i][0]));
        text_printf(&writing->markdown.text, ": %s\n", STEPS[i][1]);
    }
}

// ---- way back

static const RehearsedMigration *rehearsed_of(const Writing *writing, const Step *step)
{
    const EvidenceVerdict *rehearsal = writing->report->rehearsal;
    if (rehearsal && rehearsal->stands)
        VEC_EACH (const RehearsedMigration, migration, &rehearsal->evidence.rehearsal->migrations)
            if (strcmp(migration->version, step->version) == 0)
                return migration;
    return NULL;
}

static void put_back(Writing *writing)
{
    size_t left = 0;
    say(writing, "\n## Way back\n\n");
    VEC_EACH (const Step, step, &writing->report->plan->steps) {
        const RehearsedMigration *migration = rehearsed_of(writing, step);
        if (step->migration->kind != MIGRATION_VERSIONED)
            continue;
        if (!has_room(writing, BACK_UNTIL)) {
            left++;
            continue;
        }
        say(writing, "- ");
        code(writing, step->version);
        say(writing, ": ");
        if (migration)
            put(writing, rehearsal_back_text(writing->arena, migration));
        else
            put(writing,
                step->migration->down.is_present
                    ? arena_printf(writing->arena, "%s, not tried", step->migration->down.path)
                    : "no down");
        if (migration)
            VEC_EACH (const char *const, what, &migration->left) {
                say(writing, "; ");
                put(writing, *what);
            }
        say(writing, "\n");
    }
    more(writing, left, "more migration", "more migrations");
}

static void put_decisions(Writing *writing)
{
    const char *last =
        arena_printf(writing->arena, "down --steps %zu", writing->report->plan->steps.len);
    const char *on_failure = writing->playbook->on_failure;
    say(writing, "\n### Decisions\n\n```text\n");
    text_printf(
        &writing->markdown.text,
        "a migration fails\n"
        "├─ its transaction is gone with it; those before it stay, clean\n"
        "│  └─ correct it, up again; or take the rest back: migrate-safe down\n"
        "└─ it was no single transaction: dirty → migrate-safe recover\n"
        "all are applied\n"
        "├─ a check behind it fails%s%s → see what it says, then migrate-safe %s\n"
        "├─ the application does not start, or its health checks fail → migrate-safe %s\n"
        "├─ more than 5 %% of requests fail, or they take half as long again → migrate-safe %s\n"
        "├─ the way down fails, or rows are wrong → migrate-safe backup restore (beside the\n"
        "│  live database; what was written since is shown before it is swapped in)\n"
        "└─ an hour of quiet → done\n",
        on_failure ? ", then up does: " : "", on_failure ? on_failure : "", last, last, last);
    say(writing, "```\n");
}

// ---- people and lists

static void put_approvals(Writing *writing)
{
    const ApprovalVerdict *verdict = writing->report->approval;
    if (!verdict || !verdict->is_judged)
        return;
    text_printf(&writing->markdown.text, "\n## Approvals: %s\n\n",
                verdict->stands ? "complete" : "incomplete");
    VEC_EACH (const ApprovedRole, role, &verdict->roles) {
        say(writing, role->approval ? "- [x] " : "- [ ] ");
        put(writing, role->role);
        say(writing, ": ");
        put(writing,
            role->approval ? approval_signer(writing->arena, role->approval) : role->why_not);
        if (!role->approval && role->who) {
            say(writing, "; it may be ");
            put(writing, role->who);
        }
        say(writing, "\n");
    }
    VEC_EACH (const ApprovedDocument, document, &verdict->documents) {
        text_printf(&writing->markdown.text, "- [%s] document %s: ", document->is_there ? "x" : " ",
                    approval_document_word(document->document));
        put(writing, document->proof);
        say(writing, "\n");
    }
    if (verdict->stands)
        return;
    say(writing, "\nSign it: ");
    code(writing, command(writing, "approve --as ROLE"));
    say(writing, "; without the database: ");
    code(writing, arena_printf(writing->arena, "%s --plan %s --risk %s --file --sign KEY",
                               command(writing, "approve --as ROLE"), writing->report->plan->digest,
                               risk_level_word(verdict->risk)));
    say(writing, "\n");
}

static void put_list(Writing *writing, const char *heading, const Checklist *list)
{
    const char *section = "";
    text_printf(&writing->markdown.text, "\n## %s\n", heading);
    VEC_EACH (const ChecklistItem, item, &list->items) {
        if (strcmp(section, item->section) != 0)
            text_printf(&writing->markdown.text, "\n**%s**\n\n", item->section);
        section = item->section;
        say(writing, item->state == CHECKLIST_PROVEN ? "- [x] " : "- [ ] ");
        put(writing, item->text);
        if (item->state == CHECKLIST_PERSON)
            say(writing, " _(a person ticks this)_");
        if (item->proof) {
            say(writing, ": ");
            put(writing, item->proof);
        }
        say(writing, "\n");
    }
}

void playbook_markdown(Arena *arena, FILE *stream, const Playbook *playbook)
{
    Checklist before;
    Checklist behind;
    Writing writing = {.arena = arena, .playbook = playbook, .report = playbook->report};
    markdown_init(&writing.markdown, arena);
    checklist_before(arena, playbook->facts, &before);
    checklist_behind(arena, playbook->facts, &behind);
    put_head(&writing);
    put_steps(&writing);
    put_risk(&writing);
    put_locks(&writing);
    put_time(&writing);
    put_procedure(&writing);
    put_back(&writing);
    put_decisions(&writing);
    put_approvals(&writing);
    put_list(&writing, "Before", &before);
    put_list(&writing, "Behind", &behind);
    markdown_finish(&writing.markdown, stream);
}

json_t *checklist_json(const Checklist *list)
{
    json_t *items = json_array();
    VEC_EACH (const ChecklistItem, item, &list->items) {
        json_t *object = json_object();
        json_put(object, "section", json_cstr(item->section));
        json_put(object, "text", json_cstr(item->text));
        json_put(object, "state", json_cstr(checklist_state_word(item->state)));
        json_put(object, "proof", json_cstr(item->proof));
        json_array_append_new(items, object);
    }
    return items;
}
