// `lint --fix` and `--diff`: which files may be rewritten, the writing or the diff, what is told.
// Refuses to judge. Invariant: a file whose migration is applied, or may be for all that is known,
// is never rewritten.
#pragma once

#include "cli/lint_input.h"
#include "report/finding_report.h"

bool lint_fix_is_wanted(const Context *context);
// Writes, or with --diff makes the diffs. `findings` learn what became of them; `ret_fixes` has the
// files.
bool lint_fix(LintInput *input, Findings *findings, Severity least, FindingFixes *ret_fixes,
              Err *err) __attribute__((warn_unused_result));
// What was written, for people, on stderr; diffs on stdout.
void lint_fix_tell(Context *context, const FindingFixes *fixes);
// What was found again in what was left keeps its reason.
void lint_fix_keep_reasons(const Findings *before, Findings *now);
