#include "check/diagnosis.h"

#include "base/require.h"

#include <stdarg.h>

static const char *const VERDICT_WORDS[] = {
#define X(name, word) [name] = word,
    VERDICTS(X)
#undef X
};

static const struct {
    const char *id;
    const char *why;
} TEXTS[] = {
#define X(name, id, why) [name] = {id, why},
    CHECKS(X)
#undef X
};

const char *verdict_word(Verdict verdict)
{
    return VERDICT_WORDS[verdict];
}

const char *check_name(CheckId id)
{
    return TEXTS[id].id;
}

const char *check_why(CheckId id)
{
    return TEXTS[id].why;
}

Str check_section(CheckId id)
{
    return str_until(str_from(TEXTS[id].id), '.');
}

// Keeps the order of CHECKS, whatever was found out first.
static Check *insert(Arena *arena, Diagnosis *diagnosis, CheckId id)
{
    vec_append(arena, &diagnosis->checks);
    Check *place = &diagnosis->checks.items[diagnosis->checks.len - 1];
    for (; place > diagnosis->checks.items && place[-1].id > id; place--)
        place[0] = place[-1];
    return place;
}

void diagnosis_add(Arena *arena, Diagnosis *diagnosis, CheckId id, Verdict verdict, const char *fix,
                   const char *format, ...)
{
    REQUIRE(verdict == VERDICT_OK || fix);
    va_list args;
    va_start(args, format);
    const char *value = arena_vprintf(arena, format, args);
    va_end(args);
    *insert(arena, diagnosis, id) = (Check){id, verdict, value, verdict == VERDICT_OK ? NULL : fix};
}

size_t diagnosis_count(const Diagnosis *diagnosis, Verdict verdict)
{
    size_t count = 0;
    VEC_EACH (const Check, check, &diagnosis->checks)
        count += check->verdict == verdict;
    return count;
}

const Check *diagnosis_find(const Diagnosis *diagnosis, CheckId id)
{
    VEC_EACH (const Check, check, &diagnosis->checks)
        if (check->id == id)
            return check;
    return NULL;
}
