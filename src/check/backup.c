#include "check/backup.h"

#include "check/difference_list.h"

#include <inttypes.h>
#include <string.h>

static const char *const FORM_WORDS[] = {
    [BACKUP_DIRECTORY] = "directory",
    [BACKUP_CUSTOM] = "custom",
    [BACKUP_PLAIN] = "plain",
    [BACKUP_PLAIN + 1] = NULL,
};

static const char *const CONTENT_WORDS[] = {
    [BACKUP_ALL] = "all",           [BACKUP_SCHEMA_ONLY] = "schema", [BACKUP_DATA_ONLY] = "data",
    [BACKUP_AFFECTED] = "affected", [BACKUP_TABLES] = "tables",      [BACKUP_AFFECTED + 1] = NULL,
};

static const char *const LEVEL_WORDS[] = {
    [BACKUP_EXISTS] = "exists", [BACKUP_READABLE] = "readable", [BACKUP_RESTORED] = "restored",
    [BACKUP_EQUAL] = "equal",   [BACKUP_ACCEPTED] = "accepted", [BACKUP_LEVEL_COUNT] = NULL,
};

static int find_word(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

const char *backup_form_word(BackupForm form)
{
    return FORM_WORDS[form];
}

const char *backup_content_word(BackupContent content)
{
    return CONTENT_WORDS[content];
}

const char *backup_level_word(BackupLevel level)
{
    REQUIRE(level < BACKUP_LEVEL_COUNT);
    return LEVEL_WORDS[level];
}

bool backup_form_parse(const char *word, BackupForm *ret_form)
{
    int found = find_word(FORM_WORDS, word);
    if (found >= 0)
        *ret_form = (BackupForm)found;
    return found >= 0;
}

bool backup_content_parse(const char *word, BackupContent *ret_content)
{
    int found = find_word(CONTENT_WORDS, word);
    if (found >= 0)
        *ret_content = (BackupContent)found;
    return found >= 0;
}

bool backup_level_parse(const char *word, BackupLevel *ret_level)
{
    int found = find_word(LEVEL_WORDS, word);
    if (found < 0 && word[0] >= '0' && word[0] < '0' + BACKUP_LEVEL_COUNT && !word[1])
        found = word[0] - '0';
    if (found >= 0)
        *ret_level = (BackupLevel)found;
    return found >= 0;
}

// ---- facts by name

int64_t data_facts_rows(const DataFacts *facts)
{
    int64_t rows = 0;
    VEC_EACH (const TableFact, table, &facts->tables)
        rows += table->rows;
    return rows;
}

static int compare_names(const char *schema, const char *name, const char *other_schema,
                         const char *other_name)
{
    int order = strcmp(schema, other_schema);
    return order ? order : strcmp(name, other_name);
}

int table_fact_compare(const void *left, const void *right)
{
    const TableFact *a = left;
    const TableFact *b = right;
    return compare_names(a->schema, a->name, b->schema, b->name);
}

int sequence_fact_compare(const void *left, const void *right)
{
    const SequenceFact *a = left;
    const SequenceFact *b = right;
    return compare_names(a->schema, a->name, b->schema, b->name);
}

DataFacts data_facts_sorted(Arena *arena, const DataFacts *facts)
{
    DataFacts sorted = *facts;
    vec_sorted_copy(arena, &sorted.tables, &facts->tables, table_fact_compare);
    vec_sorted_copy(arena, &sorted.sequences, &facts->sequences, sequence_fact_compare);
    return sorted;
}

const SequenceFact *sequence_fact_find(const DataFacts *sorted, const SequenceFact *wanted)
{
    size_t low = 0;
    size_t high = sorted->sequences.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sequence_fact_compare(&sorted->sequences.items[middle], wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    const SequenceFact *last = low ? &sorted->sequences.items[low - 1] : NULL;
    return last && sequence_fact_compare(last, wanted) == 0 ? last : NULL;
}

// ---- then and now

static void compare_table(DifferenceList *list, const TableFact *then, const TableFact *now,
                          bool has_same_digests)
{
    if (then->is_refreshed)
        return;
    if (then->rows != now->rows)
        differences_say(list, "%s.%s: %" PRId64 " rows, not %" PRId64, then->schema, then->name,
                        now->rows, then->rows);
    else if (then->digest && !now->digest)
        differences_say(list, "%s.%s: its rows could not be read for a digest", then->schema,
                        then->name);
    else if (has_same_digests && then->digest && strcmp(then->digest, now->digest) != 0)
        differences_say(list, "%s.%s: %" PRId64 " rows, but not the same ones (digest)",
                        then->schema, then->name, then->rows);
}

static void compare_all_tables(DifferenceList *list, const DataFacts *then, const DataFacts *now,
                               bool has_same_digests)
{
    size_t at = 0;
    VEC_EACH (const TableFact, table, &then->tables) {
        for (; at < now->tables.len && table_fact_compare(&now->tables.items[at], table) < 0; at++)
            differences_say(list, "%s.%s: not in the backup (%" PRId64 " rows)",
                            now->tables.items[at].schema, now->tables.items[at].name,
                            now->tables.items[at].rows);
        if (at < now->tables.len && table_fact_compare(&now->tables.items[at], table) == 0)
            compare_table(list, table, &now->tables.items[at++], has_same_digests);
        else
            differences_say(list, "%s.%s: is gone (it had %" PRId64 " rows)", table->schema,
                            table->name, table->rows);
    }
    for (; at < now->tables.len; at++)
        differences_say(list, "%s.%s: not in the backup (%" PRId64 " rows)",
                        now->tables.items[at].schema, now->tables.items[at].name,
                        now->tables.items[at].rows);
}

// Sequences are no part of a snapshot: between it and the dump one may have gone on.
static void compare_sequence(DifferenceList *list, const SequenceFact *then,
                             const SequenceFact *now)
{
    bool is_behind = then->is_descending ? now->last_value > then->last_value
                                         : now->last_value < then->last_value;
    if (now->last_value == then->last_value)
        is_behind = then->is_called && !now->is_called;
    if (is_behind)
        differences_say(list, "sequence %s.%s: at %" PRId64 "%s, before %" PRId64, then->schema,
                        then->name, now->last_value, now->is_called ? "" : " (not used yet)",
                        then->last_value);
}

static void compare_all_sequences(DifferenceList *list, const DataFacts *then, const DataFacts *now)
{
    size_t at = 0;
    VEC_EACH (const SequenceFact, sequence, &then->sequences) {
        for (; at < now->sequences.len &&
               sequence_fact_compare(&now->sequences.items[at], sequence) < 0;
             at++)
            differences_say(list, "sequence %s.%s: not in the backup",
                            now->sequences.items[at].schema, now->sequences.items[at].name);
        if (at < now->sequences.len &&
            sequence_fact_compare(&now->sequences.items[at], sequence) == 0)
            compare_sequence(list, sequence, &now->sequences.items[at++]);
        else
            differences_say(list, "sequence %s.%s: is gone", sequence->schema, sequence->name);
    }
    for (; at < now->sequences.len; at++)
        differences_say(list, "sequence %s.%s: not in the backup", now->sequences.items[at].schema,
                        now->sequences.items[at].name);
}

static void compare_large_objects(DifferenceList *list, const DataFacts *then, const DataFacts *now,
                                  bool has_same_digests)
{
    const char *old = then->large_object_digest;
    const char *new = now->large_object_digest;
    if (then->large_objects != now->large_objects)
        differences_say(list, "large objects: %" PRId64 ", not %" PRId64, now->large_objects,
                        then->large_objects);
    else if (old && !new)
        differences_say(list, "large objects: could not be read for a digest");
    else if (has_same_digests && old && strcmp(old, new) != 0)
        differences_say(list, "large objects: %" PRId64 ", but not the same ones (digest)",
                        then->large_objects);
}

void data_facts_compare(Arena *arena, const DataFacts *then, const DataFacts *now, size_t most,
                        Differences *ret_differences)
{
    DifferenceList list = {.arena = arena, .most = most, .differences = ret_differences};
    DataFacts old = data_facts_sorted(arena, then);
    DataFacts new = data_facts_sorted(arena, now);
    bool has_same_digests =
        then->algorithm && now->algorithm && strcmp(then->algorithm, now->algorithm) == 0;
    if (then->algorithm && now->algorithm && !has_same_digests)
        differences_say(&list,
                        "digests are %s in the backup and %s here: only counts were compared",
                        then->algorithm, now->algorithm);
    compare_all_tables(&list, &old, &new, has_same_digests);
    compare_all_sequences(&list, &old, &new);
    compare_large_objects(&list, then, now, has_same_digests);
    differences_end(&list);
}
