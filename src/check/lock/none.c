// Until the lock plan is merged: no statement locks anything.
#include "check/lock/effect.h"

void effects_of(Arena *arena, const Model *model, const ParsedStatement *parsed, int transaction,
                int pg, Effects *ret_effects)
{
    *ret_effects = (Effects){0};
}

void effects_worst(Arena *arena, const Model *model, const ParsedStatement *parsed, int transaction,
                   int pg_from, int pg_to, Effects *ret_effects)
{
    *ret_effects = (Effects){0};
}
