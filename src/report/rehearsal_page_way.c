// A rehearsal's page, its part about one direction of a migration: who waited when, and a line for
// each statement, with its place in time.
#include "report/rehearsal_page.h"

#include "base/size.h"

enum {
    WIDTH = 1000, // units of an SVG
    CELLS = 500,  // into which a row's time is cut at most
    ROWS = 40,
    LONG = 20,
};

void rehearsal_page_way(RehearsalPage *page, const RehearsedWay *way)
{
    Timeline timeline;
    if (!way->was_run || !way->trace.statements.len)
        return;
    timeline_make(page->arena, &way->trace, &timeline);
    page->way = way;
    page->timeline = &timeline;
    page_piece(&page->page, "way.html");
}

static bool is_down(const RehearsalPage *page)
{
    return page->way == &page->migration->down;
}

static void put_heading(void *context)
{
    RehearsalPage *page = context;
    fprintf(page->page.out, "%s: ", is_down(page) ? "Down" : "Up");
    page_text(&page->page, rehearsal_time(page->arena, page->timeline->total_us));
}

static void put_word(void *context)
{
    RehearsalPage *page = context;
    fputs(is_down(page) ? "down" : "up", page->page.out);
}

static void put_locks(void *context)
{
    RehearsalPage *page = context;
    if (page->timeline->rows.len)
        page_piece(&page->page, "locks.html");
    else
        fputs("<p>No lock on anything that was there before kept others waiting.</p>\n",
              page->page.out);
}

// A table of its own height, so that what is behind it can be reached.
static void put_long(RehearsalPage *page, size_t rows)
{
    if (rows > LONG)
        fputs(" long", page->page.out);
}

static void put_long_locks(void *context)
{
    RehearsalPage *page = context;
    put_long(page, page->timeline->rows.len);
}

static void put_long_statements(void *context)
{
    RehearsalPage *page = context;
    put_long(page, page->way->trace.statements.len);
}

static void put_half_time(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_time(page->arena, page->timeline->total_us / 2));
}

static void put_whole_time(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_time(page->arena, page->timeline->total_us));
}

static void put_lock_rows(void *context)
{
    RehearsalPage *page = context;
    for (size_t i = 0; i < page->timeline->rows.len && i < ROWS; i++) {
        page->row = &page->timeline->rows.items[i];
        page_piece(&page->page, "lock.html");
    }
}

static void put_locks_left(void *context)
{
    RehearsalPage *page = context;
    if (page->timeline->rows.len > ROWS)
        fprintf(page->page.out, "<p>And %zu more, which kept others waiting less.</p>",
                page->timeline->rows.len - ROWS);
}

static int64_t unit_of(const RehearsalPage *page, int64_t us)
{
    return page->timeline->total_us ? us * WIDTH / page->timeline->total_us : 0;
}

static void put_rect(const RehearsalPage *page, const char *class, TraceSpan span, int top,
                     int height)
{
    int64_t from = unit_of(page, span.from_us);
    int64_t width = unit_of(page, span.to_us) - from;
    fprintf(page->page.out, "<rect class=\"%s\" x=\"%lld\" y=\"%d\" width=\"%lld\" height=\"%d\"/>",
            class, (long long)(from < WIDTH ? from : WIDTH - 2), top,
            (long long)(width < 2 ? 2 : width), height);
}

static void put_bar(const RehearsalPage *page, TraceSpan span, LockMode mode)
{
    if (lock_mode_blocks_reads(mode))
        put_rect(page, "all", span, 0, 14);
    else if (lock_mode_blocks_writes(mode))
        put_rect(page, "writes", span, 4, 10);
    else
        put_rect(page, "changes", span, 9, 5);
}

// Bars one behind the other that look alike are one; of very many the strongest in each cell.
static void put_bars_of(const RehearsalPage *page, const TimelineRow *row)
{
    TimelineBar open = {0};
    int64_t cell_us = page->timeline->total_us / CELLS;
    VEC_EACH (const TimelineBar, bar, &row->bars) {
        bool is_near = open.mode && bar->span.from_us - open.span.to_us <= cell_us / 2;
        bool is_small = bar->span.to_us - bar->span.from_us <= cell_us;
        if (is_near && (bar->mode == open.mode || (is_small && bar->mode < open.mode))) {
            open.span.to_us = bar->span.to_us > open.span.to_us ? bar->span.to_us : open.span.to_us;
            continue;
        }
        if (open.mode)
            put_bar(page, open.span, open.mode);
        open = *bar;
    }
    if (open.mode)
        put_bar(page, open.span, open.mode);
}

static void put_waits(const RehearsalPage *page, const TraceSpans *spans, int top)
{
    TraceSpan open = {0, 0};
    int64_t cell_us = page->timeline->total_us / CELLS;
    VEC_EACH (const TraceSpan, span, spans) {
        if (open.to_us && span->from_us - open.to_us <= cell_us / 2) {
            open.to_us = span->to_us;
            continue;
        }
        if (open.to_us)
            put_rect(page, "waits", open, top, 3);
        open = *span;
    }
    if (open.to_us)
        put_rect(page, "waits", open, top, 3);
}

static void put_bars(void *context)
{
    RehearsalPage *page = context;
    put_bars_of(page, page->row);
    put_waits(page, &page->row->reads_blocked, 16);
    put_waits(page, &page->row->writes_blocked, 21);
}

static const char *held_text(Arena *arena, const TimelineRow *row)
{
    if (!row->bars.len)
        return "";
    const TimelineBar *last = &row->bars.items[row->bars.len - 1];
    int64_t from_us = row->bars.items[0].span.from_us;
    return arena_printf(arena, "%s to %s", from_us ? rehearsal_time(arena, from_us) : "0",
                        rehearsal_time(arena, last->span.to_us));
}

static void put_bars_label(void *context)
{
    RehearsalPage *page = context;
    const TimelineRow *row = page->row;
    Arena *arena = page->arena;
    page_text(&page->page,
              row->bars.len
                  ? arena_printf(arena, "%s: %s, held from %s of %s", row->relation,
                                 timeline_effect(row->mode), held_text(arena, row),
                                 rehearsal_time(arena, page->timeline->total_us))
                  : arena_printf(arena, "%s: no lock of this migration's own", row->relation));
}

static void put_relation(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->row->relation);
}

static void put_lock_mode(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->row->mode ? lock_mode_name(page->row->mode) : "");
}

static void put_lock_effect(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, page->row->mode ? timeline_effect(page->row->mode) : "");
}

static void put_held(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, held_text(page->arena, page->row));
}

static void put_waited(RehearsalPage *page, int64_t us)
{
    page_text(&page->page, us < 0    ? "not probed"
                           : us == 0 ? "never"
                                     : rehearsal_time(page->arena, us));
}

static void put_reads_waited(void *context)
{
    RehearsalPage *page = context;
    put_waited(page, page->row->reads_us);
}

static void put_writes_waited(void *context)
{
    RehearsalPage *page = context;
    put_waited(page, page->row->writes_us);
}

static void put_statements(void *context)
{
    RehearsalPage *page = context;
    const Trace *trace = &page->way->trace;
    for (size_t i = 0; i < trace->statements.len; i++) {
        ArenaMark mark = arena_mark(page->arena);
        page->statement = &trace->statements.items[i];
        page->span = page->timeline->statements.items[i];
        page->place = i;
        page_piece(&page->page, "statement.html");
        arena_release(page->arena, mark);
    }
}

static void put_line(void *context)
{
    RehearsalPage *page = context;
    if (page->statement->position.line)
        fprintf(page->page.out, "%d", page->statement->position.line);
}

static void put_statement(void *context)
{
    RehearsalPage *page = context;
    if (page->statement->text)
        page_piece(&page->page, "sql.html");
    else
        page_text(&page->page, rehearsal_statement_label(page->statement));
}

static void put_label(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_statement_label(page->statement));
}

static void put_failed(void *context)
{
    RehearsalPage *page = context;
    if (!page->statement->has_failed)
        return;
    fputs(" <span class=\"mark bad\">failed, SQLSTATE ", page->page.out);
    page_text(&page->page, page->statement->sqlstate);
    fputs("</span>", page->page.out);
}

static void put_sql(void *context)
{
    RehearsalPage *page = context;
    page_lines(&page->page, page->statement->text);
}

static void put_item(RehearsalPage *page, const char *text)
{
    fputs("<li>", page->page.out);
    page_text(&page->page, text);
    fputs("</li>\n", page->page.out);
}

static const char *sizes(Arena *arena, const TraceRelation *relation)
{
    if (relation->bytes_before < 0 || relation->bytes_after < 0 ||
        relation->bytes_before == relation->bytes_after)
        return "";
    return arena_printf(arena, ", %s before, %s behind", size_text(arena, relation->bytes_before),
                        size_text(arena, relation->bytes_after));
}

static void put_relation_notes(RehearsalPage *page)
{
    Arena *arena = page->arena;
    VEC_EACH (const TraceRelation, relation, &page->statement->relations) {
        LockMode mode = lock_modes_strongest(relation->locked);
        put_item(page, arena_printf(arena, "%s: %s%s%s%s%s%s%s%s", relation->name,
                                    mode ? lock_mode_name(mode) : "locked before",
                                    relation->is_created ? ", made" : "",
                                    relation->is_dropped ? ", dropped" : "",
                                    relation->is_rewritten ? ", written anew" : "",
                                    relation->scans > 0 ? ", read as a whole" : "",
                                    relation->is_index_valid ? "" : ", an invalid index",
                                    relation->unvalidated ? ", constraints not validated" : "",
                                    sizes(arena, relation)));
    }
}

static void put_notes(void *context)
{
    RehearsalPage *page = context;
    Arena *arena = page->arena;
    const TraceStatement *statement = page->statement;
    fputs("<ul class=\"lines\">\n", page->page.out);
    fprintf(page->page.out, "<li>%s</li>\n",
            statement->place == TRACE_OUTSIDE ? "outside of a transaction" : "in a transaction");
    put_relation_notes(page);
    if (statement->waited_us > 0)
        put_item(page, arena_printf(arena, "waited for locks %s",
                                    rehearsal_time(arena, statement->waited_us)));
    if (statement->temp_bytes > 0)
        put_item(page, arena_printf(arena, "%s of temporary files",
                                    size_text(arena, statement->temp_bytes)));
    if (statement->size_peak > 0 && statement->size_before >= 0 && statement->size_after >= 0)
        put_item(page, arena_printf(arena, "database %s before, at most %s, %s behind",
                                    size_text(arena, statement->size_before),
                                    size_text(arena, statement->size_peak),
                                    size_text(arena, statement->size_after)));
    VEC_EACH (const TracePhase, phase, &statement->phases)
        put_item(page,
                 arena_printf(arena, "%s: %s, seen for %s", phase->command, phase->phase,
                              rehearsal_time(arena, phase->seen.to_us - phase->seen.from_us)));
    VEC_EACH (const TraceNotice, notice, &statement->notices)
        put_item(page, arena_printf(arena, "%s: %s", notice->severity, notice->message));
    fputs("</ul>\n", page->page.out);
}

static void put_strip(void *context)
{
    RehearsalPage *page = context;
    fputs(page->statement->has_failed ? "failing"
          : page->place % 2           ? "odd"
                                      : "even",
          page->page.out);
}

static void put_from(void *context)
{
    RehearsalPage *page = context;
    int64_t from = unit_of(page, page->span.from_us);
    fprintf(page->page.out, "%lld", (long long)(from > WIDTH - 4 ? WIDTH - 4 : from));
}

static void put_width(void *context)
{
    RehearsalPage *page = context;
    int64_t width = unit_of(page, page->span.to_us) - unit_of(page, page->span.from_us);
    fprintf(page->page.out, "%lld", (long long)(width < 4 ? 4 : width));
}

static void put_statement_time(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_time(page->arena, page->span.to_us - page->span.from_us));
}

static void put_lock(void *context)
{
    RehearsalPage *page = context;
    RehearsedLock lock = rehearsal_lock(page->statement);
    page_text(&page->page, rehearsal_lock_text(page->arena, &lock));
}

static void put_blocked(void *context)
{
    RehearsalPage *page = context;
    page_text(&page->page, rehearsal_block_text(page->arena, rehearsal_block(page->statement)));
}

static void put_rewritten(void *context)
{
    RehearsalPage *page = context;
    const char *rewritten = rehearsal_rewritten(page->arena, page->statement);
    page_text(&page->page, rewritten ? rewritten : "");
}

static void put_rows(void *context)
{
    RehearsalPage *page = context;
    if (page->statement->rows >= 0)
        page_text(&page->page, rehearsal_number(page->arena, page->statement->rows));
}

static void put_wal(void *context)
{
    RehearsalPage *page = context;
    if (page->statement->wal_bytes >= 0)
        page_text(&page->page, size_text(page->arena, page->statement->wal_bytes));
}

const PageSlot PAGE_WAY_SLOTS[] = {
    {"way-heading", put_heading},
    {"way-word", put_word},
    {"locks", put_locks},
    {"long-locks", put_long_locks},
    {"long-statements", put_long_statements},
    {"half-time", put_half_time},
    {"whole-time", put_whole_time},
    {"lock-rows", put_lock_rows},
    {"locks-left", put_locks_left},
    {"bars", put_bars},
    {"bars-label", put_bars_label},
    {"relation", put_relation},
    {"lock-mode", put_lock_mode},
    {"lock-effect", put_lock_effect},
    {"held", put_held},
    {"reads-waited", put_reads_waited},
    {"writes-waited", put_writes_waited},
    {"statements", put_statements},
    {"line", put_line},
    {"statement", put_statement},
    {"label", put_label},
    {"failed", put_failed},
    {"sql", put_sql},
    {"statement-notes", put_notes},
    {"strip", put_strip},
    {"from", put_from},
    {"width", put_width},
    {"statement-time", put_statement_time},
    {"lock", put_lock},
    {"blocked", put_blocked},
    {"rewritten", put_rewritten},
    {"rows", put_rows},
    {"wal", put_wal},
    {NULL, NULL},
};
