// A run's page, its part about one migration: a line of the table, and all about it.
#include "report/run_page.h"

#include "report/message.h"

#include <string.h>

enum {
    FEW = 3,  // migrations that are all open
    LONG = 20 // rows of a table that scrolls
};

static const char *class_of(const RunStep *step)
{
    return step->at_ms < 0           ? "quiet"
           : !run_step_is_done(step) ? "bad"
           : step->waits.len         ? "warn"
                                     : "good";
}

static void put_class(void *context)
{
    RunPage *page = context;
    fputs(class_of(page->step), page->page.out);
}

static void put_mark(void *context)
{
    RunPage *page = context;
    const char *class = class_of(page->step);
    fputs(*class == 'q'   ? "\xe2\x80\x93 "
          : *class == 'b' ? "\xe2\x9c\x97 "
                          : "\xe2\x9c\x93 ",
          page->page.out);
    page_text(&page->page, run_step_word(page->step));
}

// A redo has the same version twice.
static void put_anchor(void *context)
{
    RunPage *page = context;
    page_anchor(&page->page, page->step->version);
    if (strcmp(page->step->direction, "down") == 0)
        fputs("-down", page->page.out);
}

static void put_version(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->step->version);
}

static void put_name(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->step->name);
}

static void put_way(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->step->is_undo ? "undo" : page->step->direction);
}

static const char *time_of(const RunPage *page)
{
    return page->step->duration_ms >= 0 ? message_duration(page->arena, page->step->duration_ms)
                                        : "";
}

static void put_time(void *context)
{
    RunPage *page = context;
    page_text(&page->page, time_of(page));
}

static const char *statements_of(const RunPage *page)
{
    const RunStep *step = page->step;
    if (step->statements_total < 0)
        return arena_printf(page->arena, "%lld", (long long)step->statements_done);
    return step->statements_done == step->statements_total
               ? arena_printf(page->arena, "%lld", (long long)step->statements_done)
               : arena_printf(page->arena, "%lld of %lld", (long long)step->statements_done,
                              (long long)step->statements_total);
}

static void put_statements(void *context)
{
    RunPage *page = context;
    page_text(&page->page, statements_of(page));
}

static void put_lock(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_step_lock_text(page->arena, page->step));
}

static void put_held(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_step_held_text(page->arena, page->step));
}

static void put_waited(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_step_wait_text(page->arena, page->step));
}

static void put_risk(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->step->risk ? page->step->risk : "");
}

// ---- all about it

static bool has_details(const RunStep *step)
{
    return step->error || step->locks.len || step->waits.len || step->notices.len;
}

// All of a few; of many those that one has to look at.
static void put_open(void *context)
{
    RunPage *page = context;
    bool is_told = page->step->error || page->step->waits.len;
    if ((page->report->steps.len <= FEW && has_details(page->step)) || is_told)
        fputs(" open", page->page.out);
}

static void put_times(void *context)
{
    RunPage *page = context;
    const char *time = time_of(page);
    const char *statements = statements_of(page);
    page_text(&page->page,
              arena_printf(page->arena, "%s%s%s %s", time, *time ? ", " : "", statements,
                           strcmp(statements, "1") == 0 ? "statement" : "statements"));
}

static void put_file(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->step->file);
}

static void put_step_error(void *context)
{
    RunPage *page = context;
    if (!page->step->error)
        return;
    fputs("<ul class=\"findings\">\n", page->page.out);
    run_page_error(page, page->step->error);
    fputs("</ul>\n", page->page.out);
}

static void put_locks(void *context)
{
    RunPage *page = context;
    if (page->step->locks.len)
        page_piece(&page->page, "run_locks.html");
    else if (page->step->has_lock_plan)
        fputs("<p>By its lock plan nobody else waits for it.</p>\n", page->page.out);
}

static void put_long_locks(void *context)
{
    RunPage *page = context;
    if (page->step->locks.len > LONG)
        fputs(" long", page->page.out);
}

static void put_locks_held(void *context)
{
    RunPage *page = context;
    const char *held = run_step_held_text(page->arena, page->step);
    if (*held) {
        fputs("; held ", page->page.out);
        page_text(&page->page, held);
    }
}

static void put_lock_rows(void *context)
{
    RunPage *page = context;
    VEC_EACH (const RunLock, lock, &page->step->locks) {
        page->lock = lock;
        page_piece(&page->page, "run_lock.html");
    }
}

static void put_lock_line(void *context)
{
    RunPage *page = context;
    if (page->lock->position.line)
        fprintf(page->page.out, "%d", page->lock->position.line);
}

static void put_lock_statement(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->lock->statement);
}

static void put_lock_relation(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->lock->relation);
}

static void put_lock_mode(void *context)
{
    RunPage *page = context;
    page_text(&page->page, lock_mode_name(page->lock->mode));
}

static void put_lock_effect(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_lock_effect(page->lock));
}

static void put_lock_cost(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_lock_cost(page->lock));
}

static void put_waits(void *context)
{
    RunPage *page = context;
    if (page->step->waits.len)
        page_piece(&page->page, "run_waits.html");
}

static void put_wait_rows(void *context)
{
    RunPage *page = context;
    VEC_EACH (const RunWait, wait, &page->step->waits) {
        page->wait = wait;
        page_piece(&page->page, "run_wait.html");
    }
}

static void put_wait_at(void *context)
{
    RunPage *page = context;
    page_text(&page->page, message_duration(page->arena, page->wait->at_ms));
}

static void put_wait_text(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_wait_text(page->arena, page->wait));
}

static void put_wait_for(void *context)
{
    RunPage *page = context;
    if (!page->wait->blockers.len)
        page_text(&page->page, page->wait->message ? page->wait->message : "nobody was seen");
    for (size_t i = 0; i < page->wait->blockers.len; i++) {
        if (i)
            fputs("<br>", page->page.out);
        page_text(&page->page, page->wait->blockers.items[i]);
    }
}

static void put_notices(void *context)
{
    RunPage *page = context;
    if (page->step->notices.len)
        page_piece(&page->page, "run_notices.html");
}

static void put_notice_lines(void *context)
{
    RunPage *page = context;
    run_page_notices(page, &page->step->notices);
    if (page->step->notices_left)
        fprintf(page->page.out, "<li>and %lld more, which are in the log files</li>\n",
                (long long)page->step->notices_left);
}

static void put_each(RunPage *page, const char *piece)
{
    VEC_EACH (const RunStep, step, &page->report->steps) {
        ArenaMark mark = arena_mark(page->arena);
        page->step = step;
        page_piece(&page->page, piece);
        arena_release(page->arena, mark);
    }
}

static void put_steps(void *context)
{
    put_each(context, "run_step.html");
}

static void put_step_details(void *context)
{
    put_each(context, "run_step_detail.html");
}

const PageSlot RUN_STEP_SLOTS[] = {
    {"steps", put_steps},
    {"step-details", put_step_details},
    {"step-class", put_class},
    {"step-mark", put_mark},
    {"step-anchor", put_anchor},
    {"step-version", put_version},
    {"step-name", put_name},
    {"step-way", put_way},
    {"step-time", put_time},
    {"step-statements", put_statements},
    {"step-lock", put_lock},
    {"step-held", put_held},
    {"step-waited", put_waited},
    {"step-risk", put_risk},
    {"step-open", put_open},
    {"step-times", put_times},
    {"step-file", put_file},
    {"step-error", put_step_error},
    {"step-locks", put_locks},
    {"long-locks", put_long_locks},
    {"locks-held", put_locks_held},
    {"lock-rows", put_lock_rows},
    {"lock-line", put_lock_line},
    {"lock-statement", put_lock_statement},
    {"lock-relation", put_lock_relation},
    {"lock-mode", put_lock_mode},
    {"lock-effect", put_lock_effect},
    {"lock-cost", put_lock_cost},
    {"step-waits", put_waits},
    {"wait-rows", put_wait_rows},
    {"wait-at", put_wait_at},
    {"wait-text", put_wait_text},
    {"wait-for", put_wait_for},
    {"step-notices", put_notices},
    {"notice-lines", put_notice_lines},
    {NULL, NULL},
};
