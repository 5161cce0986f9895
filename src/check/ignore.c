#include "check/ignore.h"

#include "base/utf8.h"
#include "migration/ignore_directive.h"

#include <limits.h>
#include <string.h>

enum {
    COMMENT_BYTES_MAX = 500 // of its text that are kept
};

// Another tool's comment: what it begins with, and whether it is for the whole file.
static const struct {
    Str begins;
    const char *tool;
    bool is_whole_file;
} FOREIGN[] = {
    {STR("squawk-ignore-file"), "squawk", true},
    {STR("squawk-ignore"), "squawk", false},
    {STR("eugene: ignore"), "eugene", false},
    {STR("atlas:nolint"), "atlas", false},
    {STR("pgsafe:ignore"), "pgsafe", false},
    {STR("safety_assured"), "strong_migrations", false},
};

void ignores_begin(Ignores *ignores, int first_line, int64_t today)
{
    *ignores = (Ignores){.today = today, .line = first_line};
}

static bool is_word_end(Str text, size_t at)
{
    return at >= text.n || (text.p[at] && strchr(" \t,:", text.p[at]));
}

// What stands behind the word in a comment of ours; false when it is no ignore.
static bool own_value(Str comment, bool *ret_is_whole_file, Str *ret_value)
{
    static const Str NAME = STR("migrate-safe");
    static const Str WORD = STR("ignore");
    static const Str FILE_WORD = STR("ignore-file");
    if (!str_starts_nocase(comment, NAME))
        return false;
    Str rest = str_trim(str_skip(comment, NAME.n));
    if (!rest.n || rest.p[0] != ':')
        return false;
    rest = str_trim(str_skip(rest, 1));
    *ret_is_whole_file = str_starts_nocase(rest, FILE_WORD) && is_word_end(rest, FILE_WORD.n);
    Str word = *ret_is_whole_file ? FILE_WORD : WORD;
    if (!str_starts_nocase(rest, word) || !is_word_end(rest, word.n))
        return false;
    rest = str_trim(str_skip(rest, word.n));
    if (rest.n && (rest.p[0] == ':' || rest.p[0] == '='))
        rest = str_trim(str_skip(rest, 1));
    *ret_value = rest;
    return true;
}

static bool read_own(Arena *arena, Str comment, Ignore *ignore)
{
    Str value;
    IgnoreDirective said;
    Err err = {0};
    if (!own_value(comment, &ignore->is_whole_file, &value))
        return false;
    ignore->tool = ignore->names = "";
    if (!ignore_directive_read(arena, value, &said, &err)) {
        ignore->trouble = arena_strdup(arena, err.message);
        ignore->reason = "";
        return true;
    }
    ignore->names = said.rule;
    ignore->reason = said.reason;
    ignore->until = said.until;
    return true;
}

// Names, then maybe " -- " and a reason.
static bool read_foreign(Arena *arena, Str comment, Ignore *ignore)
{
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
        Str begins = FOREIGN[i].begins;
        if (!str_starts_nocase(comment, begins) || !is_word_end(comment, begins.n))
            continue;
        Str names = str_skip(comment, begins.n);
        ptrdiff_t dashes = str_find(names, STR("--"));
        Str reason = dashes < 0 ? (Str){0} : str_trim(str_skip(names, (size_t)dashes + 2));
        if (dashes >= 0)
            names.n = (size_t)dashes;
        if (names.n && names.p[0] == ':')
            names = str_skip(names, 1);
        names = str_trim(names);
        ignore->tool = FOREIGN[i].tool;
        if (strcmp(ignore->tool, "strong_migrations") == 0) { // it has no names, only prose
            reason = reason.n ? reason : names;
            names.n = 0;
        }
        ignore->names = arena_dup(arena, names);
        ignore->reason = reason.n ? arena_dup(arena, reason) : arena_dup(arena, begins);
        ignore->is_whole_file = FOREIGN[i].is_whole_file;
        return true;
    }
    return false;
}

static Str line_from(Str text, size_t at)
{
    return str_until(str_skip(text, at), '\n');
}

// Where the comments that stand one below the other end, and whether with an empty line.
typedef struct Gap {
    size_t end;
    bool is_empty_line;
} Gap;

// Behind the comment's line: an empty line, with only comments between? The next comments of a
// block ask the same again.
static bool is_before_gap(Gap *gap, Str text, size_t line_end)
{
    if (line_end < gap->end)
        return gap->is_empty_line;
    gap->is_empty_line = false;
    while (line_end < text.n) {
        Str line = line_from(text, line_end + 1);
        Str bare = str_trim(line);
        gap->end = line_end + 1;
        if (!str_starts(bare, STR("--"))) {
            gap->is_empty_line = bare.n == 0 && line_end + 1 + line.n < text.n;
            break;
        }
        line_end += 1 + line.n;
    }
    return gap->is_empty_line;
}

// The comment at `at` ("--"), when it is one of those; `line` is its number.
static bool read_comment(Arena *arena, Ignores *ignores, Str text, size_t at, size_t counted,
                         Gap *gap)
{
    Str whole = line_from(text, at);
    Str comment = str_trim(str_skip(whole, 2));
    Ignore ignore = {0};
    if (!read_own(arena, comment, &ignore) && !read_foreign(arena, comment, &ignore))
        return false;
    size_t begin = at;
    while (begin && text.p[begin - 1] != '\n')
        begin--;
    Str before = {text.p + begin, at - begin};
    int64_t until_day;
    ignores->line += (int)str_count_lines((Str){text.p + counted, at - counted});
    ignore.position = (Position){ignores->line, (int)utf8_count(before) + 1};
    ignore.is_own_line = str_trim(before).n == 0;
    ignore.is_before_gap = is_before_gap(gap, text, at + whole.n);
    ignore.is_expired = ignore.until && ignores->today &&
                        ignore_day(str_from(ignore.until), &until_day) &&
                        until_day < ignores->today;
    if (whole.n > COMMENT_BYTES_MAX)
        whole.n = utf8_whole_prefix((Str){whole.p, COMMENT_BYTES_MAX});
    ignore.text = arena_dup(arena, str_trim(whole));
    *vec_append(arena, &ignores->items) = ignore;
    return true;
}

void ignores_read(Arena *arena, Ignores *ignores, Str text)
{
    size_t counted = 0; // lines before it are in ignores->line
    Gap gap = {0};
    for (size_t at = 0; at + 1 < text.n;) {
        ptrdiff_t found = str_find(str_skip(text, at), STR("--"));
        if (found < 0)
            break;
        at += (size_t)found;
        if (!read_comment(arena, ignores, text, at, counted, &gap)) {
            at++;
            continue;
        }
        counted = at;
        at += line_from(text, at).n;
    }
    if (text.n)
        ignores->line += (int)str_count_lines((Str){text.p + counted, text.n - counted});
}

static void bind(Ignore *ignore, int first, int last)
{
    if (ignore->first && ignore->first < first)
        first = ignore->first; // two statements on its line
    ignore->first = first;
    ignore->last = last;
}

// Behind a statement, on a line of its semicolon alone; what stands between is its own as well.
static void bind_behind(Ignores *ignores, int before_line)
{
    size_t end = ignores->bound;
    for (size_t i = ignores->bound; i < ignores->items.len; i++) {
        const Ignore *ignore = &ignores->items.items[i];
        if (ignore->position.line >= before_line)
            break;
        if (!ignore->is_own_line && !ignore->first)
            end = i + 1;
    }
    for (size_t i = ignores->bound; i < end; i++)
        if (!ignores->items.items[i].first)
            bind(&ignores->items.items[i], ignores->first, ignores->last);
}

void ignores_statement(Ignores *ignores, int first, int last)
{
    bool is_first = ignores->first == 0;
    if (!is_first)
        bind_behind(ignores, first);
    for (size_t i = ignores->bound; i < ignores->items.len; i++) {
        Ignore *ignore = &ignores->items.items[i];
        int line = ignore->position.line;
        if (line > last)
            break;
        if (line >= first || !ignore->first) {
            ignore->is_whole_file |=
                is_first && ignore->is_own_line && ignore->is_before_gap && line < first;
            bind(ignore, first, last);
        }
        // The next statement may begin on its line too.
        if (i == ignores->bound && line < last)
            ignores->bound++;
    }
    ignores->first = first;
    ignores->last = last;
}

void ignores_end(Ignores *ignores)
{
    if (ignores->first)
        bind_behind(ignores, INT_MAX);
    VEC_EACH (Ignore, ignore, &ignores->items) {
        ignores->whole_file += ignore->is_whole_file;
        if (!ignore->first) // nothing stands behind it
            bind(ignore, INT_MAX, INT_MAX);
    }
}

bool ignore_names(const Ignore *ignore, const Rule *rule)
{
    Str rest = str_from(ignore->names);
    Str name;
    if (!rest.n) // nobody has said that rows may be lost
        return rule->risk != RISK_DATA_LOSS && rule->risk != RISK_SYNTAX;
    while (ignore_next_name(&rest, &name))
        if (str_eq(name, str_from(rule->id)) ||
            (*ignore->tool ? rule_has_alias(rule, str_from(ignore->tool), name)
                           : rule_goes_by(rule, name)))
            return true;
    return false;
}

static bool takes(Ignore *ignore, const Rule *rule)
{
    if (ignore->trouble || ignore->is_expired || !ignore_names(ignore, rule))
        return false;
    ignore->is_used = true;
    return true;
}

static const Ignore *find_whole_file(Ignores *ignores, const Rule *rule)
{
    for (size_t i = 0, left = ignores->whole_file; left && i < ignores->items.len; i++) {
        Ignore *ignore = &ignores->items.items[i];
        left -= ignore->is_whole_file;
        if (ignore->is_whole_file && takes(ignore, rule))
            return ignore;
    }
    return NULL;
}

// Among the first `before` comments; `ret_last` is the last line that has the same answer.
static const Ignore *find_before(Ignores *ignores, const Rule *rule, int line, size_t before,
                                 int *ret_last)
{
    *ret_last = INT_MAX;
    for (size_t i = before; i-- > 0;) {
        Ignore *ignore = &ignores->items.items[i];
        if (ignore->is_whole_file)
            continue;
        if (ignore->last < line)
            break;
        if (ignore->last < *ret_last)
            *ret_last = ignore->last;
        if (takes(ignore, rule))
            return ignore;
    }
    return find_whole_file(ignores, rule);
}

// Lines of what they are for only grow from one to the next. A statement of many lines can have as
// many comments as findings: what was found for one line is the answer for the next.
const Ignore *ignores_find(Ignores *ignores, const Rule *rule, int line)
{
    size_t low = 0;
    for (size_t high = ignores->items.len; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (ignores->items.items[middle].first <= line)
            low = middle + 1;
        else
            high = middle;
    }
    IgnoreAnswer *answer = NULL;
    for (size_t i = 0; i < IGNORE_ANSWERS && !answer; i++)
        if (ignores->answers[i].rule == rule)
            answer = &ignores->answers[i];
    if (answer && answer->before == low && line <= answer->last && line >= answer->first)
        return answer->found;
    if (!answer)
        answer = &ignores->answers[ignores->next_answer++ % IGNORE_ANSWERS];
    *answer = (IgnoreAnswer){.rule = rule, .before = low, .first = line};
    answer->found = find_before(ignores, rule, line, low, &answer->last);
    return answer->found;
}
