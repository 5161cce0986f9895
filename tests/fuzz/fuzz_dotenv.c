// Any bytes as a .env file: what is wrong has a position and a hint, a value is text, CRLF and a
// BOM change nothing, and lines of other programs never stop what is read of ours.
#include "base/require.h"
#include "base/text.h"
#include "base/utf8.h"
#include "io/dotenv.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_wanted(Str name)
{
    return str_starts(name, STR("PG")) || str_eq(name, STR("DATABASE_URL"));
}

static bool is_unwanted(Str name)
{
    (void)name;
    return false;
}

static const char *environment(const char *name)
{
    return name[0] == 'H' ? "home" : NULL;
}

static void check_entries(const Dotenv *dotenv, bool (*wanted)(Str))
{
    VEC_EACH (const DotenvEntry, entry, &dotenv->entries) {
        Utf8Check check = {0};
        REQUIRE(entry->name[0] && entry->position.line > 0 && entry->position.column > 0);
        REQUIRE(entry->value || !wanted(str_from(entry->name)));
        REQUIRE(utf8_check(&check, str_from(entry->value)) < 0 && utf8_is_complete(&check));
    }
}

static bool parse(Arena *arena, Str text, bool (*wanted)(Str), Dotenv *ret_dotenv, Err *err)
{
    DotenvOptions options = {".env", wanted, environment};
    if (!dotenv_parse(arena, text, &options, ret_dotenv, err)) {
        REQUIRE(err->class == ERR_CONFIG && err->hint[0]);
        REQUIRE(err->position.line > 0 && err->position.column > 0);
        return false;
    }
    check_entries(ret_dotenv, wanted);
    return true;
}

// The same file as Windows saves it.
static Str with_bom_and_crlf(Arena *arena, Str text)
{
    TEXT_SCOPED out;
    text_init(&out, SIZE_MAX / 2);
    text_append(&out, STR("\xef\xbb\xbf"));
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n')
            text_append_char(&out, '\r');
        text_append_char(&out, text.p[i]);
    }
    return (Str){arena_dup(arena, text_str(&out)), out.len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    Str text = {(const char *)data, size};
    Dotenv dotenv = {0};
    Dotenv same = {0};
    Err err = {0};
    Err same_err = {0};
    REQUIRE(parse(arena, text, is_unwanted, &dotenv, &err));
    bool is_read = parse(arena, text, is_wanted, &dotenv, &err);
    if (memchr(text.p ? text.p : "", '\r', text.n) || str_starts(text, STR("\xef\xbb\xbf")))
        return 0;
    REQUIRE(parse(arena, with_bom_and_crlf(arena, text), is_wanted, &same, &same_err) == is_read);
    REQUIRE(strcmp(err.message, same_err.message) == 0);
    REQUIRE(err.position.line == same_err.position.line);
    REQUIRE(!is_read || dotenv.entries.len == same.entries.len);
    for (size_t i = 0; is_read && i < dotenv.entries.len; i++)
        REQUIRE(
            str_eq(str_from(dotenv.entries.items[i].value), str_from(same.entries.items[i].value)));
    return 0;
}
