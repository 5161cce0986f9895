#include "catalog/privileges.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

typedef struct Privilege {
    char letter;
    const char *word;
} Privilege;

// Sorted by word. 13 to 18: src/include/utils/acl.h; m came with 17.
static const Privilege PRIVILEGES[PRIVILEGE_COUNT] = {
    {'A', "ALTER SYSTEM"}, {'c', "CONNECT"}, {'C', "CREATE"},    {'d', "DELETE"},
    {'X', "EXECUTE"},      {'a', "INSERT"},  {'m', "MAINTAIN"},  {'x', "REFERENCES"},
    {'r', "SELECT"},       {'s', "SET"},     {'T', "TEMPORARY"}, {'t', "TRIGGER"},
    {'D', "TRUNCATE"},     {'w', "UPDATE"},  {'U', "USAGE"},
};

enum {
    LETTERS = 128
};

typedef struct Grantee {
    const char *name; // "" is PUBLIC
    bool has[LETTERS];
    bool may_grant[LETTERS];
} Grantee;

typedef VEC(Grantee) Grantees;

// One element of a text array: quoted with backslashes, or plain. False at the end or for what is
// none.
static bool next_element(const char **at, Text *element)
{
    text_clear(element);
    const char *p = *at;
    if (*p == '"') {
        for (p++; *p && *p != '"'; p++) {
            if (*p == '\\' && p[1])
                p++;
            text_append_char(element, *p);
        }
        if (*p == '"')
            p++;
    } else {
        for (; *p && *p != ',' && *p != '}'; p++)
            text_append_char(element, *p);
    }
    if (*p != ',' && *p != '}')
        return false;
    *at = p;
    return true;
}

// aclitem's own quoting: a name that is more than letters, digits and _ stands in "", "" in it is
// ".
static const char *take_name(const char *item, Text *name)
{
    text_clear(name);
    bool is_quoted = false;
    for (; *item && (is_quoted || *item != '='); item++) {
        if (*item != '"')
            text_append_char(name, *item);
        else if (item[1] == '"')
            text_append_char(name, *item++);
        else
            is_quoted = !is_quoted;
    }
    return item;
}

static Grantee *grantee_get(Arena *arena, Grantees *grantees, const char *name)
{
    VEC_EACH (Grantee, grantee, grantees)
        if (strcmp(grantee->name, name) == 0)
            return grantee;
    Grantee *grantee = vec_append(arena, grantees);
    grantee->name = arena_strdup(arena, name);
    return grantee;
}

static bool read_item(Arena *arena, Grantees *grantees, const char *item)
{
    TEXT_SCOPED name;
    text_init(&name, 1024);
    const char *at = take_name(item, &name);
    if (*at != '=')
        return false;
    Grantee *grantee = grantee_get(arena, grantees, text_cstr(&name));
    unsigned char letter = 0;
    for (at++; *at && *at != '/'; at++) {
        if (*at == '*' && letter) {
            grantee->may_grant[letter] = true;
        } else {
            letter = (unsigned char)*at;
            if (letter >= LETTERS)
                return false;
            grantee->has[letter] = true;
        }
    }
    return *at == '/';
}

static bool read_items(Arena *arena, Grantees *grantees, const char *acl)
{
    TEXT_SCOPED element;
    text_init(&element, 4096);
    if (*acl != '{')
        return false;
    const char *at = acl + 1;
    if (*at == '}')
        return at[1] == '\0';
    while (next_element(&at, &element)) {
        if (!read_item(arena, grantees, text_cstr(&element)))
            return false;
        if (*at++ == '}')
            return *at == '\0';
    }
    return false;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const Grantee *)left)->name, ((const Grantee *)right)->name);
}

static void append_word(Text *text, const char *word, bool may_grant, bool *is_first)
{
    text_printf(text, "%s%s%s", *is_first ? " " : ", ", word,
                may_grant ? " WITH GRANT OPTION" : "");
    *is_first = false;
}

static void append_grantee(Arena *arena, Text *text, const Grantee *grantee)
{
    bool is_first = true;
    bool is_said[LETTERS] = {false};
    // A role may be called PUBLIC, in capitals: quoted, it is another one.
    text_printf(text, "%s%s:", text->len ? "\n" : "",
                grantee->name[0] ? quote_name(arena, grantee->name) : "PUBLIC");
    for (size_t i = 0; i < PRIVILEGE_COUNT; i++) {
        unsigned char letter = (unsigned char)PRIVILEGES[i].letter;
        is_said[letter] = true;
        if (grantee->has[letter])
            append_word(text, PRIVILEGES[i].word, grantee->may_grant[letter], &is_first);
    }
    for (int letter = 0; letter < LETTERS; letter++) // of a server that is newer than we are
        if (grantee->has[letter] && !is_said[letter])
            append_word(text, (char[]){(char)letter, '\0'}, grantee->may_grant[letter], &is_first);
}

static bool has_any(const Grantee *grantee)
{
    return memchr(grantee->has, true, sizeof grantee->has) != NULL;
}

const char *privileges_text(Arena *arena, const char *acl)
{
    Grantees grantees = {0};
    if (!read_items(arena, &grantees, acl))
        return acl;
    vec_sort(&grantees, by_name);
    TEXT_SCOPED text;
    text_init(&text, (size_t)1 << 20);
    VEC_EACH (const Grantee, grantee, &grantees)
        if (has_any(grantee))
            append_grantee(arena, &text, grantee);
    return text.len ? arena_dup(arena, text_str(&text)) : "none";
}

const char *privilege_word(unsigned index)
{
    REQUIRE(index < PRIVILEGE_COUNT);
    return PRIVILEGES[index].word;
}

const Grant *grant_find(const Grants *grants, const char *role)
{
    VEC_EACH (const Grant, grant, grants)
        if (strcmp(grant->role, role) == 0)
            return grant;
    return NULL;
}

Grant *grant_get(Arena *arena, Grants *grants, const char *role)
{
    VEC_EACH (Grant, grant, grants)
        if (strcmp(grant->role, role) == 0)
            return grant;
    Grant *grant = vec_append(arena, grants);
    grant->role = role;
    return grant;
}

// One word, as "UPDATE WITH GRANT OPTION".
static bool read_word(Str word, Grant *grant)
{
    static const Str WITH = {" WITH GRANT OPTION", sizeof " WITH GRANT OPTION" - 1};
    bool may_grant = str_ends(word, WITH);
    if (may_grant)
        word.n -= WITH.n;
    for (unsigned i = 0; i < PRIVILEGE_COUNT; i++) {
        if (!str_eq(word, str_from(PRIVILEGES[i].word)))
            continue;
        grant->has |= 1U << i;
        grant->may_grant |= may_grant ? 1U << i : 0;
        return true;
    }
    return false;
}

static bool read_words(Str words, Grant *grant)
{
    while (words.n) {
        Str word = str_until(words, ',');
        if (!read_word(str_trim(word), grant))
            return false;
        words = str_skip(words, word.n + (word.n < words.n));
    }
    return true;
}

// A name in quotes may hold what ends a line or a name.
static size_t role_length(Str text)
{
    bool is_quoted = false;
    size_t n = 0;
    while (n < text.n && (is_quoted || text.p[n] != ':'))
        is_quoted ^= text.p[n++] == '"';
    return n;
}

bool privileges_read(Arena *arena, const char *text, Grants *ret_grants)
{
    Grants grants = {0};
    Str rest = strcmp(text, "none") == 0 ? (Str){0} : str_from(text);
    while (rest.n) {
        size_t length = role_length(rest);
        Grant *grant = vec_append(arena, &grants);
        grant->role = arena_dup(arena, (Str){rest.p, length});
        if (length == rest.n)
            return false;
        Str line = str_until(str_skip(rest, length + 1), '\n');
        if (!read_words(str_trim(line), grant))
            return false;
        size_t end = length + 1 + line.n;
        rest = str_skip(rest, end + (end < rest.n));
    }
    *ret_grants = grants;
    return true;
}

uint32_t privileges_of_words(const char *words)
{
    Grant grant = {0};
    REQUIRE(read_words(str_from(words), &grant));
    return grant.has;
}
