// Texts in, findings out: the real linter over files that are texts.
#pragma once

#include "check/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct CaseFile {
    const char *path;
    const char *sql;
    bool is_silent;         // only replayed
    bool is_no_transaction; // said by its layout
    bool is_wrapped_elsewhere;
} CaseFile;

static inline void lint_case_file(Arena *arena, Lint *lint, const CaseFile *file)
{
    Script *script = arena_new_object(arena, Script);
    Shape *shape = arena_new_object(arena, Shape);
    Str text = str_from(file->sql);
    Statement statement;
    Err err = {0};
    *script = (Script){.is_present = true,
                       .path = file->path,
                       .is_loaded = true,
                       .text = text,
                       .size = (int64_t)text.n,
                       .start = {1, 1},
                       .is_no_transaction = file->is_no_transaction};
    assert_true(directives_parse(arena, text, file->path, 1, &script->directives, &err));
    SPLITTER_SCOPED survey = splitter_new_text(text, &(SplitOptions){.file = file->path});
    while (splitter_next(survey, &statement, &err) == SPLIT_STATEMENT)
        if (!shape_add(shape, &statement, file->path, &err))
            break;
    lint_file_begin(lint, &(LintFile){.path = file->path,
                                      .script = script,
                                      .shape = shape,
                                      .is_reported = !file->is_silent,
                                      .is_wrapped_elsewhere = file->is_wrapped_elsewhere});
    SPLITTER_SCOPED splitter = splitter_new_text(text, &(SplitOptions){.file = file->path});
    SplitResult result;
    err = (Err){0};
    while ((result = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT)
        lint_statement(lint, &statement);
    if (result == SPLIT_FAILED)
        lint_broken(lint, &err);
    lint_file_end(lint);
}

// `files` end with one whose sql is NULL. The findings are on `arena`.
static inline Findings lint_case(Arena *arena, const LintOptions *options, const CaseFile *files)
{
    LINT_SCOPED lint = lint_new(arena, options);
    for (; files->sql; files++)
        lint_case_file(arena, lint, files);
    lint_chain_end(lint);
    return *lint_findings(lint);
}

static inline Findings lint_example(Arena *arena, const RuleExample *example)
{
    const CaseFile files[] = {
        {.path = "1_setup.sql",
         .sql = example->setup ? example->setup : "",
         .is_silent = true,
         .is_no_transaction = true},
        {.path = "2_case.sql",
         .sql = example->sql,
         .is_wrapped_elsewhere = example->is_wrapped_elsewhere},
        {0},
    };
    const LintOptions options = {
        .pg_from = example->pg_from, .pg_to = example->pg_to, .has_optional = true, .today = 20000};
    return lint_case(arena, &options, files);
}
