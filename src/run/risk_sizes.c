#include "run/risk_sizes.h"

#include "base/require.h"
#include "io/json.h"
#include "queries.h"

bool risk_on_target(Arena *arena, const Target *target, Plan *plan, RiskLevel *ret_level, Err *err)
{
    Rows rows;
    Words relations;
    TableSizes sizes = {0};
    REQUIRE(plan->has_locks);
    risk_relations(arena, plan, &relations);
    if (relations.len) {
        const char *parameters[] = {json_words_line(arena, relations.items, relations.len)};
        if (!session_query(target->session, arena, QUERY_RISK_SIZES.text, 1, parameters, &rows,
                           err))
            return err_note(err, "looking at the sizes of tables");
        for (size_t i = 0; i < rows.count; i++)
            *vec_append(arena, &sizes) =
                (TableSize){rows_text(&rows, i, 0), rows_int(&rows, i, 1), rows_int(&rows, i, 2)};
    }
    *ret_level = risk_of_plan(arena, plan, &sizes);
    return true;
}
