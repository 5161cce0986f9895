// graphile-migrate's placeholders, ":NAME": their values in .gmrc, in the environment, of the
// target, and as --set gives them.
// Refuses a name that is nowhere: ":NAME" stays, as graphile-migrate leaves it. Invariant: what
// --set says wins.
#pragma once

#include "migration/layout.h"

// The nearest .gmrc among the listing's texts; NULL: none.
const SourceText *graphile_settings(const Listing *listing);
const Expansion *graphile_expansion(Arena *arena, const Listing *listing,
                                    const ExpansionValues *values);
