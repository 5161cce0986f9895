// sql-migrate: 20240101120000-add_users.sql, divided by "-- +migrate Up" and "-- +migrate Down",
// as often as one likes: what belongs to one direction is run in the file's order.
// Markers as sqlparse.go of 1.8 reads them, but what it passes over in silence (a marker it does
// not know, SQL before the first one) is an error here. It has no rule for names; a version is
// needed here, which it sorts by as well, and after it by name.
#include "migration/filename.h"
#include "migration/marked.h"
#include "migration/new_script.h"
#include "migration/problem.h"
#include "migration/version.h"

#include <string.h>

enum {
    IN_BLOCK = 1 // SectionReader.state: StatementBegin to StatementEnd
};

static Str word_take(Str *rest)
{
    size_t length = 0;
    *rest = str_trim(*rest);
    while (length < rest->n && rest->p[length] != ' ' && rest->p[length] != '\t')
        length++;
    Str word = {rest->p, length};
    *rest = str_skip(*rest, length);
    return word;
}

// The words behind the marker. False: an ordinary comment.
static bool is_marker(Str line, Str *ret_words)
{
    static const Str PREFIX = STR("-- +migrate ");
    if (!str_starts(line, PREFIX))
        return false;
    *ret_words = str_skip(line, PREFIX.n);
    return true;
}

static bool has_no_transaction(Str options)
{
    for (Str word = word_take(&options); word.n; word = word_take(&options))
        if (str_eq(word, STR("notransaction")))
            return true;
    return false;
}

static bool direction_begin(SectionReader *reader, bool is_down, Str options, Err *err)
{
    if (reader->has_text) {
        section_fail(reader, err,
                     "line %d stands before this marker, and sql-migrate never runs it",
                     reader->text_at.line);
        return err_hint(err, "move it below the marker, or remove it");
    }
    if (reader->state & IN_BLOCK) {
        section_fail(reader, err, "this stands between StatementBegin and StatementEnd");
        return err_hint(err, "put -- +migrate StatementEnd before it");
    }
    section_begin(reader, is_down, has_no_transaction(options));
    return true;
}

static bool command_take(SectionReader *reader, Str words, Err *err)
{
    Str command = word_take(&words);
    if (str_eq(command, STR("Up")) || str_eq(command, STR("Down")))
        return direction_begin(reader, str_eq(command, STR("Down")), words, err);
    if (str_eq(command, STR("StatementBegin"))) {
        if (section_open(reader))
            reader->state |= IN_BLOCK;
        return true;
    }
    if (str_eq(command, STR("StatementEnd"))) {
        reader->state &= ~IN_BLOCK;
        return true;
    }
    section_fail(reader, err, "sql-migrate has no such marker");
    return err_hint(err, "known are: -- +migrate Up, Down, StatementBegin, StatementEnd, and "
                         "notransaction behind Up or Down");
}

static bool sql_migrate_line(SectionReader *reader, Str line, Err *err)
{
    Str words = {0};
    if (is_marker(line, &words))
        return command_take(reader, words, err);
    Str comment = str_trim(line);
    while (comment.n && (comment.p[0] == '-' || comment.p[0] == ' ' || comment.p[0] == '\t'))
        comment = str_skip(comment, 1);
    if (!str_starts_nocase(comment, STR("+migrate")))
        return true;
    section_fail(reader, err, "sql-migrate does not see this marker");
    return err_hint(err,
                    "begin the line with -- +migrate, one blank before the word and one behind");
}

static bool sql_migrate_end(SectionReader *reader, Err *err)
{
    if (!section_first(reader, false)) {
        section_fail(reader, err, "there is no -- +migrate Up in this file");
        return err_hint(err, "write it on a line of its own, and the change below it");
    }
    if (reader->state & IN_BLOCK) {
        section_fail(reader, err, "StatementBegin without StatementEnd");
        return err_hint(err, "put -- +migrate StatementEnd behind the statement");
    }
    return true;
}

static const MarkerRules RULES = {
    .layout = "sql-migrate", .line = sql_migrate_line, .end = sql_migrate_end};

static int sql_migrate_detect(const Sample *sample)
{
    VEC_EACH (const Str, head, &sample->heads) {
        Str line;
        Str words;
        for (Str rest = *head; str_line(&rest, &line);)
            if (is_marker(line, &words))
                return DETECTED_SURELY;
    }
    return 0;
}

// A version of several parts where there is one (20231223_001), else the number alone (1add.sql).
static bool name_parse(Str file, Str *ret_version, Str *ret_name)
{
    if (!marked_name_parse(file, ret_version, ret_name))
        return false;
    (void)filename_parse((Str){file.p, file.n - STR(".sql").n}, ret_version, ret_name);
    return true;
}

// sql-migrate's own order: by the leading number, then by name.
static int by_number_and_name(const char *left, const char *right)
{
    Str versions[2];
    Str name;
    if (!marked_name_parse(str_from(left), &versions[0], &name) ||
        !marked_name_parse(str_from(right), &versions[1], &name))
        return strcmp(left, right);
    int order = version_compare(versions[0], versions[1]);
    return order ? order : strcmp(left, right);
}

static void sql_migrate_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                             Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str base = str_from(file->name);
        Str version = {0};
        Str name = {0};
        if (str_until(base, '/').n < base.n)
            continue;
        if (name_parse(base, &version, &name))
            marked_entry_append(arena, file,
                                str_from(layout_lettered_version(arena, version, entries)), name,
                                entries);
        else
            problem_append_version(arena, problems, file, (Str){base.p, base.n - STR(".sql").n},
                                   ".sql");
    }
    marked_order_check(arena, entries, "sql-migrate", by_number_and_name, problems);
}

// The newest file shows how this team parts version and name.
static char separator(const LayoutEntries *entries)
{
    const LayoutEntry *newest = entries->len ? &entries->items[entries->len - 1] : NULL;
    return newest && newest->up->name[strlen(newest->version)] == '_' ? '_' : '-';
}

static const char *file_name(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *title)
{
    const char *file = marked_name_compose(arena, version, separator(entries), title);
    Str found = {0};
    Str name = {0};
    if (name_parse(str_from(file), &found, &name) && str_eq(found, str_from(version)))
        return file;
    // A title such as "2 users" would be taken for a part of the version.
    return marked_name_compose(arena, version, '_', arena_printf(arena, "m %s", title));
}

static void sql_migrate_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                                  const char *name, NewFiles *ret_files)
{
    *vec_append(arena, ret_files) = (NewFile){
        .name = file_name(arena, entries, version, name),
        .text = marked_new_text(arena, name, "-- +migrate Up", "-- +migrate Down"),
    };
}

static const ScriptForm FORM = {
    .up = "-- +migrate Up",
    .down = "-- +migrate Down",
    .up_alone = "-- +migrate Up notransaction",
    .down_alone = "-- +migrate Down notransaction",
    .body_begin = "-- +migrate StatementBegin",
    .body_end = "-- +migrate StatementEnd",
};

const Layout LAYOUT_SQL_MIGRATE = {
    .name = "sql-migrate",
    .summary = "one file for a migration, divided by -- +migrate Up and -- +migrate Down",
    .first_version = "00000000000000",
    .wraps = true,
    .detect = sql_migrate_detect,
    .read = sql_migrate_read,
    .markers = &RULES,
    .new_files = sql_migrate_new_files,
    .form = &FORM,
};
