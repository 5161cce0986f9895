#include "migration/foreign_marker.h"

#include <ctype.h>

typedef struct Tool {
    const char *layout;
    Str up;
    Str down;
    bool needs_text; // a heading that people write too: a marker only when SQL follows
} Tool;

static const Tool TOOLS[] = {
    {"dbmate", STR("migrate:up"), STR("migrate:down"), false},
    {"goose", STR("+goose up"), STR("+goose down"), false},
    {"sql-migrate", STR("+migrate up"), STR("+migrate down"), false},
    {"tern", STR(""), STR("create above / drop below"), false},
    {"node-pg-migrate", STR("up migration"), STR("down migration"), true},
};

// Tern finds it behind SQL too.
#define TERN_MARKER "---- create above / drop below ----"

// Bytes of `words`, in any letters and with more blanks, at the text's beginning; 0: others.
static size_t words_length(Str text, Str words)
{
    size_t at = 0;
    for (size_t i = 0; i < words.n; i++) {
        bool is_blank = false;
        while (words.p[i] == ' ' && at < text.n && (text.p[at] == ' ' || text.p[at] == '\t')) {
            is_blank = true;
            at++;
        }
        if (is_blank)
            continue;
        if (at == text.n || tolower((unsigned char)text.p[at++]) != words.p[i])
            return 0;
    }
    return at;
}

// Does the comment begin with these words, and end there or go on behind a blank or a dash?
static bool begins(Str comment, Str words)
{
    size_t length = words_length(comment, words);
    Str rest = str_skip(comment, length);
    return length && (!rest.n || rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '-');
}

static Str dashes_skip(Str text)
{
    while (text.n && (text.p[0] == '-' || text.p[0] == ' ' || text.p[0] == '\t'))
        text = str_skip(text, 1);
    return text;
}

// The tool of the first down marker is kept in the reader's state, counted from 1.
static bool foreign_line(SectionReader *reader, Str line, Err *err)
{
    const char *own = reader->own;
    Str comment = dashes_skip(str_trim(line));
    if (!str_starts(str_trim(line), STR("--"))) {
        comment = dashes_skip(str_skip(line, (size_t)str_find(line, STR(TERN_MARKER))));
        reader->has_text = true;
    }
    for (size_t i = 0; i < sizeof TOOLS / sizeof TOOLS[0]; i++) {
        const Tool *tool = &TOOLS[i];
        bool is_own = own && strcmp(own, tool->layout) == 0;
        bool is_up = begins(comment, tool->up);
        bool is_down = begins(comment, tool->down);
        if (is_own || (!is_up && !is_down))
            continue;
        section_begin(reader, is_down, false);
        if (is_down && !reader->state)
            reader->state = (int)i + 1;
    }
    return true;
}

static bool foreign_end(SectionReader *reader, Err *err)
{
    const Section *down = section_first(reader, true);
    if (!down || (!reader->has_text && !section_first(reader, false)))
        return true;
    const Tool *tool = &TOOLS[reader->state - 1];
    int line = down->start.line - 1;
    if (tool->needs_text && reader->last_text_at.line < line)
        return true;
    section_fail(reader, err,
                 "a marker of %s, which is not read here: the way back below it would "
                 "run right behind the change",
                 tool->layout);
    err_at(err, reader->file, (Position){line, 1});
    return err_hint(err,
                    "read the folder as what it is: --layout %s, or remove this line and what "
                    "is below it",
                    tool->layout);
}

static const MarkerRules RULES = {
    .anywhere = TERN_MARKER, .line = foreign_line, .end = foreign_end};

void foreign_marker_reader_init(SectionReader *reader, Arena *arena, const char *file,
                                Position start, const char *layout)
{
    section_reader_init(reader, arena, file, &RULES);
    reader->position.line = start.line;
    reader->own = layout;
}

// Does a comment begin as a down marker does? Wherever it stands: this is a quick look.
static bool may_have_down(Str text)
{
    for (ptrdiff_t at; (at = str_find(text, STR("--"))) >= 0;) {
        text = dashes_skip(str_skip(text, (size_t)at));
        for (size_t i = 0; i < sizeof TOOLS / sizeof TOOLS[0]; i++)
            if (words_length(text, TOOLS[i].down))
                return true;
    }
    return false;
}

bool foreign_marker_check(Arena *arena, const char *file, Position start, const char *layout,
                          Str text, Err *err)
{
    SectionReader reader;
    if (!may_have_down(text))
        return true;
    foreign_marker_reader_init(&reader, arena, file, start, layout);
    return section_feed(&reader, text, err) && section_finish(&reader, err);
}
