// tern: 001_add_users.sql, divided by "---- create above / drop below ----". Names and markers as
// tern 2 reads them (migrate/migrate.go): numbers from 1 without a gap; without the marker the file
// is all up; sub-folders hold templates. A template action, {{ }}, is Go, so the file is refused.
#include "migration/marked.h"
#include "migration/new_script.h"
#include "migration/problem.h"
#include "migration/version.h"

#include <limits.h>
#include <stdlib.h>

#define MARKER "---- create above / drop below ----"

static bool is_dashes(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '-' && text.p[i] != ' ' && text.p[i] != '\t')
            return false;
    return true;
}

// `at`: where the marker begins, which tern finds in the middle of a line too.
static bool marker_take(SectionReader *reader, Str line, size_t at, Err *err)
{
    const Section *down = section_first(reader, true);
    Str behind = str_skip(line, at + STR(MARKER).n);
    if (down) {
        section_fail(reader, err, "a second " MARKER ", after that of line %d",
                     down->start.line - 1);
        return err_hint(err, "remove this line, or make a file of its own of what follows");
    }
    if (!is_dashes((Str){line.p, at}) || !is_dashes(behind)) {
        section_fail(reader, err, "this marker has to be alone on its line");
        return err_hint(err, "put what stands beside it on a line of its own");
    }
    section_begin(reader, true, false);
    return true;
}

static bool tern_line(SectionReader *reader, Str line, Err *err)
{
    ptrdiff_t marker = str_find(line, STR(MARKER));
    if (marker >= 0)
        return marker_take(reader, line, (size_t)marker, err);
    if (str_eq(line, STR("---- tern: disable-tx ----"))) {
        section_no_transaction(reader);
        return true;
    }
    const char *wanted = marked_is_near(line, STR("create above / drop below")) ? MARKER
                         : marked_is_near(line, STR("tern: disabletx"))
                             ? "---- tern: disable-tx ----"
                             : NULL;
    if (!wanted)
        return true;
    section_fail(reader, err, "tern does not see this marker");
    return err_hint(err, "write %s", wanted);
}

static const MarkerRules RULES = {
    .layout = "tern", .starts_up = true, .anywhere = MARKER, .line = tern_line};

static int tern_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.others)
        if (strcmp(file->name, "tern.conf") == 0)
            return DETECTED_SURELY;
    VEC_EACH (const Str, head, &sample->heads)
        if (str_find(*head, STR(MARKER)) >= 0)
            return DETECTED_SURELY;
    return 0;
}

static int by_version(const void *left, const void *right)
{
    const LayoutEntry *a = left;
    const LayoutEntry *b = right;
    return version_compare(str_from(a->version), str_from(b->version));
}

static void gap_report(Arena *arena, const LayoutEntry *entry, long expected, long number,
                       Problems *problems)
{
    bool is_zero = number == 0;
    Problem *problem =
        is_zero ? problem_append(arena, problems, PROBLEM_VERSION, entry->up,
                                 "tern counts its migrations from 1")
                : problem_append(arena, problems, PROBLEM_VERSION, entry->up,
                                 "number %ld is missing before this file, and tern's numbers have "
                                 "no gap",
                                 expected);
    if (is_zero)
        err_hint(&problem->err, "give it a number above 0");
    else
        err_hint(&problem->err, "add the file, or rename this one to %03ld_%s.sql", expected,
                 entry->name);
}

// Reports the first of each run of numbers that does not follow on the one before.
static void gaps_report(Arena *arena, LayoutEntries *entries, Problems *problems)
{
    long expected = 1;
    vec_sort(entries, by_version);
    VEC_EACH (const LayoutEntry, entry, entries) {
        long number = strtol(entry->version, NULL, 10);
        bool is_again = number == expected - 1 && number > 0; // layout_sort tells of it
        if (number != expected && !is_again)
            gap_report(arena, entry, expected, number, problems);
        if (number < LONG_MAX)
            expected = number + 1;
    }
}

static bool tern_name_parse(Str file, Str *ret_version, Str *ret_name)
{
    return marked_name_parse(file, ret_version, ret_name) &&
           str_starts(str_skip(file, ret_version->n), STR("_"));
}

static void tern_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                      Problems *problems)
{
    marked_read(arena, listing, tern_name_parse, entries, problems);
    gaps_report(arena, entries, problems);
}

static bool template_refuse(Expanding *expanding, const Expansion *expansion, Err *err)
{
    ptrdiff_t at = str_find(expanding_text(expanding), STR("{{"));
    if (at < 0)
        return true;
    expanding_fail(expanding, (size_t)at, err,
                   "a template of tern's, which cannot be rendered here");
    return err_hint(err,
                    "write in its place the SQL that it makes: tern print-migrations shows it");
}

static const Expansion *tern_expansion(Arena *arena, const Listing *listing,
                                       const ExpansionValues *values)
{
    static const Expansion TEMPLATES = {.expand = template_refuse, .trigger = "{{"};
    return &TEMPLATES;
}

static void tern_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                           const char *name, NewFiles *ret_files)
{
    *vec_append(arena, ret_files) = (NewFile){
        .name = marked_name_compose(arena, version, '_', name),
        .text = marked_new_text(arena, name, "", MARKER),
    };
}

static const ScriptForm FORM = {
    .up = "",
    .down = MARKER,
    .up_alone = "---- tern: disable-tx ----",
    .down_alone = MARKER "\n---- tern: disable-tx ----",
};

const Layout LAYOUT_TERN = {
    .name = "tern",
    .summary = "one file for a migration, 001_add_users.sql, divided by " MARKER,
    .has_numbers_only = true,
    .wraps = true,
    .detect = tern_detect,
    .read = tern_read,
    .markers = &RULES,
    .expansion = tern_expansion,
    .new_files = tern_new_files,
    .form = &FORM,
};
