#include "check/check_list.h"

#include "base/require.h"

#include <stdarg.h>

static const char *const VERDICT_WORDS[] = {
#define X(name, word) [name] = word,
    VERDICTS(X)
#undef X
};

const char *verdict_word(Verdict verdict)
{
    return VERDICT_WORDS[verdict];
}

Str check_kind_section(const CheckKind *kind)
{
    return str_until(str_from(kind->id), '.');
}

Str check_kind_name(const CheckKind *kind)
{
    return str_skip(str_from(kind->id), check_kind_section(kind).n + 1);
}

// Keeps the order of the table, whatever was found out first.
static Check *insert(Arena *arena, CheckList *list, const CheckKind *kind)
{
    vec_append(arena, &list->checks);
    Check *place = &list->checks.items[list->checks.len - 1];
    for (; place > list->checks.items && place[-1].kind > kind; place--)
        place[0] = place[-1];
    return place;
}

Check *check_list_add(Arena *arena, CheckList *list, const CheckKind *kind, Verdict verdict,
                      const char *fix, const char *format, ...)
{
    REQUIRE(verdict == VERDICT_PASS || fix);
    va_list args;
    va_start(args, format);
    const char *value = arena_vprintf(arena, format, args);
    va_end(args);
    Check *check = insert(arena, list, kind);
    *check = (Check){.kind = kind,
                     .verdict = verdict,
                     .value = value,
                     .fix = verdict == VERDICT_PASS ? NULL : fix};
    return check;
}

void check_detail(Arena *arena, Check *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *vec_append(arena, &check->details) = arena_vprintf(arena, format, args);
    va_end(args);
}

size_t check_list_count(const CheckList *list, Verdict verdict)
{
    size_t count = 0;
    VEC_EACH (const Check, check, &list->checks)
        count += check->verdict == verdict;
    return count;
}

bool check_list_passes(const CheckList *list)
{
    VEC_EACH (const Check, check, &list->checks)
        if (check->verdict == VERDICT_FAIL && !check->passed_over)
            return false;
    return true;
}

const Check *check_list_find(const CheckList *list, const CheckKind *kind)
{
    VEC_EACH (const Check, check, &list->checks)
        if (check->kind == kind)
            return check;
    return NULL;
}
