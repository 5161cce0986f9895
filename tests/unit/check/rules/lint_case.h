// Texts in, findings out: the real linter over files that are texts.
#pragma once

#include "../../../lint_text.h"

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
    assert_true(lint_text(arena, lint,
                          &(TextFile){.path = file->path,
                                      .text = str_from(file->sql),
                                      .is_reported = !file->is_silent,
                                      .is_no_transaction = file->is_no_transaction,
                                      .is_wrapped_elsewhere = file->is_wrapped_elsewhere}));
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
