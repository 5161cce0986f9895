#include "run/script_sections.h"

typedef struct Cutting {
    Arena *arena;
    Arena *text_arena;
    const SectionReader *reader;
    const Script *whole;
    bool is_derived;
} Cutting;

static bool is_no_transaction(const Cutting *cutting, bool is_down)
{
    bool is_said = cutting->reader->is_no_transaction || cutting->whole->is_no_transaction;
    VEC_EACH (const Section, section, &cutting->reader->sections)
        is_said |= section->is_down == is_down && section->is_no_transaction;
    return is_said;
}

// The checksum of what is run alone: an edited down is no edited up.
static void sum_sections(Cutting *cutting, bool is_down, Script *script)
{
    Str text = cutting->whole->text;
    size_t length = 0;
    char *bytes = arena_alloc(cutting->text_arena, text.n + 1);
    VEC_EACH (const Section, section, &cutting->reader->sections) {
        if (section->is_down != is_down)
            continue;
        memcpy(bytes + length, text.p + section->offset, (size_t)section->size);
        length += (size_t)section->size;
    }
    script_checksum((Str){bytes, length}, script->checksum);
}

// Comments before the first marker speak of the up.
static bool has_header(const Cutting *cutting, bool is_down)
{
    return !is_down && !cutting->reader->sections.items[0].is_down;
}

static bool cut_loaded(Cutting *cutting, const Section *first, bool is_down, Script *script,
                       Err *err)
{
    Str text = cutting->whole->text;
    Str said = {text.p + first->offset, (size_t)first->size};
    script->is_loaded = true;
    script->text = said;
    if (section_count(cutting->reader, is_down) > 1) {
        cutting->is_derived = true;
        sum_sections(cutting, is_down, script);
        script->text = section_join(cutting->text_arena, &cutting->reader->sections, is_down, text);
        script->start = (Position){1, 1};
        said = script->text;
    } else if (has_header(cutting, is_down)) {
        said = (Str){text.p, (size_t)(first->offset + first->size)};
    }
    int said_line = said.p == text.p ? 1 : script->start.line;
    return script_check_markers(cutting->text_arena, cutting->reader->rules->layout, script, err) &&
           script_finish(cutting->arena, script, said, said_line, err);
}

static bool cut_streamed(Cutting *cutting, bool is_down, Script *script, Err *err)
{
    if (section_count(cutting->reader, is_down) > 1) {
        fail(err, ERR_CONFIG, "a file of more than %d bytes can have one section each way",
             SCRIPT_LOADED_MAX);
        return err_at(err, script->path, script->start);
    }
    return script_load_part(
        cutting->arena, cutting->text_arena, cutting->reader->rules->layout, script,
        has_header(cutting, is_down) ? cutting->whole->offset : script->offset, err);
}

static bool cut(Cutting *cutting, bool is_down, Script *ret_script, Err *err)
{
    const Script *whole = cutting->whole;
    const MarkerRules *rules = cutting->reader->rules;
    const Section *first = section_first(cutting->reader, is_down);
    if (!first)
        return true;
    Script script = {
        .is_present = true,
        .path = whole->path,
        .offset = whole->offset + first->offset,
        .size = first->size,
        .start = first->start,
        .is_no_transaction = is_no_transaction(cutting, is_down),
        .opening = first->opening,
        .expansion = !rules->has_switch || first->has_placeholders ? whole->expansion : NULL,
    };
    if (!(whole->is_loaded ? cut_loaded(cutting, first, is_down, &script, err)
                           : cut_streamed(cutting, is_down, &script, err)))
        return false;
    *ret_script = script;
    return true;
}

static bool feed(void *context, Str piece, Err *err)
{
    return section_feed(context, piece, err);
}

bool script_load_sections(Arena *arena, Arena *text_arena, const MarkerRules *rules, Script *up,
                          Script *down, bool *ret_is_derived, Err *err)
{
    Script whole = *up;
    SectionReader reader;
    section_reader_init(&reader, arena, up->path, rules);
    if (!script_read(text_arena, &whole, err) ||
        !(whole.is_loaded ? section_feed(&reader, whole.text, err)
                          : script_read_through(whole.path, feed, &reader, err)) ||
        !section_finish(&reader, err))
        return false;
    Cutting cutting = {arena, text_arena, &reader, &whole, false};
    if (!cut(&cutting, false, up, err) || !cut(&cutting, true, down, err))
        return false;
    *ret_is_derived = cutting.is_derived;
    return true;
}
