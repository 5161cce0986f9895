// The grammar is that of App::Sqitch::Plan 1.x (_parse). What it takes and never carries out, lines
// that plan a revert, is refused.
#include "migration/sqitch_plan.h"

#include "base/utf8.h"
#include "migration/sqitch_plan_problem.h"

#define LINE_HINT                                                                                  \
    "write it as: NAME [DEPENDENCIES] 2024-01-31T12:00:00Z Your Name <you@example.com>"

typedef struct Parse {
    Arena *arena;
    const SourceText *text;
    SqitchPlan *plan;
    Problems *problems;
    int number; // of the line
    Str line;   // without its note and the blanks before that
    size_t at;  // in the line
} Parse;

Problem *sqitch_plan_problem(Arena *arena, Problems *problems, const SourceText *text,
                             Position position, ProblemKind kind, const char *format, ...)
{
    Problem *problem = vec_append(arena, problems);
    *problem = (Problem){.kind = kind, .is_error = true};
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(arena, format, args);
    va_end(args);
    fail(&problem->err, ERR_CONFIG, "%s", message);
    Str rest = text->text;
    Str line = {0};
    for (int number = 0; number < position.line && str_line(&rest, &line);)
        number++;
    err_at(&problem->err, text->path, position);
    if (position.line)
        err_quote(&problem->err, line, utf8_offset(line, (size_t)position.column - 1));
    return problem;
}

static Position position_at(const Parse *parse, size_t at)
{
    return (Position){parse->number, (int)utf8_count((Str){parse->line.p, at}) + 1};
}

static bool wrong_at(Parse *parse, size_t at, const char *message, const char *hint)
{
    Problem *problem = sqitch_plan_problem(parse->arena, parse->problems, parse->text,
                                           position_at(parse, at), PROBLEM_CONTENT, "%s", message);
    return err_hint(&problem->err, "%s", hint);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static Str rest_of(const Parse *parse)
{
    return str_skip(parse->line, parse->at);
}

static bool is_at(const Parse *parse, char byte)
{
    return parse->at < parse->line.n && parse->line.p[parse->at] == byte;
}

static void pass_blanks(Parse *parse)
{
    while (parse->at < parse->line.n && is_blank(parse->line.p[parse->at]))
        parse->at++;
}

// The note goes from the first "#" on, with the blanks before it.
static Str without_note(Str line)
{
    line = str_until(line, '#');
    while (line.n && is_blank(line.p[line.n - 1]))
        line.n--;
    return line;
}

static bool is_blank_line(Str line)
{
    return str_trim(line).n == 0;
}

static bool parse_pragma(Parse *parse)
{
    pass_blanks(parse);
    if (!is_at(parse, '%'))
        return wrong_at(parse, parse->at, "a blank line must stand between pragmas and changes",
                        "put an empty line above this one");
    size_t start = parse->at++;
    pass_blanks(parse);
    Str name = str_until(rest_of(parse), '=');
    bool has_value = name.n < rest_of(parse).n;
    size_t value_at = parse->at + name.n + has_value;
    while (value_at < parse->line.n && is_blank(parse->line.p[value_at]))
        value_at++;
    Str value = str_skip(parse->line, value_at);
    name = str_trim(name);
    if (!sqitch_name_is_valid(name) || (has_value && !value.n))
        return wrong_at(parse, start, "a pragma that cannot be read",
                        "write it as %name or %name=value");
    if (str_eq(name, STR("syntax-version")) && !str_starts(value, STR("1.0.0")))
        return wrong_at(parse, value_at, "a syntax of plans that is not known here",
                        "the one that is known: %syntax-version=1.0.0");
    if (!str_eq(name, STR("project")))
        return true;
    if (!sqitch_name_is_valid(value))
        return wrong_at(parse, value_at, "this is no name for a project", SQITCH_NAME_RULE);
    parse->plan->project = arena_dup(parse->arena, value);
    return true;
}

static bool parse_name(Parse *parse, Str *ret_name)
{
    size_t start = parse->at;
    Str name = {parse->line.p + start, sqitch_name_length(rest_of(parse))};
    parse->at += name.n;
    bool is_ended =
        parse->at == parse->line.n || is_blank(parse->line.p[parse->at]) || is_at(parse, '[');
    if (!name.n || !is_ended)
        return wrong_at(parse, start, "this is no name that sqitch takes", SQITCH_NAME_RULE);
    if (sqitch_name_is_reserved(name))
        return wrong_at(parse, start, "HEAD and ROOT are names of sqitch's own",
                        "give it another name");
    if (sqitch_name_is_id(name))
        return wrong_at(parse, start, "this name looks like the id of a change (40 digits)",
                        "give it another name");
    *ret_name = name;
    return true;
}

static bool parse_dependency(Parse *parse, Str text, size_t at, SqitchChange *change)
{
    SqitchDependency dependency = {.text = text, .position = position_at(parse, at)};
    if (!sqitch_reference_parse(text, &dependency.reference))
        return wrong_at(parse, at, "this is no dependency that sqitch takes",
                        "write it as CHANGE, @TAG, CHANGE@TAG or PROJECT:CHANGE; ! in front for "
                        "what it conflicts with");
    VEC_EACH (const SqitchDependency, other, &change->dependencies)
        if (str_eq(other->text, text))
            return wrong_at(parse, at, "this dependency is said twice", "keep one of the two");
    *vec_append(parse->arena, &change->dependencies) = dependency;
    return true;
}

// "[a !b c@tag]", parted by blanks.
static bool parse_dependencies(Parse *parse, SqitchChange *change)
{
    if (!is_at(parse, '['))
        return true;
    size_t start = parse->at++;
    size_t end = parse->at + str_until(rest_of(parse), ']').n;
    if (end == parse->line.n)
        return wrong_at(parse, start, "a list of dependencies that does not end",
                        "write the closing ]");
    if (end == parse->at)
        return wrong_at(parse, start, "a list of dependencies with none in it",
                        "take the brackets out");
    while (parse->at < end) {
        size_t from = parse->at;
        while (parse->at < end && !is_blank(parse->line.p[parse->at]))
            parse->at++;
        Str text = {parse->line.p + from, parse->at - from};
        if (!parse_dependency(parse, text, from, change))
            return false;
        while (parse->at < end && is_blank(parse->line.p[parse->at]))
            parse->at++;
    }
    parse->at = end + 1;
    return true;
}

static int number_of(Str digits)
{
    int number = 0;
    for (size_t i = 0; i < digits.n; i++)
        number = number * 10 + (digits.p[i] - '0');
    return number;
}

static bool is_shaped_like(Str text, const char *shape)
{
    size_t i = 0;
    for (; i < text.n && shape[i]; i++) {
        bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';
        if (shape[i] == '0' ? !is_digit : shape[i] != text.p[i])
            return false;
    }
    return !shape[i];
}

static bool is_moment(Str text)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = number_of((Str){text.p, 4});
    int month = number_of((Str){text.p + 5, 2});
    int day = number_of((Str){text.p + 8, 2});
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1] + (month == 2 && is_leap))
        return false;
    return number_of((Str){text.p + 11, 2}) < 24 && number_of((Str){text.p + 14, 2}) < 60 &&
           number_of((Str){text.p + 17, 2}) < 60;
}

// Time stamp, planner's name and mail, and the line's end.
static bool parse_planning(Parse *parse)
{
    static const char SHAPE[] = "0000-00-00T00:00:00Z";
    pass_blanks(parse);
    if (parse->at == parse->line.n)
        return wrong_at(parse, parse->at, "time stamp, planner's name and mail are missing",
                        LINE_HINT);
    if (!is_shaped_like(rest_of(parse), SHAPE))
        return wrong_at(parse, parse->at, "the time stamp is missing", LINE_HINT);
    if (!is_moment(rest_of(parse)))
        return wrong_at(parse, parse->at, "there is no such day or time",
                        "write a time stamp in UTC, as 2024-01-31T12:00:00Z");
    parse->at += sizeof SHAPE - 1;
    pass_blanks(parse);
    Str planner = rest_of(parse);
    Str name = str_until(planner, '<');
    Str mail = str_skip(planner, name.n);
    bool is_whole = str_trim(name).n && is_blank(name.p[name.n - 1]) && mail.n > 2 &&
                    str_until(mail, '>').n == mail.n - 1;
    if (!is_whole)
        return wrong_at(parse, parse->at, "planner's name and mail are missing", LINE_HINT);
    return true;
}

static bool parse_tag(Parse *parse, size_t start)
{
    Str name;
    SqitchPlan *plan = parse->plan;
    if (!parse_name(parse, &name))
        return false;
    if (str_until(name, '/').n < name.n)
        return wrong_at(parse, start, "a tag's name has no /", "give it another name");
    pass_blanks(parse);
    if (is_at(parse, '['))
        return wrong_at(parse, parse->at, "a tag has no dependencies", "take the brackets out");
    if (!parse_planning(parse))
        return false;
    if (!plan->changes.len)
        return wrong_at(parse, start, "a tag before the first change",
                        "move the line below the change that it is for");
    const char *text = arena_dup(parse->arena, name);
    *vec_append(parse->arena, &plan->tags) =
        (SqitchTag){text, position_at(parse, start), plan->changes.len - 1};
    *vec_append(parse->arena, &plan->changes.items[plan->changes.len - 1].tags) = text;
    return true;
}

static void parse_change(Parse *parse)
{
    SqitchChange *change = vec_append(parse->arena, &parse->plan->changes);
    Str name;
    *change = (SqitchChange){.section = parse->plan->tags.len,
                             .position = position_at(parse, parse->at),
                             .before = SQITCH_NONE,
                             .behind = SQITCH_NONE};
    if (is_at(parse, '-')) {
        wrong_at(parse, parse->at,
                 "a line that plans a revert: sqitch reads it and reverts nothing",
                 "take the line out, and plan a change that undoes the other");
        return;
    }
    parse->at += is_at(parse, '+');
    pass_blanks(parse);
    change->position = position_at(parse, parse->at);
    if (!parse_name(parse, &name))
        return;
    pass_blanks(parse);
    if (parse_dependencies(parse, change) && parse_planning(parse))
        change->name = arena_dup(parse->arena, name);
}

static bool check_utf8(Parse *parse, Str line)
{
    Utf8Check check = {0};
    ptrdiff_t invalid = utf8_check(&check, line);
    if (invalid < 0 && utf8_is_complete(&check))
        return true;
    parse->line = line;
    return wrong_at(parse, invalid < 0 ? line.n : (size_t)invalid, "not valid UTF-8",
                    "save the file as UTF-8");
}

static void parse_line(Parse *parse, Str line, bool *in_head)
{
    bool is_empty = is_blank_line(line);
    if (!check_utf8(parse, line))
        return;
    parse->line = without_note(line);
    parse->at = 0;
    if (is_empty || parse->line.n == 0) {
        *in_head = *in_head && !is_empty;
        return;
    }
    if (*in_head) {
        parse_pragma(parse);
        return;
    }
    pass_blanks(parse);
    size_t start = parse->at;
    if (is_at(parse, '@')) {
        parse->at++;
        parse_tag(parse, start);
    } else {
        parse_change(parse);
    }
}

void sqitch_plan_parse(Arena *arena, const SourceText *text, SqitchPlan *ret_plan,
                       Problems *problems)
{
    SqitchPlan plan = {0};
    Parse parse = {.arena = arena, .text = text, .plan = &plan, .problems = problems};
    bool in_head = true;
    size_t problems_before = problems->len;
    Str line;
    for (Str rest = text->text; str_line(&rest, &line);) {
        parse.number++;
        parse_line(&parse, line, &in_head);
    }
    if (!plan.project && problems->len == problems_before) {
        Problem *problem = sqitch_plan_problem(arena, problems, text, (Position){1, 1},
                                               PROBLEM_CONTENT, "the plan names no project");
        err_hint(&problem->err, "begin it with the line %%project=NAME, and an empty line behind");
    }
    sqitch_plan_check(arena, text, &plan, problems);
    *ret_plan = plan;
}
