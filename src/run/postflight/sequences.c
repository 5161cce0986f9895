// Sequences beside the columns that they fill: postflight_sequences().
#include "base/text.h"
#include "queries.h"
#include "run/postflight/private.h"

enum {
    SCANNED_PAGES = 1000, // of a column without an index
    SQL_MAX = 1024 * 1024,
    DETAILS_MAX = 20,
};

typedef struct Behind {
    Words details;
    const char *fix; // of the first
    size_t looked_at;
    bool is_collision; // by the run, one of them fills a column whose values are unique
} Behind;

// A statement of the run puts rows into the table, or sets its sequence.
static bool is_of_the_run(const Postflight *postflight, const char *table, const char *sequence)
{
    static const char *const VERBS[][2] = {{"insert"}, {"copy"},    {"merge"},
                                           {"setval"}, {"restart"}, {"identity"}};
    const Meant *meant = postflight->options->meant;
    const char *names[] = {meant_name(postflight->arena, table),
                           meant_name(postflight->arena, sequence)};
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        for (size_t name = 0; name < 2; name++)
            if (meant_says(meant, VERBS[i], names[name]))
                return true;
    return false;
}

// Behind a run only its own, where its statements can be read.
static bool is_wanted(const Postflight *postflight, const char *table, const char *sequence)
{
    return !postflight->options->plan || postflight->options->meant->is_unread ||
           is_of_the_run(postflight, table, sequence);
}

// What was so before a run, or what a down may have brought back, is no fault of it.
static bool is_fault(const Postflight *postflight, const char *table, const char *sequence)
{
    const Plan *plan = postflight->options->plan;
    return !plan || (plan->direction == DIRECTION_UP && is_of_the_run(postflight, table, sequence));
}

static bool is_cheap(const Rows *rows, size_t row)
{
    return rows_bool(rows, row, 4) || rows_int(rows, row, 5) <= SCANNED_PAGES;
}

// One statement over all of them; its places are rows of the list.
static bool ask(Postflight *postflight, const Rows *list, Rows *ret_rows, size_t *ret_count,
                Err *err)
{
    TEXT_SCOPED sql;
    size_t count = 0;
    text_init(&sql, SQL_MAX);
    for (size_t i = 0; i < list->count; i++) {
        if (!is_cheap(list, i) ||
            !is_wanted(postflight, rows_text(list, i, 1), rows_text(list, i, 0)))
            continue;
        text_printf(&sql,
                    "%sSELECT %zu, s.last_value, s.is_called, (SELECT pg_catalog.max(%s) FROM %s) "
                    "FROM %s s",
                    count++ ? " UNION ALL " : "", i, rows_text(list, i, 2), rows_text(list, i, 1),
                    rows_text(list, i, 0));
    }
    *ret_rows = (Rows){0};
    *ret_count = count;
    if (sql.is_cut)
        return fail(err, ERR_CHECK, "there are too many sequences for one look");
    return !count || session_query(postflight->target->session, postflight->arena, text_cstr(&sql),
                                   0, NULL, ret_rows, err);
}

static void judge(Postflight *postflight, const Rows *list, const Rows *rows, Behind *behind)
{
    Arena *arena = postflight->arena;
    for (size_t i = 0; i < rows->count; i++) {
        size_t at = (size_t)rows_int(rows, i, 0);
        int64_t next = rows_int(rows, i, 1) + (rows_bool(rows, i, 2) ? rows_int(list, at, 3) : 0);
        int64_t highest = rows_int(rows, i, 3);
        if (!rows_text(rows, i, 3) || highest < next)
            continue;
        const char *table = rows_text(list, at, 1);
        const char *column = rows_text(list, at, 2);
        behind->is_collision |=
            rows_bool(list, at, 4) && is_fault(postflight, table, rows_text(list, at, 0));
        *vec_append(arena, &behind->details) =
            arena_printf(arena, "%s will give %lld, and %s of %s has %lld", rows_text(list, at, 0),
                         (long long)next, column, table, (long long)highest);
        if (!behind->fix)
            behind->fix = arena_printf(arena, "SELECT setval('%s', (SELECT max(%s) FROM %s));",
                                       rows_text(list, at, 0), column, table);
    }
}

static void tell(Postflight *postflight, const Behind *behind)
{
    Arena *arena = postflight->arena;
    const CheckKind *kind = &POSTFLIGHT_KINDS[POSTFLIGHT_SEQUENCES];
    if (!behind->details.len) {
        check_list_add(arena, postflight->checks, kind, VERDICT_PASS, NULL,
                       "%zu looked at, each ahead of its column", behind->looked_at);
        return;
    }
    Check *check = check_list_add(
        arena, postflight->checks, kind, behind->is_collision ? VERDICT_FAIL : VERDICT_WARN,
        behind->fix, "%zu of %zu behind the highest value of %s", behind->details.len,
        behind->looked_at, behind->details.len == 1 ? "its column" : "their columns");
    for (size_t i = 0; i < behind->details.len && i < DETAILS_MAX; i++)
        check_detail(arena, check, "%s", behind->details.items[i]);
}

void postflight_sequences(Postflight *postflight)
{
    Target *target = postflight->target;
    Behind behind = {0};
    Rows list;
    Rows rows;
    Err err = {0};
    if (!postflight_begin(postflight, &err) ||
        !session_query(target->session, postflight->arena, QUERY_POSTFLIGHT_SEQUENCES.text, 1,
                       &target->schema, &list, &err) ||
        !ask(postflight, &list, &rows, &behind.looked_at, &err) ||
        !postflight_end(postflight, &err)) {
        postflight_unknown(postflight, POSTFLIGHT_SEQUENCES, &err);
        return;
    }
    judge(postflight, &list, &rows, &behind);
    tell(postflight, &behind);
}
