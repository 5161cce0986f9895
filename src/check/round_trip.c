#include "check/round_trip.h"

const char *round_trip_word(RoundTripVerdict verdict)
{
    static const char *const WORDS[] = {
        [ROUND_TRIP_NOT_TRIED] = "not tried", [ROUND_TRIP_EXACT] = "exact",
        [ROUND_TRIP_DIFFERS] = "differs",     [ROUND_TRIP_FAILS] = "fails",
        [ROUND_TRIP_LOSES] = "loses rows",
    };
    return WORDS[verdict];
}

const char *round_trip_loss_text(Arena *arena, const RoundTripLoss *loss)
{
    if (!loss->of)
        return loss->what;
    if (loss->count == loss->of)
        return arena_printf(arena, "%s (all %lld)", loss->what, (long long)loss->of);
    return arena_printf(arena, "%s (%lld of %lld)", loss->what, (long long)loss->count,
                        (long long)loss->of);
}

void round_trip_loss_add(Arena *arena, RoundTripLosses *losses, const char *what, int64_t count,
                         int64_t of)
{
    *vec_append(arena, losses) = (RoundTripLoss){.what = what, .count = count, .of = of};
}
