// A command line as one text: split at blanks, where '..' and ".." keep together, and joined again.
// Refuses all else that a shell does: no variable, no pattern, a backslash is a backslash.
// Invariant: what words_join made is split into the same words.
#pragma once

#include "base/vec.h"

typedef VEC(const char *) Words;

// False when a quote has no end: `ret_open` is then its offset, and `ret_words` untouched.
bool words_split(Arena *arena, Str text, Words *ret_words, size_t *ret_open)
    __attribute__((warn_unused_result));
bool words_have(const Words *words, const char *word);
// Quotes only the words that need it.
char *words_join(Arena *arena, const Words *words);
