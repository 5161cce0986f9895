#include "run/rehearse/load_file.h"

#include "io/file.h"
#include "sql/split.h"

#include <stdlib.h>

enum {
    FILE_MAX = 1 << 20,
    WEIGHT_MAX = 10000
};

static bool parse_weight(Arena *arena, Str text, const char *file, int64_t *ret_weight, Err *err)
{
    Str digits = str_trim(text);
    int64_t weight =
        str_is_digits(digits) && digits.n <= 5 ? strtoll(arena_dup(arena, digits), NULL, 10) : 0;
    if (weight < 1 || weight > WEIGHT_MAX) {
        fail(err, ERR_CONFIG, "a weight is a number from 1 to %d, not \"" STR_FMT "\"", WEIGHT_MAX,
             STR_ARG(digits));
        return err_at(err, file, (Position){0});
    }
    *ret_weight = weight;
    return true;
}

// "NAME@3.sql", or a comment of the header.
static bool read_weight(Arena *arena, const char *name, Str header, const char *file,
                        int64_t *ret_weight, Err *err)
{
    const char *at = strrchr(name, '@');
    Str line;
    *ret_weight = 1;
    if (at) {
        Str text = {at + 1, strlen(at + 1) - strlen(".sql")};
        return parse_weight(arena, text, file, ret_weight, err);
    }
    while (str_line(&header, &line)) {
        line = str_trim(line);
        if (!str_starts(line, STR("--")))
            continue;
        line = str_trim(str_skip(line, 2));
        if (str_starts_nocase(line, STR("weight:")))
            return parse_weight(arena, str_skip(line, 7), file, ret_weight, err);
    }
    return true;
}

static bool refuse(const Splitter *splitter, const Statement *statement, Err *err)
{
    if (statement->class == STATEMENT_TRANSACTIONAL)
        return true;
    fail(err, ERR_CHECK, "a file of the load is one transaction, which is rolled back: %s",
         statement->class == STATEMENT_COPY_IN ? "COPY from stdin is not for it"
         : statement->class == STATEMENT_NOT_TRANSACTIONAL
             ? "this statement runs in none"
             : "it can neither begin nor end one itself");
    return splitter_error_at(splitter, statement, 0, err);
}

// All its statements; `ret_header` is what is before the first.
static bool examine(Str text, const char *file, Str *ret_header, Err *err)
{
    SplitOptions options = {.file = file};
    SPLITTER_SCOPED splitter = splitter_new_text(text, &options);
    Statement statement;
    SplitResult got;
    int count = 0;
    while ((got = splitter_next(splitter, &statement, err)) == SPLIT_STATEMENT) {
        if (count++ == 0)
            *ret_header = (Str){text.p, (size_t)statement.offset};
        if (!refuse(splitter, &statement, err))
            return false;
    }
    if (got == SPLIT_END && !count) {
        fail(err, ERR_CHECK, "it has no statement");
        return err_at(err, file, (Position){0});
    }
    return got == SPLIT_END;
}

static bool read_one(Arena *arena, const char *folder, const char *name, LoadFile *ret_file,
                     Err *err)
{
    LoadFile file = {.file = arena_printf(arena, "%s/%s", folder, name)};
    Str text;
    Str header = {0};
    if (!file_read(arena, file.file, FILE_MAX, &text, err) ||
        !examine(text, file.file, &header, err) ||
        !read_weight(arena, name, header, file.file, &file.weight, err))
        return false;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_skip(text, 3);
    file.sql = arena_printf(arena, "BEGIN;\n" STR_FMT "\n;ROLLBACK", STR_ARG(text));
    *ret_file = file;
    return true;
}

bool load_files_read(Arena *arena, const char *folder, LoadFiles *ret_files, Err *err)
{
    FileEntries entries;
    LoadFiles files = {0};
    if (!file_list(arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries)
        if (!entry->is_directory && entry->name[0] != '.' &&
            str_ends(str_from(entry->name), STR(".sql")) &&
            !read_one(arena, folder, entry->name, vec_append(arena, &files), err))
            return false;
    if (!files.len) {
        fail(err, ERR_CONFIG, "%s has no file of the load", folder);
        return err_hint(err, "a file NAME.sql there is one transaction of the application");
    }
    *ret_files = files;
    return true;
}

// Steps of a prime number through all weights, so that those of one file do not come in a row.
const LoadFile *load_files_at(const LoadFiles *files, int64_t turn)
{
    enum {
        STEP = 7919
    };
    int64_t all = 0;
    VEC_EACH (const LoadFile, file, files)
        all += file->weight;
    REQUIRE(all > 0);
    int64_t at = turn % all * STEP % all;
    for (size_t i = 0; i + 1 < files->len; i++) {
        if (at < files->items[i].weight)
            return &files->items[i];
        at -= files->items[i].weight;
    }
    return &files->items[files->len - 1];
}
