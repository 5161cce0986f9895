#include "run/rehearse/probed.h"

#include "base/text.h"
#include "io/json.h"
#include "queries.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    LIST_MAX = 16 << 20
};

static const struct {
    ProbedKind kind;
    const char *word;
    const char *sqlstate;
} KINDS[] = {
    {PROBED_NOT_NULL, "not null", "23502"},
    {PROBED_UNIQUE, "unique", "23505"},
    {PROBED_PRIMARY, "primary key", "23505"},
    {PROBED_FOREIGN, "foreign key", "23503"},
    {PROBED_CHECK, "check", "23514"},
    {PROBED_EXCLUSION, "exclusion", "23P01"},
    {PROBED_DOMAIN_CHECK, "domain check", "23514"},
    {PROBED_DOMAIN_NOT_NULL, "domain not null", "23502"},
};

static size_t place_of(ProbedKind kind)
{
    size_t place = 0;
    while (KINDS[place].kind != kind)
        place++;
    return place;
}

const char *probed_kind_word(ProbedKind kind)
{
    return KINDS[place_of(kind)].word;
}

const char *probed_sqlstate(ProbedKind kind)
{
    return KINDS[place_of(kind)].sqlstate;
}

// ---- what is new

typedef struct Wanted {
    const char *object_kind; // of the snapshot
    const char *attribute;   // that makes it one; NULL: it is one
    const char *ending;      // of its definition: without it, it is a new one
} Wanted;

enum {
    WANTED_COLUMNS,
    WANTED_CONSTRAINTS,
    WANTED_INDEXES,
    WANTED_INVALID_INDEXES,
    WANTED_DOMAIN_CHECKS,
    WANTED_DOMAINS,
    WANTED_COUNT
};

static const Wanted NEW[WANTED_COUNT] = {
    [WANTED_COLUMNS] = {"column", "not null", NULL},
    [WANTED_CONSTRAINTS] = {"constraint", NULL, " NOT VALID"},
    [WANTED_INDEXES] = {"index", NULL, NULL},
    [WANTED_INVALID_INDEXES] = {"invalid index", NULL, NULL},
    [WANTED_DOMAIN_CHECKS] = {"domain constraint", NULL, " NOT VALID"},
    [WANTED_DOMAINS] = {"domain", "not null", NULL},
};

static int compare_addresses(const void *left, const void *right)
{
    const SnapshotObject *const *a = left;
    const SnapshotObject *const *b = right;
    return snapshot_address_compare(&(*a)->address, &(*b)->address);
}

typedef VEC(const SnapshotObject *) ByAddress;

static void sort_by_address(Arena *arena, const Snapshot *snapshot, ByAddress *ret_sorted)
{
    ByAddress sorted = {0};
    vec_reserve(arena, &sorted, snapshot->objects.len + 1);
    // others have the address of what they are said of
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        for (int i = 0; i < WANTED_COUNT; i++)
            if (object->address.class && strcmp(object->kind, NEW[i].object_kind) == 0)
                *vec_append(arena, &sorted) = object;
    vec_sort(&sorted, compare_addresses);
    *ret_sorted = sorted;
}

static bool has_value(const SnapshotObject *object, const char *attribute, Str *ret_value)
{
    *ret_value = (Str){0};
    return attribute && snapshot_attribute_find(object->text, str_from(attribute), ret_value);
}

static bool has_ending(const SnapshotObject *object, const char *ending)
{
    Str definition;
    return ending && has_value(object, "definition", &definition) &&
           str_ends(definition, str_from(ending));
}

static bool is_as_before(const ByAddress *before, const SnapshotObject *object,
                         const Wanted *wanted)
{
    const SnapshotObject **found = before->len == 0
                                       ? NULL
                                       : bsearch(&object, before->items, before->len,
                                                 sizeof *before->items, compare_addresses);
    Str value;
    if (!found || !(*found)->text)
        return false;
    return wanted->attribute
               ? has_value(*found, wanted->attribute, &value)
               : !has_ending(*found, wanted->ending) || has_ending(object, wanted->ending);
}

// As JSON.
static const char *list_new(Arena *arena, const ByAddress *before, const Snapshot *after,
                            const Wanted *wanted)
{
    TEXT_SCOPED list;
    text_init(&list, LIST_MAX);
    text_printf(&list, "[");
    VEC_EACH (const SnapshotObject, object, &after->objects) {
        Str value;
        if (strcmp(object->kind, wanted->object_kind) != 0 || !object->text ||
            !object->address.oid ||
            (wanted->attribute && !has_value(object, wanted->attribute, &value)) ||
            is_as_before(before, object, wanted))
            continue;
        const char *comma = list.len > 1 ? ", " : "";
        if (object->address.number)
            text_printf(&list, "%s[%" PRIu32 ", %" PRId32 "]", comma, object->address.oid,
                        object->address.number);
        else
            text_printf(&list, "%s%" PRIu32, comma, object->address.oid);
    }
    text_printf(&list, "]");
    return arena_dup(arena, text_str(&list));
}

// ---- what the catalog says of it

static void add_rows(Arena *arena, const Rows *rows, ProbedConstraints *constraints)
{
    for (size_t row = 0; row < rows->count; row++) {
        ProbedConstraint *constraint = vec_append(arena, constraints);
        *constraint = (ProbedConstraint){
            .kind = (ProbedKind)rows_text(rows, row, 0)[0],
            .relation = rows_int(rows, row, 1),
            .table = rows_text(rows, row, 2),
            .name = rows_text(rows, row, 3),
            .condition = rows_text(rows, row, 5),
            .referenced = rows_text(rows, row, 8),
            .is_referenced_partitioned = rows_bool(rows, row, 9),
            .is_full = rows_bool(rows, row, 11),
            .are_nulls_equal = rows_bool(rows, row, 12),
            .is_valid = rows_bool(rows, row, 13),
            .reason = rows_text(rows, row, 14),
        };
        json_words_read(arena, rows_text(rows, row, 4), &constraint->columns);
        json_words_read(arena, rows_text(rows, row, 6), &constraint->keys);
        json_words_read(arena, rows_text(rows, row, 7), &constraint->operators);
        json_words_read(arena, rows_text(rows, row, 10), &constraint->referenced_columns);
        json_words_read(arena, rows_text(rows, row, 15), &constraint->names);
    }
}

static bool ask(Arena *arena, Session *session, const Query *query, int count,
                const char *const *lists, ProbedConstraints *constraints, Err *err)
{
    Rows rows;
    bool is_any = false;
    for (int i = 0; i < count; i++)
        is_any = is_any || strcmp(lists[i], "[]") != 0;
    if (!is_any)
        return true;
    if (!session_query(session, arena, query->text, count, lists, &rows, err))
        return err_note(err, "reading %s", query->name);
    add_rows(arena, &rows, constraints);
    return true;
}

bool probed_read(Arena *arena, Session *session, const Snapshot *before, const Snapshot *after,
                 ProbedConstraints *ret_constraints, Err *err)
{
    const char *lists[WANTED_COUNT];
    ByAddress sorted;
    ProbedConstraints found = {0};
    sort_by_address(arena, before, &sorted);
    for (int i = 0; i < WANTED_COUNT; i++)
        lists[i] = list_new(arena, &sorted, after, &NEW[i]);
    if (!ask(arena, session, &QUERY_REHEARSE_NOT_NULLS, 1, &lists[WANTED_COLUMNS], &found, err) ||
        !ask(arena, session, &QUERY_REHEARSE_INDEXES, 1, &lists[WANTED_INDEXES], &found, err) ||
        !ask(arena, session, &QUERY_REHEARSE_INDEXES, 1, &lists[WANTED_INVALID_INDEXES], &found,
             err) ||
        !ask(arena, session, &QUERY_REHEARSE_CONSTRAINTS, 1, &lists[WANTED_CONSTRAINTS], &found,
             err) ||
        !ask(arena, session, &QUERY_REHEARSE_DOMAINS, 2, &lists[WANTED_DOMAIN_CHECKS], &found, err))
        return false;
    *ret_constraints = found;
    return true;
}
