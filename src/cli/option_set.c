// Values of options from text: option_set() of option.h.
#include "base/utf8.h"
#include "cli/option.h"
#include "migration/duration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (str_eq_nocase(str_from(text), str_from(*words)))
            return true;
    return false;
}

static bool set_flag(OptionValue *value, const char *where, const char *text, Err *err)
{
    static const char *const TRUE_WORDS[] = {"true", "yes", "on", NULL};
    static const char *const FALSE_WORDS[] = {"false", "no", "off", NULL};
    if (!text || is_one_of(text, TRUE_WORDS))
        value->is_set = true;
    else if (is_one_of(text, FALSE_WORDS))
        value->is_set = false;
    else
        return fail(err, ERR_CONFIG, "%s is true or false, not \"%s\"", where, text);
    value->text = value->is_set ? "true" : "false";
    return true;
}

static bool set_count(OptionValue *value, const char *where, const char *text, Err *err)
{
    enum {
        DIGITS_MAX = 9 // more steps or rows than anybody has
    };
    Str digits = str_from(text);
    if (!str_is_digits(digits) || digits.n > DIGITS_MAX || strtoll(text, NULL, 10) < 1)
        return fail(err, ERR_CONFIG, "%s takes a whole number from 1, not \"%s\"", where, text);
    value->number = strtoll(text, NULL, 10);
    return true;
}

static bool check_word(const OptionSpec *spec, const char *where, const char *text, Err *err)
{
    char words[256] = "";
    size_t used = 0;
    if (!spec->accepts || spec->accepts(text))
        return true;
    for (size_t i = 0; spec->word(i) && used < sizeof words; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", i ? ", " : "",
                                 spec->word(i));
    return fail(err, ERR_CONFIG, "%s takes one of %s, not \"%s\"", where, words, text);
}

static bool set_duration(OptionValue *value, const char *where, const char *text, Err *err)
{
    if (!duration_parse(str_from(text), &value->number)) {
        fail(err, ERR_CONFIG, "%s takes a time, not \"%s\"", where, text);
        return err_hint(err, "write it as 250ms, 2s, 10min or 1h");
    }
    return true;
}

// An argument is seen by everybody on the machine (ps), and is shown in errors.
static bool may_be_secret(const char *word)
{
    const char *address = strstr(word, "://");
    return strstr(word, "PASSWORD=") || strstr(word, "password=") ||
           (address && strchr(address, '@'));
}

static bool set_words(Arena *arena, OptionValue *value, const char *where, const char *text,
                      Err *err)
{
    size_t open;
    if (!words_split(arena, str_from(text), &value->list, &open)) {
        fail(err, ERR_CONFIG, "%s: the %c at character %zu has no end", where, text[open],
             utf8_count((Str){text, open}) + 1);
        return err_hint(err, "write words with blanks in quotes: 'two words'");
    }
    if (value->list.len == 0)
        return fail(err, ERR_CONFIG, "%s is empty", where);
    for (size_t i = 0; i < value->list.len; i++)
        if (may_be_secret(value->list.items[i])) {
            fail(err, ERR_CONFIG,
                 "%s holds a password or a URL with a user: everybody could see it", where);
            return err_hint(err, "the password is passed in PGPASSWORD (docker exec -e PGPASSWORD "
                                 "-i db), the address belongs in tools-database");
        }
    *vec_append(arena, &value->list) = NULL; // as argv ends
    value->list.len--;
    return true;
}

bool option_set(Arena *arena, OptionValues *values, OptionId id, Origin origin, const char *where,
                const char *text, Err *err)
{
    OptionValue *value = &values->values[id];
    const OptionSpec *spec = &OPTIONS[id];
    if (value->where && origin < value->origin)
        return true;
    // In a file the position says where, and the setting is called by its name.
    const char *name = origin == ORIGIN_FLAG || origin == ORIGIN_VARIABLE ? where : spec->name;
    bool needs_text = spec->kind == KIND_TEXT || spec->kind == KIND_LIST;
    if (needs_text && !*text)
        return fail(err, ERR_CONFIG, "%s is empty", name);
    if (!check_word(spec, name, text, err))
        return false;
    OptionValue fresh = {.origin = origin, .where = where, .text = text, .is_set = true};
    bool ok = true;
    if (spec->kind == KIND_LIST && value->where && value->origin == origin) {
        fresh.list = value->list;
        fresh.where = value->where; // where it begins
    }
    if (spec->kind == KIND_LIST)
        *vec_append(arena, &fresh.list) = text;
    else if (spec->kind == KIND_FLAG)
        ok = set_flag(&fresh, name, text, err);
    else if (spec->kind == KIND_COUNT)
        ok = set_count(&fresh, name, text, err);
    else if (spec->kind == KIND_DURATION)
        ok = set_duration(&fresh, name, text, err);
    else if (spec->kind == KIND_WORDS)
        ok = set_words(arena, &fresh, name, text, err);
    if (ok)
        *value = fresh;
    return ok;
}
