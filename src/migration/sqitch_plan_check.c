// What one line of a plan cannot tell: names that come back, and dependencies.
#include "migration/sqitch_plan.h"
#include "migration/sqitch_plan_problem.h"

#include <stdlib.h>

typedef struct Check {
    Arena *arena;
    const SourceText *text;
    SqitchPlan *plan;
    Problems *problems;
} Check;

typedef struct Named {
    Str name;
    size_t place;
} Named;

static int compare_names(Str a, Str b)
{
    size_t shared = a.n < b.n ? a.n : b.n;
    int order = shared ? memcmp(a.p, b.p, shared) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int by_name(const void *left, const void *right)
{
    const Named *a = left;
    const Named *b = right;
    int order = compare_names(a->name, b->name);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static Str name_at(const SqitchPlan *plan, size_t place)
{
    return str_from(plan->changes.items[place].name);
}

static void sort_names(Arena *arena, SqitchPlan *plan)
{
    Named *all = arena_alloc_array(arena, plan->changes.len + 1, sizeof *all);
    for (size_t i = 0; i < plan->changes.len; i++)
        if (plan->changes.items[i].name)
            all[plan->named++] = (Named){name_at(plan, i), i};
    qsort(all, plan->named, sizeof *all, by_name);
    plan->by_name = arena_alloc_array(arena, plan->named + 1, sizeof *plan->by_name);
    for (size_t i = 0; i < plan->named; i++)
        plan->by_name[i] = all[i].place;
}

// Places of one name stand together, rising.
size_t sqitch_plan_find(const SqitchPlan *plan, Str name, size_t last)
{
    size_t low = 0;
    size_t high = plan->named;
    while (low < high) { // the first behind all that may be meant
        size_t middle = low + (high - low) / 2;
        size_t place = plan->by_name[middle];
        int order = compare_names(name_at(plan, place), name);
        if (order < 0 || (order == 0 && place <= last))
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low && str_eq(name_at(plan, plan->by_name[low - 1]), name);
    return is_found ? plan->by_name[low - 1] : SQITCH_NONE;
}

const SqitchTag *sqitch_plan_find_tag(const SqitchPlan *plan, Str name)
{
    VEC_EACH (const SqitchTag, tag, &plan->tags)
        if (str_eq(str_from(tag->name), name))
            return tag;
    return NULL;
}

static Problem *problem_at(Check *check, Position position, ProblemKind kind, const char *message)
{
    return sqitch_plan_problem(check->arena, check->problems, check->text, position, kind, "%s",
                               message);
}

// The same name again is a reworked change, if a tag stands between: the files of the earlier one
// are called by it.
static void check_names(Check *check)
{
    SqitchPlan *plan = check->plan;
    for (size_t i = 1; i < plan->named; i++) {
        size_t place = plan->by_name[i - 1];
        size_t next = plan->by_name[i];
        SqitchChange *one = &plan->changes.items[place];
        SqitchChange *other = &plan->changes.items[next];
        if (strcmp(one->name, other->name) != 0)
            continue;
        one->behind = next;
        other->before = place;
        if (one->section != other->section)
            continue;
        Problem *problem = problem_at(
            check, other->position, PROBLEM_DUPLICATE,
            arena_printf(check->arena, "change %s is on line %d already, and no tag stands between",
                         other->name, one->position.line));
        err_hint(&problem->err,
                 "give it another name, or put a tag between them: the files of the "
                 "earlier one are then called %s@TAG.sql",
                 other->name);
    }
}

static int by_tag_name(const void *left, const void *right)
{
    const SqitchTag *a = *(const SqitchTag *const *)left;
    const SqitchTag *b = *(const SqitchTag *const *)right;
    int order = strcmp(a->name, b->name);
    return order ? order : a->position.line - b->position.line;
}

static void check_tags(Check *check)
{
    size_t count = check->plan->tags.len;
    const SqitchTag **sorted = arena_alloc_array(check->arena, count + 1, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &check->plan->tags.items[i];
    qsort(sorted, count, sizeof *sorted, by_tag_name);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
            continue;
        Problem *problem = problem_at(check, sorted[i]->position, PROBLEM_DUPLICATE,
                                      arena_printf(check->arena, "tag @%s is on line %d already",
                                                   sorted[i]->name, sorted[i - 1]->position.line));
        err_hint(&problem->err, "give it another name");
    }
}

// The change that is meant, among those before `place`; SQITCH_NONE.
static size_t find_before(const SqitchPlan *plan, const SqitchReference *reference, size_t place)
{
    size_t last = place - 1; // of the first change: none
    if (place == 0)
        return SQITCH_NONE;
    if (reference->tag.n) {
        const SqitchTag *tag = sqitch_plan_find_tag(plan, reference->tag);
        if (!tag || tag->change >= place)
            return SQITCH_NONE;
        if (!reference->change.n)
            return tag->change;
        last = tag->change;
    }
    return sqitch_plan_find(plan, reference->change, last);
}

static void require_missing(Check *check, const SqitchChange *change,
                            const SqitchDependency *dependency)
{
    const SqitchReference *reference = &dependency->reference;
    const SqitchTag *tag = sqitch_plan_find_tag(check->plan, reference->tag);
    size_t later = reference->change.n
                       ? sqitch_plan_find(check->plan, reference->change, SQITCH_NONE - 1)
                       : SQITCH_NONE;
    bool is_self = reference->change.n && !reference->tag.n &&
                   str_eq(str_from(change->name), reference->change);
    int line = later != SQITCH_NONE ? check->plan->changes.items[later].position.line
               : tag                ? tag->position.line
                                    : 0;
    const char *message =
        is_self ? arena_printf(check->arena, "change %s cannot require itself", change->name)
        : line > change->position.line
            ? arena_printf(check->arena,
                           "change %s requires " STR_FMT ", which comes later: line %d",
                           change->name, STR_ARG(dependency->text), line)
            : arena_printf(check->arena, "change %s requires " STR_FMT ", which is not in the plan",
                           change->name, STR_ARG(dependency->text));
    Problem *problem = problem_at(check, dependency->position, PROBLEM_ORDER, message);
    if (!is_self && line > change->position.line)
        err_hint(&problem->err, "move the line of %s below it", change->name);
    else
        err_hint(&problem->err, "correct the name, or take it out; another project's change is "
                                "written PROJECT:CHANGE");
}

static void check_dependency(Check *check, size_t place, const SqitchDependency *dependency)
{
    const SqitchChange *change = &check->plan->changes.items[place];
    const SqitchReference *reference = &dependency->reference;
    bool is_ours =
        !reference->project.n ||
        (check->plan->project && str_eq(reference->project, str_from(check->plan->project)));
    if (!is_ours || reference->id.n) {
        Problem *problem = problem_at(check, dependency->position, PROBLEM_ORDER,
                                      arena_printf(check->arena, STR_FMT " is not checked: %s",
                                                   STR_ARG(dependency->text),
                                                   is_ours ? "only sqitch knows a change by its id"
                                                           : "it is a change of another project"));
        problem->is_error = false;
        err_hint(&problem->err, "see yourself that it is %s",
                 reference->is_conflict ? "not there" : "there before this one runs");
        return;
    }
    size_t found = find_before(check->plan, reference, place);
    if (!reference->is_conflict) {
        if (found == SQITCH_NONE)
            require_missing(check, change, dependency);
        return;
    }
    if (found == SQITCH_NONE)
        return;
    Problem *problem = problem_at(
        check, dependency->position, PROBLEM_ORDER,
        arena_printf(check->arena, "change %s conflicts with %s, which comes before it: line %d",
                     change->name, check->plan->changes.items[found].name,
                     check->plan->changes.items[found].position.line));
    err_hint(&problem->err, "take one of the two out of the plan");
}

void sqitch_plan_check(Arena *arena, const SourceText *text, SqitchPlan *plan, Problems *problems)
{
    Check check = {arena, text, plan, problems};
    sort_names(arena, plan);
    check_names(&check);
    check_tags(&check);
    for (size_t i = 0; i < plan->changes.len; i++)
        VEC_EACH (const SqitchDependency, dependency, &plan->changes.items[i].dependencies)
            if (plan->changes.items[i].name)
                check_dependency(&check, i, dependency);
}
