// dbmate: 20240101120000_add_users.sql, divided by "-- migrate:up" and "-- migrate:down".
// Names and markers as its regular expressions have them (pkg/dbmate/migration.go, db.go of 2.35).
// A file with two pairs is refused: dbmate itself fails on it under PostgreSQL (it records the
// version twice), and takes the pairs back in the order of the file instead of in reverse.
#include "migration/marked.h"
#include "migration/new_script.h"
#include "migration/problem.h"

static Str blanks_skip(Str text)
{
    while (text.n && (text.p[0] == ' ' || text.p[0] == '\t' || text.p[0] == '\f'))
        text = str_skip(text, 1);
    return text;
}

// Is the line "--migrate:WORD", and a blank or nothing behind it? Then `ret_options` is the rest.
static bool is_marker(Str line, Str marker, Str *ret_options)
{
    if (!str_starts(line, STR("--")))
        return false;
    Str words = blanks_skip(str_skip(line, 2));
    if (!str_starts(words, marker))
        return false;
    *ret_options = str_skip(words, marker.n);
    return ret_options->n == 0 || blanks_skip(*ret_options).n < ret_options->n;
}

// Other options are dbmate's to ignore; of two the last one counts.
static bool says_no_transaction(Str options)
{
    bool is_said = false;
    for (Str rest = blanks_skip(options); rest.n; rest = blanks_skip(rest)) {
        size_t length = 0;
        while (length < rest.n && blanks_skip(str_skip(rest, length)).n == rest.n - length)
            length++;
        Str option = {rest.p, length};
        rest = str_skip(rest, length);
        if (str_starts(option, STR("transaction:")))
            is_said = str_eq(option, STR("transaction:false"));
    }
    return is_said;
}

static bool is_near(Str line)
{
    static const Str NEAR[] = {STR("migrate:up"), STR("migrate:down"),
                               STR("migrate:up transaction:false"),
                               STR("migrate:down transaction:false")};
    for (size_t i = 0; i < sizeof NEAR / sizeof NEAR[0]; i++)
        if (marked_is_near(line, NEAR[i]))
            return true;
    return false;
}

static bool up_begin(SectionReader *reader, bool is_no_transaction, Err *err)
{
    const Section *up = section_first(reader, false);
    if (up) {
        section_fail(reader, err, "a second -- migrate:up in one file, after that of line %d",
                     up->start.line - 1);
        return err_hint(err, "make a file of its own of each pair: several could not be taken back "
                             "in the right order");
    }
    if (reader->has_text) {
        section_fail(reader, err, "line %d stands before -- migrate:up", reader->text_at.line);
        return err_hint(err, "move it below this line: dbmate allows only comments before it");
    }
    section_begin(reader, false, is_no_transaction);
    return true;
}

static bool down_begin(SectionReader *reader, bool is_no_transaction, Err *err)
{
    const Section *down = section_first(reader, true);
    if (!section_first(reader, false)) {
        section_fail(reader, err, "-- migrate:down without -- migrate:up before it");
        return err_hint(err, "put -- migrate:up and the change above it");
    }
    if (down) {
        section_fail(reader, err, "a second -- migrate:down, after that of line %d",
                     down->start.line - 1);
        return err_hint(err, "remove this line, or make a file of its own of what follows");
    }
    section_begin(reader, true, is_no_transaction);
    return true;
}

static bool dbmate_line(SectionReader *reader, Str line, Err *err)
{
    Str options = {0};
    if (is_marker(line, STR("migrate:up"), &options))
        return up_begin(reader, says_no_transaction(options), err);
    if (is_marker(line, STR("migrate:down"), &options))
        return down_begin(reader, says_no_transaction(options), err);
    if (!is_near(line))
        return true;
    section_fail(reader, err, "dbmate does not see this marker");
    return err_hint(err, "write -- migrate:up or -- migrate:down, in small letters, at the line's "
                         "beginning");
}

static bool dbmate_end(SectionReader *reader, Err *err)
{
    if (!section_first(reader, false)) {
        section_fail(reader, err, "there is no -- migrate:up in this file");
        return err_hint(err, "write it on a line of its own, and the change below it");
    }
    if (!section_first(reader, true)) {
        section_fail(reader, err, "there is no -- migrate:down in this file");
        return err_hint(err, "write it on a line of its own behind the change, and below it the "
                             "way back, or nothing");
    }
    return true;
}

static const MarkerRules RULES = {.layout = "dbmate", .line = dbmate_line, .end = dbmate_end};

static int dbmate_detect(const Sample *sample)
{
    VEC_EACH (const Str, head, &sample->heads) {
        Str line;
        Str options;
        for (Str rest = *head; str_line(&rest, &line);)
            if (is_marker(line, STR("migrate:up"), &options))
                return DETECTED_SURELY;
    }
    return 0;
}

static void dbmate_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    marked_read(arena, listing, marked_name_parse, entries, problems);
    marked_order_check(arena, entries, "dbmate", strcmp, problems);
}

static void dbmate_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *name, NewFiles *ret_files)
{
    *vec_append(arena, ret_files) = (NewFile){
        .name = marked_name_compose(arena, version, '_', name),
        .text = marked_new_text(arena, name, "-- migrate:up", "-- migrate:down"),
    };
}

static const ScriptForm FORM = {
    .up = "-- migrate:up",
    .down = "-- migrate:down",
    .up_alone = "-- migrate:up transaction:false",
    .down_alone = "-- migrate:down transaction:false",
};

const Layout LAYOUT_DBMATE = {
    .name = "dbmate",
    .summary = "one file for a migration, divided by -- migrate:up and -- migrate:down",
    .first_version = "00000000000000",
    .has_numbers_only = true,
    .wraps = true,
    .sends_one_string = true,
    .detect = dbmate_detect,
    .read = dbmate_read,
    .markers = &RULES,
    .new_files = dbmate_new_files,
    .form = &FORM,
};
