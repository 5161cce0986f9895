// Any bytes as a file with marker lines: however they are cut into pieces, each layout finds the
// same sections or the same error; sections rise and hold no marker that divides. What is in them
// can be expanded, looked through for templates and for other tools' markers.
#include "base/require.h"
#include "migration/foreign_marker.h"
#include "migration/layout.h"
#include "migration/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Outcome {
    SectionReader reader;
    bool is_sound;
    Err err;
} Outcome;

// `cuts`: how long the pieces are, over and over; none: one piece.
static void outcome_read(Outcome *outcome, Arena *arena, const MarkerRules *rules, Str text,
                         Str cuts)
{
    size_t turn = 0;
    outcome->err = (Err){0};
    section_reader_init(&outcome->reader, arena, "x.sql", rules);
    outcome->is_sound = true;
    while (text.n && outcome->is_sound) {
        size_t length = cuts.n ? (unsigned char)cuts.p[turn++ % cuts.n] % 37u + 1 : text.n;
        length = length < text.n ? length : text.n;
        outcome->is_sound = section_feed(&outcome->reader, (Str){text.p, length}, &outcome->err);
        text = str_skip(text, length);
    }
    outcome->is_sound = outcome->is_sound && section_finish(&outcome->reader, &outcome->err);
}

static void check_same(const Outcome *one, const Outcome *other)
{
    REQUIRE(one->is_sound == other->is_sound);
    if (!one->is_sound) {
        REQUIRE(strcmp(one->err.message, other->err.message) == 0);
        REQUIRE(one->err.position.line == other->err.position.line);
        REQUIRE(one->err.class == ERR_CONFIG && one->err.hint[0] && one->err.position.line > 0);
        return;
    }
    REQUIRE(one->reader.sections.len == other->reader.sections.len);
    REQUIRE(one->reader.is_no_transaction == other->reader.is_no_transaction);
    for (size_t i = 0; i < one->reader.sections.len; i++) {
        const Section *a = &one->reader.sections.items[i];
        const Section *b = &other->reader.sections.items[i];
        REQUIRE(a->is_down == b->is_down && a->is_no_transaction == b->is_no_transaction);
        REQUIRE(a->offset == b->offset && a->size == b->size && a->start.line == b->start.line);
        REQUIRE(a->opening == b->opening && a->has_placeholders == b->has_placeholders);
    }
}

static void check_expansion(Arena *arena, const Layout *layout, const Section *section, Str text)
{
    static const char *const ENVIRONMENT[] = {"A=value", "B=", NULL};
    ExpansionValues values = {.environment = ENVIRONMENT};
    Err err = {0};
    Str expanded = text;
    const TextShifts *shifts = NULL;
    const Expansion *expansion =
        layout->expansion ? layout->expansion(arena, &(Listing){0}, &values) : NULL;
    if (expansion && !expansion_run(arena, expansion, text, section->opening, "x.sql",
                                    section->start, &expanded, &shifts, &err))
        REQUIRE(err.class == ERR_CONFIG && err.hint[0] && err.position.line >= section->start.line);
    REQUIRE(!shifts || shifts->len);
}

static void check_sections(Arena *arena, const Layout *layout, const SectionReader *reader,
                           Str text)
{
    int64_t end = 0;
    VEC_EACH (const Section, section, &reader->sections) {
        REQUIRE(section->offset >= end && section->size >= 0);
        end = section->offset + section->size;
        REQUIRE((size_t)end <= text.n);
        check_expansion(arena, layout, section,
                        (Str){text.p + section->offset, (size_t)section->size});
    }
    REQUIRE(section_count(reader, false) > 0); // what is sound can be run
    for (int is_down = 0; is_down < 2; is_down++) {
        Str joined = section_join(arena, &reader->sections, is_down, text);
        REQUIRE(joined.n == text.n);
        for (size_t i = 0; i < text.n; i++)
            REQUIRE(joined.p[i] == text.p[i] || joined.p[i] == ' ');
    }
}

static void check_looks(Arena *arena, Str text, Str cuts)
{
    Err err = {0};
    Outcome pieces;
    SectionReader reader;
    size_t at = 0;
    REQUIRE(!template_find(text, &at) || at < text.n);
    foreign_marker_reader_init(&reader, arena, "x.sql", (Position){1, 1}, NULL);
    outcome_read(&pieces, arena, reader.rules, text, cuts);
    // The quick look at a text in memory passes over nothing.
    REQUIRE(foreign_marker_check(arena, "x.sql", (Position){1, 1}, NULL, text, &err) ==
            pieces.is_sound);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    Str cuts = {text.p, size < 16 ? size : 16};
    for (const Layout *const *layout = LAYOUTS; *layout; layout++) {
        ARENA_SCOPED arena = arena_new();
        Outcome whole;
        Outcome pieces;
        if (!(*layout)->markers)
            continue;
        outcome_read(&whole, arena, (*layout)->markers, text, (Str){0});
        outcome_read(&pieces, arena, (*layout)->markers, text, cuts);
        check_same(&whole, &pieces);
        if (whole.is_sound)
            check_sections(arena, *layout, &whole.reader, text);
    }
    ARENA_SCOPED arena = arena_new();
    check_looks(arena, text, cuts);
    return 0;
}
