// What the plan's reader and its check say about one place in it.
// Refuses to know the grammar. Invariant: the line is quoted, and the position is in the file.
#pragma once

#include "migration/layout.h"

// An error at this place, unless it is made a warning.
Problem *sqitch_plan_problem(Arena *arena, Problems *problems, const SourceText *text,
                             Position position, ProblemKind kind, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
// In sqitch_plan_check.c: tags said twice, changes named twice without a tag between, dependencies.
struct SqitchPlan;
void sqitch_plan_check(Arena *arena, const SourceText *text, struct SqitchPlan *plan,
                       Problems *problems);
