#include "migration/goose_envsub.h"

#include "base/text.h"
#include "migration/goose_line.h"

enum {
    VALUE_MAX = 1024 * 1024, // bytes of what takes a placeholder's place
    DEPTH_MAX = 32           // of ${A:-${B:-${C}}}
};

// One line under way.
typedef struct Line {
    Expanding *expanding;
    const ExpansionValues *values;
    size_t start; // of the line in the text
    Str text;
    size_t at;
    int depth;
    Err *err;
} Line;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char peek(const Line *line)
{
    return line->at < line->text.n ? line->text.p[line->at] : '\0';
}

static bool starts(const Line *line, Str prefix)
{
    return str_starts(str_skip(line->text, line->at), prefix);
}

static bool refuse(Line *line, const char *message)
{
    expanding_fail(line->expanding, line->start + line->at, line->err, "%s", message);
    return err_hint(line->err, "write $$ for a dollar sign, or put -- +goose ENVSUB OFF before it");
}

static bool name_read(Line *line, Str *ret_name)
{
    size_t from = line->at;
    if (!is_letter(peek(line)))
        return refuse(line, "a variable's name begins with a letter");
    while (is_letter(peek(line)) || peek(line) == '_' || (peek(line) >= '0' && peek(line) <= '9'))
        line->at++;
    if ((unsigned char)peek(line) >= 0x80)
        return refuse(line, "a variable's name has no letter beyond ASCII");
    *ret_name = (Str){line->text.p + from, line->at - from};
    return true;
}

static bool expression_read(Line *line, char stop, bool is_used, Text *out);

// The number up to `stop` or '}', as Go's Atoi reads it.
static bool number_read(Line *line, char stop, long *ret_number)
{
    size_t from = line->at;
    while (line->at < line->text.n && peek(line) != stop && peek(line) != '}')
        line->at++;
    Str digits = str_trim((Str){line->text.p + from, line->at - from});
    bool is_negative = str_starts(digits, STR("-"));
    if (is_negative || str_starts(digits, STR("+")))
        digits = str_skip(digits, 1);
    if (!str_is_digits(digits) || digits.n > 9) {
        line->at = from;
        return refuse(line, "this is no number of bytes: ${VAR:1} or ${VAR:1:2}");
    }
    long number = 0;
    for (size_t i = 0; i < digits.n; i++)
        number = number * 10 + (digits.p[i] - '0');
    *ret_number = is_negative ? -number : number;
    return true;
}

static long within(long number, long least, long most)
{
    return number < least ? least : number > most ? most : number;
}

// ${VAR:from} and ${VAR:from:length}; negative ones count from the end.
static bool substring_read(Line *line, Str value, Text *out)
{
    long length = (long)value.n;
    long from = 0;
    long size = length;
    if (!number_read(line, ':', &from))
        return false;
    from = within(from < 0 ? from + length : from, 0, length);
    if (peek(line) == ':') {
        line->at++;
        if (!number_read(line, '}', &size))
            return false;
    }
    long to = within(size < 0 ? size + length : size + from, from, length);
    if (out)
        text_append(out, (Str){value.p + from, (size_t)(to - from)});
    return true;
}

// ${VAR?message}
static bool required_read(Line *line, Str name, size_t at, const char *value, bool is_used,
                          Text *out)
{
    TEXT_SCOPED message;
    text_init(&message, VALUE_MAX);
    bool is_wanted = is_used && !value;
    if (!expression_read(line, '}', is_wanted, &message))
        return false;
    if (is_wanted) {
        Str words = text_str(&message);
        expanding_fail(line->expanding, line->start + at, line->err, "$" STR_FMT ": " STR_FMT,
                       STR_ARG(name), STR_ARG(words.n ? words : STR("not set")));
        return err_hint(line->err, "set it: export " STR_FMT "=VALUE", STR_ARG(name));
    }
    if (is_used)
        text_append(out, str_from(value));
    return true;
}

// What stands behind the name in ${NAME...}, up to the '}'.
static bool operation_read(Line *line, Str name, size_t at, bool is_used, Text *out)
{
    const char *value = expansion_variable(line->values, name);
    bool has_value = value != NULL;
    if (starts(line, STR("?"))) {
        line->at++;
        return required_read(line, name, at, value, is_used, out);
    }
    if (starts(line, STR(":-"))) {
        line->at += 2;
        has_value = has_value && value[0];
    } else if (starts(line, STR("-"))) {
        line->at++;
    } else if (starts(line, STR(":"))) {
        line->at++;
        return substring_read(line, str_from(value), is_used ? out : NULL);
    } else {
        return refuse(line, "behind a variable's name stands }, :-, -, ? or :");
    }
    if (has_value && is_used)
        text_append(out, str_from(value));
    return expression_read(line, '}', is_used && !has_value, out);
}

// From the '$' on.
static bool variable_read(Line *line, bool is_used, Text *out)
{
    Str name = {0};
    size_t at = line->at++;
    bool has_brace = peek(line) == '{';
    line->at += has_brace;
    if (!name_read(line, &name))
        return false;
    bool is_plain = !has_brace || peek(line) == '}';
    if (is_plain && is_used)
        text_append(out, str_from(expansion_variable(line->values, name)));
    if (!is_plain && !operation_read(line, name, at, is_used, out))
        return false;
    if (has_brace && peek(line) != '}')
        return refuse(line, "there is no } here");
    line->at += has_brace;
    return true;
}

// One step: an escape, a variable, or a byte. What it says goes to `out` when it is used.
static bool item_read(Line *line, bool is_used, Text *out)
{
    bool is_literal = starts(line, STR("\\\\")) || starts(line, STR("$("));
    bool is_dollar = starts(line, STR("\\$")) || starts(line, STR("$$"));
    size_t size = is_literal || is_dollar ? 2 : 1;
    bool is_last = line->at + 1 == line->text.n;
    if (size == 1 && peek(line) == '$' && !is_last)
        return variable_read(line, is_used, out);
    if (is_used)
        text_append(out, is_dollar ? STR("$") : (Str){line->text.p + line->at, size});
    line->at += size;
    return true;
}

// What is not used is read all the same: it has to be well formed.
static bool expression_read(Line *line, char stop, bool is_used, Text *out)
{
    if (++line->depth > DEPTH_MAX)
        return refuse(line, "variables stand too deep inside one another");
    while (line->at < line->text.n && peek(line) != stop)
        if (!item_read(line, is_used, out))
            return false;
    line->depth--;
    return true;
}

static bool line_expand(Line *line)
{
    TEXT_SCOPED out;
    text_init(&out, VALUE_MAX);
    while (line->at < line->text.n) {
        size_t from = line->at;
        text_clear(&out);
        if (!item_read(line, true, &out))
            return false;
        Str was = {line->text.p + from, line->at - from};
        if (!str_eq(was, text_str(&out)) &&
            !expanding_put(line->expanding, line->start + from, line->start + line->at,
                           text_str(&out), line->err))
            return false;
    }
    return true;
}

// Where goose stands between two lines.
typedef struct State {
    bool is_on;
    bool is_in_block;     // StatementBegin to StatementEnd
    bool is_in_statement; // comments before one are not looked at, those inside are
} State;

static bool annotation_take(State *state, GooseLine line)
{
    if (line == GOOSE_ENVSUB_ON || line == GOOSE_ENVSUB_OFF)
        state->is_on = line == GOOSE_ENVSUB_ON;
    if (line == GOOSE_STATEMENT_BEGIN || line == GOOSE_STATEMENT_END)
        state->is_in_block = line == GOOSE_STATEMENT_BEGIN;
    if (line == GOOSE_STATEMENT_END)
        state->is_in_statement = false;
    return line != GOOSE_NONE;
}

bool goose_envsub_expand(Expanding *expanding, const Expansion *expansion, Err *err)
{
    Str text = expanding_text(expanding);
    State state = {.is_on = expanding_opening(expanding) != NULL};
    Str content;
    for (Str rest = text; str_line(&rest, &content);) {
        if (annotation_take(&state, goose_line(content)))
            continue;
        bool is_comment = str_starts(str_trim(content), STR("--"));
        if (!state.is_in_statement && (is_comment || content.n == 0))
            continue;
        Line line = {expanding, expansion->values, (size_t)(content.p - text.p), content, 0, 0,
                     err};
        if (state.is_on && !line_expand(&line))
            return false;
        state.is_in_statement = state.is_in_block || !goose_line_ends_statement(content);
    }
    return true;
}
