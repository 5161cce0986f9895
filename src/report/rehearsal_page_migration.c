// A rehearsal's page, its part about one migration: a line of the table, and all about it.
#include "report/rehearsal_page.h"

#include "base/size.h"
#include "report/message.h"

enum {
    FEW = 5 // migrations that are all open
};

static const char *state_of(const RehearsedMigration *migration)
{
    return !rehearsed_was_reached(migration) ? "quiet"
           : rehearsed_has_failed(migration) ? "bad"
           : migration->findings.len         ? "warn"
                                             : "good";
}

static void put_state(void *context)
{
    RehearsalPage *page = context;
    fputs(state_of(page->migration), page->page.out);
}

static void put_mark(void *context)
{
    RehearsalPage *page = context;
    const char *state = state_of(page->migration);
    fputs(*state == 'q'   ? "\xe2\x80\x93 not reached"
          : *state == 'b' ? "\xe2\x9c\x97 failed"
          : *state == 'w' ? "! warning"
                          : "\xe2\x9c\x93 passed",
          page->page.out);
}

// Versions that differ only in what an anchor cannot hold get different ones, too.
static void put_anchor(void *context)
{
    RehearsalPage *page = context;
    page_anchor(&page->page, page->migration->version);
}

static void put_version(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->migration->version);
}

static void put_name(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->migration->name);
}

static void put_time(RehearsalPage *page, const RehearsedWay *way, int64_t ms)
{
    if (way->was_run && ms >= 0)
        page_text(&page->page, message_duration(page->arena, ms));
}

static void put_up_time(void *context)
{
    RehearsalPage *page = context;
    put_time(page, &page->migration->up, page->migration->up.ms);
}

static void put_down_time(void *context)
{
    RehearsalPage *page = context;
    put_time(page, &page->migration->down, page->migration->down.ms);
}

static void put_again_time(void *context)
{
    RehearsalPage *page = context;
    put_time(page, &page->migration->down, page->migration->again_ms);
}

static void put_up_lock(void *context)
{
    RehearsalPage *page = context;
    RehearsedLock lock = rehearsal_way_lock(&page->migration->up.trace);
    page_text(&page->page, rehearsal_lock_text(page->arena, &lock));
}

static void put_up_blocked(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page,
              rehearsal_block_text(page->arena, rehearsal_way_block(&page->migration->up.trace)));
}

static void put_back(void *context)
{
    RehearsalPage *page = context;
    if (rehearsed_was_reached(page->migration))
        page_text(&page->page, rehearsal_back_word(page->migration));
}

static void put_risk(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->migration->risk ? page->migration->risk : "");
}

static void put_estimate(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_estimate_word(page->arena, &page->migration->up.estimate));
}

// All of a few; of many those that one has to look at.
static void put_open(void *context)
{
    RehearsalPage *page = context;
    bool is_few = page->rehearsal->migrations.len <= FEW;
    bool is_told = page->migration->findings.len && rehearsed_was_reached(page->migration);
    if (is_few || is_told)
        fputs(" open", page->page.out);
}

static void put_times(void *context)
{
    RehearsalPage *page = context;
    const RehearsedMigration *migration = page->migration;
    const char *text = "";
    if (migration->up.was_run)
        text = arena_printf(page->arena, "up %s%s", message_duration(page->arena, migration->up.ms),
                            migration->up.has_failed ? " and failed" : "");
    if (migration->down.was_run)
        text = arena_printf(page->arena, "%s, down %s%s", text,
                            message_duration(page->arena, migration->down.ms),
                            migration->down.has_failed ? " and failed" : "");
    if (migration->up.was_run && !migration->up.has_failed)
        text =
            arena_printf(page->arena, "%s, %s", text, rehearsal_back_text(page->arena, migration));
    page_text(&page->page, text);
}

static void put_file(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->migration->file);
}

static void put_down_file(void *context)
{
    RehearsalPage *page = context;
    const char *down = page->migration->down_file;
    if (!down || strcmp(down, page->migration->file) == 0)
        return;
    fputs(", back by <code>", page->page.out);
    page_text(&page->page, down);
    fputs("</code>", page->page.out);
}

static void put_list(RehearsalPage *page, const char *heading, const Words *lines)
{
    page->heading = heading;
    page->lines = lines;
    if (lines->len)
        page_piece(&page->page, "lines.html");
}

static void put_lines_heading(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->heading);
}

static void put_lines(void *context)
{
    RehearsalPage *page = context;
    rehearsal_page_list(page, page->lines);
}

static void put_changes(void *context)
{
    RehearsalPage *page = context;
    put_list(page, "The schema behind the up, beside that before it", &page->migration->changes);
}

static void put_left(void *context)
{
    RehearsalPage *page = context;
    put_list(page, "What the down left or lost", &page->migration->left);
}

static void put_own_findings(void *context)
{
    RehearsalPage *page = context;
    if (!page->migration->findings.len)
        return;
    fputs("<ul class=\"findings\">\n", page->page.out);
    rehearsal_page_findings(page, NULL, &page->migration->findings);
    fputs("</ul>\n", page->page.out);
}

static void put_probes(void *context)
{
    RehearsalPage *page = context;
    if (page->migration->probes.len)
        page_piece(&page->page, "probes.html");
}

static void put_probe_rows(void *context)
{
    RehearsalPage *page = context;
    VEC_EACH (const ConstraintProbe, probe, &page->migration->probes) {
        page->probe = probe;
        page_piece(&page->page, "probe.html");
    }
}

static void put_probe_name(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->probe->name);
}

static void put_probe_table(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->probe->table);
}

static void put_probe_kind(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->probe->kind);
}

static void put_probe_state(void *context)
{
    static const char *const STATES[] = {[CONSTRAINT_HOLDS] = "good",
                                         [CONSTRAINT_BROKEN] = "bad",
                                         [CONSTRAINT_NOT_PROBED] = "quiet"};
    RehearsalPage *page = context;
    fputs(STATES[page->probe->verdict], page->page.out);
}

static void put_probe_verdict(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, constraint_probe_word(page->probe->verdict));
}

static void put_probe_detail(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->probe->detail ? page->probe->detail : "");
}

static void put_migration_facts(void *context)
{
    RehearsalPage *page = context;
    Arena *arena = page->arena;
    const RehearsedMigration *migration = page->migration;
    rehearsal_page_fact(page, "In production",
                        rehearsal_estimate_text(arena, &migration->up.estimate));
    rehearsal_page_fact(page, "Down in production",
                        rehearsal_estimate_text(arena, &migration->down.estimate));
    if (migration->header_ms > 0)
        rehearsal_page_fact(page, "Its header says", message_duration(arena, migration->header_ms));
    rehearsal_page_fact(page, "Risk", migration->risk);
    if (migration->verified)
        rehearsal_page_fact(
            page, "Its own verify",
            message_count(arena, migration->verified, "statement held", "statements held"));
    if (migration->recovered)
        rehearsal_page_fact(
            page, "Recovery",
            arena_printf(arena, "stopped behind %s, and each time a clean state came back",
                         message_count(arena, migration->recovered, "statement", "statements")));
    rehearsal_page_fact(page, "Irreversible", migration->irreversible);
    if (migration->is_idempotent)
        rehearsal_page_fact(page, "Idempotent", "it says so");
    if (migration->fingerprint_before && migration->fingerprint_after)
        rehearsal_page_fact(page, "Fingerprint",
                            arena_printf(arena, "%.16s before, %.16s behind the up",
                                         migration->fingerprint_before,
                                         migration->fingerprint_after));
}

static void put_up(void *context)
{
    RehearsalPage *page = context;
    rehearsal_page_way(page, &page->migration->up);
}

static void put_down(void *context)
{
    RehearsalPage *page = context;
    rehearsal_page_way(page, &page->migration->down);
}

void rehearsal_page_findings(RehearsalPage *page, const RehearsedMigration *migration,
                             const RehearsalFindings *findings)
{
    const RehearsedMigration *outer = page->migration;
    page->migration = migration;
    VEC_EACH (const RehearsalFinding, finding, findings) {
        if (finding->problem == REHEARSAL_NOT_REACHED && migration)
            continue;
        page->finding = finding;
        page_piece(&page->page, "finding.html");
    }
    page->migration = outer;
}

static void put_finding_state(void *context)
{
    RehearsalPage *page = context;
    fputs(rehearsal_problem_is_warning(page->finding->problem) ? "warn" : "bad", page->page.out);
}

static void put_finding_level(void *context)
{
    RehearsalPage *page = context;
    fputs(rehearsal_problem_is_warning(page->finding->problem) ? "warning" : "error",
          page->page.out);
}

static void put_finding_word(void *context)
{
    RehearsalPage *page = context;
    fputs(rehearsal_problem_word(page->finding->problem), page->page.out);
}

// A way to the migration, where the finding stands elsewhere.
static void put_finding_migration(void *context)
{
    RehearsalPage *page = context;
    if (!page->migration)
        return;
    fputs(" in <a href=\"#m-", page->page.out);
    put_anchor(page);
    fputs("\">", page->page.out);
    put_version(page);
    fputs("</a>", page->page.out);
}

static void put_finding_place(void *context)
{
    RehearsalPage *page = context;
    const RehearsalFinding *finding = page->finding;
    if (!finding->file)
        return;
    page_text(&page->page, finding->file);
    if (finding->position.line)
        fprintf(page->page.out, ":%d:%d", finding->position.line, finding->position.column);
}

static void put_finding_message(void *context)
{
    RehearsalPage *page = context;
    const RehearsalFinding *finding = page->finding;
    page_text(&page->page, finding->message);
    if (finding->sqlstate && *finding->sqlstate)
        page_text(&page->page, arena_printf(page->arena, " (SQLSTATE %s)", finding->sqlstate));
}

static void put_finding_sentence(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_problem_sentence(page->finding->problem));
}

static void put_finding_detail(void *context)
{
    RehearsalPage *page = context;
    if (!page->finding->detail)
        return;
    fputs("<pre>", page->page.out);
    page_lines(&page->page, page->finding->detail);
    fputs("</pre>\n", page->page.out);
}

const PageSlot PAGE_MIGRATION_SLOTS[] = {
    {"state", put_state},
    {"mark", put_mark},
    {"anchor", put_anchor},
    {"version", put_version},
    {"name", put_name},
    {"up-time", put_up_time},
    {"down-time", put_down_time},
    {"again-time", put_again_time},
    {"up-lock", put_up_lock},
    {"up-blocked", put_up_blocked},
    {"back", put_back},
    {"risk", put_risk},
    {"estimate", put_estimate},
    {"open", put_open},
    {"times", put_times},
    {"file", put_file},
    {"down-file", put_down_file},
    {"lines-heading", put_lines_heading},
    {"lines", put_lines},
    {"changes", put_changes},
    {"left", put_left},
    {"own-findings", put_own_findings},
    {"probes", put_probes},
    {"probe-rows", put_probe_rows},
    {"probe-name", put_probe_name},
    {"probe-table", put_probe_table},
    {"probe-kind", put_probe_kind},
    {"probe-state", put_probe_state},
    {"probe-verdict", put_probe_verdict},
    {"probe-detail", put_probe_detail},
    {"migration-facts", put_migration_facts},
    {"up", put_up},
    {"down", put_down},
    {"finding-state", put_finding_state},
    {"finding-level", put_finding_level},
    {"finding-word", put_finding_word},
    {"finding-migration", put_finding_migration},
    {"finding-place", put_finding_place},
    {"finding-message", put_finding_message},
    {"finding-sentence", put_finding_sentence},
    {"finding-detail", put_finding_detail},
    {NULL, NULL},
};
