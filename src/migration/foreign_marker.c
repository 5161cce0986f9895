#include "migration/foreign_marker.h"

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

static const Str TERN = STR("create above / drop below");

// What every text with a marker holds, in the letters that tools and people write.
static const Str SIGNS[] = {STR("migrate:down"), STR("+goose"),   STR("+migrate"),
                            STR("drop below"),   STR("igration"), STR("IGRATION")};

// Does the comment begin with these words, and end there or go on behind a blank or a dash?
static bool begins(Str comment, Str words)
{
    if (!words.n || !str_starts_nocase(comment, words))
        return false;
    Str rest = str_skip(comment, words.n);
    return !rest.n || rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '-';
}

static Str comment_of(Str line)
{
    line = str_trim(line);
    while (line.n && (line.p[0] == '-' || line.p[0] == ' ' || line.p[0] == '\t'))
        line = str_skip(line, 1);
    return line;
}

// The tool of the first down marker is kept in the reader's state, counted from 1.
static bool foreign_line(SectionReader *reader, Str line, Err *err)
{
    const char *own = reader->own;
    Str comment = comment_of(line);
    bool is_tern = str_find(line, TERN) >= 0;
    // Tern finds its marker behind SQL too.
    reader->has_text |= is_tern && !str_starts(str_trim(line), STR("--"));
    for (size_t i = 0; i < sizeof TOOLS / sizeof TOOLS[0]; i++) {
        const Tool *tool = &TOOLS[i];
        bool is_own = own && strcmp(own, tool->layout) == 0;
        bool is_up = begins(comment, tool->up);
        bool is_down = begins(comment, tool->down) || (is_tern && str_eq(tool->down, TERN));
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
    .anywhere = "create above / drop below", .line = foreign_line, .end = foreign_end};

void foreign_marker_reader_init(SectionReader *reader, Arena *arena, const char *file,
                                Position start, const char *layout)
{
    section_reader_init(reader, arena, file, &RULES);
    reader->position.line = start.line;
    reader->own = layout;
}

static bool has_sign(Str text)
{
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++)
        if (str_find(text, SIGNS[i]) >= 0)
            return true;
    return false;
}

bool foreign_marker_check(Arena *arena, const char *file, Position start, const char *layout,
                          Str text, Err *err)
{
    SectionReader reader;
    if (!has_sign(text))
        return true;
    foreign_marker_reader_init(&reader, arena, file, start, layout);
    return section_feed(&reader, text, err) && section_finish(&reader, err);
}
