// A run's report in the forms that people read.
// Refuses to write files. Invariant: all forms say the same verdict in the same words.
#pragma once

#include "check/run_report.h"

#include <stdio.h>

// One HTML file that needs nothing else.
void run_report_page(Arena *arena, FILE *stream, const RunReport *report);
// Ready to be posted: short enough for a comment, whatever was run.
void run_report_markdown(Arena *arena, FILE *stream, const RunReport *report);
