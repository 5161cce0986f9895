// sqitch.plan: which changes there are, in their order, with their tags and dependencies.
// Refuses to look for their files (layout_sqitch.c does). Invariant: a line that sqitch would not
// take is an error problem with its position; a change's place counts wrong change lines too, so
// that a problem moves no version.
#pragma once

#include "migration/layout.h"
#include "migration/sqitch_name.h"

typedef struct SqitchDependency {
    SqitchReference reference;
    Str text; // as the plan has it
    Position position;
} SqitchDependency;

typedef struct SqitchChange {
    const char *name; // NULL: its line is wrong
    Position position;
    size_t section; // tag lines above it
    VEC(const char *) tags;
    VEC(SqitchDependency) dependencies;
    size_t before; // the change of that name before it, and the one behind it: SQITCH_NONE
    size_t behind;
} SqitchChange;

#define SQITCH_NONE ((size_t)-1)

typedef struct SqitchTag {
    const char *name;
    Position position;
    size_t change; // that it stands behind
} SqitchTag;

typedef struct SqitchPlan {
    const char *project; // NULL: not said, which is a problem
    VEC(SqitchChange) changes;
    VEC(SqitchTag) tags;
    size_t *by_name; // places of all changes that have a name, by name, then by place
    size_t named;
} SqitchPlan;

void sqitch_plan_parse(Arena *arena, const SourceText *text, SqitchPlan *ret_plan,
                       Problems *problems);
// The last change of this name up to this place; SQITCH_NONE.
size_t sqitch_plan_find(const SqitchPlan *plan, Str name, size_t last);
// NULL when there is none.
const SqitchTag *sqitch_plan_find_tag(const SqitchPlan *plan, Str name);
