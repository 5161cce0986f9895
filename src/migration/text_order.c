#include "migration/text_order.h"

#include "migration/problem.h"
#include "migration/version.h"

#include <stdlib.h>

static int by_version(const void *a, const void *b)
{
    const TextOrder *left = a;
    const TextOrder *right = b;
    int order = version_compare(str_from(left->version), str_from(right->version));
    return order ? order : strcmp(left->file->name, right->file->name);
}

static int by_text(Str a, Str b)
{
    size_t shorter = a.n < b.n ? a.n : b.n;
    int order = shorter ? memcmp(a.p, b.p, shorter) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

void text_order_check(Arena *arena, const char *tool, TextOrders *orders, Problems *problems)
{
    if (orders->len)
        qsort(orders->items, orders->len, sizeof *orders->items, by_version);
    for (size_t i = 1; i < orders->len; i++) {
        const TextOrder *one = &orders->items[i - 1];
        const TextOrder *other = &orders->items[i];
        if (version_compare(str_from(one->version), str_from(other->version)) == 0 ||
            by_text(one->text, other->text) <= 0)
            continue;
        Problem *problem =
            problem_append(arena, problems, PROBLEM_ORDER, other->file,
                           "version %s runs after %s here, and before it with %s, which sorts text",
                           other->version, one->version, tool);
        problem->is_error = false;
        err_hint(&problem->err, "give both versions the same number of digits");
    }
}
