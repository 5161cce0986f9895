// The frame of a SARIF 2.1.0 document (OASIS standard): one run of ours, its results one by one.
// Refuses to know what was found. Invariant: called in this order: begin, rules, the
// rules' objects, rules_end, results, results' objects, end.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "io/json_stream.h"

void sarif_begin(JsonStream *json);
void sarif_rules(JsonStream *json, const char *tool_version); // each an object
void sarif_rules_end(JsonStream *json);
void sarif_results(JsonStream *json);
void sarif_end(JsonStream *json, bool was_successful, int exit_code);
void sarif_text(JsonStream *json, const char *key, const char *text);
// `from` with line 0: the file as a whole.
void sarif_location(JsonStream *json, Arena *arena, const char *file, Position from, Position to);
