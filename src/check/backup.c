#include "check/backup.h"

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

typedef struct Comparing {
    Arena *arena;
    size_t most;
    size_t found;
    Differences *differences;
} Comparing;

static void differ(Comparing *comparing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void differ(Comparing *comparing, const char *format, ...)
{
    va_list args;
    if (comparing->found++ >= comparing->most)
        return;
    va_start(args, format);
    *vec_append(comparing->arena, comparing->differences) =
        arena_vprintf(comparing->arena, format, args);
    va_end(args);
}

static int compare_names(const char *schema, const char *name, const char *other_schema,
                         const char *other_name)
{
    int order = strcmp(schema, other_schema);
    return order ? order : strcmp(name, other_name);
}

static int compare_tables(const void *left, const void *right)
{
    const TableFact *a = left;
    const TableFact *b = right;
    return compare_names(a->schema, a->name, b->schema, b->name);
}

static int compare_sequences(const void *left, const void *right)
{
    const SequenceFact *a = left;
    const SequenceFact *b = right;
    return compare_names(a->schema, a->name, b->schema, b->name);
}

// The database's own order of names depends on its collation.
#define SORTED_COPY(arena, vec, ret_vec, compare)                                                  \
    do {                                                                                           \
        if ((vec)->len)                                                                            \
            memcpy(vec_reserve((arena), (ret_vec), (vec)->len), (vec)->items,                      \
                   (vec)->len * sizeof *(vec)->items);                                             \
        (ret_vec)->len = (vec)->len;                                                               \
        vec_sort((ret_vec), (compare));                                                            \
    } while (0)

static void compare_table(Comparing *comparing, const TableFact *then, const TableFact *now,
                          bool has_same_digests)
{
    if (then->is_refreshed)
        return;
    if (then->rows != now->rows)
        differ(comparing, "%s.%s: %" PRId64 " rows, not %" PRId64, then->schema, then->name,
               now->rows, then->rows);
    else if (then->digest && !now->digest)
        differ(comparing, "%s.%s: its rows could not be read for a digest", then->schema,
               then->name);
    else if (has_same_digests && then->digest && strcmp(then->digest, now->digest) != 0)
        differ(comparing, "%s.%s: %" PRId64 " rows, but not the same ones (digest)", then->schema,
               then->name, then->rows);
}

static void compare_all_tables(Comparing *comparing, const DataFacts *then, const DataFacts *now,
                               bool has_same_digests)
{
    size_t at = 0;
    DataFacts old = {0};
    DataFacts new = {0};
    SORTED_COPY(comparing->arena, &then->tables, &old.tables, compare_tables);
    SORTED_COPY(comparing->arena, &now->tables, &new.tables, compare_tables);
    VEC_EACH (const TableFact, table, &old.tables) {
        for (; at < new.tables.len &&compare_tables(&new.tables.items[at], table) < 0; at++)
            differ(comparing, "%s.%s: not in the backup (%" PRId64 " rows)",
                   new.tables.items[at].schema, new.tables.items[at].name,
                   new.tables.items[at].rows);
        if (at < new.tables.len && compare_tables(&new.tables.items[at], table) == 0)
            compare_table(comparing, table, &new.tables.items[at++], has_same_digests);
        else
            differ(comparing, "%s.%s: is gone (it had %" PRId64 " rows)", table->schema,
                   table->name, table->rows);
    }
    for (; at < new.tables.len; at++)
        differ(comparing, "%s.%s: not in the backup (%" PRId64 " rows)",
               new.tables.items[at].schema, new.tables.items[at].name, new.tables.items[at].rows);
}

// Sequences are no part of a snapshot: between it and the dump one may have gone on.
static void compare_sequence(Comparing *comparing, const SequenceFact *then,
                             const SequenceFact *now)
{
    bool is_behind = then->is_descending ? now->last_value > then->last_value
                                         : now->last_value < then->last_value;
    if (now->last_value == then->last_value)
        is_behind = then->is_called && !now->is_called;
    if (is_behind)
        differ(comparing, "sequence %s.%s: at %" PRId64 "%s, before %" PRId64, then->schema,
               then->name, now->last_value, now->is_called ? "" : " (not used yet)",
               then->last_value);
}

static void compare_all_sequences(Comparing *comparing, const DataFacts *then, const DataFacts *now)
{
    size_t at = 0;
    DataFacts old = {0};
    DataFacts new = {0};
    SORTED_COPY(comparing->arena, &then->sequences, &old.sequences, compare_sequences);
    SORTED_COPY(comparing->arena, &now->sequences, &new.sequences, compare_sequences);
    VEC_EACH (const SequenceFact, sequence, &old.sequences) {
        for (; at < new.sequences.len &&compare_sequences(&new.sequences.items[at], sequence) < 0;
             at++)
            differ(comparing, "sequence %s.%s: not in the backup", new.sequences.items[at].schema,
                   new.sequences.items[at].name);
        if (at < new.sequences.len && compare_sequences(&new.sequences.items[at], sequence) == 0)
            compare_sequence(comparing, sequence, &new.sequences.items[at++]);
        else
            differ(comparing, "sequence %s.%s: is gone", sequence->schema, sequence->name);
    }
    for (; at < new.sequences.len; at++)
        differ(comparing, "sequence %s.%s: not in the backup", new.sequences.items[at].schema,
               new.sequences.items[at].name);
}

static void compare_large_objects(Comparing *comparing, const DataFacts *then, const DataFacts *now,
                                  bool has_same_digests)
{
    const char *old = then->large_object_digest;
    const char *new = now->large_object_digest;
    if (then->large_objects != now->large_objects)
        differ(comparing, "large objects: %" PRId64 ", not %" PRId64, now->large_objects,
               then->large_objects);
    else if (old && !new)
        differ(comparing, "large objects: could not be read for a digest");
    else if (has_same_digests && old && strcmp(old, new) != 0)
        differ(comparing, "large objects: %" PRId64 ", but not the same ones (digest)",
               then->large_objects);
}

void data_facts_compare(Arena *arena, const DataFacts *then, const DataFacts *now, size_t most,
                        Differences *ret_differences)
{
    Comparing comparing = {.arena = arena, .most = most, .differences = ret_differences};
    bool has_same_digests =
        then->algorithm && now->algorithm && strcmp(then->algorithm, now->algorithm) == 0;
    if (then->algorithm && now->algorithm && !has_same_digests)
        differ(&comparing, "digests are %s in the backup and %s here: only counts were compared",
               then->algorithm, now->algorithm);
    compare_all_tables(&comparing, then, now, has_same_digests);
    compare_all_sequences(&comparing, then, now);
    compare_large_objects(&comparing, then, now, has_same_digests);
    if (comparing.found > most)
        *vec_append(arena, ret_differences) =
            arena_printf(arena, "and %zu more", comparing.found - most);
}
