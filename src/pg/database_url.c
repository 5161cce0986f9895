#include "pg/database_url.h"

#include "base/text.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

static const char FORM[] = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE";

static void options_free_at(PQconninfoOption **options)
{
    PQconninfoFree(*options);
}
#define OPTIONS_SCOPED __attribute__((cleanup(options_free_at))) PQconninfoOption *

// "mysql" of "mysql://..."; empty when there is none.
static Str scheme_of(const char *url)
{
    size_t length =
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return length && strncmp(url + length, "://", 3) == 0 ? (Str){url, length} : (Str){0};
}

static bool is_postgresql(Str scheme)
{
    return str_eq(scheme, STR("postgresql")) || str_eq(scheme, STR("postgres"));
}

static Str behind_scheme(const char *url)
{
    return is_postgresql(scheme_of(url)) ? str_from(strstr(url, "://") + 3) : STR("");
}

// ---- what is wrong with it

// The character that seems to split a password; '\0' when none does.
static char splitting_character(Str text)
{
    Str before = str_until(text, '@');
    if (before.n == text.n)
        return '\0';
    Str behind = str_skip(text, before.n + 1);
    return str_until(before, '/').n < before.n   ? '/'
           : str_until(before, '?').n < before.n ? '?'
           : str_until(behind, '@').n < behind.n ? '@'
                                                 : '\0';
}

bool database_url_check_password(const char *url, Err *err)
{
    char c = splitting_character(str_until(behind_scheme(url), '?'));
    if (c == '\0')
        return true;
    fail(err, ERR_CONFIG, "no connection, and the database URL can be read in two ways: it has %s",
         c == '@' ? "a second @" : "a / before the @");
    return err_hint(err,
                    "if it is a part of the password, write %s (and %% as %%25, / as %%2F, ? as "
                    "%%3F, @ as %%40)",
                    c == '@' ? "each @ of it as %40" : "each / of it as %2F");
}

// What stands in quotes is dropped unless it is a short word, such as the name of a parameter:
// libpq quotes what it could not read, password and all.
static void mask_quoted(const char *message, bool keeps_words, Text *out)
{
    for (const char *p = message; *p;) {
        const char *close = *p == '"' ? strchr(p + 1, '"') : NULL;
        size_t length = close ? (size_t)(close - p) - 1 : 0;
        bool is_word = keeps_words && close && length <= 16 &&
                       strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_") == length;
        if (*p == '"' && !is_word) {
            text_append(out, STR("\"...\""));
            // Quotes inside a value would end it early: the last one on the line is its end.
            const char *last = strrchr(p + 1, '"');
            p = last ? last + 1 : p + strlen(p);
        } else {
            size_t step = is_word ? length + 2 : 1;
            text_append(out, (Str){p, step});
            p += step;
        }
    }
}

// Mistakes that libpq does not name.
static bool name_mistake(const char *url, Err *err)
{
    Str scheme = scheme_of(url);
    Str driver = str_skip(scheme, str_until(scheme, '+').n);
    if (*url == '"' || *url == '\'') {
        fail(err, ERR_CONFIG, "the database URL begins with a quote");
        return err_hint(err, "leave out the quotes around the URL");
    }
    if (str_starts(str_from(url), STR("jdbc:"))) {
        fail(err, ERR_CONFIG, "the database URL begins with jdbc:, not postgresql://");
        return err_hint(
            err,
            "leave out \"jdbc:\" and pass user and password as USER:PASSWORD@ before the host");
    }
    if (!scheme.n || is_postgresql(scheme))
        return true;
    fail(err, ERR_CONFIG, "the database URL begins with " STR_FMT "://, not postgresql://",
         STR_ARG(scheme));
    if (driver.n && is_postgresql(str_until(scheme, '+')))
        return err_hint(err, "leave out \"" STR_FMT "\", the name of a driver: %s", STR_ARG(driver),
                        FORM);
    return err_hint(err, "write it as %s", FORM);
}

static const struct {
    const char *cause;
    const char *hint;
} HINTS[] = {
    {"invalid percent-encoded token", "a % of user or password is written %25"},
    {"invalid URI query parameter",
     "remove the parameter: libpq knows host, sslmode, options and the like, not those of other "
     "drivers"},
};

static bool unreadable(const char *url, const char *reason, Err *err)
{
    if (!name_mistake(url, err))
        return false;
    TEXT_SCOPED masked;
    text_init(&masked, 512);
    mask_quoted(reason, !splitting_character(behind_scheme(url)), &masked);
    Str shown = str_trim(text_str(&masked));
    fail(err, ERR_CONFIG, "the database URL cannot be read: " STR_FMT,
         STR_ARG(shown.n ? shown : STR("unknown form")));
    for (size_t i = 0; i < sizeof HINTS / sizeof HINTS[0]; i++)
        if (strstr(reason, HINTS[i].cause))
            return err_hint(err, "%s", HINTS[i].hint);
    return err_hint(
        err, "write it as %s (special characters percent-encoded) or \"host=... dbname=...\"",
        FORM);
}

static bool is_conninfo(const char *url)
{
    return strstr(url, "://") || strchr(url, '=');
}

bool database_url_check(const char *url, Err *err)
{
    if (!is_conninfo(url)) // libpq takes it for the name of a database, and shows it whole
        return !strchr(url, '@') || unreadable(url, "it begins with no postgresql://", err);
    char *reason = NULL;
    OPTIONS_SCOPED options = PQconninfoParse(url, &reason);
    if (!options)
        unreadable(url, reason ? reason : "", err);
    PQfreemem(reason);
    return options != NULL;
}

bool database_url_has_hash(const char *url)
{
    Str text = behind_scheme(url);
    Str before = str_until(text, '@');
    return before.n < text.n && str_until(before, '#').n < before.n;
}

bool database_url_says(const char *url, const char *keyword)
{
    OPTIONS_SCOPED options = is_conninfo(url) ? PQconninfoParse(url, NULL) : NULL;
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, keyword) == 0)
            return o->val != NULL;
    return !is_conninfo(url) && *url && strcmp(keyword, "dbname") == 0;
}

const char *database_url_name(Arena *arena, const char *url)
{
    OPTIONS_SCOPED options = is_conninfo(url) ? PQconninfoParse(url, NULL) : NULL;
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, "dbname") == 0 && o->val && *o->val)
            return arena_strdup(arena, o->val);
    return !is_conninfo(url) && *url ? url : NULL;
}

// ---- what may be shown of it

static bool is_secret(const PQconninfoOption *option)
{
    // libpq marks what is typed unseen; the later ones it does not mark.
    Str keyword = str_from(option->keyword);
    return (option->dispchar && *option->dispchar == '*') || str_ends(keyword, STR("_secret")) ||
           str_eq(keyword, STR("scram_client_key")) || str_eq(keyword, STR("scram_server_key"));
}

static bool has_secret(const char *url)
{
    OPTIONS_SCOPED options = PQconninfoParse(url, NULL);
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (o->val && is_secret(o))
            return true;
    return !options;
}

static void append_value(Text *text, const char *value)
{
    bool is_plain = *value && !value[strcspn(value, " \t\n\r\f\v'\\")];
    if (is_plain) {
        text_append(text, str_from(value));
        return;
    }
    text_append_char(text, '\'');
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\')
            text_append_char(text, '\\');
        text_append_char(text, *value);
    }
    text_append_char(text, '\'');
}

// "host=db dbname=shop", whatever way it was written.
static const char *as_conninfo(Arena *arena, const PQconninfoOption *options)
{
    TEXT_SCOPED text;
    text_init(&text, 64 * 1024);
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        if (!o->val || is_secret(o))
            continue;
        text_printf(&text, "%s%s=", text.len ? " " : "", o->keyword);
        append_value(&text, o->val);
    }
    return arena_dup(arena, text_str(&text));
}

const char *database_url_shown(Arena *arena, const char *url)
{
    Err ignored;
    if (!database_url_check(url, &ignored) || !database_url_check_password(url, &ignored))
        return NULL;
    if (!is_conninfo(url))
        return arena_strdup(arena, url);
    OPTIONS_SCOPED options = PQconninfoParse(url, NULL);
    if (!options)
        return NULL;
    Str text = behind_scheme(url);
    Str before = str_until(text, '@');
    Str user = str_until(before, ':');
    if (!text.n) // no URL
        return as_conninfo(arena, options);
    if (before.n == text.n)
        user = before = (Str){text.p, 0};
    const char *shown =
        arena_join(arena, (Str){url, (size_t)(text.p - url)}, user, str_skip(text, before.n));
    // Passwords can also stand among the parameters.
    return has_secret(shown) ? as_conninfo(arena, options) : shown;
}
