// Which rules look at a statement: each says what it is called for, and only those are called.
#include "check/lint_private.h"

#include <stdlib.h>
#include <string.h>

bool lint_has_rule(const LintOptions *options, const Rule *rule)
{
    return (!rule->pg_to || rule->pg_to >= options->pg_from) && rule->pg_from <= options->pg_to;
}

static void add(Dispatch *dispatch, Arena *arena, Str kind, const Rule *rule)
{
    DispatchEntry *entry = NULL;
    VEC_EACH (DispatchEntry, known, &dispatch->entries)
        if (str_eq(str_from(known->kind), kind))
            entry = known;
    if (!entry) {
        entry = vec_append(arena, &dispatch->entries);
        entry->kind = arena_dup(arena, kind);
    }
    const Rule **rules = arena_alloc_array(arena, entry->count + 1, sizeof *rules);
    for (size_t i = 0; i < entry->count; i++)
        rules[i] = entry->rules[i];
    rules[entry->count++] = rule;
    entry->rules = rules;
}

static int by_kind(const void *left, const void *right)
{
    return strcmp(((const DispatchEntry *)left)->kind, ((const DispatchEntry *)right)->kind);
}

void dispatch_init(Dispatch *dispatch, Arena *arena, const LintOptions *options)
{
    RULE_EACH (rule) {
        if (!lint_has_rule(options, rule))
            continue;
        for (Str rest = str_trim(str_from(rule->on)); rest.n;) {
            Str kind = str_until(rest, ' ');
            add(dispatch, arena, kind, rule);
            rest = str_trim(str_skip(rest, kind.n));
        }
        if (rule->file_end)
            *vec_append(arena, &dispatch->file_ends) = rule;
        if (rule->chain_end)
            *vec_append(arena, &dispatch->chain_ends) = rule;
    }
    if (dispatch->entries.len)
        qsort(dispatch->entries.items, dispatch->entries.len, sizeof(DispatchEntry), by_kind);
    dispatch->every = dispatch_find(dispatch, "*");
}

const DispatchEntry *dispatch_find(const Dispatch *dispatch, const char *kind)
{
    const DispatchEntry wanted = {.kind = kind};
    return dispatch->entries.len ? bsearch(&wanted, dispatch->entries.items, dispatch->entries.len,
                                           sizeof(DispatchEntry), by_kind)
                                 : NULL;
}
