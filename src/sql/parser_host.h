// PostgreSQL 18's own parser (libpg_query, as WebAssembly compiled to C) as one call: SQL in, JSON
// out; made once in a process, when it is first wanted, in under a millisecond.
// Refuses to know what the JSON says. Invariant: whatever goes wrong inside (a failed assertion, an
// exit, a trap, no memory, no stack) is an error of this one call; the next has a fresh instance.
#pragma once

#include "base/arena.h"
#include "base/err.h"

typedef enum ParserGrammar {
    PARSER_SQL,
    PARSER_PLPGSQL, // a whole DO or CREATE FUNCTION
} ParserGrammar;

// What a call may use; zero values are the defaults.
typedef struct ParserLimits {
    size_t memory_bytes; // 512 MB
    size_t stack_bytes;  // 2 MB of the stack, as max_stack_depth of a server
} ParserLimits;

// For this and later calls.
void parser_set_limits(const ParserLimits *limits);

// `ret_json` is on the arena, of `ret_length` bytes, and ends with a NUL byte. On failure `err` is
// ERR_CONFIG without a position; `ret_character` is where in the text it was, from 1, or 0.
bool parser_call(Arena *arena, ParserGrammar grammar, Str text, char **ret_json, size_t *ret_length,
                 size_t *ret_character, Err *err) __attribute__((warn_unused_result));

// Gives its memory back; the next call starts anew.
void parser_done(void);
