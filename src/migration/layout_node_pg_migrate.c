// node-pg-migrate's SQL files: 1700000000000_add-users.sql (milliseconds since 1970),
// 20240101120000000_x.sql (UTC, 17 digits) or 0001_x.sql, divided by comments that begin with "up
// migration" and "down migration" (src/sqlMigration.ts, src/utils/comparators.ts of 10.0: the first
// of each counts). Without a marker the file is all up. With a down marker alone node-pg-migrate
// runs the whole file as up, and it drops what stands before the first marker: both are errors
// here.
#include "migration/marked.h"
#include "migration/new_script.h"
#include "migration/problem.h"
#include "migration/version.h"

#include <ctype.h>
#include <stdlib.h>

enum {
    HAS_MARKER = 1, // SectionReader.state
    UTC_DIGITS = 17,
    EPOCH_DIGITS = 13
};

// ^\s*--[\s-]*WORD\s+migration, in any letters.
static bool is_marker(Str line, Str word)
{
    line = str_trim(line);
    if (!str_starts(line, STR("--")))
        return false;
    while (line.n && (line.p[0] == '-' || isspace((unsigned char)line.p[0])))
        line = str_skip(line, 1);
    if (!str_starts_nocase(line, word))
        return false;
    line = str_skip(line, word.n);
    return line.n && isspace((unsigned char)line.p[0]) &&
           str_starts_nocase(str_trim(line), STR("migration"));
}

static bool second_refuse(SectionReader *reader, bool is_down, int first, Err *err)
{
    section_fail(reader, err, "a second -- %s Migration, after that of line %d",
                 is_down ? "Down" : "Up", first);
    return err_hint(err, "make a file of its own of each pair: node-pg-migrate takes the first of "
                         "each alone");
}

static bool first_take(SectionReader *reader, bool is_down, Err *err)
{
    int line = reader->last_text_at.line;
    if (line && is_down) {
        section_fail(reader, err, "-- Down Migration without -- Up Migration before it");
        return err_hint(err,
                        "put -- Up Migration above the change: without it node-pg-migrate runs "
                        "the whole file as up, this part too");
    }
    if (line) {
        section_fail(reader, err,
                     "line %d stands before -- Up Migration, and node-pg-migrate never "
                     "runs it",
                     line);
        return err_hint(err, "move it below this line");
    }
    reader->sections.len = 0; // the up that began with the file
    section_begin(reader, is_down, false);
    return true;
}

static bool node_line(SectionReader *reader, Str line, Err *err)
{
    bool is_down = is_marker(line, STR("down"));
    if (!is_down && !is_marker(line, STR("up")))
        return true;
    bool is_first = !(reader->state & HAS_MARKER);
    reader->state |= HAS_MARKER;
    if (is_first)
        return first_take(reader, is_down, err);
    const Section *same = section_first(reader, is_down);
    if (!same)
        section_begin(reader, is_down, false);
    // Within its own direction it is a comment.
    return !same || section_open(reader) == same ||
           second_refuse(reader, is_down, same->start.line - 1, err);
}

static bool node_end(SectionReader *reader, Err *err)
{
    if (section_first(reader, false))
        return true;
    section_fail(reader, err, "there is no -- Up Migration in this file");
    return err_hint(err, "write it on a line of its own, and the change below it");
}

static const MarkerRules RULES = {
    .layout = "node-pg-migrate", .starts_up = true, .line = node_line, .end = node_end};

// Is there SQL below the down marker? A plain file's rollback in comments may have such a heading.
static bool has_down(Str head)
{
    bool is_down = false;
    Str line;
    while (str_line(&head, &line)) {
        if (is_marker(line, STR("down")))
            is_down = true;
        else if (is_down && str_trim(line).n && !str_starts(str_trim(line), STR("--")))
            return true;
    }
    return false;
}

static bool has_up(Str head)
{
    Str line;
    while (str_line(&head, &line))
        if (is_marker(line, STR("up")))
            return true;
    return false;
}

static bool is_time(Str version)
{
    return version.n == EPOCH_DIGITS || version.n == UTC_DIGITS;
}

// Such names, or an up marker alone, are weak signs: a folder with rollbacks beside is plain.
static int node_detect(const Sample *sample)
{
    VEC_EACH (const Str, head, &sample->heads)
        if (has_down(*head))
            return DETECTED_SURELY - 1;
    VEC_EACH (const SourceFile, file, &sample->listing.others)
        if (str_starts(str_from(file->name), STR("rollback")))
            return 0;
    VEC_EACH (const Str, head, &sample->heads)
        if (has_up(*head))
            return 15;
    VEC_EACH (const SourceFile, file, &sample->listing.files) {
        Str version = {0};
        Str name = {0};
        if (marked_name_parse(str_from(file->name), &version, &name) && is_time(version))
            return 15;
    }
    return 0;
}

// What node-pg-migrate sorts by: the number, or the time that 17 digits are.
static int64_t sort_key(const char *file)
{
    Str version = {0};
    Str name = {0};
    int64_t time = 0;
    if (marked_name_parse(str_from(file), &version, &name) && version.n == UTC_DIGITS &&
        version_milliseconds(version, &time))
        return time;
    return strtoll(file, NULL, 10);
}

static int by_sort_key(const char *left, const char *right)
{
    int64_t keys[] = {sort_key(left), sort_key(right)};
    return (keys[0] > keys[1]) - (keys[0] < keys[1]);
}

static void node_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                      Problems *problems)
{
    marked_read(arena, listing, marked_name_parse, entries, problems);
    marked_order_check(arena, entries, "node-pg-migrate", by_sort_key, problems);
}

static void node_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                           const char *name, NewFiles *ret_files)
{
    *vec_append(arena, ret_files) = (NewFile){
        .name = marked_name_compose(arena, version, '_', name),
        .text = marked_new_text(arena, name, "-- Up Migration", "-- Down Migration"),
    };
}

static const char *const ALIASES[] = {"node", NULL};

static const ScriptForm FORM = {
    .up = "-- Up Migration",
    .down = "-- Down Migration",
    .top_alone = "-- migrate-safe: no-transaction",
    .takes_any_file = true, // 9.0.0: its ignorePattern is ^\\..* where none is said
};

const Layout LAYOUT_NODE_PG_MIGRATE = {
    .name = "node-pg-migrate",
    .aliases = ALIASES,
    .summary = "one SQL file for a migration, divided by -- Up Migration and -- Down Migration",
    .first_version = "0000000000000",
    .has_numbers_only = true,
    .wraps = true,
    .detect = node_detect,
    .read = node_read,
    .markers = &RULES,
    .new_files = node_new_files,
    .form = &FORM,
};
