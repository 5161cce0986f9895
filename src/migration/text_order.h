// Tools that sort versions or names as text: where they would run two migrations the other way
// round than we, who compare numbers.
// Refuses to change our order. Invariant: equal versions are nobody's concern here.
#pragma once

#include "migration/layout.h"

typedef struct TextOrder {
    const char *version;
    Str text; // what the tool sorts by
    const SourceFile *file;
} TextOrder;

typedef VEC(TextOrder) TextOrders;

// A PROBLEM_ORDER warning for each two neighbours. Sorts `orders` as we do.
void text_order_check(Arena *arena, const char *tool, TextOrders *orders, Problems *problems);
