// A second process that parses statements before they are asked for, on a processor of its own.
// Refuses to know scripts: who gives it statements counts them, here and there alike. Invariant:
// nothing depends on it; what it has not parsed in time, could not, or took with it when it died
// is NULL here, and its asker parses it.
#pragma once

#include "sql/parse.h"

typedef struct ParseAhead ParseAhead;

// Forks; `produce` runs in the new process and ends when parse_ahead_put says so. NULL: there is no
// second processor, or no process to be had.
ParseAhead *parse_ahead_start(void (*produce)(ParseAhead *ahead, void *context), void *context);
void parse_ahead_stop(ParseAhead *ahead); // ends it; NULL is fine
void parse_ahead_stop_at(ParseAhead **ahead);
#define PARSE_AHEAD_SCOPED __attribute__((cleanup(parse_ahead_stop_at))) ParseAhead *

// There: `number` grows with each statement. False: nobody will ask any more.
bool parse_ahead_put(ParseAhead *ahead, uint64_t number, const Statement *statement,
                     bool opens_body) __attribute__((warn_unused_result));
// Here, in the same order, each once. The answer lives until the next is asked for.
const ParsedStatement *parse_ahead_take(ParseAhead *ahead, uint64_t number);
