// A run's page, its part about what let it run and what was looked at: rehearsal, approvals, checks
// before and after, the backup.
#include "report/run_page.h"

#include "report/message.h"

// ---- what allowed it

static void put_allowed(void *context)
{
    RunPage *page = context;
    if (run_has_allowed(page->report))
        page_piece(&page->page, "run_allowed.html");
}

static void put_allowed_facts(void *context)
{
    RunPage *page = context;
    const RunReport *report = page->report;
    run_page_fact(page, "Risk", report->risk);
    VEC_EACH (const char *const, line, &report->risk_reasons)
        run_page_fact(page, "because", *line);
    if (!report->rehearsal)
        return;
    run_page_fact(page, "Rehearsal", run_rehearsal_text(page->arena, report->rehearsal));
    if (report->rehearsal->digest)
        run_page_code(page, report->rehearsal->stands ? "Its page" : "Its page, of the nearest",
                      arena_printf(page->arena, "migrate-safe report %.12s --output rehearsal.html",
                                   report->rehearsal->digest));
    VEC_EACH (const char *const, line, &report->rehearsal->differences)
        run_page_fact(page, "differs", *line);
}

static void put_approvals(void *context)
{
    RunPage *page = context;
    if (page->report->approvals.len)
        page_piece(&page->page, "run_approvals.html");
}

static void put_approval_rows(void *context)
{
    RunPage *page = context;
    VEC_EACH (const RunApproval, approval, &page->report->approvals) {
        page->approval = approval;
        page_piece(&page->page, "run_approval.html");
    }
}

static void put_approval_role(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->approval->role);
}

static void put_approval_who(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->approval->who);
}

static void put_approval_at(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->approval->at);
}

static void put_approval_how(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->approval->how);
}

static void put_passed_over(void *context)
{
    RunPage *page = context;
    if (!page->report->passed_over.len)
        return;
    fputs("<h3>Passed over</h3>\n<ul class=\"lines\">\n", page->page.out);
    VEC_EACH (const char *const, line, &page->report->passed_over) {
        fputs("<li>", page->page.out);
        page_text(&page->page, *line);
        fputs("</li>\n", page->page.out);
    }
    fputs("</ul>\n", page->page.out);
}

// ---- checks

void run_page_checks(RunPage *page, const RunChecks *checks, const char *id, const char *heading)
{
    if (!checks)
        return;
    page->checks = checks;
    page->checks_id = id;
    page->checks_heading = heading;
    page_piece(&page->page, "run_checks.html");
}

static void put_preflight(void *context)
{
    RunPage *page = context;
    run_page_checks(page, page->report->preflight, "preflight", "Checks before");
}

static void put_postflight(void *context)
{
    RunPage *page = context;
    run_page_checks(page, page->report->postflight, "postflight", "Checks after");
}

static void put_checks_id(void *context)
{
    RunPage *page = context;
    fputs(page->checks_id, page->page.out);
}

static void put_checks_heading(void *context)
{
    RunPage *page = context;
    fputs(page->checks_heading, page->page.out);
}

static void put_checks_summary(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_checks_text(page->arena, page->checks));
}

static void put_checks_of(RunPage *page, Verdict verdict)
{
    VEC_EACH (const RunCheck, check, &page->checks->checks)
        if (check->verdict == verdict) {
            page->check = check;
            page_piece(&page->page, "run_check.html");
        }
}

static void put_checks_told(void *context)
{
    RunPage *page = context;
    if (run_checks_count(page->checks, VERDICT_PASS) == page->checks->checks.len)
        return;
    fputs("<ul class=\"findings\">\n", page->page.out);
    put_checks_of(page, VERDICT_FAIL);
    put_checks_of(page, VERDICT_WARN);
    put_checks_of(page, VERDICT_UNKNOWN);
    fputs("</ul>\n", page->page.out);
}

static void put_checks_passed(void *context)
{
    RunPage *page = context;
    if (run_checks_count(page->checks, VERDICT_PASS))
        page_piece(&page->page, "run_passes.html");
}

static void put_passes_count(void *context)
{
    RunPage *page = context;
    fprintf(page->page.out, "%zu passed", run_checks_count(page->checks, VERDICT_PASS));
}

static void put_passes(void *context)
{
    RunPage *page = context;
    VEC_EACH (const RunCheck, check, &page->checks->checks)
        if (check->verdict == VERDICT_PASS)
            run_page_fact(page, check->id, *check->value ? check->value : "passed");
}

static void put_check_state(void *context)
{
    static const char *const STATES[VERDICT_COUNT] = {[VERDICT_PASS] = "good",
                                                      [VERDICT_WARN] = "warn",
                                                      [VERDICT_FAIL] = "bad",
                                                      [VERDICT_UNKNOWN] = "quiet"};
    RunPage *page = context;
    fputs(page->check->passed_over ? "warn" : STATES[page->check->verdict], page->page.out);
}

static void put_check_verdict(void *context)
{
    RunPage *page = context;
    fputs(verdict_word(page->check->verdict), page->page.out);
}

static void put_check_id(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->check->id);
}

static void put_check_value(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->check->value);
}

static void put_check_limit(void *context)
{
    RunPage *page = context;
    if (page->check->limit)
        page_text(&page->page, arena_printf(page->arena, " (limit: %s)", page->check->limit));
}

static void put_check_passed_over(void *context)
{
    RunPage *page = context;
    if (page->check->passed_over)
        page_text(&page->page,
                  arena_printf(page->arena, ", passed over by %s", page->check->passed_over));
}

static void put_check_why(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->check->why);
}

static void put_check_details(void *context)
{
    RunPage *page = context;
    if (!page->check->details.len)
        return;
    fputs("<ul class=\"lines\">\n", page->page.out);
    VEC_EACH (const char *const, line, &page->check->details) {
        fputs("<li>", page->page.out);
        page_text(&page->page, *line);
        fputs("</li>\n", page->page.out);
    }
    fputs("</ul>\n", page->page.out);
}

static void put_check_fix(void *context)
{
    RunPage *page = context;
    if (!page->check->fix)
        return;
    fputs("<p>Do: ", page->page.out);
    page_text(&page->page, page->check->fix);
    fputs("</p>\n", page->page.out);
}

// ---- backup

static void put_backup(void *context)
{
    RunPage *page = context;
    if (page->report->backup)
        page_piece(&page->page, "run_backup.html");
}

static void put_backup_facts(void *context)
{
    RunPage *page = context;
    const RunBackup *backup = page->report->backup;
    run_page_fact(page, "Backup", run_backup_text(page->arena, backup));
    run_page_fact(page, "Not proven further", backup->why_less);
    run_page_code(page, "Lies in", backup->path);
    run_page_code(page, "Back to it", backup->restore);
    run_page_fact(page, "Restore point in the WAL", backup->restore_point);
    VEC_EACH (const RunPart, part, &backup->parts)
        run_page_fact(page, "Part",
                      arena_printf(page->arena, "%s: %s", part->what,
                                   message_duration(page->arena, part->duration_ms)));
}

const PageSlot RUN_CHECK_SLOTS[] = {
    {"allowed", put_allowed},
    {"allowed-facts", put_allowed_facts},
    {"approvals", put_approvals},
    {"approval-rows", put_approval_rows},
    {"approval-role", put_approval_role},
    {"approval-who", put_approval_who},
    {"approval-at", put_approval_at},
    {"approval-how", put_approval_how},
    {"passed-over", put_passed_over},
    {"preflight", put_preflight},
    {"postflight", put_postflight},
    {"checks-id", put_checks_id},
    {"checks-heading", put_checks_heading},
    {"checks-summary", put_checks_summary},
    {"checks-told", put_checks_told},
    {"checks-passed", put_checks_passed},
    {"passes-count", put_passes_count},
    {"passes", put_passes},
    {"check-state", put_check_state},
    {"check-verdict", put_check_verdict},
    {"check-id", put_check_id},
    {"check-value", put_check_value},
    {"check-limit", put_check_limit},
    {"check-passed-over", put_check_passed_over},
    {"check-why", put_check_why},
    {"check-details", put_check_details},
    {"check-fix", put_check_fix},
    {"backup", put_backup},
    {"backup-facts", put_backup_facts},
    {NULL, NULL},
};
