#include "run/rollback_seeds.h"

#include "base/text.h"
#include "run/round_trip_private.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MOST = 1000, // that one DELETE names
    OTHER_ROWS = 3,
    OTHER_SEED = 7,
    OTHER_SEQUENCES = 100000,
};

typedef struct Seeding {
    Arena *arena;
    Trial *trial;
    Words *statements;
    Words *losses;
    Words *refusals;
} Seeding;

static bool refuse(Seeding *seeding, const char *table, const char *why)
{
    *vec_append(seeding->arena, seeding->refusals) =
        arena_printf(seeding->arena, "the rows that it writes into %s: %s", table, why);
    return true;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

// Those that the up brought on this copy.
static bool find_new_rows(Arena *arena, Trial *trial, const TrialTable *table, Words *ret_new,
                          Err *err)
{
    Words key;
    Words now;
    Words fresh = {0};
    if (!rows_keys(arena, trial->session, table->relation, &key, &now, err))
        return false;
    VEC_EACH (const char *, row, &now)
        if (!table->keys.len ||
            !bsearch(row, table->keys.items, table->keys.len, sizeof *row, by_text))
            *vec_append(arena, &fresh) = *row;
    *ret_new = fresh;
    return true;
}

static bool is_same(const Words *left, const Words *right)
{
    for (size_t i = 0; i < left->len && i < right->len; i++)
        if (strcmp(left->items[i], right->items[i]) != 0)
            return false;
    return left->len == right->len;
}

static const char *delete_text(Arena *arena, const char *table, const Words *key, const Words *rows)
{
    TEXT_SCOPED text;
    text_init(&text, (size_t)1 << 24);
    text_printf(&text, "DELETE FROM ONLY %s WHERE ", table);
    text_printf(&text, "(");
    for (size_t i = 0; i < key->len; i++)
        text_printf(&text, "%s%s", i ? ", " : "", quote_name(arena, key->items[i]));
    text_printf(&text, ") IN (");
    for (size_t i = 0; i < rows->len; i++)
        text_printf(&text, "%s\n    (%s)", i ? "," : "", rows->items[i]);
    text_printf(&text, "\n)");
    return arena_dup(arena, text_str(&text));
}

// Rows of other tables that a DELETE takes along, or changes.
static void note_references(Seeding *seeding, const char *table)
{
    const char *words = arena_printf(seeding->arena, "REFERENCES %s(", table);
    VEC_EACH (const SnapshotObject, object, &seeding->trial->after.objects) {
        Str text = str_from(object->text);
        bool is_reference = strcmp(object->kind, "constraint") == 0 &&
                            str_find(text, str_from(words)) >= 0 &&
                            str_find(text, STR(" ON DELETE ")) >= 0;
        if (is_reference)
            *vec_append(seeding->arena, seeding->losses) = arena_printf(
                seeding->arena, "what constraint %s does to rows of %s that point at those rows",
                object->identity, object->parent);
    }
}

static bool invert(Seeding *seeding, Trial *other, const char *name, Err *err)
{
    Words rows;
    Words others;
    Arena *arena = seeding->arena;
    const TrialTable *table = trial_table(seeding->trial, name);
    const TrialTable *there = trial_table(other, name);
    if (!table || !there || !table->key.len)
        return refuse(seeding, name, "it has no primary key to find them by");
    if (!find_new_rows(arena, seeding->trial, table, &rows, err) ||
        !find_new_rows(arena, other, there, &others, err))
        return false;
    if (!is_same(&rows, &others))
        return refuse(seeding, name, "their keys are others on each database");
    if (rows.len > ROWS_MOST)
        return refuse(seeding, name, "they are more than 1000");
    if (!rows.len)
        return true;
    *vec_append(arena, seeding->statements) = delete_text(arena, name, &table->key, &rows);
    *vec_append(arena, seeding->losses) =
        arena_printf(arena, "what was changed since in the %zu %s that it wrote into %s", rows.len,
                     rows.len == 1 ? "row" : "rows", name);
    note_references(seeding, name);
    return true;
}

static bool is_first(const RollbackData *data, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(data->seeds.items[i].table, data->seeds.items[at].table) == 0)
            return false;
    return true;
}

// The last table first: its rows may point at those of tables before it.
bool rollback_seeds(Trial *trial, const RollbackData *data, Words *ret_statements,
                    Words *ret_losses, Words *ret_refusals, Err *err)
{
    TRIAL_SCOPED other = NULL;
    TrialOptions options = {
        .rows = OTHER_ROWS, .seed = OTHER_SEED, .sequences_from = OTHER_SEQUENCES};
    Words statements = {0};
    Words losses = {0};
    Words refusals = {0};
    Seeding seeding = {trial->arena, trial, &statements, &losses, &refusals};
    if (data->seeds.len && !trial_begin(trial->trips, trial->migration, &options, &other, err))
        return false;
    for (size_t at = data->seeds.len; at-- > 0;)
        if (is_first(data, at) && !invert(&seeding, other, data->seeds.items[at].table, err))
            return false;
    *ret_statements = statements;
    *ret_losses = losses;
    *ret_refusals = refusals;
    return true;
}
