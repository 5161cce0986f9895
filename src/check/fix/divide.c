#include "check/fix/divide.h"

#include "base/text.h"
#include "check/fix/divide_down.h"
#include "check/fix/overtake.h"
#include "check/fix/taken.h"
#include "sql/lex.h"
#include "sql/parse.h"

#include <string.h>

enum {
    TEXT_BYTES = 16 * 1024 * 1024
};

// A range of the text and what stands there instead.
typedef struct Edit {
    size_t from, until;
    const char *text;
    bool is_border; // BEGIN, COMMIT
} Edit;

typedef VEC(PartSteps) Groups;

typedef struct Divide {
    Arena *arena;
    const FixScript *script;
    const char *line_end;
    FixParts parts;
    PartsSteps steps; // of each part
    // The range of the script's own statements under way.
    size_t start;
    VEC(Edit) edits;
    size_t kept; // statements and steps that stay in it
    size_t lead; // of `edits`, from 1: the first statement that leaves it; 0: none
    PartSteps own;
    bool is_alone; // it is a step outside of transactions, and nothing else
    Fixes pending;
    Fixes expanded; // with a contract
    size_t next;    // of script->fixes
    size_t passed;  // bytes behind the last statement's line
    bool has_block;
    bool is_in_block;
    const char *why;
} Divide;

static const char *line_end_of(Str text)
{
    ptrdiff_t at = str_find(text, STR("\n"));
    return at > 0 && text.p[at - 1] == '\r' ? "\r\n" : "\n";
}

static void append_lines(Text *text, const char *piece, const char *line_end)
{
    Str line;
    Str rest = str_from(piece);
    for (bool is_first = true; str_line(&rest, &line); is_first = false) {
        if (!is_first)
            text_append(text, str_from(line_end));
        text_append(text, line);
    }
}

// Behind the semicolon, where there is one.
static size_t statement_end(Str text, const Statement *statement)
{
    size_t end = (size_t)statement->offset + statement->text.n;
    Lexer lexer = {.text = text, .is_whole = true, .at = end};
    Token token = lex_next_significant(&lexer);
    return token.kind == TOKEN_SEMICOLON ? token.end : end;
}

// Behind the line in which `at` is, when nothing but a comment follows there.
static size_t line_rest(Str text, size_t at)
{
    size_t end = at;
    while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t' || text.p[end] == '\r'))
        end++;
    if (end + 1 < text.n && text.p[end] == '-' && text.p[end + 1] == '-')
        while (end < text.n && text.p[end] != '\n')
            end++;
    if (end < text.n && text.p[end] == '\n')
        return end + 1;
    return end == text.n ? end : at;
}

static const char *range_text(const Divide *divide, size_t until)
{
    Str up = divide->script->up;
    TEXT_SCOPED text;
    text_init(&text, TEXT_BYTES);
    size_t at = divide->start;
    VEC_EACH (const Edit, edit, &divide->edits) {
        text_append(&text, (Str){up.p + at, edit->from - at});
        append_lines(&text, edit->text, divide->line_end);
        at = edit->until;
    }
    text_append(&text, (Str){up.p + at, until - at});
    return arena_dup(divide->arena, text_str(&text));
}

static const char *steps_text(const Divide *divide, const PartSteps *steps, bool has_retry)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_BYTES);
    VEC_EACH (const FixStep *, step, &steps->steps) {
        if (has_retry && (*step)->retry)
            text_printf(&text, "%s\n", (*step)->retry);
        text_printf(&text, "%s\n", (*step)->sql);
    }
    if (text.len)
        text_truncate(&text, text.len - 1);
    return arena_dup(divide->arena, text_str(&text));
}

static FixPart *add_part(Divide *divide, const char *title, const PartSteps *steps)
{
    *vec_append(divide->arena, &divide->steps) = *steps;
    FixPart *part = vec_append(divide->arena, &divide->parts.items);
    part->title = title;
    return part;
}

// The script's own statements up to here are a part: the first, or one behind steps that they need.
static void end_range(Divide *divide, size_t until)
{
    bool is_first = divide->parts.items.len == 0;
    bool is_cut = divide->is_in_block && !divide->is_alone;
    const char *text = range_text(divide, until);
    if (!is_first) {
        divide->parts.has_moved_statements = divide->own.is_moved = true;
        text = arena_printf(divide->arena, "%s%s%s", divide->has_block ? "BEGIN;\n" : "",
                            arena_dup(divide->arena, str_trim(str_from(text))),
                            is_cut ? "\nCOMMIT;" : "");
    } else if (is_cut) {
        text = arena_printf(divide->arena, "%sCOMMIT;%s", text, divide->line_end);
    }
    FixPart *part = add_part(divide, is_first ? NULL : "rest", &divide->own);
    part->is_alone = divide->is_alone;
    part->up = text;
    divide->start = until;
    divide->edits.len = divide->kept = divide->lead = 0;
    divide->is_alone = false;
    divide->own = (PartSteps){0};
}

static FixPlace group_place(const PartSteps *group)
{
    return group->steps.items[0]->place;
}

static void add_group(Divide *divide, const PartSteps *group)
{
    bool is_alone = group_place(group) == FIX_ALONE;
    FixPart *part = add_part(divide, group->steps.items[0]->title, group);
    const char *text = steps_text(divide, group, !divide->script->is_single);
    part->is_alone = is_alone;
    part->is_contract = group_place(group) == FIX_CONTRACT;
    VEC_EACH (const FixStep *, step, &group->steps)
        part->is_down_alone |= (*step)->is_down_alone;
    part->up = divide->has_block && !is_alone
                   ? arena_printf(divide->arena, "BEGIN;\n%s\nCOMMIT;", text)
                   : text;
}

// Nothing would be left of the file: the first group stays in it.
static void lead_with(Divide *divide, const PartSteps *group)
{
    divide->edits.items[divide->lead - 1].text =
        steps_text(divide, group, !divide->script->is_single);
    divide->own = *group;
    divide->is_alone = group_place(group) == FIX_ALONE;
    if (divide->is_alone)
        VEC_EACH (Edit, edit, &divide->edits)
            if (edit->is_border)
                edit->text = "";
}

// Steps that do not stand where the statement did come in runs of one place; the first of this
// one.
static const FixStep *later_run(const Fix *fix, size_t number)
{
    FixPlace last = FIX_HERE;
    VEC_EACH (const FixStep, step, &fix->steps) {
        bool is_new = step->place != last;
        last = step->place;
        if (step->place == FIX_CONTRACT)
            return NULL;
        if (step->place != FIX_HERE && is_new && number-- == 0)
            return step;
    }
    return NULL;
}

static const FixStep *last_step(const Fix *fix)
{
    return &fix->steps.items[fix->steps.len - 1];
}

static bool has_contract(const Fix *fix)
{
    return last_step(fix)->place == FIX_CONTRACT;
}

// Steps of one place in one round need no order among them, and no transaction each.
static void add_round(const Divide *divide, size_t round, FixPlace place, Groups *groups)
{
    bool is_each_alone = place == FIX_ALONE && divide->script->is_single;
    PartSteps *group = NULL;
    VEC_EACH (const Fix *, fix, &divide->pending) {
        const FixStep *end = (*fix)->steps.items + (*fix)->steps.len;
        for (const FixStep *step = later_run(*fix, round); step && step < end; step++) {
            if (step->place != place)
                break;
            if (!group || is_each_alone)
                group = vec_append(divide->arena, groups);
            *vec_append(divide->arena, &group->steps) = step;
        }
    }
}

// Behind all else.
static void add_contract(Divide *divide)
{
    PartSteps group = {0};
    VEC_EACH (const Fix *, fix, &divide->expanded)
        *vec_append(divide->arena, &group.steps) = last_step(*fix);
    if (group.steps.len)
        add_group(divide, &group);
}

static Groups pending_groups(Divide *divide)
{
    static const FixPlace PLACES[] = {FIX_ALONE, FIX_LONG, FIX_ROWS, FIX_SHORT};
    Groups groups = {0};
    for (size_t round = 0, before = 1; before; round++) {
        before = groups.len;
        for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
            add_round(divide, round, PLACES[i], &groups);
        before = groups.len - before;
    }
    divide->pending.len = 0;
    return groups;
}

// What waits runs before what stands behind `until`.
static void flush(Divide *divide, size_t until)
{
    Groups groups = pending_groups(divide);
    bool is_led = divide->parts.items.len == 0 && !divide->kept && groups.len;
    if (is_led)
        lead_with(divide, &groups.items[0]);
    if (divide->kept || is_led || !divide->parts.items.len)
        end_range(divide, until);
    for (size_t i = is_led; i < groups.len; i++)
        add_group(divide, &groups.items[i]);
}

// The fixes of the statement: one for each command, or one for all of it.
static Fixes fixes_of(Divide *divide, const Statement *statement)
{
    const Fixes *all = &divide->script->fixes;
    Fixes found = {0};
    for (; divide->next < all->len; divide->next++) {
        const Fix *fix = all->items[divide->next];
        if (fix->statement != statement->offset)
            break;
        bool is_other = found.len == 0 || (fix->command >= 0 && found.items[0]->command >= 0 &&
                                           found.items[found.len - 1]->command != fix->command);
        if (is_other)
            *vec_append(divide->arena, &found) = fix;
    }
    return found;
}

static bool is_fixed(const Fixes *fixes, int command)
{
    VEC_EACH (const Fix *, fix, fixes)
        if ((*fix)->command == command)
            return true;
    return false;
}

// The ALTER TABLE without the commands that have a fix; NULL: nothing is left.
static const char *rest_of(const Divide *divide, const Statement *statement, const Fixes *fixes)
{
    const ItemRanges *commands = &fixes->items[0]->commands;
    if (fixes->items[0]->command < 0)
        return NULL;
    TEXT_SCOPED text;
    text_init(&text, TEXT_BYTES);
    bool is_begun = false;
    text_append(&text, (Str){statement->text.p, commands->items[0].from});
    for (size_t i = 0; i < commands->len; i++) {
        const ItemRange *command = &commands->items[i];
        if (is_fixed(fixes, (int)i))
            continue;
        size_t from = is_begun ? command[-1].until : command->from;
        text_append(&text, (Str){statement->text.p + from, command->until - from});
        is_begun = true;
    }
    text_append_char(&text, ';');
    return is_begun ? arena_dup(divide->arena, text_str(&text)) : NULL;
}

static const char *note_of(const Divide *divide, const Fixes *fixes)
{
    const Fix *fix = fixes->items[0];
    const FixStep *step = later_run(fix, 0);
    return arena_printf(divide->arena, "-- in a later file: %s",
                        step->object ? step->object : step->title);
}

static void add_here(Divide *divide, Text *text, const Fixes *fixes)
{
    VEC_EACH (const Fix *, fix, fixes) {
        VEC_EACH (const FixStep, step, &(*fix)->steps) {
            bool is_here = step->place == FIX_HERE ||
                           (!divide->script->is_one_transaction && step->place != FIX_CONTRACT);
            if (!is_here)
                continue;
            if (text->len)
                text_append_char(text, '\n');
            if (step->retry)
                text_printf(text, "%s\n", step->retry);
            text_append(text, str_from(step->sql));
            *vec_append(divide->arena, &divide->own.steps) = step;
            *vec_append(divide->arena, &divide->own.known) = divide->own.objects.len;
        }
        if (divide->script->is_one_transaction && later_run(*fix, 0))
            *vec_append(divide->arena, &divide->pending) = *fix;
        if (has_contract(*fix))
            *vec_append(divide->arena, &divide->expanded) = *fix;
    }
}

static void remember_objects(Divide *divide, const Statement *statement)
{
    ParsedStatement parsed;
    if (!divide->script->has_down)
        return;
    parse_statement(divide->arena, statement, &parsed);
    const char *rows = parsed.node ? taken_rows(divide->arena, parsed.node, false) : NULL;
    if (parsed.node)
        taken_objects(divide->arena, parsed.node, &divide->own.objects);
    if (rows)
        *vec_append(divide->arena, &divide->own.objects) = rows;
}

static void replace(Divide *divide, const Statement *statement, size_t end, const Fixes *fixes)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_BYTES);
    const char *rest = rest_of(divide, statement, fixes);
    if (rest) {
        text_append(&text, str_from(rest));
        remember_objects(divide, statement);
    }
    add_here(divide, &text, fixes);
    Edit *edit = vec_append(divide->arena, &divide->edits);
    *edit = (Edit){.from = (size_t)statement->offset, .until = end};
    if (text.len) {
        edit->text = arena_dup(divide->arena, text_str(&text));
        divide->kept++;
        return;
    }
    edit->text = note_of(divide, fixes);
    if (!divide->lead)
        divide->lead = divide->edits.len;
}

// It does not notice whether the steps that wait have run.
static bool may_overtake(const Divide *divide, const Statement *statement, const Fixes *fixes)
{
    bool is_additive =
        fixes->len && (fixes->items[0]->command < 0 || fixes->len == fixes->items[0]->commands.len);
    VEC_EACH (const Fix *, fix, fixes)
        is_additive &= (*fix)->is_additive || (*fix)->steps.items[0].place != FIX_HERE;
    VEC_EACH (const Fix *, fix, &divide->pending)
        if (!(is_additive && !(*fix)->guards_rows) && !overtake_is_harmless(*fix, statement->text))
            return false;
    return true;
}

static bool needs_contract(const Divide *divide, const Statement *statement)
{
    VEC_EACH (const Fix *, fix, &divide->expanded)
        if (!overtake_is_free(*fix, statement->text))
            return true;
    return false;
}

static bool take_border(Divide *divide, const Statement *statement, size_t end)
{
    Str text = {divide->script->up.p + statement->offset, end - (size_t)statement->offset};
    if (statement->class != STATEMENT_BEGIN && statement->class != STATEMENT_COMMIT)
        return false;
    divide->is_in_block = statement->class == STATEMENT_BEGIN;
    divide->has_block = true;
    *vec_append(divide->arena, &divide->edits) = (Edit){
        .from = (size_t)statement->offset,
        .until = end,
        .text = arena_dup(divide->arena, text),
        .is_border = true,
    };
    return true;
}

static bool take_statement(Divide *divide, const Statement *statement)
{
    size_t end = statement_end(divide->script->up, statement);
    size_t before = divide->passed;
    divide->passed = line_rest(divide->script->up, end);
    if (take_border(divide, statement, end))
        return true;
    Fixes fixes = fixes_of(divide, statement);
    if (fixes.len && divide->is_in_block && !divide->script->is_one_transaction) {
        divide->why = "it stands between BEGIN and COMMIT of a file that is several transactions";
        return false;
    }
    if (needs_contract(divide, statement)) {
        divide->why = "a statement behind it names what is under both names until a later release";
        return false;
    }
    if (!may_overtake(divide, statement, &fixes))
        flush(divide, before);
    if (fixes.len) {
        replace(divide, statement, end, &fixes);
        return true;
    }
    divide->kept++;
    remember_objects(divide, statement);
    return true;
}

static bool walk(Divide *divide)
{
    Err err = {0};
    Statement statement;
    SplitResult got;
    SPLITTER_SCOPED splitter = splitter_new_text(divide->script->up, &(SplitOptions){.file = ""});
    while ((got = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT) {
        if (statement.class == STATEMENT_COPY_IN) {
            divide->why = "the file holds data of COPY";
            return false;
        }
        if (!take_statement(divide, &statement))
            return false;
    }
    divide->why = "the file cannot be read to its end";
    return got == SPLIT_END;
}

bool fix_divide(Arena *arena, const FixScript *script, FixParts *ret_parts, const char **ret_why)
{
    Divide divide = {.arena = arena, .script = script, .line_end = line_end_of(script->up)};
    if (!walk(&divide)) {
        *ret_why = divide.why;
        return false;
    }
    if (divide.pending.len)
        flush(&divide, script->up.n);
    else if (divide.kept || !divide.parts.items.len)
        end_range(&divide, script->up.n);
    add_contract(&divide);
    if (!divide_down(arena, script, &divide.steps, &divide.parts, ret_why))
        return false;
    *ret_parts = divide.parts;
    return true;
}
