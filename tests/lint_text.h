// A text as one file of the linter's chain, for unit tests and fuzz targets alike.
// Refuses to read files. Invariant: whatever the text is, the file is begun and ended.
#pragma once

#include "check/lint.h"

typedef struct TextFile {
    const char *path;
    Str text;
    bool is_reported;
    bool is_no_transaction; // said by its layout
    bool is_wrapped_elsewhere;
    const Migration *migration; // NULL: none
} TextFile;

static inline void survey_text(const TextFile *file, Shape *ret_shape)
{
    Statement statement;
    Err ignored = {0};
    SPLITTER_SCOPED splitter = splitter_new_text(file->text, &(SplitOptions){.file = file->path});
    while (splitter_next(splitter, &statement, &ignored) == SPLIT_STATEMENT)
        if (!shape_add(ret_shape, &statement, file->path, &ignored))
            break;
}

// False when its directives cannot be read; it is judged all the same, as without them.
static inline bool lint_text(Arena *arena, Lint *lint, const TextFile *file)
{
    Script script = {.is_present = true,
                     .path = file->path,
                     .is_loaded = true,
                     .text = file->text,
                     .size = (int64_t)file->text.n,
                     .start = {1, 1},
                     .is_no_transaction = file->is_no_transaction};
    Shape shape = {0};
    Statement statement;
    SplitResult result;
    Err err = {0};
    bool is_said = directives_parse(arena, file->text, file->path, 1, &script.directives, &err);
    if (!is_said)
        script.directives = (Directives){0};
    survey_text(file, &shape);
    lint_file_begin(lint, &(LintFile){.path = file->path,
                                      .migration = file->migration,
                                      .script = &script,
                                      .shape = &shape,
                                      .is_reported = file->is_reported,
                                      .is_wrapped_elsewhere = file->is_wrapped_elsewhere});
    SPLITTER_SCOPED splitter = splitter_new_text(file->text, &(SplitOptions){.file = file->path});
    err = (Err){0};
    while ((result = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT)
        lint_statement(lint, &statement);
    if (result == SPLIT_FAILED)
        lint_broken(lint, &err);
    lint_file_end(lint);
    return is_said;
}
