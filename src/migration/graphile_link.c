#include "migration/graphile_link.h"

#include "base/sha1.h"

#include <stdio.h>
#include <string.h>

enum {
    LINE_BYTES = 512 // of a line that are looked at
};

// SHA-1 of "previous\nbody\n", blanks at the ends of the body left out.
typedef struct TrimmedHash {
    Sha1 *sha1; // NULL: not begun
    bool has_text;
    VEC(char) blanks; // they count only when something follows
} TrimmedHash;

typedef struct GraphileLink {
    Arena *arena;
    const char *file;
    const struct GraphileLink *previous;
    // the header
    char previous_hash[GRAPHILE_HASH];
    char hash[GRAPHILE_HASH];
    int previous_line;
    int hash_line;
    bool is_hash_free; // AllowInvalidHash
    // the body
    bool is_in_body;
    bool has_body_line; // behind the blank lines at its beginning
    bool is_no_transaction;
    TrimmedHash as_written;
    TrimmedHash without_returns;
    // the line under way
    char line[LINE_BYTES];
    size_t line_length; // as far as it is kept
    int line_number;
    Err *err; // the first one; NULL: none (there are many links, and it is large)
} GraphileLink;

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void hash_begin(TrimmedHash *hash, const char *previous)
{
    hash->sha1 = sha1_new();
    if (strcmp(previous, "-") == 0)
        return;
    sha1_add(hash->sha1, str_from(previous));
    sha1_add(hash->sha1, STR("\n"));
}

static void hash_add(Arena *arena, TrimmedHash *hash, Str text)
{
    while (!hash->has_text && text.n && is_blank(text.p[0]))
        text = str_skip(text, 1);
    Str core = text;
    while (core.n && is_blank(core.p[core.n - 1]))
        core.n--;
    if (core.n) {
        sha1_add(hash->sha1, (Str){hash->blanks.items, hash->blanks.len});
        sha1_add(hash->sha1, core);
        hash->blanks.len = 0;
        hash->has_text = true;
    }
    for (size_t i = core.n; i < text.n; i++)
        *vec_append(arena, &hash->blanks) = text.p[i];
}

static void hash_finish(TrimmedHash *hash, char ret_text[GRAPHILE_HASH])
{
    char hex[SHA1_HEX];
    sha1_add(hash->sha1, STR("\n"));
    sha1_finish(hash->sha1, hex);
    snprintf(ret_text, GRAPHILE_HASH, "sha1:%s", hex);
}

static void body_add(GraphileLink *link, Str text)
{
    hash_add(link->arena, &link->as_written, text);
    while (text.n) {
        Str run = str_until(text, '\r');
        hash_add(link->arena, &link->without_returns, run);
        text = str_skip(text, run.n < text.n ? run.n + 1 : run.n);
    }
}

// Only the first error of a file is told.
__attribute__((format(printf, 4, 5))) static void
link_fail(GraphileLink *link, int line, const char *hint, const char *format, ...)
{
    if (link->err)
        return;
    link->err = arena_new_object(link->arena, Err);
    va_list args;
    va_start(args, format);
    fail(link->err, ERR_CONFIG, "%s", arena_vprintf(link->arena, format, args));
    va_end(args);
    err_at(link->err, link->file, (Position){line, 1});
    err_hint(link->err, "%s", hint);
}

static bool is_key(Str key)
{
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        if (!is_upper &&
            (i == 0 || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return key.n > 0;
}

static void hash_header_read(GraphileLink *link, Str key, Str value, char *hash, int *line)
{
    if (*line)
        link_fail(link, link->line_number, "keep one of the two lines",
                  "the header " STR_FMT " is said twice", STR_ARG(key));
    *line = link->line_number;
    snprintf(hash, GRAPHILE_HASH, STR_FMT, STR_ARG(value));
}

// "--! Key: value" or "--! Key"; false when it is no header.
static bool header_read(GraphileLink *link, Str line)
{
    static const Str MARK = STR("--! ");
    if (!str_starts(line, MARK))
        return false;
    Str rest = str_skip(line, MARK.n);
    Str key = str_until(rest, ':');
    Str value = str_trim(str_skip(rest, key.n < rest.n ? key.n + 1 : key.n));
    if (!is_key(key))
        return false;
    if (str_eq(key, STR("Previous")))
        hash_header_read(link, key, value, link->previous_hash, &link->previous_line);
    else if (str_eq(key, STR("Hash")))
        hash_header_read(link, key, value, link->hash, &link->hash_line);
    else if (str_eq(key, STR("AllowInvalidHash")))
        link->is_hash_free = true;
    return true;
}

static void body_begin(GraphileLink *link, Str line)
{
    link->is_in_body = true;
    hash_begin(&link->as_written, link->previous_line ? link->previous_hash : "-");
    hash_begin(&link->without_returns, link->previous_line ? link->previous_hash : "-");
    if (line.n && link->previous_line)
        link_fail(link, link->line_number, "put an empty line before this one",
                  "an empty line has to stand behind the header");
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// "--!include x.sql": `graphile-migrate commit` puts the text there; a committed file has none.
static void include_refuse(GraphileLink *link, Str words)
{
    static const Str INCLUDE = STR("include");
    Str path = str_trim(str_skip(words, INCLUDE.n));
    if (path.n && is_blank(words.p[INCLUDE.n]) && str_ends(path, STR(".sql")))
        link_fail(link, link->line_number,
                  "write the fixture's SQL in its place, or commit the migration anew: "
                  "graphile-migrate uncommit, then commit",
                  "fixture " STR_FMT " was not included: a committed migration holds its text",
                  STR_ARG(path));
}

static void body_line_read(GraphileLink *link, Str line)
{
    static const Str NO_TRANSACTION = STR("no-transaction");
    bool is_first = !link->has_body_line;
    if (!str_trim(line).n)
        return;
    link->has_body_line = true;
    if (!str_starts(line, STR("--!")))
        return;
    Str words = str_trim(str_skip(line, 3));
    if (str_starts(words, STR("include")))
        include_refuse(link, words);
    if (is_first && str_starts(words, NO_TRANSACTION) &&
        (words.n == NO_TRANSACTION.n || !is_word_byte(words.p[NO_TRANSACTION.n])))
        link->is_no_transaction = true;
}

static void line_end(GraphileLink *link)
{
    Str line = {link->line, link->line_length};
    if (str_ends(line, STR("\r")))
        line.n--;
    if (link->is_in_body)
        body_line_read(link, line);
    else if (!header_read(link, line)) {
        body_begin(link, line);
        body_add(link, line); // of a file without a header
        body_line_read(link, line);
    }
    link->line_length = 0;
    link->line_number++;
}

static void *graphile_begin(Arena *arena, const char *file, const void *previous)
{
    GraphileLink *link = arena_new_object(arena, GraphileLink);
    *link = (GraphileLink){.arena = arena, .file = file, .previous = previous, .line_number = 1};
    return link;
}

static void graphile_feed(void *context, Str piece)
{
    GraphileLink *link = context;
    while (piece.n) {
        Str run = str_until(piece, '\n');
        bool has_end = run.n < piece.n;
        size_t room = sizeof link->line - link->line_length;
        memcpy(link->line + link->line_length, run.p, run.n < room ? run.n : room);
        link->line_length += run.n < room ? run.n : room;
        if (link->is_in_body)
            body_add(link, (Str){piece.p, run.n + has_end});
        piece = str_skip(piece, run.n + has_end);
        if (has_end)
            line_end(link);
    }
}

const char *graphile_link_hash(const void *context)
{
    const GraphileLink *link = context;
    return link && link->hash_line ? link->hash : "-";
}

static void check_previous(GraphileLink *link)
{
    static const char HINT[] = "bring the folder back to what was committed: git status, git log";
    const char *before = graphile_link_hash(link->previous);
    bool is_known = !link->previous || link->previous->hash_line;
    if (!link->previous_line)
        link_fail(link, 1, "commit it first: graphile-migrate commit",
                  "a committed migration begins with \"--! Previous:\" and \"--! Hash:\"");
    else if (!link->hash_line)
        link_fail(link, 1, "commit it first: graphile-migrate commit",
                  "there is no \"--! Hash:\" in the header");
    else if (is_known && !link->previous && strcmp(link->previous_hash, "-") != 0)
        link_fail(link, link->previous_line, HINT, "this is the first file, and follows %s",
                  link->previous_hash);
    else if (is_known && strcmp(link->previous_hash, before) != 0)
        link_fail(link, link->previous_line, HINT,
                  "the chain of hashes is broken: this follows %s, but %s is %s",
                  link->previous_hash, link->previous ? link->previous->file : "", before);
}

static void check_hash(GraphileLink *link, const char *as_written, const char *without_returns)
{
    bool is_right = strcmp(link->hash, as_written) == 0 || strcmp(link->hash, without_returns) == 0;
    if (is_right && link->is_hash_free)
        link_fail(link, link->hash_line, "take the line \"--! AllowInvalidHash\" out",
                  "the hash is right, though it is allowed to be wrong");
    else if (!is_right && !link->is_hash_free)
        link_fail(link, link->hash_line,
                  "put the committed text back, or allow it with a line \"--! AllowInvalidHash\" "
                  "in the header",
                  "the file was changed after it was committed: its hash is %s", as_written);
}

static bool graphile_end(void *context, Script *up, Err *err)
{
    GraphileLink *link = context;
    char as_written[GRAPHILE_HASH];
    char without_returns[GRAPHILE_HASH];
    if (link->line_length)
        line_end(link);
    if (!link->is_in_body)
        body_begin(link, (Str){0});
    hash_finish(&link->as_written, as_written);
    hash_finish(&link->without_returns, without_returns);
    check_previous(link);
    check_hash(link, as_written, without_returns);
    up->directives.no_transaction |= link->is_no_transaction;
    if (link->err)
        *err = *link->err;
    return !link->err;
}

const ChainRules GRAPHILE_CHAIN = {graphile_begin, graphile_feed, graphile_end};
