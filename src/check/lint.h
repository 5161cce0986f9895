// Lint: files of a chain in, findings out. Replays every statement, lets each rule look at it
// before, honours ignore comments.
// Refuses to read files and to print. Invariant: findings stand in the order of files and
// positions; one bad statement hides nothing behind it.
#pragma once

#include "check/judged.h"
#include "check/rules/rule.h"
#include "migration/shape.h"

typedef struct Lint Lint;

typedef struct LintOptions {
    int pg_from, pg_to; // 0: PG_OLDEST, PG_NEWEST
    bool assumes_timeouts;
    bool has_fixes;    // Finding.fix is wanted
    bool keeps;        // what is lost is to be kept: rules that say so, fixes that do so
    bool has_optional; // rules that are off unless configured, too
    // Severity of a rule in a file, by configuration; NULL or a negative answer: the rule's own.
    int (*severity)(void *context, const Rule *rule, const char *path);
    void *context;
    int64_t today; // days since 1970-01-01, for ignores that expire; 0: not known
} LintOptions;

typedef struct LintFile {
    const char *path;
    const Migration *migration; // NULL: none
    const Script *script;       // directives, is_no_transaction
    const Shape *shape;
    bool is_reported;
    bool is_wrapped_elsewhere;
    bool is_syntax_only; // a down: only whether it can be read, and nothing of it is replayed
} LintFile;

Lint *lint_new(Arena *arena, const LintOptions *options);
void lint_free(Lint *lint);
void lint_free_at(Lint **lint);
#define LINT_SCOPED __attribute__((cleanup(lint_free_at))) Lint *

// A file: begun, each statement of the splitter in order (its text need live only as long as the
// call), ended.
void lint_file_begin(Lint *lint, const LintFile *file);
// Of a script that is not loaded, before its statements: its text in pieces that end behind a
// line's end, for the ignore comments in it.
void lint_comments(Lint *lint, Str piece);
void lint_statement(Lint *lint, const Statement *statement);
// The same in two halves, the first of which needs no linter and may be done beforehand, elsewhere.
void lint_parse(Arena *arena, const Statement *statement, bool opens_body,
                ParsedStatement *ret_parsed);
void lint_parsed(Lint *lint, const Statement *statement, const ParsedStatement *parsed);
// What the splitter refused: a finding of rule "syntax-error" and the end of the file.
void lint_broken(Lint *lint, const Err *err);
// The same of something that the splitter refused and passed over: the file goes on.
void lint_refused(Lint *lint, const Err *err);
void lint_file_end(Lint *lint);
// Behind the last file: duties across files.
void lint_chain_end(Lint *lint);

// Behind the chain's end they are on the arena and outlive the linter.
const Findings *lint_findings(const Lint *lint);
