// A second process that parses before it is asked to, on a processor of its own.
// Refuses to know what is parsed: who gives it work counts it, here and there alike. Invariant:
// nothing depends on it; what it has not made in time, could not, or took with it when it died is
// NULL here, and its asker makes it.
#pragma once

#include "base/arena.h"

#include <stdint.h>

typedef struct ParseAhead ParseAhead;

// Forks; `produce` runs in the new process and ends when parse_ahead_put says so. NULL: there is no
// second processor, or no process to be had.
ParseAhead *parse_ahead_start(void (*produce)(ParseAhead *ahead, void *context), void *context);
void parse_ahead_stop(ParseAhead *ahead); // ends it; NULL is fine
void parse_ahead_stop_at(ParseAhead **ahead);
#define PARSE_AHEAD_SCOPED __attribute__((cleanup(parse_ahead_stop_at))) ParseAhead *

// There: `number` grows, from 1. What `make` makes is all on its arena, or was there before the
// fork. False: nobody will ask any more.
typedef const void *ParseAheadMake(Arena *arena, const void *context);
bool parse_ahead_put(ParseAhead *ahead, uint64_t number, ParseAheadMake *make, const void *context)
    __attribute__((warn_unused_result));
// There: the number that was asked for last, 0: none.
uint64_t parse_ahead_asked(const ParseAhead *ahead);
// Here: whether `number` is being made just now, so that `next` had better be made here before it
// is waited for. Nobody makes that one there, unless it has begun.
bool parse_ahead_leaves(ParseAhead *ahead, uint64_t number, uint64_t next);
// Here, in the same order, each once. The answer lives until the next is asked for.
const void *parse_ahead_take(ParseAhead *ahead, uint64_t number);
