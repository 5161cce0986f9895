#include "report/finding_report.h"

#include "base/require.h"

#include <stdlib.h>
#include <string.h>

const FindingReport *const FINDING_REPORTS[] = {
    &FINDING_TEXT,   &FINDING_JSON,  &FINDING_SARIF, &FINDING_GITHUB,
    &FINDING_GITLAB, &FINDING_JUNIT, NULL,
};

const FindingReport *finding_report_find(const char *name)
{
    for (const FindingReport *const *report = FINDING_REPORTS; *report; report++)
        if (strcmp((*report)->name, name) == 0)
            return *report;
    return NULL;
}

bool finding_is_failure(const FindingRun *run, const Finding *finding)
{
    return !finding->ignored && finding->severity >= run->threshold;
}

Position finding_end(const Finding *finding)
{
    Position at = finding->position;
    Position end = finding->end;
    bool is_behind = end.line > at.line || (end.line == at.line && end.column > at.column);
    return is_behind ? end : (Position){at.line, at.column + 1};
}

const char *finding_version_note(Arena *arena, const Finding *finding)
{
    return finding->safe_from
               ? arena_printf(arena, "safe from PostgreSQL %d on", finding->safe_from)
               : NULL;
}

typedef struct Ordered {
    const Finding *finding;
    size_t file; // of the run
} Ordered;

// The next finding is mostly in the same file, or in one behind it.
static size_t file_of(Arena *arena, FindingRun *run, size_t at, const char *path)
{
    for (size_t i = 0; i < run->files.len; i++) {
        size_t place = (at + i) % run->files.len;
        if (strcmp(run->files.items[place].path, path) == 0)
            return place;
    }
    vec_append(arena, &run->files)->path = path;
    return run->files.len - 1;
}

static int by_place(const void *left, const void *right)
{
    const Ordered *a = left;
    const Ordered *b = right;
    const Position *one = &a->finding->position;
    const Position *other = &b->finding->position;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    return strcmp(a->finding->rule->id, b->finding->rule->id);
}

static void count(FindingRun *run, FindingFile *file, const Finding *finding)
{
    bool is_failure = finding_is_failure(run, finding);
    file->failures += is_failure;
    run->failures += is_failure;
    if (finding->ignored) {
        file->ignored++;
        run->ignored++;
    } else {
        file->count++;
        run->counts[finding->severity]++;
    }
}

void finding_run_count(Arena *arena, FindingRun *run)
{
    ARENA_SCOPED scratch = arena_new();
    VEC(Ordered) ordered = {0};
    size_t at = 0;
    vec_reserve(scratch, &ordered, run->findings->len);
    vec_reserve(arena, &run->ordered, run->findings->len);
    VEC_EACH (const Finding, finding, run->findings) {
        at = file_of(arena, run, at, finding->file);
        *vec_append(scratch, &ordered) = (Ordered){finding, at};
        count(run, &run->files.items[at], finding);
    }
    vec_sort(&ordered, by_place);
    VEC_EACH (const Ordered, one, &ordered)
        *vec_append(arena, &run->ordered) = one->finding;
}

static int by_rule(const void *left, const void *right)
{
    const Rule *a = ((const RulePlace *)left)->rule;
    const Rule *b = ((const RulePlace *)right)->rule;
    return a < b ? -1 : a > b;
}

RulePlace *finding_rule_place(FindingWriter *writer, const Rule *rule)
{
    const RulePlace wanted = {.rule = rule};
    RulePlace *found = bsearch(&wanted, writer->places.items, writer->places.len,
                               sizeof *writer->places.items, by_rule);
    REQUIRE(found);
    return found;
}

void finding_report_write(const FindingReport *report, const FindingRun *run, const Terminal *out)
{
    ARENA_SCOPED arena = arena_new();
    ARENA_SCOPED scratch = arena_new();
    FindingWriter writer = {
        .run = run,
        .out = *out,
        .arena = arena,
        .scratch = scratch,
        .json = {.file = out->stream},
    };
    for (size_t i = 0; i < run->rules.len; i++)
        *vec_append(arena, &writer.places) = (RulePlace){.rule = run->rules.items[i], .place = i};
    vec_sort(&writer.places, by_rule);
    report->begin(&writer);
    for (size_t i = 0; i < run->ordered.len; i++) {
        ArenaMark mark = arena_mark(scratch);
        report->finding(&writer, run->ordered.items[i]);
        arena_release(scratch, mark);
    }
    report->end(&writer);
}
