// A run as a page: the verdict, what is left to do, the summary, the timeline, and the parts in the
// order in which they were done.
#include "report/run_page.h"

#include "report/message.h"
#include "report/run_report.h"

static void put_fact(RunPage *page, const char *piece, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    page->fact_name = name;
    page->fact_text = text;
    page_piece(&page->page, piece);
}

void run_page_fact(RunPage *page, const char *name, const char *text)
{
    put_fact(page, "fact.html", name, text);
}

void run_page_code(RunPage *page, const char *name, const char *text)
{
    put_fact(page, "fact_code.html", name, text);
}

static void put_fact_name(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->fact_name);
}

static void put_fact_text(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->fact_text);
}

void run_page_notices(RunPage *page, const RunNotices *notices)
{
    VEC_EACH (const RunNotice, notice, notices) {
        bool is_warning = strcmp(notice->severity, "WARNING") == 0;
        fprintf(page->page.out, "<li><span class=\"mark %s\">%s:</span> ",
                is_warning ? "warn" : "quiet", is_warning ? "warning" : "notice");
        page_text(&page->page, notice->message);
        if (notice->detail) {
            fputs(" <span class=\"quiet\">", page->page.out);
            page_text(&page->page, notice->detail);
            fputs("</span>", page->page.out);
        }
        fputs("</li>\n", page->page.out);
    }
}

// ---- the frame

static void put_title(void *context)
{
    RunPage *page = context;
    page_text(&page->page, arena_printf(page->arena, "%s %s", run_verdict_title(page->report),
                                        run_verdict_text(page->arena, page->report)));
}

static void put_style(void *context)
{
    RunPage *page = context;
    page_piece(&page->page, "page.css");
}

static void put_header(void *context)
{
    RunPage *page = context;
    page_piece(&page->page, "run_header.html");
}

static void put_main(void *context)
{
    RunPage *page = context;
    page_piece(&page->page, "run.html");
}

static void put_footer(void *context)
{
    RunPage *page = context;
    page_piece(&page->page, "run_footer.html");
}

static void put_verdict_class(void *context)
{
    RunPage *page = context;
    fputs(run_is_good(page->report) ? "passed" : "failed", page->page.out);
}

static void put_verdict_word(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_verdict_title(page->report));
}

static void put_verdict(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_verdict_text(page->arena, page->report));
}

static void put_where(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_where_text(page->arena, page->report));
}

static void put_started_at(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->report->started_at);
}

static void put_paragraph(RunPage *page, const char *label, const char *text)
{
    if (!text)
        return;
    fprintf(page->page.out, "<p>%s: ", label);
    page_text(&page->page, text);
    fputs("</p>\n", page->page.out);
}

static void put_state(void *context)
{
    RunPage *page = context;
    if (!run_is_good(page->report))
        put_paragraph(page, "State", page->report->state);
}

static void put_next(void *context)
{
    RunPage *page = context;
    put_paragraph(page, "Next", page->report->next);
}

static void put_link(RunPage *page, const char *id, const char *text, bool is_wanted)
{
    if (is_wanted)
        fprintf(page->page.out, "<li><a href=\"#%s\">%s</a></li>\n", id, text);
}

static void put_links(void *context)
{
    RunPage *page = context;
    const RunReport *report = page->report;
    put_link(page, "error", "What went wrong", report->error);
    put_link(page, "todo", "What is left to do", page->todo.len);
    put_link(page, "summary", "Summary", true);
    put_link(page, "timeline", "Timeline", true);
    put_link(page, "allowed", "What allowed it", run_has_allowed(report));
    put_link(page, "preflight", "Checks before", report->preflight);
    put_link(page, "backup", "Backup", report->backup);
    put_link(page, "migrations", "Migrations", true);
    put_link(page, "hooks", "Hooks and smoke checks", report->hooks.len);
    put_link(page, "postflight", "Checks after", report->postflight);
    put_link(page, "warnings", "Warnings", report->warnings.len);
}

// ---- error, what is left

void run_page_error(RunPage *page, const RunError *error)
{
    page->error = error;
    page_piece(&page->page, "run_error_item.html");
}

static void put_error(void *context)
{
    RunPage *page = context;
    if (page->report->error)
        page_piece(&page->page, "run_error.html");
}

static void put_error_item(void *context)
{
    RunPage *page = context;
    run_page_error(page, page->report->error);
}

static void put_error_class(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->error->class);
}

static void put_error_place(void *context)
{
    RunPage *page = context;
    const char *place = run_error_place(page->arena, page->error);
    page_text(&page->page, place ? place : "");
}

static void put_error_message(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->error->message);
    if (page->error->sqlstate)
        page_text(&page->page, arena_printf(page->arena, " (SQLSTATE %s)", page->error->sqlstate));
}

static void put_error_detail(void *context)
{
    RunPage *page = context;
    if (!page->error->detail)
        return;
    fputs("<pre>", page->page.out);
    page_lines(&page->page, page->error->detail);
    fputs("</pre>\n", page->page.out);
}

static void put_error_hint(void *context)
{
    RunPage *page = context;
    put_paragraph(page, "Hint", page->error->hint);
}

static void put_todo(void *context)
{
    RunPage *page = context;
    if (page->todo.len)
        page_piece(&page->page, "run_todo.html");
}

static void put_todo_lines(void *context)
{
    RunPage *page = context;
    VEC_EACH (const char *const, line, &page->todo) {
        fputs("<li>", page->page.out);
        page_text(&page->page, *line);
        fputs("</li>\n", page->page.out);
    }
}

// ---- summary

static void put_facts(void *context)
{
    RunPage *page = context;
    Arena *arena = page->arena;
    const RunReport *report = page->report;
    int64_t waited = 0;
    VEC_EACH (const RunStep, step, &report->steps)
        waited += run_step_waited_ms(step);
    run_page_fact(page, "Planned", run_plan_text(arena, report));
    run_page_fact(page, "Database", report->database);
    run_page_fact(page, "Environment", report->environment);
    run_page_fact(page, "Role", report->role);
    run_page_fact(page, "PostgreSQL", report->server_version);
    run_page_fact(page, "Time",
                  report->duration_ms >= 0 ? message_duration(arena, report->duration_ms) : NULL);
    run_page_fact(page, "Migrations expected to take", run_expected_text(arena, report->rehearsal));
    run_page_fact(page, "Waited for locks", waited ? message_duration(arena, waited) : NULL);
    run_page_fact(page, "State",
                  run_is_good(report) ? report->state : NULL); // else it stands above
    if (report->after)
        run_page_fact(page, "On failure", run_after_text(arena, report->after));
    run_page_fact(page, "Version now", report->current);
    if (report->preflight)
        run_page_fact(page, "Checks before", run_checks_text(arena, report->preflight));
    if (report->backup)
        run_page_fact(page, "Backup", run_backup_text(arena, report->backup));
    if (report->postflight)
        run_page_fact(page, "Checks after", run_checks_text(arena, report->postflight));
    run_page_fact(page, "Exit code",
                  report->finished_at ? arena_printf(arena, "%d", report->exit_code) : NULL);
}

// ---- warnings, footer

static void put_warnings(void *context)
{
    RunPage *page = context;
    if (page->report->warnings.len)
        page_piece(&page->page, "run_warnings.html");
}

static void put_warning_lines(void *context)
{
    RunPage *page = context;
    run_page_notices(page, &page->report->warnings);
}

static void put_run(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->report->run_id);
}

static void put_plan_digest(void *context)
{
    RunPage *page = context;
    if (!page->report->plan_digest)
        return;
    fputs(" of plan <code>", page->page.out);
    page_text(&page->page, page->report->plan_digest);
    fputs("</code>", page->page.out);
}

static void put_tool_version(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->report->tool_version ? page->report->tool_version : "");
}

static const PageSlot SLOTS[] = {
    {"title", put_title},
    {"style", put_style},
    {"header", put_header},
    {"main", put_main},
    {"footer", put_footer},
    {"verdict-class", put_verdict_class},
    {"verdict-word", put_verdict_word},
    {"verdict", put_verdict},
    {"where", put_where},
    {"started-at", put_started_at},
    {"state", put_state},
    {"next", put_next},
    {"links", put_links},
    {"error", put_error},
    {"error-item", put_error_item},
    {"error-class", put_error_class},
    {"error-place", put_error_place},
    {"error-message", put_error_message},
    {"error-detail", put_error_detail},
    {"error-hint", put_error_hint},
    {"todo", put_todo},
    {"todo-lines", put_todo_lines},
    {"facts", put_facts},
    {"fact-name", put_fact_name},
    {"fact-text", put_fact_text},
    {"warnings", put_warnings},
    {"warning-lines", put_warning_lines},
    {"run", put_run},
    {"plan-digest", put_plan_digest},
    {"tool-version", put_tool_version},
    {NULL, NULL},
};

// The end of what is known, where the run has none.
static int64_t total_of(const RunReport *report)
{
    int64_t total = report->duration_ms > 0 ? report->duration_ms : 1;
    VEC_EACH (const RunPhase, phase, &report->phases) {
        int64_t end = phase->at_ms + (phase->duration_ms > 0 ? phase->duration_ms : 0);
        total = end > total ? end : total;
    }
    return total;
}

void run_report_page(Arena *arena, FILE *stream, const RunReport *report)
{
    static const PageSlot *const ALL[] = {SLOTS, RUN_TIME_SLOTS, RUN_STEP_SLOTS, RUN_CHECK_SLOTS,
                                          NULL};
    ARENA_SCOPED scratch = arena_new();
    ArenaMark mark = arena_mark(arena);
    RunPage page = {
        .page = {.out = stream, .scratch = scratch, .slots = ALL},
        .arena = arena,
        .report = report,
        .total_ms = total_of(report),
    };
    page.page.context = &page;
    run_todo(arena, report, &page.todo);
    page_piece(&page.page, "page.html");
    arena_release(arena, mark);
}
