// A run's page, its part about when: a row with a bar for each phase; and what was called beside
// the migrations.
#include "report/run_page.h"

#include "report/message.h"

enum {
    WIDTH = 1000,    // units of an SVG
    WIDTH_LEAST = 4, // of a bar, so that it can be seen
    LONG = 30,       // rows of a table that scrolls
};

static void put_phases(void *context)
{
    RunPage *page = context;
    VEC_EACH (const RunPhase, phase, &page->report->phases) {
        ArenaMark mark = arena_mark(page->arena);
        page->phase = phase;
        page_piece(&page->page, "run_phase.html");
        arena_release(page->arena, mark);
    }
}

static void put_long_phases(void *context)
{
    RunPage *page = context;
    if (page->report->phases.len > LONG)
        fputs(" long", page->page.out);
}

static void put_half_time(void *context)
{
    RunPage *page = context;
    page_text(&page->page, message_duration(page->arena, page->total_ms / 2));
}

static void put_whole_time(void *context)
{
    RunPage *page = context;
    page_text(&page->page, message_duration(page->arena, page->total_ms));
}

static void put_phase(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_phase_text(page->arena, page->phase));
}

static int64_t took(const RunPage *page)
{
    return page->phase->duration_ms >= 0 ? page->phase->duration_ms
                                         : page->total_ms - page->phase->at_ms;
}

static void put_rect(const RunPage *page, const char *class, int64_t at_ms, int64_t for_ms, int top,
                     int height)
{
    int64_t from = at_ms * WIDTH / page->total_ms;
    int64_t width = for_ms * WIDTH / page->total_ms;
    from = from > WIDTH - WIDTH_LEAST ? WIDTH - WIDTH_LEAST : from;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
    fprintf(page->page.out, "<rect class=\"%s\" x=\"%lld\" y=\"%d\" width=\"%lld\" height=\"%d\"/>",
            class, (long long)from, top, (long long)(from + width > WIDTH ? WIDTH - from : width),
            height);
}

static void put_waits_of(const RunPage *page, const RunStep *step)
{
    VEC_EACH (const RunWait, wait, &step->waits)
        put_rect(page, "writes", wait->at_ms, wait->waited_ms, 9, 6);
}

static void put_bar(void *context)
{
    RunPage *page = context;
    const RunPhase *phase = page->phase;
    bool is_step = phase->kind == RUN_PHASE_MIGRATION;
    put_rect(page,
             phase->has_failed ? "failing"
             : is_step         ? "even"
                               : "around",
             phase->at_ms, took(page), 4, 16);
    if (is_step)
        VEC_EACH (const RunStep, step, &page->report->steps)
            if (step->at_ms == phase->at_ms && strcmp(step->version, phase->what) == 0)
                put_waits_of(page, step);
}

static void put_bar_label(void *context)
{
    RunPage *page = context;
    Arena *arena = page->arena;
    int64_t end = page->phase->at_ms + took(page);
    page_text(&page->page,
              arena_printf(arena, "%s: from %s to %s of %s", run_phase_text(arena, page->phase),
                           message_duration(arena, page->phase->at_ms),
                           message_duration(arena, end), message_duration(arena, page->total_ms)));
}

static void put_phase_at(void *context)
{
    RunPage *page = context;
    page_text(&page->page, message_duration(page->arena, page->phase->at_ms));
}

static void put_phase_took(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->phase->duration_ms >= 0
                               ? message_duration(page->arena, page->phase->duration_ms)
                               : "no end");
}

static void put_phase_note(void *context)
{
    RunPage *page = context;
    page_text(&page->page, run_phase_note(page->arena, page->report, page->phase));
}

static void put_hooks(void *context)
{
    RunPage *page = context;
    if (page->report->hooks.len)
        page_piece(&page->page, "run_hooks.html");
}

static void put_hook_rows(void *context)
{
    RunPage *page = context;
    VEC_EACH (const RunHook, hook, &page->report->hooks) {
        page->hook = hook;
        page_piece(&page->page, "run_hook.html");
    }
}

static void put_hook_state(void *context)
{
    RunPage *page = context;
    fputs(page->hook->has_failed ? "bad" : "good", page->page.out);
}

static void put_hook_mark(void *context)
{
    RunPage *page = context;
    fputs(page->hook->has_failed ? "\xe2\x9c\x97 failed" : "\xe2\x9c\x93 passed", page->page.out);
}

static void put_hook_name(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->hook->name);
}

static void put_hook_kind(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->hook->kind);
}

static void put_hook_at(void *context)
{
    RunPage *page = context;
    page_text(&page->page, message_duration(page->arena, page->hook->at_ms));
}

static void put_hook_took(void *context)
{
    RunPage *page = context;
    if (page->hook->duration_ms >= 0)
        page_text(&page->page, message_duration(page->arena, page->hook->duration_ms));
}

static void put_hook_message(void *context)
{
    RunPage *page = context;
    page_text(&page->page, page->hook->message ? page->hook->message : "");
}

const PageSlot RUN_TIME_SLOTS[] = {
    {"phases", put_phases},
    {"long-phases", put_long_phases},
    {"half-time", put_half_time},
    {"whole-time", put_whole_time},
    {"phase", put_phase},
    {"bar", put_bar},
    {"bar-label", put_bar_label},
    {"phase-at", put_phase_at},
    {"phase-took", put_phase_took},
    {"phase-note", put_phase_note},
    {"hooks", put_hooks},
    {"hook-rows", put_hook_rows},
    {"hook-state", put_hook_state},
    {"hook-mark", put_hook_mark},
    {"hook-name", put_hook_name},
    {"hook-kind", put_hook_kind},
    {"hook-at", put_hook_at},
    {"hook-took", put_hook_took},
    {"hook-message", put_hook_message},
    {NULL, NULL},
};
