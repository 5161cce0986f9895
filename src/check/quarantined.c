#include "check/quarantined.h"

#include "check/retention.h"
#include "sql/quote.h"

#include <string.h>

static const int64_t DAY_MS = (int64_t)24 * 60 * 60 * 1000;

static int by_age(const void *left, const void *right)
{
    const Quarantined *a = left;
    const Quarantined *b = right;
    int64_t a_ms = a->since_ms ? a->since_ms : INT64_MAX;
    int64_t b_ms = b->since_ms ? b->since_ms : INT64_MAX;
    return a_ms != b_ms ? (a_ms < b_ms ? -1 : 1) : strcmp(a->name, b->name);
}

static const char *name_of(Arena *arena, const Quarantined *item)
{
    bool is_plain = !item->column && strcmp(item->schema, QUARANTINE_SCHEMA) == 0;
    const char *relation = is_plain ? quote_name(arena, item->relation)
                                    : quote_qualified(arena, item->schema, item->relation);
    return item->column ? arena_printf(arena, "%s.%s", relation, quote_name(arena, item->column))
                        : relation;
}

void quarantined_settle(Arena *arena, QuarantinedList *list, int64_t days, int64_t now_ms)
{
    VEC_EACH (Quarantined, item, list) {
        item->name = name_of(arena, item);
        if (item->problem || !item->since || !retention_time_parse(item->since, &item->since_ms))
            continue;
        item->due_ms = item->since_ms + days * DAY_MS;
        item->is_due = item->due_ms <= now_ms && !item->is_back;
    }
    vec_sort(list, by_age);
}

// "orders" of app.orders, too.
static bool is_last_part(const char *whole, const char *word)
{
    size_t length = strlen(whole);
    size_t word_length = strlen(word);
    return length > word_length && whole[length - word_length - 1] == '.' &&
           strcmp(whole + length - word_length, word) == 0;
}

static bool is_called(const Quarantined *item, const char *word)
{
    return strcmp(item->name, word) == 0 ||
           strcmp(item->column ? item->column : item->relation, word) == 0;
}

static bool was_called(const Quarantined *item, const char *word)
{
    return item->was && (strcmp(item->was, word) == 0 || is_last_part(item->was, word));
}

static bool is_of_version(const Quarantined *item, const char *word)
{
    return item->version && strcmp(item->version, word) == 0;
}

static void find(Arena *arena, const QuarantinedList *list,
                 bool (*matches)(const Quarantined *item, const char *word), const char *word,
                 QuarantinedChoice *choice)
{
    choice->len = 0;
    VEC_EACH (const Quarantined, item, list)
        if (matches(item, word))
            *vec_append(arena, choice) = item;
}

static int by_way_back(const void *left, const void *right)
{
    const Quarantined *a = *(const Quarantined *const *)left;
    const Quarantined *b = *(const Quarantined *const *)right;
    int a_last = a->kind == QUARANTINE_ROWS;
    int b_last = b->kind == QUARANTINE_ROWS;
    if (a_last != b_last)
        return a_last - b_last;
    if (a->oid != b->oid)
        return a->oid < b->oid ? 1 : -1;
    return (a->column != NULL) - (b->column != NULL);
}

static bool refuse_two(Arena *arena, const QuarantinedChoice *choice, const char *word, Err *err)
{
    const char *names = "";
    VEC_EACH (const Quarantined *, item, choice)
        names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "", (*item)->name);
    fail(err, ERR_CONFIG, "%s may be any of %zu things in quarantine", word, choice->len);
    err_detail(err, "they are: %s", names);
    return err_hint(err, "name the one that is meant as it is called now");
}

bool quarantined_choose(Arena *arena, const QuarantinedList *list, const char *word,
                        QuarantinedChoice *ret_choice, Err *err)
{
    QuarantinedChoice choice = {0};
    find(arena, list, is_called, word, &choice);
    if (!choice.len)
        find(arena, list, was_called, word, &choice);
    if (choice.len > 1)
        return refuse_two(arena, &choice, word, err);
    if (!choice.len)
        find(arena, list, is_of_version, word, &choice);
    if (!choice.len) {
        fail(err, ERR_CONFIG, "nothing in quarantine is called %s, nor of a version %s", word,
             word);
        return err_hint(err, "see what is there: migrate-safe quarantine list");
    }
    vec_sort(&choice, by_way_back);
    *ret_choice = choice;
    return true;
}

size_t quarantined_count_due(const QuarantinedList *list)
{
    size_t count = 0;
    VEC_EACH (const Quarantined, item, list)
        count += item->is_due;
    return count;
}

const char *quarantined_sentence(Arena *arena, const QuarantinedList *list, int64_t days)
{
    size_t due = quarantined_count_due(list);
    if (!list->len)
        return NULL;
    const char *there =
        arena_printf(arena, "%zu thing%s in quarantine", list->len, list->len == 1 ? "" : "s");
    if (!due)
        return arena_printf(arena, "%s, none past its %lld days", there, (long long)days);
    return arena_printf(arena, "%s, %zu of them past %s %lld days: migrate-safe quarantine purge",
                        there, due, due == 1 ? "its" : "their", (long long)days);
}
