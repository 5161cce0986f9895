#include "check/integrity.h"

const CheckKind INTEGRITY_KINDS[INTEGRITY_COUNT] = {
#define X(name, id, why, one, many) [name] = {id, why},
    INTEGRITY_CHECKS(X)
#undef X
};

static const char *const NOUNS[INTEGRITY_COUNT][2] = {
#define X(name, id, why, one, many) [name] = {one, many},
    INTEGRITY_CHECKS(X)
#undef X
};

const char *integrity_counted(Arena *arena, IntegrityId id, size_t count)
{
    return arena_printf(arena, "%zu %s", count, NOUNS[id][count != 1]);
}

IntegrityId integrity_find(Str name)
{
    for (int id = 0; id < INTEGRITY_COUNT; id++)
        if (str_eq(str_from(INTEGRITY_KINDS[id].id), name))
            return (IntegrityId)id;
    return INTEGRITY_COUNT;
}

IntegritySet integrity_named(Str name)
{
    IntegritySet set = 0;
    for (int id = 0; id < INTEGRITY_COUNT; id++) {
        const CheckKind *kind = &INTEGRITY_KINDS[id];
        if (str_eq(check_kind_section(kind), name) || str_eq(check_kind_name(kind), name) ||
            str_eq(str_from(kind->id), name))
            set |= INTEGRITY_BIT(id);
    }
    return set;
}

const char *integrity_word(size_t index)
{
    return index < INTEGRITY_COUNT ? INTEGRITY_KINDS[index].id : NULL;
}
