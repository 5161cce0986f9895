// A file as text in, its sections or the error as text out, for tables of cases.
#pragma once

#include "base/text.h"
#include "migration/layout.h"

static inline bool section_read(SectionReader *reader, Arena *arena, const MarkerRules *rules,
                                Str text, size_t piece, Err *err)
{
    section_reader_init(reader, arena, "x.sql", rules);
    for (Str rest = text; rest.n;) {
        Str next = {rest.p, rest.n < piece ? rest.n : piece};
        if (!section_feed(reader, next, err))
            return false;
        rest = str_skip(rest, next.n);
    }
    return section_finish(reader, err);
}

static inline const char *section_told(Arena *arena, const MarkerRules *rules, Str text,
                                       size_t piece)
{
    SectionReader reader;
    Err err = {0};
    if (!section_read(&reader, arena, rules, text, piece, &err))
        return arena_printf(arena, "%d:%d: %s (%s)%s%s", err.position.line, err.position.column,
                            err.message, err.hint, err.source[0] ? " | " : "", err.source);
    const char *told = reader.is_no_transaction ? "no transaction\n" : "";
    VEC_EACH (const Section, section, &reader.sections) {
        told = arena_printf(
            arena, "%s%s %d%s%s%s[%.*s]\n", told, section->is_down ? "down" : "up",
            section->start.line, section->is_no_transaction ? " no transaction" : "",
            section->has_placeholders ? " placeholders" : "", section->opening ? " opened" : "",
            (int)section->size, text.p + section->offset);
    }
    return told;
}

// One line for each section, "DIRECTION LINE FLAGS[TEXT]", or "LINE:COLUMN: MESSAGE (HINT) |
// SOURCE"; the same however the text is cut into pieces.
static inline const char *section_outcome(Arena *arena, const Layout *layout, const char *text)
{
    Str bytes = str_from(text);
    const char *told = section_told(arena, layout->markers, bytes, bytes.n + 1);
    for (size_t piece = 1; piece < 8; piece++)
        if (strcmp(told, section_told(arena, layout->markers, bytes, piece)) != 0)
            return "other pieces, other sections";
    return told;
}

typedef struct SectionCase {
    const char *text;
    const char *expected;
} SectionCase;

#define SECTION_CASES_CHECK(layout, cases)                                                         \
    do {                                                                                           \
        ARENA_SCOPED arena = arena_new();                                                          \
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases)[0]; i++) {                            \
            const char *told = section_outcome(arena, (layout), (cases)[i].text);                  \
            if (strcmp(told, (cases)[i].expected) != 0)                                            \
                fail_msg("%s:\n%s", (cases)[i].text, told);                                        \
        }                                                                                          \
    } while (0)

// What `new` writes is read back as both directions, in which there is only comment.
static inline const char *section_new_outcome(Arena *arena, const Layout *layout,
                                              const LayoutEntries *entries, const char *version,
                                              const char *title, const char **ret_name)
{
    NewFiles files = {0};
    layout->new_files(arena, entries, version, title, &files);
    *ret_name = files.items[0].name;
    SectionReader reader;
    Err err = {0};
    if (files.len != 1 ||
        !section_read(&reader, arena, layout->markers, str_from(files.items[0].text), 1000, &err))
        return arena_strdup(arena, err.message);
    const char *told = "";
    VEC_EACH (const Section, section, &reader.sections) {
        Str text = {files.items[0].text + section->offset, (size_t)section->size};
        Str line;
        told = arena_printf(arena, "%s%s", told, section->is_down ? "down " : "up ");
        while (str_line(&text, &line))
            if (line.n && !str_starts(line, STR("--")))
                return line.p;
    }
    return told;
}
