// A rehearsal on a terminal: a line a migration, below it what people have to look at.
#include "report/rehearsal_report.h"

#include "base/size.h"
#include "base/utf8.h"
#include "report/message.h"
#include "report/rehearsal_facts.h"
#include "report/rehearsal_timeline.h"
#include "report/table.h"

enum {
    FEW = 5,         // migrations whose statements are shown though all is well
    LABEL = 13,      // columns before a text below a migration
    STATEMENTS = 15, // of one migration, the longest
    LINES = 8,       // of a list
    ROWS = 8,        // of the timeline
    BAR_LEAST = 10,
    NAME_MOST = 30,
    TIMELINE_LEAST_US = 50000,
    TOLD_LEAST_US = 100000,
};

typedef struct Writer {
    Arena *arena;
    const RehearsalShown *shown;
    FILE *out;
} Writer;

static const char *begin(const Writer *writer, Colour colour)
{
    return terminal_begin(writer->shown->terminal, colour);
}

static const char *end(const Writer *writer, Colour colour)
{
    return terminal_end(writer->shown->terminal, colour);
}

static void put_line(const Writer *writer, const char *label, const char *text)
{
    fprintf(writer->out, "    %s%-*s%s %s\n", begin(writer, COLOUR_DIM), LABEL - 1, label,
            end(writer, COLOUR_DIM), terminal_line(writer->arena, text));
}

static void put_lines(const Writer *writer, const char *label, const Words *lines)
{
    size_t most = writer->shown->is_verbose ? lines->len : LINES;
    for (size_t i = 0; i < lines->len && i < most; i++)
        put_line(writer, i ? "" : label, lines->items[i]);
    if (lines->len > most)
        put_line(writer, "", arena_printf(writer->arena, "and %zu more", lines->len - most));
}

static void put_finding(const Writer *writer, const RehearsalFinding *finding)
{
    Arena *arena = writer->arena;
    bool is_warning = rehearsal_problem_is_warning(finding->problem);
    Colour colour = is_warning ? COLOUR_YELLOW : COLOUR_RED;
    if (finding->file && finding->position.line)
        fprintf(writer->out, "%s:%d:%d: ", terminal_line(arena, finding->file),
                finding->position.line, finding->position.column);
    else if (finding->file)
        fprintf(writer->out, "%s: ", terminal_line(arena, finding->file));
    fprintf(writer->out, "%s%s[%s]%s: %s%s\n", begin(writer, colour),
            is_warning ? "warning" : "error", rehearsal_problem_word(finding->problem),
            end(writer, colour), terminal_line(arena, finding->message),
            finding->sqlstate && *finding->sqlstate
                ? arena_printf(arena, " (SQLSTATE %s)", terminal_line(arena, finding->sqlstate))
                : "");
    if (finding->detail)
        fprintf(writer->out, "  %s\n", terminal_indented(arena, finding->detail, 2));
}

static void put_findings(const Writer *writer, const RehearsalFindings *findings)
{
    VEC_EACH (const RehearsalFinding, finding, findings)
        if (finding->problem != REHEARSAL_NOT_REACHED)
            put_finding(writer, finding);
}

static void put_padded(const Writer *writer, const char *text, size_t width, Colour colour)
{
    const char *safe = terminal_line(writer->arena, text);
    size_t columns = terminal_columns(str_from(safe));
    fprintf(writer->out, "%s%s%s%*s", begin(writer, colour), safe, end(writer, colour),
            columns < width ? (int)(width - columns) : 0, "");
}

static void put_mark(const Writer *writer, const RehearsedMigration *migration)
{
    bool has_unicode = writer->shown->has_unicode;
    const char *mark = has_unicode ? "\xe2\x9c\x93" : "+";
    Colour colour = COLOUR_GREEN;
    if (!rehearsed_was_reached(migration)) {
        mark = "-";
        colour = COLOUR_DIM;
    } else if (rehearsed_has_failed(migration)) {
        mark = has_unicode ? "\xe2\x9c\x97" : "x";
        colour = COLOUR_RED;
    } else if (migration->findings.len) {
        mark = "!";
        colour = COLOUR_YELLOW;
    }
    fprintf(writer->out, "  %s%s%s ", begin(writer, colour), mark, end(writer, colour));
}

static const char *way_text(Arena *arena, const char *name, const RehearsedWay *way)
{
    return arena_printf(arena, "%s %s%s", name, message_duration(arena, way->ms),
                        way->has_failed ? " and failed" : "");
}

static const char *times_text(Arena *arena, const RehearsedMigration *migration)
{
    if (!rehearsed_was_reached(migration))
        return "not reached";
    const char *text = migration->up.was_run ? way_text(arena, "up", &migration->up) : "not run";
    if (migration->down.was_run)
        text = arena_printf(arena, "%s, %s", text, way_text(arena, "down", &migration->down));
    if (migration->down.was_run && migration->again_ms >= 0)
        text = arena_printf(arena, "%s, up again %s", text,
                            message_duration(arena, migration->again_ms));
    return text;
}

static void put_head(const Writer *writer, const RehearsedMigration *migration)
{
    const RehearsalShown *shown = writer->shown;
    Colour colour = migration->back == ROUND_TRIP_EXACT       ? COLOUR_GREEN
                    : migration->back == ROUND_TRIP_NOT_TRIED ? COLOUR_BLUE
                                                              : COLOUR_RED;
    put_mark(writer, migration);
    put_padded(writer, migration->version, shown->version_width, COLOUR_BOLD);
    fputc(' ', writer->out);
    put_padded(writer, migration->name, shown->name_width, COLOUR_NONE);
    fprintf(writer->out, "  %s", times_text(writer->arena, migration));
    if (migration->up.was_run && !migration->up.has_failed)
        fprintf(writer->out, "  %s%s%s", begin(writer, colour),
                rehearsal_back_text(writer->arena, migration), end(writer, colour));
    fputc('\n', writer->out);
}

// What one has to know of a migration that went well: who waited, what was written anew.
static void put_gist(const Writer *writer, const RehearsedMigration *migration)
{
    Arena *arena = writer->arena;
    const Trace *trace = &migration->up.trace;
    RehearsedBlock block = rehearsal_way_block(trace);
    const char *rewritten = NULL;
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        if (!rewritten)
            rewritten = rehearsal_rewritten(arena, statement);
    if (block.writes_us < TOLD_LEAST_US && block.reads_us < TOLD_LEAST_US && !rewritten)
        return;
    RehearsedLock lock = rehearsal_way_lock(trace);
    put_line(writer, "",
             arena_printf(arena, "%s; blocked: %s%s%s", rehearsal_lock_text(arena, &lock),
                          rehearsal_block_text(arena, block), rewritten ? "; rewrites " : "",
                          rewritten ? rewritten : ""));
}

static const char *notes(Arena *arena, const TraceStatement *statement)
{
    const char *rewritten = rehearsal_rewritten(arena, statement);
    const char *text = statement->has_failed
                           ? arena_printf(arena, "failed, SQLSTATE %s", statement->sqlstate)
                           : "";
    if (rewritten)
        text = arena_printf(arena, "%s%srewrites %s", text, *text ? "; " : "", rewritten);
    if (statement->waited_us >= TOLD_LEAST_US)
        text = arena_printf(arena, "%s%swaited for locks %s", text, *text ? "; " : "",
                            rehearsal_time(arena, statement->waited_us));
    if (statement->temp_bytes > 0)
        text = arena_printf(arena, "%s%s%s of temporary files", text, *text ? "; " : "",
                            size_text(arena, statement->temp_bytes));
    return text;
}

static void add_statement(Arena *arena, Table *table, const TraceStatement *statement)
{
    RehearsedLock lock = rehearsal_lock(statement);
    RehearsedBlock block = rehearsal_block(statement);
    bool is_blocking = block.reads_us >= TOLD_LEAST_US || block.writes_us >= TOLD_LEAST_US;
    table_number(
        table, statement->position.line ? arena_printf(arena, "%d", statement->position.line) : "",
        COLOUR_BOLD);
    table_cell(table, rehearsal_statement_label(statement),
               statement->has_failed ? COLOUR_RED : COLOUR_NONE);
    table_number(table, rehearsal_time(arena, rehearsal_statement_us(statement)), COLOUR_NONE);
    table_cell(table, rehearsal_lock_text(arena, &lock), COLOUR_NONE);
    table_cell(table, rehearsal_block_text(arena, block),
               is_blocking ? COLOUR_YELLOW : COLOUR_NONE);
    table_number(table, statement->rows > 0 ? rehearsal_number(arena, statement->rows) : "",
                 COLOUR_NONE);
    table_number(table, statement->wal_bytes >= 0 ? size_text(arena, statement->wal_bytes) : "",
                 COLOUR_NONE);
    table_cell(table, notes(arena, statement), COLOUR_YELLOW);
}

static int longest_first(const void *left, const void *right)
{
    int64_t one = rehearsal_statement_us(*(const TraceStatement *const *)left);
    int64_t other = rehearsal_statement_us(*(const TraceStatement *const *)right);
    return one != other ? (one > other ? -1 : 1) : 0;
}

// Of the longest statements the shortest; all that are as long are shown.
static int64_t shown_from_us(Arena *arena, const Trace *trace)
{
    VEC(const TraceStatement *) ordered = {0};
    if (trace->statements.len <= STATEMENTS)
        return 0;
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        *vec_append(arena, &ordered) = statement;
    vec_sort(&ordered, longest_first);
    return rehearsal_statement_us(ordered.items[STATEMENTS - 1]);
}

// Nothing was deferred to it.
static bool is_plain_commit(const Writer *writer, const TraceStatement *statement)
{
    return statement->place == TRACE_COMMIT && !writer->shown->is_verbose &&
           !statement->has_failed && rehearsal_statement_us(statement) < TOLD_LEAST_US;
}

static void put_statements(const Writer *writer, const Trace *trace)
{
    Arena *arena = writer->arena;
    Table table = table_new(arena, 8);
    int64_t least_us = writer->shown->is_verbose ? 0 : shown_from_us(arena, trace);
    int64_t left_us = 0;
    size_t left = 0;
    size_t shown = 0;
    if (!trace->statements.len)
        return;
    table_heading(&table, (const char *[]){"line", "statement", "time", "lock", "blocked", "rows",
                                           "WAL", ""});
    VEC_EACH (const TraceStatement, statement, &trace->statements) {
        int64_t ran_us = rehearsal_statement_us(statement);
        bool is_room = writer->shown->is_verbose || shown < STATEMENTS;
        if (is_plain_commit(writer, statement))
            continue;
        if ((ran_us >= least_us && is_room) || statement->has_failed) {
            add_statement(arena, &table, statement);
            shown++;
        } else {
            left++;
            left_us += ran_us;
        }
    }
    table_print(&table, writer->shown->terminal, 4);
    if (left)
        fprintf(writer->out, "    and %s, %s together; --verbose has all\n",
                message_count(arena, (int64_t)left, "shorter statement", "shorter statements"),
                rehearsal_time(arena, left_us));
}

// As much of a name as fits.
static const char *cut(Arena *arena, const char *text, size_t columns)
{
    const char *safe = terminal_line(arena, text);
    if (terminal_columns(str_from(safe)) <= columns)
        return safe;
    Str piece = str_from(safe);
    for (size_t count = columns - 1; count; count--) {
        piece.n = utf8_offset(str_from(safe), count);
        if (terminal_columns(piece) < columns)
            break;
    }
    return arena_join(arena, piece, STR("~"), STR(""));
}

static const char *sign_of(const Writer *writer, LockMode mode)
{
    bool has_unicode = writer->shown->has_unicode;
    return lock_mode_blocks_reads(mode)    ? has_unicode ? "\xe2\x96\x88" : "#"
           : lock_mode_blocks_writes(mode) ? has_unicode ? "\xe2\x96\x93" : "="
           : has_unicode                   ? "\xe2\x96\x91"
                                           : "-";
}

static Colour colour_of(LockMode mode)
{
    return lock_mode_blocks_reads(mode)    ? COLOUR_RED
           : lock_mode_blocks_writes(mode) ? COLOUR_YELLOW
                                           : COLOUR_DIM;
}

// A cell shows the strongest lock that was held in its part of the time.
static LockMode mode_in(const TimelineRow *row, TraceSpan part)
{
    LockMode mode = LOCK_NONE;
    VEC_EACH (const TimelineBar, bar, &row->bars)
        if (bar->span.from_us < part.to_us && bar->span.to_us > part.from_us && bar->mode > mode)
            mode = bar->mode;
    return mode;
}

static void put_bar(const Writer *writer, const Timeline *timeline, const TimelineRow *row,
                    int64_t cells)
{
    LockMode before = LOCK_NONE;
    for (int64_t i = 0; i < cells; i++) {
        TraceSpan part = {timeline->total_us * i / cells, timeline->total_us * (i + 1) / cells};
        LockMode mode = mode_in(row, part);
        if (mode != before && before != LOCK_NONE)
            fputs(end(writer, colour_of(before)), writer->out);
        if (mode != before && mode != LOCK_NONE)
            fputs(begin(writer, colour_of(mode)), writer->out);
        fputs(mode == LOCK_NONE ? " " : sign_of(writer, mode), writer->out);
        before = mode;
    }
    if (before != LOCK_NONE)
        fputs(end(writer, colour_of(before)), writer->out);
}

static size_t names_width(const Writer *writer, const Timeline *timeline)
{
    size_t width = 0;
    for (size_t i = 0; i < timeline->rows.len && i < ROWS; i++) {
        size_t columns = terminal_columns(
            str_from(cut(writer->arena, timeline->rows.items[i].relation, NAME_MOST)));
        width = columns > width ? columns : width;
    }
    return width;
}

static void put_timeline(const Writer *writer, const Trace *trace)
{
    enum {
        EFFECT = 22 // "reads and writes wait"
    };
    Timeline timeline;
    timeline_make(writer->arena, trace, &timeline);
    if (timeline.total_us < TIMELINE_LEAST_US || !timeline.rows.len)
        return;
    size_t width = names_width(writer, &timeline);
    int64_t cells = writer->shown->terminal->width - 4 - (int64_t)width - 4 - EFFECT;
    cells = cells < BAR_LEAST ? BAR_LEAST : cells > 60 ? 60 : cells;
    for (size_t i = 0; i < timeline.rows.len && i < ROWS; i++) {
        const TimelineRow *row = &timeline.rows.items[i];
        fputs("    ", writer->out);
        put_padded(writer, cut(writer->arena, row->relation, NAME_MOST), width, COLOUR_NONE);
        fputs(" |", writer->out);
        put_bar(writer, &timeline, row, cells);
        fprintf(writer->out, "| %s\n", row->mode == LOCK_NONE ? "" : timeline_effect(row->mode));
    }
    const char *ends = rehearsal_time(writer->arena, timeline.total_us);
    fprintf(writer->out, "    %*s 0%*s\n", (int)width, "", (int)cells, ends);
    if (timeline.rows.len > ROWS)
        fprintf(writer->out, "    and %s\n",
                message_count(writer->arena, (int64_t)(timeline.rows.len - ROWS), "more relation",
                              "more relations"));
}

static void put_probes(const Writer *writer, const RehearsedMigration *migration)
{
    Words lines = {0};
    const char *counts = rehearsal_probes_text(writer->arena, migration);
    if (!counts)
        return;
    put_line(writer, "constraints", counts);
    VEC_EACH (const ConstraintProbe, probe, &migration->probes)
        if (probe->verdict != CONSTRAINT_HOLDS || writer->shown->is_verbose)
            *vec_append(writer->arena, &lines) = arena_printf(
                writer->arena, "%s: %s %s of %s%s%s", constraint_probe_word(probe->verdict),
                probe->kind, probe->name, probe->table, probe->detail ? ": " : "",
                probe->detail ? probe->detail : "");
    put_lines(writer, "", &lines);
}

static void put_down(const Writer *writer, const RehearsedWay *down)
{
    Arena *arena = writer->arena;
    RehearsedLock lock = rehearsal_way_lock(&down->trace);
    const char *locked = rehearsal_lock_text(arena, &lock);
    const char *blocked = rehearsal_block_text(arena, rehearsal_way_block(&down->trace));
    if (!down->was_run || (!*locked && !writer->shown->is_verbose))
        return;
    put_line(writer, "down",
             arena_printf(arena, "%s%s%s%s%s", message_duration(arena, down->ms),
                          *locked ? ", " : "", locked, *blocked ? ", blocked: " : "", blocked));
}

static void put_estimate(const Writer *writer, const RehearsedMigration *migration)
{
    const char *estimate = rehearsal_estimate_text(writer->arena, &migration->up.estimate);
    if (estimate)
        put_line(writer, "production", estimate);
    if (migration->header_ms > 0)
        put_line(writer, "its header",
                 arena_printf(writer->arena, "says %s",
                              message_duration(writer->arena, migration->header_ms)));
}

static void put_load(const Writer *writer, const RehearsalLoad *load)
{
    Arena *arena = writer->arena;
    if (load->sessions)
        put_line(writer, "load",
                 arena_printf(arena,
                              "%lld transactions, %lld failed; 95 %% within %s (alone %s), longest "
                              "%s (alone %s)",
                              (long long)load->during.transactions, (long long)load->during.errors,
                              message_duration(arena, load->during.p95_us / 1000),
                              message_duration(arena, load->before.p95_us / 1000),
                              message_duration(arena, load->during.max_us / 1000),
                              message_duration(arena, load->before.max_us / 1000)));
    else if (load->error)
        put_line(writer, "load", arena_printf(arena, "none: %s", load->error));
}

static void put_details(const Writer *writer, const RehearsedMigration *migration)
{
    Arena *arena = writer->arena;
    put_statements(writer, &migration->up.trace);
    put_timeline(writer, &migration->up.trace);
    put_load(writer, &migration->up.load);
    put_down(writer, &migration->down);
    put_estimate(writer, migration);
    if (migration->risk && (strcmp(migration->risk, "low") != 0 || writer->shown->is_verbose))
        put_line(writer, "risk", migration->risk);
    put_lines(writer, "schema", &migration->changes);
    put_lines(writer, "left or lost", &migration->left);
    if (migration->verified)
        put_line(writer, "verify",
                 message_count(arena, migration->verified, "statement held", "statements held"));
    put_probes(writer, migration);
    if (migration->recovered)
        put_line(
            writer, "recovery",
            arena_printf(arena, "stopped behind %s, and each time a clean state came back",
                         message_count(arena, migration->recovered, "statement", "statements")));
    if (migration->irreversible)
        put_line(writer, "irreversible", migration->irreversible);
}

void rehearsal_report_migration_text(Arena *arena, const RehearsalShown *shown,
                                     const RehearsedMigration *migration)
{
    ArenaMark mark = arena_mark(arena);
    Writer writer = {arena, shown, shown->terminal->stream};
    bool is_full = shown->is_verbose || shown->migrations <= FEW || migration->findings.len > 0;
    put_head(&writer, migration);
    if (is_full && rehearsed_was_reached(migration))
        put_details(&writer, migration);
    else
        put_gist(&writer, migration);
    put_findings(&writer, &migration->findings);
    fflush(writer.out);
    arena_release(arena, mark);
}

// Below the migrations labels stand at the margin.
static void put_summary(const Writer *writer, const char *label, const char *text)
{
    if (text && *text)
        fprintf(writer->out, "%s%-*s%s %s\n", begin(writer, COLOUR_DIM), LABEL - 1, label,
                end(writer, COLOUR_DIM), terminal_line(writer->arena, text));
}

static void put_summary_lines(const Writer *writer, const char *label, const Words *lines)
{
    for (size_t i = 0; i < lines->len; i++)
        put_summary(writer, i ? "" : label, lines->items[i]);
}

static const char *totals(Arena *arena, const Rehearsal *rehearsal, const RehearsalCounts *counts)
{
    return arena_printf(
        arena, "ups %s, downs %s, WAL of the ups %s; %s in all",
        message_duration(arena, counts->up_ms), message_duration(arena, counts->down_ms),
        size_text(arena, counts->wal_bytes), message_duration(arena, rehearsal->total_ms));
}

static void put_verdict(const Writer *writer, const Rehearsal *rehearsal)
{
    bool has_failed = rehearsal_failures(rehearsal) > 0;
    Colour colour = has_failed ? COLOUR_RED : COLOUR_GREEN;
    fprintf(writer->out, "%srehearsal %s:%s %s\n", begin(writer, colour),
            rehearsal_verdict_word(rehearsal), end(writer, colour),
            rehearsal_verdict(writer->arena, rehearsal));
}

void rehearsal_report_summary_text(Arena *arena, const RehearsalShown *shown,
                                   const Rehearsal *rehearsal, const char *evidence)
{
    ArenaMark mark = arena_mark(arena);
    Writer writer = {arena, shown, shown->terminal->stream};
    RehearsalCounts counts = rehearsal_count(rehearsal);
    put_findings(&writer, &rehearsal->findings);
    fputc('\n', writer.out);
    put_summary(&writer, "copy", rehearsal_copy_text(arena, &rehearsal->copy));
    put_summary(&writer, "why", rehearsal->copy.why);
    put_summary(&writer, "role", rehearsal_role_text(arena, &rehearsal->copy));
    put_summary_lines(&writer, "cannot show", &rehearsal->copy.limits);
    put_summary(&writer, "time", totals(arena, rehearsal, &counts));
    put_summary(&writer, "blocked", rehearsal_longest_text(arena, &counts));
    put_summary(&writer, "ways back", rehearsal_backs_text(arena, &counts));
    put_summary(&writer, "old queries", rehearsal_queries_text(arena, &rehearsal->queries));
    put_summary_lines(&writer, "server-wide", &rehearsal->server_wide);
    put_summary(&writer, "problems", rehearsal_problems_text(arena, &counts));
    put_verdict(&writer, rehearsal);
    put_summary(&writer, "evidence", evidence);
    put_summary(&writer, "target", "nothing was written to it");
    put_summary(&writer, "next", rehearsal_next(arena, rehearsal));
    fflush(writer.out);
    arena_release(arena, mark);
}
