#include "check/backup_contents.h"

#include "check/difference_list.h"
#include "sql/lex.h"
#include "sql/quote.h"
#include "sql/statement.h"

#include <stdlib.h>

enum {
    HEAD = 24, // tokens at a statement's beginning that are looked at
    TAIL = 8   // and at its end
};

// The significant tokens at both ends of a statement.
typedef struct Ends {
    Lexer lexer;
    Token head[HEAD];
    size_t count;
    Token tail[TAIL]; // the last is the semicolon
    size_t tail_count;
} Ends;

// ---- tokens

static Ends ends_of(Str text)
{
    Ends ends = {.lexer = {.text = text, .is_whole = true}};
    while (ends.count < HEAD) {
        Token token = lex_next_significant(&ends.lexer);
        if (token.kind == TOKEN_END)
            break;
        ends.head[ends.count++] = token;
    }
    return ends;
}

// The end of a long statement is found without lexing it all: OWNER TO and TO stand in short ones.
static void find_tail(Ends *ends)
{
    Lexer lexer = {.text = ends->lexer.text, .is_whole = true};
    for (;;) {
        Token token = lex_next_significant(&lexer);
        if (token.kind == TOKEN_END)
            return;
        if (ends->tail_count == TAIL)
            memmove(ends->tail, ends->tail + 1, (TAIL - 1) * sizeof *ends->tail);
        else
            ends->tail_count++;
        ends->tail[ends->tail_count - 1] = token;
    }
}

static bool is_word(const Ends *ends, size_t at, const char *word)
{
    return at < ends->count && lex_is_word(&ends->lexer, ends->head[at], str_from(word));
}

static bool begins(const Ends *ends, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (!is_word(ends, i, words[i]))
            return false;
    return true;
}
#define BEGINS(ends, ...) begins((ends), (const char *const[]){__VA_ARGS__, NULL})

static const char *unquoted(Arena *arena, Str text, char quote)
{
    char *name = arena_alloc(arena, text.n + 1);
    size_t used = 0;
    for (size_t i = 1; i + 1 < text.n; i++) {
        name[used++] = text.p[i];
        if (text.p[i] == quote)
            i++;
    }
    return name;
}

// The name that a token is; NULL when it is none.
static const char *name_of(Arena *arena, const Ends *ends, Token token)
{
    Str text = lex_text(&ends->lexer, token);
    if (token.kind == TOKEN_QUOTED_NAME && text.p[0] == '"')
        return unquoted(arena, text, '"');
    if (token.kind == TOKEN_STRING && text.p[0] == '\'')
        return unquoted(arena, text, '\'');
    return token.kind == TOKEN_WORD ? arena_dup(arena, text) : NULL;
}

static const char *name_at(Arena *arena, const Ends *ends, size_t at)
{
    return at < ends->count ? name_of(arena, ends, ends->head[at]) : NULL;
}

// "schema.name" or "name" at a place; the place behind it.
static size_t relation_at(Arena *arena, const Ends *ends, size_t at, const char **ret_schema,
                          const char **ret_name)
{
    *ret_schema = NULL;
    *ret_name = name_at(arena, ends, at);
    if (at + 2 < ends->count && ends->head[at + 1].kind == TOKEN_DOT) {
        *ret_schema = *ret_name;
        *ret_name = name_at(arena, ends, at + 2);
        return at + 3;
    }
    return at + 1;
}

static void add_name(Arena *arena, Words *names, const char *name)
{
    if (!name || !*name)
        return;
    VEC_EACH (const char *, known, names)
        if (strcmp(*known, name) == 0)
            return;
    *vec_append(arena, names) = name;
}

// ---- roles

// PUBLIC and its kind are words; a role of that name stands in quotes.
static bool is_no_role(const Ends *ends, Token token)
{
    static const Str WORDS[] = {STR("PUBLIC"), STR("CURRENT_USER"), STR("SESSION_USER"),
                                STR("CURRENT_ROLE")};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (lex_is_word(&ends->lexer, token, WORDS[i]))
            return true;
    return false;
}

static void add_role(Arena *arena, Words *roles, const Ends *ends, Token token)
{
    const char *name = is_no_role(ends, token) ? NULL : name_of(arena, ends, token);
    if (name && strncmp(name, "pg_", 3) != 0)
        add_name(arena, roles, name);
}

// What stands behind the last TO or FROM of the statement's tail.
static void add_grantee(Arena *arena, BackupContents *contents, Ends *ends)
{
    find_tail(ends);
    for (size_t i = ends->tail_count; i-- > 1;) {
        Token before = ends->tail[i - 1];
        if (lex_is_word(&ends->lexer, before, STR("TO")) ||
            lex_is_word(&ends->lexer, before, STR("FROM"))) {
            add_role(arena, &contents->roles, ends, ends->tail[i]);
            return;
        }
    }
}

static void read_owner(Arena *arena, BackupContents *contents, Ends *ends)
{
    find_tail(ends);
    size_t last = ends->tail_count;
    if (last >= 4 && lex_is_word(&ends->lexer, ends->tail[last - 4], STR("OWNER")) &&
        lex_is_word(&ends->lexer, ends->tail[last - 3], STR("TO")))
        add_role(arena, &contents->roles, ends, ends->tail[last - 2]);
}

static void read_default_privileges(Arena *arena, BackupContents *contents, Ends *ends)
{
    if (is_word(ends, 3, "FOR") && ends->count > 5)
        add_role(arena, &contents->roles, ends, ends->head[5]);
    add_grantee(arena, contents, ends);
}

// CREATE POLICY p ON t [FOR command] TO role, role USING (..)
static void read_policy(Arena *arena, BackupContents *contents, const Ends *ends)
{
    size_t at = 3;
    while (at < ends->count && !is_word(ends, at, "TO") && ends->head[at].kind != TOKEN_OPEN)
        at++;
    if (!is_word(ends, at, "TO"))
        return;
    for (at++; at < ends->count; at++) {
        if (is_word(ends, at, "USING") || is_word(ends, at, "WITH") ||
            ends->head[at].kind == TOKEN_SEMICOLON || ends->head[at].kind == TOKEN_OPEN)
            return;
        if (ends->head[at].kind == TOKEN_WORD || ends->head[at].kind == TOKEN_QUOTED_NAME)
            add_role(arena, &contents->bound_roles, ends, ends->head[at]);
    }
}

// ---- rows and sequences

static void read_copy(Arena *arena, BackupContents *contents, const Ends *ends)
{
    const char *schema;
    const char *name;
    relation_at(arena, ends, 1, &schema, &name);
    *vec_append(arena, &contents->data.tables) =
        (TableFact){.schema = schema ? schema : "public", .name = name ? name : ""};
}

// "public.a" or "public"."a" in quotes: the name inside of the string.
static void split_relation(Arena *arena, const char *text, SequenceFact *sequence)
{
    Ends ends = ends_of(str_from(text));
    relation_at(arena, &ends, 0, &sequence->schema, &sequence->name);
    if (!sequence->schema)
        sequence->schema = "public";
}

// SELECT pg_catalog.setval('public.a_id_seq', 42, true);
static void read_setval(Arena *arena, BackupContents *contents, const Ends *ends)
{
    const char *relation = name_at(arena, ends, 5);
    if (!is_word(ends, 3, "setval") || ends->count < 10 || !relation)
        return;
    size_t at = 7;
    bool is_negative = ends->head[at].kind == TOKEN_OTHER;
    at += is_negative;
    Str number = lex_text(&ends->lexer, ends->head[at]);
    SequenceFact sequence = {.is_called = is_word(ends, at + 2, "true")};
    split_relation(arena, relation, &sequence);
    if (!sequence.name)
        return;
    sequence.last_value = strtoll(arena_dup(arena, number), NULL, 10) * (is_negative ? -1 : 1);
    *vec_append(arena, &contents->data.sequences) = sequence;
}

// ---- statements

static void read_create(Arena *arena, BackupContents *contents, const Ends *ends)
{
    const char *schema;
    const char *name;
    if (BEGINS(ends, "CREATE", "EXTENSION")) {
        size_t at = is_word(ends, 2, "IF") ? 5 : 2;
        add_name(arena, &contents->extensions, name_at(arena, ends, at));
    } else if (BEGINS(ends, "CREATE", "SCHEMA")) {
        name = name_at(arena, ends, 2);
        contents->makes_public |= name && strcmp(name, "public") == 0;
    } else if (BEGINS(ends, "CREATE", "MATERIALIZED", "VIEW")) {
        relation_at(arena, ends, 3, &schema, &name);
        add_name(arena, &contents->views, quote_qualified(arena, schema, name ? name : ""));
    } else if (BEGINS(ends, "CREATE", "POLICY")) {
        read_policy(arena, contents, ends);
    } else if (BEGINS(ends, "CREATE", "USER", "MAPPING", "FOR") && ends->count > 4) {
        add_role(arena, &contents->bound_roles, ends, ends->head[4]);
    }
}

static void read_set(Arena *arena, BackupContents *contents, const Ends *ends)
{
    if (is_word(ends, 1, "client_encoding"))
        contents->encoding = name_at(arena, ends, 3);
    else if (is_word(ends, 1, "default_tablespace"))
        add_name(arena, &contents->tablespaces, name_at(arena, ends, 3));
    else if (BEGINS(ends, "SET", "SESSION", "AUTHORIZATION") && ends->count > 3 &&
             !is_word(ends, 3, "DEFAULT"))
        add_role(arena, &contents->roles, ends, ends->head[3]);
}

void contents_add_statement(Arena *arena, BackupContents *contents, Str text)
{
    Ends ends = ends_of(text);
    contents->statements++;
    if (is_word(&ends, 0, "CREATE"))
        read_create(arena, contents, &ends);
    else if (is_word(&ends, 0, "COPY"))
        read_copy(arena, contents, &ends);
    else if (BEGINS(&ends, "ALTER", "DEFAULT", "PRIVILEGES"))
        read_default_privileges(arena, contents, &ends);
    else if (is_word(&ends, 0, "ALTER"))
        read_owner(arena, contents, &ends);
    else if (is_word(&ends, 0, "GRANT") || is_word(&ends, 0, "REVOKE"))
        add_grantee(arena, contents, &ends);
    else if (BEGINS(&ends, "SELECT", "pg_catalog"))
        read_setval(arena, contents, &ends);
    else if (is_word(&ends, 0, "SET"))
        read_set(arena, contents, &ends);
}

void contents_add_rows(BackupContents *contents, int64_t rows)
{
    if (contents->data.tables.len)
        contents->data.tables.items[contents->data.tables.len - 1].rows += rows;
}

void contents_add_comment(Arena *arena, BackupContents *contents, Str text)
{
    static const Str FROM = STR("-- Dumped from database version ");
    if (str_starts(text, FROM) && !contents->server_version)
        contents->server_version = arena_dup(arena, str_until(str_skip(text, FROM.n), ' '));
}

// ---- beside the manifest

static const TableFact *find_table(const DataFacts *sorted, const TableFact *wanted)
{
    return sorted->tables.len ? bsearch(wanted, sorted->tables.items, sorted->tables.len,
                                        sizeof *wanted, table_fact_compare)
                              : NULL;
}

static bool is_view(Arena *arena, const BackupContents *contents, const TableFact *table)
{
    const char *name = quote_qualified(arena, table->schema, table->name);
    VEC_EACH (const char *, view, &contents->views)
        if (strcmp(*view, name) == 0)
            return true;
    return false;
}

static void compare_rows(DifferenceList *to, const BackupManifest *manifest,
                         const BackupContents *contents, const DataFacts *held)
{
    DataFacts said = data_facts_sorted(to->arena, &manifest->data);
    VEC_EACH (const TableFact, table, &manifest->data.tables) {
        const TableFact *found = find_table(held, table);
        const char *name = quote_qualified(to->arena, table->schema, table->name);
        if (!found && !table->is_refreshed && !is_view(to->arena, contents, table))
            differences_say(to, "table %s: its %lld rows are not in the dump", name,
                            (long long)table->rows);
        else if (found && found->rows != table->rows)
            differences_say(to, "table %s: %lld rows, and the manifest says %lld", name,
                            (long long)found->rows, (long long)table->rows);
    }
    VEC_EACH (const TableFact, table, &held->tables)
        if (table->rows && !find_table(&said, table))
            differences_say(
                to, "table %s: %lld rows are in the dump, and the manifest does not name it",
                quote_qualified(to->arena, table->schema, table->name), (long long)table->rows);
}

static void compare_sequences(DifferenceList *to, const BackupManifest *manifest,
                              const DataFacts *held)
{
    VEC_EACH (const SequenceFact, then, &manifest->data.sequences) {
        const SequenceFact *found = sequence_fact_find(held, then);
        const char *name = quote_qualified(to->arena, then->schema, then->name);
        bool is_behind = found && (then->is_descending ? found->last_value > then->last_value
                                                       : found->last_value < then->last_value);
        if (!found && then->is_called)
            differences_say(to, "sequence %s: its value is not in the dump", name);
        else if (is_behind)
            differences_say(to, "sequence %s: set to %lld, and it had given out %lld", name,
                            (long long)found->last_value, (long long)then->last_value);
    }
}

static void compare_extensions(DifferenceList *to, const BackupManifest *manifest,
                               const BackupContents *contents)
{
    VEC_EACH (const ExtensionFact, then, &manifest->extensions) {
        bool is_there = strcmp(then->name, "plpgsql") == 0; // a part of every database
        VEC_EACH (const char *, now, &contents->extensions)
            is_there |= strcmp(*now, then->name) == 0;
        if (!is_there)
            differences_say(to, "extension %s: it is not in the dump", then->name);
    }
}

void contents_compare(Arena *arena, const BackupManifest *manifest, const BackupContents *contents,
                      bool has_rows, size_t most, Differences *ret_differences)
{
    DifferenceList to = {.arena = arena, .most = most, .differences = ret_differences};
    int major = contents->server_version ? (int)strtol(contents->server_version, NULL, 10) : 0;
    if (major && manifest->server_major && major != manifest->server_major)
        differences_say(&to,
                        "the dump is of a server of PostgreSQL %d, and the manifest of one of %d",
                        major, manifest->server_major);
    if (has_rows && manifest->content != BACKUP_SCHEMA_ONLY) {
        DataFacts held = data_facts_sorted(arena, &contents->data);
        compare_rows(&to, manifest, contents, &held);
        compare_sequences(&to, manifest, &held);
    }
    if (manifest->content == BACKUP_ALL)
        compare_extensions(&to, manifest, contents);
    differences_end(&to);
}
