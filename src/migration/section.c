#include "migration/section.h"

#include <string.h>

void section_reader_init(SectionReader *reader, Arena *arena, const char *file,
                         const MarkerRules *rules)
{
    *reader = (SectionReader){.arena = arena, .file = file, .rules = rules, .position = {1, 1}};
    if (rules->starts_up)
        *vec_append(arena, &reader->sections) = (Section){.size = -1, .start = {1, 1}};
}

Section *section_open(SectionReader *reader)
{
    Section *last = reader->sections.len ? &reader->sections.items[reader->sections.len - 1] : NULL;
    return last && last->size < 0 ? last : NULL;
}

void section_end(SectionReader *reader)
{
    Section *open = section_open(reader);
    if (open)
        open->size = reader->line_offset - open->offset;
}

void section_begin(SectionReader *reader, bool is_down, bool is_no_transaction)
{
    section_end(reader);
    *vec_append(reader->arena, &reader->sections) = (Section){
        .is_down = is_down,
        .is_no_transaction = is_no_transaction,
        .offset = reader->at, // the line's end was taken already
        .size = -1,
        .start = {reader->position.line + 1, 1},
    };
}

bool section_fail(SectionReader *reader, Err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(reader->arena, format, args);
    va_end(args);
    fail(err, ERR_CONFIG, "%s", message);
    if (reader->is_at_end)
        return err_at(err, reader->file, (Position){1, 1});
    err_quote(err, (Str){reader->line, reader->line_length}, 0);
    return err_at(err, reader->file, reader->position);
}

void section_no_transaction(SectionReader *reader)
{
    Section *open = section_open(reader);
    if (open)
        open->is_no_transaction = true;
    else
        reader->is_no_transaction = true;
}

const Section *section_first(const SectionReader *reader, bool is_down)
{
    VEC_EACH (const Section, section, &reader->sections)
        if (section->is_down == is_down)
            return section;
    return NULL;
}

size_t section_count(const SectionReader *reader, bool is_down)
{
    size_t count = 0;
    VEC_EACH (const Section, section, &reader->sections)
        count += section->is_down == is_down;
    return count;
}

static bool is_for_rules(const MarkerRules *rules, Str words)
{
    return str_starts(words, STR("--")) ||
           (rules->anywhere && str_find(words, str_from(rules->anywhere)) >= 0);
}

// Does SQL stand in this line, outside of comments?
static bool has_code(SectionReader *reader, Str words)
{
    while (words.n) {
        bool opens = str_starts(words, STR("/*"));
        bool closes = reader->comment_depth && str_starts(words, STR("*/"));
        char first = words.p[0];
        reader->comment_depth += opens - closes;
        words = str_skip(words, opens || closes ? 2 : 1);
        if (opens || closes || reader->comment_depth || first == ' ' || first == '\t')
            continue;
        return !(first == '-' && str_starts(words, STR("-")));
    }
    return false;
}

static bool end_line(SectionReader *reader, Err *err)
{
    Str line = {reader->line, reader->line_length};
    if (str_ends(line, STR("\r")))
        line.n--;
    Str words = str_trim(line);
    bool ok = true;
    if (is_for_rules(reader->rules, words)) {
        ok = reader->rules->line(reader, line, err);
    } else if (words.n) {
        if (!reader->sections.len && !reader->has_text && has_code(reader, words)) {
            reader->has_text = true;
            reader->text_at = reader->position;
        }
        reader->last_text_at = reader->position;
    }
    reader->line_length = 0;
    reader->line_offset = reader->at;
    reader->position.line++;
    return ok;
}

bool section_feed(SectionReader *reader, Str piece, Err *err)
{
    while (piece.n) {
        Str run = str_until(piece, '\n');
        size_t room = sizeof reader->line - reader->line_length;
        size_t kept = run.n < room ? run.n : room;
        memcpy(reader->line + reader->line_length, run.p, kept);
        reader->line_length += kept;
        reader->at += (int64_t)run.n;
        piece = str_skip(piece, run.n);
        if (!piece.n)
            return true;
        reader->at++;
        piece = str_skip(piece, 1);
        if (!end_line(reader, err))
            return false;
    }
    return true;
}

bool section_finish(SectionReader *reader, Err *err)
{
    if (reader->line_length && !end_line(reader, err))
        return false;
    reader->line_offset = reader->at;
    section_end(reader);
    reader->is_at_end = true;
    return !reader->rules->end || reader->rules->end(reader, err);
}

Str section_join(Arena *arena, const Sections *sections, bool is_down, Str text)
{
    char *joined = arena_dup(arena, text);
    size_t at = is_down ? 0 : (size_t)sections->items[0].offset;
    VEC_EACH (const Section, section, sections) {
        size_t end = (size_t)(section->offset + section->size);
        size_t from = section->is_down == is_down ? (size_t)section->offset : end;
        for (; at < from; at++)
            if (joined[at] != '\n' && joined[at] != '\r')
                joined[at] = ' ';
        at = end;
    }
    return (Str){joined, text.n};
}
