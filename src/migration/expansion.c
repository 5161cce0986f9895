#include "migration/expansion.h"

#include "sql/statement.h"

struct Expanding {
    Arena *arena;
    Str text;
    const char *opening;
    const char *file;
    VEC(char) out;
    size_t done;      // bytes of `text` that are in `out` or were replaced
    Position counted; // of byte `counted_at`: positions are counted on from there
    size_t counted_at;
    int line;  // of the last shift
    int delta; // on that line so far
    TextShifts *shifts;
};

Str expanding_text(const Expanding *expanding)
{
    return expanding->text;
}

const char *expanding_file(const Expanding *expanding)
{
    return expanding->file;
}

const char *expanding_opening(const Expanding *expanding)
{
    return expanding->opening;
}

static Position position_of(Expanding *expanding, size_t at)
{
    Str passed = {expanding->text.p + expanding->counted_at, at - expanding->counted_at};
    expanding->counted = position_after(expanding->counted, passed);
    expanding->counted_at = at;
    return expanding->counted;
}

bool expanding_fail(Expanding *expanding, size_t at, Err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(expanding->arena, format, args);
    va_end(args);
    fail(err, ERR_CONFIG, "%s", message);
    err_quote(err, expanding->text, at);
    return err_at(err, expanding->file, position_of(expanding, at));
}

static void append(Expanding *expanding, Str piece)
{
    size_t wanted = expanding->out.len + piece.n;
    if (wanted > expanding->out.cap)
        vec_reserve(expanding->arena, &expanding->out, wanted * 2);
    if (piece.n)
        memcpy(expanding->out.items + expanding->out.len, piece.p, piece.n);
    expanding->out.len = wanted;
}

static int code_points(Str text)
{
    return position_after((Position){1, 1}, text).column - 1;
}

bool expanding_put(Expanding *expanding, size_t from, size_t to, Str value, Err *err)
{
    if (str_until(value, '\n').n < value.n || str_until(value, '\r').n < value.n) {
        expanding_fail(expanding, from, err, "the value of this placeholder holds a line end");
        return err_hint(err, "give it a value of one line");
    }
    append(expanding, (Str){expanding->text.p + expanding->done, from - expanding->done});
    append(expanding, value);
    expanding->done = to;
    Str placeholder = {expanding->text.p + from, to - from};
    Position begin = position_of(expanding, from);
    if (begin.line != expanding->line)
        expanding->delta = 0;
    expanding->line = begin.line;
    int column = begin.column + expanding->delta + code_points(value);
    expanding->delta += code_points(value) - code_points(placeholder);
    *vec_append(expanding->arena, expanding->shifts) =
        (TextShift){begin.line, column, expanding->delta};
    return true;
}

const char *expansion_value(const ExpansionValues *values, Str name)
{
    const char *found = NULL;
    if (values)
        VEC_EACH (const ExpansionValue, value, &values->set)
            if (str_eq(str_from(value->name), name))
                found = value->value; // the last one said
    return found;
}

const char *expansion_variable(const ExpansionValues *values, Str name)
{
    for (const char *const *entry = values ? values->environment : NULL; entry && *entry; entry++) {
        Str text = str_from(*entry);
        if (text.n > name.n && text.p[name.n] == '=' && str_starts(text, name))
            return text.p + name.n + 1;
    }
    return NULL;
}

bool expansion_run(Arena *arena, const Expansion *expansion, Str text, const char *opening,
                   const char *file, Position start, Str *ret_text, const TextShifts **ret_shifts,
                   Err *err)
{
    Expanding expanding = {
        .arena = arena,
        .text = text,
        .opening = opening,
        .file = file,
        .counted = start,
        .shifts = arena_new_object(arena, TextShifts),
    };
    if (!expansion->expand(&expanding, expansion, err))
        return false;
    if (!expanding.shifts->len) {
        *ret_text = text;
        *ret_shifts = NULL;
        return true;
    }
    append(&expanding, str_skip(text, expanding.done));
    *ret_text =
        (Str){arena_dup(arena, (Str){expanding.out.items, expanding.out.len}), expanding.out.len};
    *ret_shifts = expanding.shifts;
    return true;
}

Position expansion_position_in_file(const TextShifts *shifts, Position position)
{
    int delta = 0;
    if (shifts)
        VEC_EACH (const TextShift, shift, shifts)
            if (shift->line == position.line && position.column >= shift->column)
                delta = shift->delta;
    position.column = position.column > delta ? position.column - delta : 1;
    return position;
}
