#include "catalog/privileges.h"

#include "base/text.h"
#include "base/vec.h"

#include <string.h>

typedef struct Privilege {
    char letter;
    const char *word;
} Privilege;

// Sorted by word. 13 to 18: src/include/utils/acl.h; m came with 17.
static const Privilege PRIVILEGES[] = {
    {'A', "ALTER SYSTEM"}, {'c', "CONNECT"}, {'C', "CREATE"},    {'d', "DELETE"},
    {'X', "EXECUTE"},      {'a', "INSERT"},  {'m', "MAINTAIN"},  {'x', "REFERENCES"},
    {'r', "SELECT"},       {'s', "SET"},     {'T', "TEMPORARY"}, {'t', "TRIGGER"},
    {'D', "TRUNCATE"},     {'w', "UPDATE"},  {'U', "USAGE"},
};

enum {
    PRIVILEGE_COUNT = sizeof PRIVILEGES / sizeof *PRIVILEGES,
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

static void append_grantee(Text *text, const Grantee *grantee)
{
    bool is_first = true;
    bool is_said[LETTERS] = {false};
    // A role may be called PUBLIC, in capitals: quoted, it is another one.
    bool needs_quotes = strcmp(grantee->name, "PUBLIC") == 0;
    text_printf(text, "%s%s%s%s:", text->len ? "\n" : "", needs_quotes ? "\"" : "",
                grantee->name[0] ? grantee->name : "PUBLIC", needs_quotes ? "\"" : "");
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
            append_grantee(&text, grantee);
    return text.len ? arena_dup(arena, text_str(&text)) : "none";
}
