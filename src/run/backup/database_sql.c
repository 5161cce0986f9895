#include "run/backup/database_sql.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

enum {
    SQL_MAX = 4096,
    FIRST_WITH_PROVIDERS = 15
};

DatabaseKind database_kind_of(const BackupManifest *manifest)
{
    return (DatabaseKind){
        .encoding = manifest->encoding,
        .collate = manifest->collate,
        .ctype = manifest->ctype,
        .locale_provider = manifest->locale_provider,
        .locale = manifest->locale,
    };
}

static void append_option(Arena *arena, Text *sql, const char *word, const char *value)
{
    if (value && *value)
        text_printf(sql, " %s %s", word, quote_literal(arena, value));
}

// What a server does not know yet is written all the same: another locale would be no answer.
static void append_provider(Arena *arena, Text *sql, const DatabaseKind *kind, int server_major)
{
    switch (kind->locale_provider ? kind->locale_provider[0] : '\0') {
    case 'i':
        text_append(sql, STR(" LOCALE_PROVIDER icu"));
        append_option(arena, sql, "ICU_LOCALE", kind->locale ? kind->locale : "und");
        break;
    case 'b':
        text_append(sql, STR(" LOCALE_PROVIDER builtin"));
        append_option(arena, sql, "BUILTIN_LOCALE", kind->locale ? kind->locale : "C");
        break;
    case 'c':
        if (server_major >= FIRST_WITH_PROVIDERS)
            text_append(sql, STR(" LOCALE_PROVIDER libc"));
        break;
    }
}

const char *database_creation(Arena *arena, const char *name, const DatabaseKind *kind,
                              int server_major)
{
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    text_printf(&sql, "CREATE DATABASE %s TEMPLATE template0", quote_identifier(arena, name));
    append_option(arena, &sql, "ENCODING", kind->encoding);
    append_option(arena, &sql, "LC_COLLATE", kind->collate);
    append_option(arena, &sql, "LC_CTYPE", kind->ctype);
    append_provider(arena, &sql, kind, server_major);
    if (kind->tablespace && strcmp(kind->tablespace, "pg_default") != 0)
        text_printf(&sql, " TABLESPACE %s", quote_identifier(arena, kind->tablespace));
    return arena_dup(arena, text_str(&sql));
}

const char *database_statement_for(Arena *arena, const char *statement, const char *from,
                                   const char *to)
{
    const char *const spellings[] = {quote_identifier(arena, from), quote_name(arena, from)};
    for (size_t i = 0; i < 2; i++) {
        const char *words = arena_printf(arena, "DATABASE %s", spellings[i]);
        const char *at = strstr(statement, words);
        const char *end = at ? at + strlen(words) : NULL;
        if (at && (*end == '\0' || *end == ' ' || *end == ';'))
            return arena_printf(arena, "%.*sDATABASE %s%s", (int)(at - statement), statement,
                                quote_identifier(arena, to), end);
    }
    return NULL;
}

bool database_lacks_locale(const Err *err)
{
    return err->class == ERR_SERVER &&
           (strstr(err->message, "locale") || strstr(err->message, "collat") ||
            strstr(err->message, "ICU"));
}
