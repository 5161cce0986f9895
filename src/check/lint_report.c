// How rules say what they found: judged.h's functions, and what makes a finding whole.
#include "check/lint_private.h"

#include "base/require.h"
#include "base/utf8.h"
#include "check/fix/fix.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PRINT_NUMBER = 16
};

static KnownRelation *known_relation(const Judged *judged, const Node *range)
{
    KnownRelation *known = &judged->lint->known;
    if (!range || known->range != range)
        *known = (KnownRelation){
            .range = range,
            .relation = model_relation(judged->model, node_text(range, "schemaname"),
                                       node_text(range, "relname")),
        };
    return known;
}

Relation *judged_relation(const Judged *judged, const Node *range)
{
    return known_relation(judged, range)->relation;
}

const char *judged_name(const Judged *judged, const Node *range)
{
    KnownRelation *known = known_relation(judged, range);
    const Relation *relation = known->relation;
    if (!known->name)
        known->name = relation ? arena_join(judged->scratch, str_from(relation->schema), STR("."),
                                            str_from(relation->name))
                               : node_dotted(judged->scratch, range);
    return known->name;
}

bool judged_is_new(const Judged *judged, const Node *range)
{
    const Relation *relation = judged_relation(judged, range);
    return relation && relation_is_empty_in(relation, judged->transaction->number);
}

Arena *judged_arena(Lint *lint)
{
    return lint->own;
}

const Rule *judged_rule(const Lint *lint)
{
    return lint->rule;
}

static RuleMemory *memory_of(Lint *lint, const Rule *rule)
{
    size_t at = (size_t)((uintptr_t)rule / sizeof *rule) % RULE_MEMORIES;
    while (lint->memories[at].rule && lint->memories[at].rule != rule)
        at = (at + 1) % RULE_MEMORIES;
    lint->memories[at].rule = rule;
    return &lint->memories[at];
}

void *judged_memory(Lint *lint, const Rule *rule, size_t size)
{
    RuleMemory *memory = memory_of(lint, rule);
    if (!memory->bytes)
        memory->bytes = arena_alloc(lint->own, size);
    return memory->bytes;
}

static bool is_first(int *said, int now)
{
    bool is_first = *said != now;
    *said = now;
    return is_first;
}

bool judged_first_in_file(const Judged *judged)
{
    RuleMemory *memory = memory_of(judged->lint, judged->lint->rule);
    return is_first(&memory->said_file, judged->file->number + 1);
}

bool judged_first_in_transaction(const Judged *judged)
{
    RuleMemory *memory = memory_of(judged->lint, judged->lint->rule);
    return is_first(&memory->said_transaction, judged->transaction->number);
}

const char *judged_printf(const Judged *judged, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(judged->lint->arena, format, args);
    va_end(args);
    return text;
}

Severity lint_severity(const Lint *lint, const Rule *rule, const char *path)
{
    int configured =
        lint->options.severity ? lint->options.severity(lint->options.context, rule, path) : -1;
    if (configured >= 0)
        return (Severity)configured;
    bool is_on = !rule->is_optional || lint->options.has_optional ||
                 (rule->is_for_keep && lint->options.keeps);
    return is_on ? rule->severity : SEVERITY_OFF;
}

const char *judged_keep(Lint *lint, const char *text)
{
    return arena_strdup(lint->arena, text);
}

// On the heap while there may be more: an arena would keep what they grew out of.
static Finding *append(Lint *lint)
{
    Findings *findings = &lint->findings;
    if (findings->len == findings->cap) {
        size_t cap = findings->cap ? findings->cap * 2 : 16;
        Finding *items = realloc(findings->items, cap * sizeof *items);
        if (!items)
            require_memory();
        findings->items = items;
        findings->cap = cap;
    }
    return &findings->items[findings->len++];
}

void lint_keep_findings(Lint *lint)
{
    arena_adopt(lint->arena, lint->findings.items);
    lint->is_ended = true;
}

// Relations and reasons come again and again: the last of each kind is used once more.
static const char *kept_text(Lint *lint, const char *text)
{
    size_t hash = 5381;
    for (const char *at = text; *at; at++)
        hash = hash * 33 + (unsigned char)*at;
    const char **place = &lint->kept_texts[hash % KEPT_TEXTS];
    if (!*place || strcmp(*place, text) != 0)
        *place = arena_strdup(lint->arena, text);
    return *place;
}

// A finding with all that does not depend on a statement; `dropped` when it does not count.
static Finding *add(Lint *lint, const FilePlace *file, Position position, const char *relation,
                    const char *format, va_list args)
{
    const Rule *rule = lint->rule;
    Severity severity = file->is_reported ? lint_severity(lint, rule, file->path) : SEVERITY_OFF;
    if (severity == SEVERITY_OFF) {
        lint->dropped = (Finding){0};
        return &lint->dropped;
    }
    Finding *finding = append(lint);
    *finding = (Finding){
        .rule = rule,
        .severity = severity,
        .file = file->path,
        .position = position,
        .end = position,
        .offset = -1,
        .message = arena_vprintf(lint->arena, format, args),
        .relation = relation && *relation ? kept_text(lint, relation) : "",
        .safe_from = rule->pg_to && rule->pg_to < lint->options.pg_to ? rule->pg_to + 1 : 0,
        .statement_position = position,
    };
    return finding;
}

static const Effects *effects_copy(Lint *lint, const Effects *effects)
{
    Arena *arena = lint->arena;
    Effects *copy = arena_new_object(arena, Effects);
    *copy = *effects;
    copy->items.items = NULL;
    copy->items.len = copy->items.cap = 0;
    vec_reserve(arena, &copy->items, effects->items.len);
    VEC_EACH (const Effect, effect, &effects->items) {
        Effect *added = vec_append(arena, &copy->items);
        *added = *effect;
        added->relation = kept_text(lint, effect->relation);
        added->written = NULL; // for to_regclass(), which nobody asks of a finding
        added->why = effect->why ? kept_text(lint, effect->why) : NULL;
        added->known = NULL; // the model goes on
    }
    return copy;
}

// Once for all findings of one statement.
static void keep_statement(Lint *lint, const Judged *judged)
{
    if (lint->kept_parsed == judged->parsed)
        return;
    Str text = judged->parsed->statement.text;
    if (text.n > STATEMENT_KEPT_BYTES)
        text.n = STATEMENT_KEPT_BYTES;
    lint->kept_parsed = judged->parsed;
    lint->kept_text = (Str){arena_dup(lint->arena, text), text.n};
    lint->kept_effects = effects_copy(lint, judged->effects);
    lint->kept_end =
        position_after(judged->parsed->statement.position, judged->parsed->statement.text);
}

// Counted on from the last finding of the statement, where that is before this one.
static Position position_of(Lint *lint, const ParsedStatement *parsed, size_t offset)
{
    Str text = parsed->statement.text;
    offset = offset < text.n ? offset : text.n;
    if (lint->placed_parsed != parsed || lint->placed_at > offset) {
        lint->placed_parsed = parsed;
        lint->placed_at = 0;
        lint->placed = parsed->statement.position;
    }
    Str passed = {text.p + lint->placed_at, offset - lint->placed_at};
    lint->placed = position_after(lint->placed, passed);
    lint->placed_at = offset;
    return lint->placed;
}

Finding *judged_report(const Judged *judged, const Node *at, const char *relation,
                       const char *format, ...)
{
    Lint *lint = judged->lint;
    const ParsedStatement *parsed = judged->parsed;
    const Statement *statement = &parsed->statement;
    size_t offset = lint_place(judged, at);
    va_list args;
    va_start(args, format);
    Finding *finding = add(lint, &lint->files.items[lint->file.number],
                           position_of(lint, parsed, offset), relation, format, args);
    va_end(args);
    if (finding == &lint->dropped)
        return finding;
    keep_statement(lint, judged);
    finding->end = lint->kept_end;
    // Of an expanded text the file's bytes are others.
    if (!lint->file.script->shifts)
        finding->offset = lint->file.script->offset + statement->offset + (int64_t)offset;
    finding->length = (int64_t)(statement->text.n - offset);
    finding->statement = lint->kept_text;
    finding->statement_position = statement->position;
    finding->effects = lint->kept_effects;
    return finding;
}

Finding *judged_report_file(const JudgedFile *file, Position position, const char *relation,
                            const char *format, ...)
{
    Lint *lint = file->lint;
    va_list args;
    va_start(args, format);
    Finding *finding =
        add(lint, &lint->files.items[file->number], position, relation, format, args);
    va_end(args);
    return finding;
}

Finding *judged_report_made(const JudgedChain *chain, const Made *made, const char *relation,
                            const char *format, ...)
{
    Lint *lint = chain->lint;
    va_list args;
    va_start(args, format);
    Finding *finding =
        add(lint, &lint->files.items[made->file], made->position, relation, format, args);
    va_end(args);
    return finding;
}

static bool is_at(Position one, Position other)
{
    return one.line == other.line && one.column == other.column;
}

static bool is_before(Position one, Position other)
{
    return one.line < other.line || (one.line == other.line && one.column < other.column);
}

void judged_retract(Lint *lint, Position position)
{
    for (size_t i = lint->findings.len; i > lint->file_findings; i--) {
        Finding *finding = &lint->findings.items[i - 1];
        if (finding->statement.n && is_before(finding->end, position))
            break; // of a statement before; so are all that were found before it
        if (finding->rule != lint->rule ||
            (!is_at(finding->position, position) && !is_at(finding->statement_position, position)))
            continue;
        memmove(finding, finding + 1, (lint->findings.len - i) * sizeof *finding);
        lint->findings.len--;
    }
}

void lint_make_fixes(const Judged *judged, size_t from)
{
    Lint *lint = judged->lint;
    for (size_t i = from; i < lint->findings.len; i++) {
        Finding *finding = &lint->findings.items[i];
        if (finding->rule == lint->rule)
            finding->fix = fix_make(lint->arena, judged, finding, lint->options.keeps);
    }
}

static int by_position(const void *left, const void *right)
{
    const Finding *a = left;
    const Finding *b = right;
    if (a->file != b->file)
        return strcmp(a->file, b->file);
    if (a->position.line != b->position.line)
        return a->position.line < b->position.line ? -1 : 1;
    if (a->position.column != b->position.column)
        return a->position.column < b->position.column ? -1 : 1;
    return strcmp(a->rule->id, b->rule->id);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Without blanks before, and with one behind each word.
static size_t put_words(char *to, Str text)
{
    char *start = to;
    for (size_t i = 0; i < text.n;) {
        while (i < text.n && is_blank(text.p[i]))
            i++;
        size_t from = i;
        while (i < text.n && !is_blank(text.p[i]))
            *to++ = text.p[i++];
        if (i > from)
            *to++ = ' ';
    }
    return (size_t)(to - start);
}

// Lines may move and blanks may change without the finding being another.
static void set_fingerprint(Arena *scratch, Finding *finding, unsigned repeated)
{
    const Str parts[] = {str_from(finding->rule->id), str_from(finding->file),
                         str_from(finding->relation)};
    size_t length = 0;
    ArenaMark mark = arena_mark(scratch);
    char *text = arena_alloc(scratch, parts[0].n + parts[1].n + parts[2].n + 3 +
                                          finding->statement.n + 1 + PRINT_NUMBER);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        memcpy(text + length, parts[i].p, parts[i].n);
        length += parts[i].n + 1; // with a NUL byte
    }
    length += put_words(text + length, finding->statement);
    length += (size_t)snprintf(text + length, PRINT_NUMBER, "%u", repeated);
    sha256_of((Str){text, length}, finding->fingerprint);
    arena_release(scratch, mark);
}

// The first finding of a fingerprint, by hash.
typedef struct Print {
    uint32_t finding;
    uint32_t count;
} Print;

// How often this one's fingerprint was there before.
static unsigned count_print(Print *table, size_t size, const Finding *first, size_t finding)
{
    const char *print = first[finding].fingerprint;
    size_t at = 0;
    for (int i = 0; i < 12; i++)
        at = at * 31 + (unsigned char)print[i];
    for (at &= size - 1; table[at].count; at = (at + 1) & (size - 1))
        if (strcmp(first[table[at].finding].fingerprint, print) == 0)
            return table[at].count++;
    table[at].finding = (uint32_t)finding;
    return table[at].count++;
}

// Of an expanded text columns are others; behind the last file all are placed.
static void place_in_file(const Lint *lint, Finding *first, size_t count)
{
    const TextShifts *shifts = lint->file.script ? lint->file.script->shifts : NULL;
    for (size_t i = 0; shifts && i < count; i++) {
        Finding *finding = &first[i];
        finding->position = expansion_position_in_file(shifts, finding->position);
        finding->end = expansion_position_in_file(shifts, finding->end);
        finding->statement_position =
            expansion_position_in_file(shifts, finding->statement_position);
    }
}

// A finding that is about no statement shows the line that it points at, where the text is held.
static void quote_lines(Lint *lint, Finding *first, size_t count)
{
    const Script *script = lint->file.script;
    if (!script || !script->is_loaded)
        return;
    Str rest = script->raw.p ? script->raw : script->text;
    Str line = {0};
    int number = script->start.line ? script->start.line - 1 : 0; // of `line`
    for (size_t i = 0; i < count; i++) {
        Finding *finding = &first[i];
        while (number < finding->position.line && str_line(&rest, &line))
            number++;
        if (finding->statement.n || number != finding->position.line)
            continue;
        if (line.n > STATEMENT_KEPT_BYTES)
            line.n = utf8_whole_prefix((Str){line.p, STATEMENT_KEPT_BYTES});
        finding->statement = (Str){arena_dup(lint->arena, line), line.n};
        finding->statement_position = (Position){number, 1};
    }
}

void lint_settle_findings(Lint *lint, size_t from)
{
    size_t count = lint->findings.len - from;
    if (!count)
        return;
    Finding *first = lint->findings.items + from;
    place_in_file(lint, first, count);
    vec_sort_items(first, count, sizeof *first, by_position);
    quote_lines(lint, first, count);
    ArenaMark mark = arena_mark(lint->scratch);
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    Print *prints = arena_alloc_array(lint->scratch, size, sizeof *prints);
    for (size_t i = 0; i < count; i++) {
        set_fingerprint(lint->scratch, &first[i], 0);
        unsigned before = count_print(prints, size, first, i);
        if (before)
            set_fingerprint(lint->scratch, &first[i], before);
    }
    arena_release(lint->scratch, mark);
}
