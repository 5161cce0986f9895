// goose: 00001_add_users.sql or 20240101120000_add_users.sql, divided by "-- +goose Up" and
// "-- +goose Down". Names, annotations and their order as goose 3.27 has them (migration.go,
// internal/sqlparser/parser.go): what is an error there is one here. Only a missing semicolon and
// statements without StatementBegin and StatementEnd are none, since our splitter needs neither.
#include "migration/goose_envsub.h"
#include "migration/goose_line.h"
#include "migration/marked.h"
#include "migration/new_script.h"
#include "migration/problem.h"

// Bits of SectionReader.state.
enum {
    IN_BLOCK = 1, // StatementBegin to StatementEnd
    ENVSUB = 2
};

static void begin(SectionReader *reader, bool is_down)
{
    section_begin(reader, is_down, false);
    if (!(reader->state & ENVSUB))
        return;
    Section *section = section_open(reader);
    section->has_placeholders = true;
    section->opening = GOOSE_ENVSUB_OPENING;
}

static bool in_block(SectionReader *reader, Err *err)
{
    section_fail(reader, err, "this stands between StatementBegin and StatementEnd");
    return err_hint(err, "put -- +goose StatementEnd before it");
}

static bool up_take(SectionReader *reader, Err *err)
{
    const Section *up = section_first(reader, false);
    if (up) {
        section_fail(reader, err, "a second -- +goose Up, after that of line %d",
                     up->start.line - 1);
        return err_hint(err, "remove this line, or make a file of its own of what follows");
    }
    if (reader->has_text) {
        section_fail(reader, err, "line %d stands before -- +goose Up", reader->text_at.line);
        return err_hint(err, "move it below this line: goose allows only comments before it");
    }
    begin(reader, false);
    return true;
}

static bool down_take(SectionReader *reader, Err *err)
{
    const Section *down = section_first(reader, true);
    if (!section_first(reader, false)) {
        section_fail(reader, err, "-- +goose Down without -- +goose Up before it");
        return err_hint(err, "put -- +goose Up and the change above it");
    }
    if (down) {
        section_fail(reader, err, "a second -- +goose Down, after that of line %d",
                     down->start.line - 1);
        return err_hint(err, "remove this line, or make a file of its own of what follows");
    }
    if (reader->state & IN_BLOCK)
        return in_block(reader, err);
    begin(reader, true);
    return true;
}

static bool block_take(SectionReader *reader, bool is_begin, Err *err)
{
    if (is_begin && !section_open(reader)) {
        section_fail(reader, err, "StatementBegin before -- +goose Up");
        return err_hint(err, "put -- +goose Up above it");
    }
    if (is_begin && reader->state & IN_BLOCK)
        return in_block(reader, err);
    if (!is_begin && !(reader->state & IN_BLOCK)) {
        section_fail(reader, err, "StatementEnd without StatementBegin");
        return err_hint(err, "put -- +goose StatementBegin before the statement that ends here, or "
                             "remove this line");
    }
    reader->state ^= IN_BLOCK;
    return true;
}

static bool goose_line_take(SectionReader *reader, Str line, Err *err)
{
    switch (goose_line(line)) {
    case GOOSE_NONE:
        return true;
    case GOOSE_UP:
        return up_take(reader, err);
    case GOOSE_DOWN:
        return down_take(reader, err);
    case GOOSE_STATEMENT_BEGIN:
        return block_take(reader, true, err);
    case GOOSE_STATEMENT_END:
        return block_take(reader, false, err);
    case GOOSE_NO_TRANSACTION:
        reader->is_no_transaction = true;
        return true;
    case GOOSE_ENVSUB_ON:
        reader->state |= ENVSUB;
        if (section_open(reader))
            section_open(reader)->has_placeholders = true;
        return true;
    case GOOSE_ENVSUB_OFF:
        reader->state &= ~ENVSUB;
        return true;
    case GOOSE_INDENTED:
        section_fail(reader, err, "an annotation of goose stands at the line's beginning");
        return err_hint(err, "remove the blanks before --");
    case GOOSE_UNKNOWN:
        break;
    }
    section_fail(reader, err, "goose has no such annotation");
    return err_hint(err, "known are: -- +goose Up, Down, StatementBegin, StatementEnd, "
                         "NO TRANSACTION, ENVSUB ON, ENVSUB OFF");
}

static bool goose_end(SectionReader *reader, Err *err)
{
    if (!section_first(reader, false)) {
        section_fail(reader, err, "there is no -- +goose Up in this file");
        return err_hint(err, "write it on a line of its own, and the change below it");
    }
    if (reader->state & IN_BLOCK) {
        section_fail(reader, err, "StatementBegin without StatementEnd");
        return err_hint(err, "put -- +goose StatementEnd behind the statement");
    }
    return true;
}

static const MarkerRules RULES = {
    .layout = "goose", .has_switch = true, .line = goose_line_take, .end = goose_end};

static int goose_detect(const Sample *sample)
{
    VEC_EACH (const Str, head, &sample->heads) {
        Str line;
        for (Str rest = *head; str_line(&rest, &line);)
            if (goose_line(line) != GOOSE_NONE)
                return DETECTED_SURELY;
    }
    return 0;
}

static void goose_file_read(Arena *arena, const SourceFile *file, LayoutEntries *entries,
                            Problems *problems)
{
    Str base = str_from(file->name);
    Str version = {0};
    Str name = {0};
    if (!marked_name_parse(base, &version, &name) ||
        !str_starts(str_skip(base, version.n), STR("_"))) {
        problem_append_version(arena, problems, file, (Str){base.p, base.n - STR(".sql").n},
                               ".sql");
        return;
    }
    Str digits = version;
    while (digits.n && digits.p[0] == '0')
        digits = str_skip(digits, 1);
    if (digits.n == 0) {
        Problem *problem = problem_append(arena, problems, PROBLEM_VERSION, file,
                                          "goose counts its versions from 1");
        err_hint(&problem->err, "give the file a version above 0");
        return;
    }
    marked_entry_append(arena, file, version, name, entries);
}

static void goose_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                       Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str name = str_from(file->name);
        if (str_until(name, '/').n == name.n)
            goose_file_read(arena, file, entries, problems);
    }
}

static const Expansion *goose_expansion(Arena *arena, const Listing *listing,
                                        const ExpansionValues *values)
{
    Expansion *expansion = arena_new_object(arena, Expansion);
    *expansion = (Expansion){.expand = goose_envsub_expand, .trigger = "", .values = values};
    return expansion;
}

static void goose_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                            const char *name, NewFiles *ret_files)
{
    *vec_append(arena, ret_files) = (NewFile){
        .name = marked_name_compose(arena, version, '_', name),
        .text = marked_new_text(arena, name, "-- +goose Up", "-- +goose Down"),
    };
}

static const ScriptForm FORM = {
    .up = "-- +goose Up",
    .down = "-- +goose Down",
    .top_alone = "-- +goose NO TRANSACTION",
    .body_begin = "-- +goose StatementBegin",
    .body_end = "-- +goose StatementEnd",
};

const Layout LAYOUT_GOOSE = {
    .name = "goose",
    .summary = "one file for a migration, divided by -- +goose Up and -- +goose Down",
    .first_version = "00000000000000",
    .has_numbers_only = true,
    .wraps = true,
    .detect = goose_detect,
    .read = goose_read,
    .markers = &RULES,
    .expansion = goose_expansion,
    .new_files = goose_new_files,
    .form = &FORM,
};
