#include "check/preflight.h"

#include <string.h>

const CheckKind PREFLIGHT_KINDS[PREFLIGHT_COUNT] = {
#define X(name, id, why) [name] = {id, why},
    PREFLIGHT_CHECKS(X)
#undef X
};

static const PreflightId NEVER[] = {PREFLIGHT_HISTORY, PREFLIGHT_FILES, PREFLIGHT_EDITED,
                                    PREFLIGHT_DIRTY, PREFLIGHT_WRITABLE};

bool preflight_may_pass(PreflightId id)
{
    for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++)
        if (NEVER[i] == id)
            return false;
    return true;
}

bool preflight_is_named(PreflightId id, const char *word)
{
    const CheckKind *kind = &PREFLIGHT_KINDS[id];
    return strcmp(kind->id, word) == 0 || str_eq(check_kind_section(kind), str_from(word));
}

const char *preflight_word(size_t index)
{
    static const char *const SECTIONS[] = {"none", "migrations", "activity", "server",
                                           "disk", "relations",  "policy"};
    const size_t sections = sizeof SECTIONS / sizeof *SECTIONS;
    if (index < sections)
        return SECTIONS[index];
    for (int id = 0; id < PREFLIGHT_COUNT; id++)
        if (preflight_may_pass((PreflightId)id) && index-- == sections)
            return PREFLIGHT_KINDS[id].id;
    return NULL;
}

bool preflight_word_is_known(const char *word)
{
    for (size_t i = 0; preflight_word(i); i++)
        if (strcmp(preflight_word(i), word) == 0)
            return true;
    return false;
}

bool preflight_is_allowed(PreflightId id, const Words *allowed)
{
    if (!preflight_may_pass(id))
        return false;
    for (size_t i = 0; allowed && i < allowed->len; i++)
        if (preflight_is_named(id, allowed->items[i]))
            return true;
    return !allowed;
}

size_t preflight_pass_over(Preflight *preflight, const Words *allowed, const char *by)
{
    size_t count = 0;
    VEC_EACH (Check, check, &preflight->list.checks) {
        PreflightId id = (PreflightId)(check->kind - PREFLIGHT_KINDS);
        if (check->verdict != VERDICT_FAIL || !preflight_is_allowed(id, allowed))
            continue;
        check->passed_over = by;
        count++;
    }
    return count;
}
