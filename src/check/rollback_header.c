#include "check/rollback_header.h"

#include "base/text.h"

enum {
    HEADER_MAX = 1 << 20
};

#define KEY_OF         "Rollback for "
#define KEY_GENERATED  "Generated: "
#define KEY_PROVEN     "Proven: "
#define KEY_NOT_PROVEN "NOT PROVEN: "
#define KEY_LOSES      "Loses: "
#define KEY_MADE_FROM  "Made from: sha256 "

// The rest of the line behind a key, or NULL.
static const char *value_of(Arena *arena, Str line, const char *key)
{
    Str wanted = str_from(key);
    return str_starts(line, wanted) ? arena_dup(arena, str_trim(str_skip(line, wanted.n))) : NULL;
}

static void take(const char **field, const char *value)
{
    if (value && !*field)
        *field = value;
}

void rollback_header_read(Arena *arena, Str text, RollbackHeader *ret_header)
{
    RollbackHeader header = {0};
    Str line;
    for (Str rest = text; str_line(&rest, &line);) {
        line = str_trim(line);
        if (!str_starts(line, STR("--"))) {
            if (line.n)
                break;
            continue;
        }
        line = str_trim(str_skip(line, 2));
        take(&header.of, value_of(arena, line, KEY_OF));
        take(&header.generated, value_of(arena, line, KEY_GENERATED));
        take(&header.proven, value_of(arena, line, KEY_PROVEN));
        take(&header.not_proven, value_of(arena, line, KEY_NOT_PROVEN));
        take(&header.made_from, value_of(arena, line, KEY_MADE_FROM));
        const char *loss = value_of(arena, line, KEY_LOSES);
        if (loss)
            *vec_append(arena, &header.losses) = loss;
    }
    if (!header.made_from) // somebody else's
        header.of = header.proven = header.not_proven = header.generated = NULL;
    *ret_header = header;
}

// A name may hold a line end.
static void append(Text *text, const char *key, const char *value)
{
    if (!value)
        return;
    text_printf(text, "-- %s", key);
    for (const char *c = value; *c; c++)
        text_append_char(text, *c == '\n' || *c == '\r' ? ' ' : *c);
    text_append_char(text, '\n');
}

static const char *duration(Arena *arena, int64_t ms)
{
    int64_t seconds = (ms + 999) / 1000;
    return seconds <= 1
               ? arena_printf(arena, "less than 1 second (measured: %lld ms)", (long long)ms)
               : arena_printf(arena, "%lld seconds (measured)", (long long)seconds);
}

const char *rollback_header_text(Arena *arena, const RollbackHeader *header)
{
    static const char *const COMPLEXITIES[] = {
        [COMPLEXITY_UNSTATED] = NULL,
        [COMPLEXITY_LOW] = "LOW",
        [COMPLEXITY_MEDIUM] = "MEDIUM",
        [COMPLEXITY_HIGH] = "HIGH",
    };
    TEXT_SCOPED text;
    text_init(&text, HEADER_MAX);
    append(&text, KEY_OF, header->of);
    append(&text, KEY_GENERATED, header->generated);
    append(&text, "Complexity: ", COMPLEXITIES[header->complexity]);
    append(&text, "Estimated Duration: ", duration(arena, header->duration_ms));
    append(&text, KEY_PROVEN, header->proven);
    append(&text, KEY_NOT_PROVEN, header->not_proven);
    VEC_EACH (const char *const, loss, &header->losses)
        append(&text, KEY_LOSES, *loss);
    VEC_EACH (const char *const, note, &header->notes)
        append(&text, "", *note);
    append(&text, KEY_MADE_FROM, header->made_from);
    return arena_dup(arena, text_str(&text));
}

bool rollback_header_is_stale(const RollbackHeader *header, const char *up_checksum)
{
    return header->made_from && strcmp(header->made_from, up_checksum) != 0;
}
