#include "run/rollback_file.h"

#include "base/text.h"
#include "io/file.h"
#include "run/script.h"

#include <string.h>

enum {
    FILE_MAX = 64 << 20,
    MODE = 0644,
};

static const Str BOM = {"\xef\xbb\xbf", 3};
static const Str NEW_DOWN = STR("-- Write below the SQL that undoes the change");

void rollback_place_find(Arena *arena, const Source *source, const Migration *migration,
                         RollbackPlace *ret_place)
{
    RollbackPlace place = {0};
    VEC_EACH (const SourceFolder, folder, &source->folders)
        VEC_EACH (const LayoutEntry, entry, &folder->entries)
            if (entry->up && strcmp(entry->up->path, migration->up.path) == 0) {
                place.folder = folder;
                place.entry = entry;
            }
    if (place.folder) {
        const Layout *layout = place.folder->layout;
        place.markers = layout->form && layout->form->down ? layout->form : NULL;
        if (place.markers)
            place.path = place.entry->up->path;
        else if (place.entry->down && place.entry->down != place.entry->up)
            place.path = place.entry->down->path;
        else if (layout->down_name)
            place.path = arena_printf(arena, "%s/%s", place.folder->path,
                                      layout->down_name(arena, place.folder->listing,
                                                        &place.folder->entries, place.entry));
    }
    *ret_place = place;
}

RollbackForm rollback_form(const RollbackPlace *place)
{
    const ScriptForm *markers = place->markers;
    return (RollbackForm){
        .is_wrapped = place->folder && place->folder->layout->wraps,
        .block_begin = markers ? markers->body_begin : NULL,
        .block_end = markers ? markers->body_end : NULL,
    };
}

bool rollback_down_state(Arena *arena, const Migration *migration, DownState *ret_state, Err *err)
{
    Script down = migration->down;
    Shape shape;
    RollbackHeader header;
    if (!down.is_present) {
        *ret_state = DOWN_MISSING;
        return true;
    }
    if (!script_complete(arena, &down, err) || !script_hold(arena, &down, err))
        return false;
    if (!down.is_loaded || !script_survey(&down, &shape, err)) {
        *ret_state = DOWN_WRITTEN;
        *err = (Err){0};
        return true;
    }
    rollback_header_read(arena, down.text, &header);
    bool is_blank = !str_trim(down.text).n || str_find(down.text, NEW_DOWN) >= 0;
    *ret_state = shape.statements == 0 && is_blank ? DOWN_MISSING
                 : header.made_from                ? DOWN_GENERATED
                                                   : DOWN_WRITTEN;
    return true;
}

// ---- in the up's file

static bool find_sections(Arena *arena, const RollbackPlace *place, Str text, SectionReader *reader,
                          Err *err)
{
    section_reader_init(reader, arena, place->path, place->folder->layout->markers);
    return section_feed(reader, text, err) && section_finish(reader, err);
}

static bool refuse_place(const RollbackPlace *place, const char *why, Err *err)
{
    fail(err, ERR_CHECK, "%s: %s", place->path, why);
    return err_hint(err, "put it there by hand: --dry-run prints it");
}

static size_t marker_start(Str text, size_t section)
{
    size_t at = section ? section - 1 : 0;
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
    return at;
}

// Nothing of the up's section may change, not even its last line end: it is what the checksum is
// of.
static bool compose_marked(Arena *arena, const RollbackPlace *place, Str text, const char *down,
                           const char *marker, const char **ret_text, Err *err)
{
    SectionReader reader;
    if (!find_sections(arena, place, text, &reader, err))
        return false;
    const Section *old = section_first(&reader, true);
    if (section_count(&reader, true) > 1)
        return refuse_place(place, "it has several sections that go down", err);
    if (!old && text.n && text.p[text.n - 1] != '\n')
        return refuse_place(place,
                            "its last line has no end, and one more byte would be an edit "
                            "of the up",
                            err);
    size_t from = old ? marker_start(text, (size_t)old->offset) : text.n;
    size_t to = old ? (size_t)(old->offset + old->size) : text.n;
    *ret_text = arena_printf(arena, STR_FMT "%s\n%s%s" STR_FMT, STR_ARG(((Str){text.p, from})),
                             marker, down, to < text.n ? "\n" : "", STR_ARG(str_skip(text, to)));
    return true;
}

static bool marked_text(Arena *arena, const RollbackPlace *place, const Rollback *rollback,
                        const char **ret_text, Err *err)
{
    Str text;
    const ScriptForm *markers = place->markers;
    const char *marker = rollback->has_outside ? markers->down_alone : markers->down;
    if (!marker)
        return refuse_place(place, "a down that is in no transaction has no mark of its own there",
                            err);
    if (!file_read(arena, place->path, FILE_MAX, &text, err))
        return false;
    Str bom = str_starts(text, BOM) ? BOM : STR("");
    const char *composed;
    if (!compose_marked(arena, place, str_skip(text, bom.n), rollback->text, marker, &composed,
                        err))
        return false;
    *ret_text = arena_join(arena, bom, str_from(composed), STR(""));
    return true;
}

bool rollback_file_text(Arena *arena, const RollbackPlace *place, const Rollback *rollback,
                        const char **ret_text, Err *err)
{
    if (!place->path) {
        fail(err, ERR_CHECK, "the layout %s has no place for a down",
             place->folder ? place->folder->layout->name : LAYOUT_TABLE);
        return err_hint(err, "see it: --dry-run");
    }
    if (place->markers)
        return marked_text(arena, place, rollback, ret_text, err);
    bool is_said = rollback->has_outside && place->folder->layout->wraps;
    const ScriptForm *form = place->folder->layout->form;
    const char *line = form && form->top_alone ? form->top_alone : SCRIPT_FORM_OURS.top_alone;
    *ret_text = is_said ? arena_printf(arena, "%s\n%s", line, rollback->text) : rollback->text;
    return true;
}

bool rollback_file_write(Arena *arena, const RollbackPlace *place, const char *text, Err *err)
{
    const char *slash = strrchr(place->path, '/');
    const char *parent = arena_dup(arena, (Str){place->path, (size_t)(slash - place->path)});
    if (!file_make_directories(parent, 0755, err))
        return false;
    return file_exists(place->path) ? file_write(place->path, str_from(text), MODE, err)
                                    : file_write_new(place->path, str_from(text), MODE, err);
}
