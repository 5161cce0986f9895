#include "pg/conninfo.h"

#include "base/text.h"

#include <libpq-fe.h>
#include <string.h>

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (const PQconninfoOption *option = options; option && option->keyword; option++)
        if (strcmp(option->keyword, keyword) == 0)
            return option->val && option->val[0] ? option->val : NULL;
    return NULL;
}

static const char *copy(Arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

static bool is_string(const char *url)
{
    return url && (strchr(url, '=') || strstr(url, "://"));
}

void conninfo_names(Arena *arena, const char *url, const char **ret_database, const char **ret_user)
{
    bool is_whole = is_string(url);
    char *reason = NULL;
    PQconninfoOption *given = is_whole ? PQconninfoParse(url, &reason) : NULL;
    PQconninfoOption *defaults = PQconndefaults();
    const char *database = url && url[0] && !is_whole ? url : value_of(given, "dbname");
    const char *user = value_of(given, "user");
    if (is_whole ? given && !value_of(given, "service") : defaults != NULL) {
        user = user ? user : value_of(defaults, "user");
        database = database ? database : value_of(defaults, "dbname");
        database = database ? database : user;
    }
    *ret_database = copy(arena, database);
    *ret_user = copy(arena, user);
    PQfreemem(reason);
    PQconninfoFree(given);
    PQconninfoFree(defaults);
}

static void put(Text *out, const char *keyword, const char *value)
{
    text_printf(out, "%s%s='", out->len ? " " : "", keyword);
    for (const char *c = value; *c; c++) {
        if (*c == '\'' || *c == '\\')
            text_append_char(out, '\\');
        text_append_char(out, *c);
    }
    text_append_char(out, '\'');
}

const char *conninfo_with_database(Arena *arena, const char *url, const char *database)
{
    PQconninfoOption *given = PQconninfoParse(is_string(url) ? url : "", NULL);
    if (!given)
        return NULL;
    TEXT_SCOPED out;
    text_init(&out, 1 << 16);
    for (const PQconninfoOption *option = given; option->keyword; option++)
        if (option->val && strcmp(option->keyword, "dbname") != 0)
            put(&out, option->keyword, option->val);
    put(&out, "dbname", database);
    PQconninfoFree(given);
    return arena_dup(arena, text_str(&out));
}
