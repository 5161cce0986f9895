#include "pg/conninfo.h"

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

void conninfo_names(Arena *arena, const char *url, const char **ret_database, const char **ret_user)
{
    bool is_string = url && (strchr(url, '=') || strstr(url, "://"));
    char *reason = NULL;
    PQconninfoOption *given = is_string ? PQconninfoParse(url, &reason) : NULL;
    PQconninfoOption *defaults = PQconndefaults();
    const char *database = url && url[0] && !is_string ? url : value_of(given, "dbname");
    const char *user = value_of(given, "user");
    if (is_string ? given && !value_of(given, "service") : defaults != NULL) {
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
