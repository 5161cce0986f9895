// What the splitter says about text that is no SQL it can hand on.
// Refuses to decide whether it is. Invariant: each function returns false with `err` complete.
#pragma once

#include "sql/lex.h"
#include "sql/split_input.h"

// A quote or comment that did not end.
bool refuse_unterminated(const SplitInput *input, const Lexer *lexer, Token token, int64_t offset,
                         Err *err);
// A backslash and what stands behind it.
bool refuse_meta_command(const SplitInput *input, Str command, int64_t offset, Err *err);
// What stands behind \set on its line: does it only set what holds here anyway (ON_ERROR_STOP on),
// or how psql shows what it does?
bool is_passed_setting(Str rest);
bool refuse_open_body(const SplitInput *input, int64_t offset, Err *err);
bool refuse_open_parenthesis(const SplitInput *input, int64_t offset, Err *err);
bool refuse_text_behind_copy(const SplitInput *input, int64_t offset, Err *err);
bool refuse_unended_copy(const SplitInput *input, int64_t statement, Err *err);
