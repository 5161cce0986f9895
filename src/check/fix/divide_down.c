#include "check/fix/divide_down.h"

#include "base/text.h"
#include "check/fix/taken.h"
#include "sql/parse.h"

#include <string.h>

enum {
    DOWN_BYTES = 4 * 1024 * 1024
};

// A down without a statement is taken for one that is not written yet.
static const char NOTHING[] = "SELECT 1; -- there is nothing to take back";

// A statement of the old down.
typedef struct DownStatement {
    size_t from, until;
    Words objects;
    bool is_known;
    size_t part;         // where it goes
    ItemRanges commands; // of ALTER TABLE, as many as objects
    const char *rest;    // without the commands that are taken back by a step; NULL: all of it
    bool is_gone;        // a step takes back what it takes back
    bool is_commit;
} DownStatement;

typedef struct DividedDown {
    Arena *arena;
    const FixScript *script;
    const PartsSteps *steps;
    FixParts *parts;
    VEC(DownStatement) statements;
    const char *why;
} DividedDown;

static bool read_statements(DividedDown *down)
{
    Err err = {0};
    SplitResult got;
    ParsedStatement parsed;
    SPLITTER_SCOPED splitter = splitter_new_text(down->script->down, &(SplitOptions){.file = ""});
    while ((got = parse_next(down->arena, splitter, &parsed, &err)) == SPLIT_STATEMENT) {
        DownStatement *statement = vec_append(down->arena, &down->statements);
        statement->from = (size_t)parsed.statement.offset;
        statement->until = statement->from + parsed.statement.text.n;
        Str rest = str_skip(down->script->down, statement->until);
        Str blank = str_trim(rest);
        if (blank.n && blank.p[0] == ';')
            statement->until += (size_t)(blank.p - rest.p) + 1;
        statement->is_commit = node_text_is(parsed.node, "kind", "TRANS_STMT_COMMIT");
        statement->is_known =
            parsed.node && taken_objects(down->arena, parsed.node, &statement->objects);
        const char *rows = parsed.node ? taken_rows(down->arena, parsed.node, true) : NULL;
        if (rows)
            *vec_append(down->arena, &statement->objects) = rows;
        if (statement->is_known && node_is(parsed.node, "AlterTableStmt"))
            statement_items(down->arena, &parsed, &statement->commands);
    }
    down->why = "its down cannot be read";
    return got == SPLIT_END;
}

// Of a statement that stands alone in its lines, the line end goes with it.
static size_t gone_until(Str text, const DownStatement *statement)
{
    size_t end = statement->until;
    if (statement->from && text.p[statement->from - 1] != '\n')
        return end;
    while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t' || text.p[end] == '\r'))
        end++;
    return end < text.n && text.p[end] == '\n' ? end + 1 : statement->until;
}

// The step that makes or drops this object, and its part.
static const FixStep *find_step(const DividedDown *down, const char *object, size_t *ret_part)
{
    for (size_t i = 0; i < down->steps->len; i++)
        VEC_EACH (const FixStep *, step, &down->steps->items[i].steps)
            if (((*step)->object && strcmp((*step)->object, object) == 0) ||
                words_have(&(*step)->also, object)) {
                *ret_part = i;
                return *step;
            }
    return NULL;
}

static size_t find_part(const DividedDown *down, const char *object, bool *ret_is_found)
{
    for (size_t i = 0; i < down->steps->len; i++)
        if (words_have(&down->steps->items[i].objects, object)) {
            *ret_is_found = true;
            return i;
        }
    return 0;
}

static bool has_all_of_it(const DividedDown *down)
{
    VEC_EACH (const FixStep *, step, &down->steps->items[0].steps)
        if ((*step)->is_all_of_it)
            return true;
    return false;
}

// Commands whose object no step takes back; `gone` has a flag for each object.
static const char *rest_of(const DividedDown *down, const DownStatement *statement,
                           const bool *gone)
{
    const char *text = down->script->down.p + statement->from;
    const ItemRange *commands = statement->commands.items;
    const char *rest = arena_dup(down->arena, (Str){text, commands[0].from});
    bool is_begun = false;
    for (size_t i = 0; i < statement->commands.len; i++) {
        if (gone[i])
            continue;
        rest = arena_printf(down->arena, "%s%s%.*s", rest, is_begun ? ", " : "",
                            (int)(commands[i].until - commands[i].from), text + commands[i].from);
        is_begun = true;
    }
    return arena_printf(down->arena, "%s;", rest);
}

// Each object that it takes back has a place; all of one statement have to have the same.
static bool place_statement(DividedDown *down, DownStatement *statement)
{
    bool is_found = false;
    size_t count = statement->objects.len;
    bool *gone = arena_alloc_array(down->arena, count + 1, sizeof *gone);
    size_t gone_count = 0;
    for (size_t i = 0; i < count; i++) {
        const char *object = statement->objects.items[i];
        size_t part = 0;
        const FixStep *step = find_step(down, object, &part);
        gone[i] = step && step->down;
        gone_count += gone[i];
        if (step && !statement->is_known && words_have(&down->steps->items[part].objects, object)) {
            down->why = "its down writes rows, and of which statement is not sure";
            return false;
        }
        if (step)
            is_found = true;
        else
            part = find_part(down, object, &is_found);
        if (i && part != statement->part) {
            down->why = "a statement of its down takes back what two files do";
            return false;
        }
        statement->part = part;
    }
    statement->is_gone = gone_count && gone_count == count;
    if (gone_count && gone_count < count) {
        down->why = "a statement of its down takes back more than a step does";
        if (statement->commands.len != count)
            return false;
        statement->rest = rest_of(down, statement, gone);
    }
    down->why = "its down has a statement that cannot be given to one of the files";
    return ((statement->is_known || statement->is_gone) && is_found) ||
           (!down->parts->has_moved_statements && !has_all_of_it(down));
}

static void append_step(const FixStep *step, Text *text)
{
    if (step->down && *step->down)
        text_printf(text, "%s\n", step->down);
}

static void append_steps(const PartSteps *steps, Text *text)
{
    for (size_t i = steps->steps.len; i > 0; i--)
        append_step(steps->steps.items[i - 1], text);
}

// All that it takes back stood in front of the step in the up.
static bool is_of_before(const PartSteps *steps, const DownStatement *statement, size_t known)
{
    for (size_t i = 0; i < statement->objects.len; i++) {
        size_t at = 0;
        while (at < known && strcmp(steps->objects.items[at], statement->objects.items[i]) != 0)
            at++;
        if (at == known)
            return false;
    }
    return statement->is_known && statement->objects.len;
}

// The old statements that run before the step's own down, as a number of them.
static size_t place_of(const DividedDown *down, size_t step)
{
    size_t place = 0;
    const PartSteps *steps = &down->steps->items[0];
    size_t known = step < steps->known.len ? steps->known.items[step] : 0;
    if (!steps->steps.items[step]->is_down_in_turn)
        return 0;
    for (size_t i = 0; i < down->statements.len && !down->statements.items[i].is_commit; i++)
        if (!is_of_before(steps, &down->statements.items[i], known))
            place = i + 1;
    return place;
}

// What runs in front of the old statement of this number; the last step first.
static const char *steps_at(const DividedDown *down, size_t number)
{
    TEXT_SCOPED text;
    size_t place = 0;
    const PartSteps *steps = &down->steps->items[0];
    text_init(&text, DOWN_BYTES);
    for (size_t i = steps->steps.len; i > 0; i--) {
        size_t own = place_of(down, i - 1);
        place = own > place ? own : place;
        if (place == number)
            append_step(steps->steps.items[i - 1], &text);
    }
    return arena_dup(down->arena, text_str(&text));
}

static void append_own(const DividedDown *down, size_t part, Text *text)
{
    VEC_EACH (const DownStatement, statement, &down->statements)
        if (statement->part == part && statement->rest)
            text_printf(text, "%s\n", statement->rest);
        else if (statement->part == part && !statement->is_gone)
            text_printf(text, "%.*s\n", (int)(statement->until - statement->from),
                        down->script->down.p + statement->from);
}

static const char *further_down(const DividedDown *down, size_t part)
{
    TEXT_SCOPED text;
    text_init(&text, DOWN_BYTES);
    append_own(down, part, &text);
    append_steps(&down->steps->items[part], &text);
    return text.len ? arena_dup(down->arena, str_trim(text_str(&text))) : NOTHING;
}

static void append_line(Text *text, const char *lines)
{
    bool is_within = text->len && text->data[text->len - 1] != '\n';
    if (*lines)
        text_printf(text, "%s%s", is_within ? "\n" : "", lines);
}

// What is left of the old one, in its own words; NULL: nothing changes.
static const char *first_down(const DividedDown *down)
{
    TEXT_SCOPED text;
    text_init(&text, DOWN_BYTES);
    size_t at = 0;
    bool is_changed = false;
    bool is_empty = true;
    Str old = down->script->down;
    for (size_t i = 0; i < down->statements.len; i++) {
        const DownStatement *statement = &down->statements.items[i];
        const char *steps = steps_at(down, i);
        text_append(&text, (Str){old.p + at, statement->from - at});
        at = statement->from;
        append_line(&text, steps);
        bool is_left = statement->part == 0 && !statement->is_gone;
        is_empty = is_empty && !*steps && !is_left;
        is_changed |= *steps || !is_left || statement->rest;
        if (is_left && !statement->rest)
            continue;
        if (is_left) {
            text_append(&text, str_from(statement->rest));
            at = statement->until;
            continue;
        }
        at = gone_until(old, statement);
    }
    const char *last = steps_at(down, down->statements.len);
    text_append(&text, str_skip(old, at));
    append_line(&text, last);
    if (!is_changed && !*last)
        return NULL;
    if (is_empty && !*last)
        text_printf(&text, "%s\n", NOTHING);
    return arena_dup(down->arena, text_str(&text));
}

bool divide_down(Arena *arena, const FixScript *script, const PartsSteps *steps, FixParts *parts,
                 const char **ret_why)
{
    DividedDown down = {.arena = arena, .script = script, .steps = steps, .parts = parts};
    bool has_own = false; // steps in the file itself that the old down does not know
    VEC_EACH (const FixStep *, step, &steps->items[0].steps)
        has_own |= (*step)->place == FIX_HERE && (*step)->down;
    if (!script->has_down || (parts->items.len < 2 && !has_own))
        return true;
    if (!read_statements(&down)) {
        *ret_why = down.why;
        return false;
    }
    VEC_EACH (DownStatement, statement, &down.statements)
        if (!place_statement(&down, statement)) {
            *ret_why = down.why;
            return false;
        }
    parts->items.items[0].down = first_down(&down);
    for (size_t i = 1; i < parts->items.len; i++)
        parts->items.items[i].down = further_down(&down, i);
    return true;
}
