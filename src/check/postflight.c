#include "check/postflight.h"

#include <stdlib.h>

enum {
    // What an application deletes by itself meanwhile is not told from what should not have gone.
    ROWS_LEAST = 10,
    SHARE_LEAST = 10, // one of so many
    DETAILS_MAX = 20,
};

const CheckKind POSTFLIGHT_KINDS[POSTFLIGHT_COUNT] = {
#define X(name, id, why) [name] = {id, why},
    POSTFLIGHT_CHECKS(X)
#undef X
};

static int by_oid(const void *left, const void *right)
{
    const SeenTable *a = left;
    const SeenTable *b = right;
    return a->oid < b->oid ? -1 : a->oid > b->oid;
}

const SeenTable *seen_table_find(const SeenTables *facts, int64_t oid)
{
    SeenTable wanted = {.oid = oid};
    return facts->len ? bsearch(&wanted, facts->items, facts->len, sizeof *facts->items, by_oid)
                      : NULL;
}

// Rows that are gone, by a count where there are two, else by estimates.
static int64_t rows_gone(const SeenTable *then, const SeenTable *now, int64_t *ret_of)
{
    bool is_counted = then->rows >= 0 && now->rows >= 0;
    int64_t before = is_counted ? then->rows : then->estimate;
    int64_t after = is_counted ? now->rows : now->estimate;
    *ret_of = before;
    bool is_much =
        after < before &&
        (after == 0 || (before - after >= ROWS_LEAST && (before - after) * SHARE_LEAST > before));
    return is_much ? before - after : 0;
}

static bool is_expected(Arena *arena, const Meant *meant, const char *table)
{
    static const char *const VERBS[][2] = {{"delete"}, {"truncate"}, {"merge"},
                                           {"drop"},   {"update"},   {"detach"}};
    const char *name = meant_name(arena, table);
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (meant_says(meant, VERBS[i], name))
            return true;
    return meant->is_unread;
}

void postflight_judge_rows(Arena *arena, const SeenTables *then, const SeenTables *now,
                           const Meant *meant, CheckList *checks)
{
    Words gone = {0};
    size_t counted = 0;
    bool is_truncated = false;
    VEC_EACH (const SeenTable, before, then) {
        const SeenTable *after = seen_table_find(now, before->oid);
        int64_t of;
        counted += after && before->rows >= 0 && after->rows >= 0;
        int64_t rows = after ? rows_gone(before, after, &of) : 0;
        if (!rows || is_expected(arena, meant, before->name))
            continue;
        is_truncated |= before->file != after->file && rows == of;
        *vec_append(arena, &gone) = arena_printf(
            arena, "%s: %lld of %lld rows are gone%s", before->name, (long long)rows, (long long)of,
            before->file != after->file ? ", it was truncated or rewritten" : "");
    }
    const CheckKind *kind = &POSTFLIGHT_KINDS[POSTFLIGHT_ROWS];
    if (gone.len == 0) {
        check_list_add(arena, checks, kind, VERDICT_PASS, NULL,
                       "%zu tables, %zu of them counted, the others by estimate: none lost rows "
                       "that no statement takes",
                       then->len, counted);
        return;
    }
    Check *check = check_list_add(
        arena, checks, kind, is_truncated && !meant->is_opaque ? VERDICT_FAIL : VERDICT_WARN,
        "see whether the application or a cascade deleted them; the backup has them: migrate-safe "
        "backup restore latest --table NAME",
        "%zu %s lost rows that no statement of the migrations takes", gone.len,
        gone.len == 1 ? "table" : "tables");
    for (size_t i = 0; i < gone.len && i < DETAILS_MAX; i++)
        check_detail(arena, check, "%s", gone.items[i]);
}

void postflight_needs_analyze(Arena *arena, const SeenTables *then, const SeenTables *now,
                              Words *ret_names)
{
    Words names = {0};
    VEC_EACH (const SeenTable, after, now) {
        const SeenTable *before = seen_table_find(then, after->oid);
        bool is_other =
            !before || before->file != after->file || after->expressions > before->expressions;
        if (is_other && !after->is_empty)
            *vec_append(arena, &names) = after->name;
    }
    *ret_names = names;
}
