#include "check/sample/alternatives.h"

#include "base/text.h"
#include "catalog/model.h"
#include "check/sample/pattern.h"
#include "sql/quote.h"

#include <stdlib.h>

enum {
    VARIANTS = 8, // of a pattern
    LENGTH_MAX = 5000,
    ARRAY_MAX = 50,
    CHOICE_MAX = 1 << 20,
    TEXTS_MAX = 60
};

static void add_word(Arena *arena, Words *words, const char *word)
{
    if (word && !words_have(words, word))
        *vec_append(arena, words) = word;
}

// What columns with rules for their texts mostly hold; $ is the number.
static const char *const SHAPES[] = {
    "'abc' || $",
    "'ABC' || $",
    "'abc-' || $",
    "'abc_' || $",
    "'person' || $ || '@example.com'",
    "'https://example.com/' || $",
    "'#' || lpad(to_hex($ % 16777216), 6, '0')",
    "'+4915' || lpad(($ % 100000000)::text, 8, '0')",
    "lpad(($ % 100000)::text, 5, '0')",
    "$::text",
    "chr((97 + $ % 26)::int)",
    "chr((65 + $ % 26)::int)",
    "chr((97 + $ % 26)::int) || chr((97 + $ / 26 % 26)::int)",
    "chr((65 + $ % 26)::int) || chr((65 + $ / 26 % 26)::int)",
    "chr((65 + $ % 26)::int) || chr((65 + $ / 26 % 26)::int) || 'R'",
    "'de-' || chr((65 + $ % 26)::int) || chr((65 + $ / 26 % 26)::int)",
    "md5($::text)",
    "md5($::text) || md5($::text)",
    "md5($::text)::uuid::text",
    "(date '2024-01-01' + ($ % 20000)::int)::text",
    "'1.0.' || $",
    "'10.0.0.' || $ % 256",
    "'/abc/' || $",
    "'abc.def' || $",
    "'Abc Def ' || $",
    "'{}'",
    "'x'",
    "''",
};

static void add_texts(Arena *arena, const SampleConstants *constants, const char *number,
                      Words *alternatives)
{
    VEC_EACH (const char *const, text, &constants->texts)
        if (alternatives->len < TEXTS_MAX)
            add_word(arena, alternatives, quote_literal(arena, *text));
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        VEC_EACH (const char *const, pattern, &constants->patterns) {
            const char *text = sample_pattern_text(arena, *pattern, variant);
            if (text)
                add_word(arena, alternatives, quote_literal(arena, text));
        }
        VEC_EACH (const char *const, like, &constants->likes) {
            const char *text = sample_like_text(arena, *like, variant);
            if (text)
                add_word(arena, alternatives, quote_literal(arena, text));
        }
    }
    VEC_EACH (const char *const, length, &constants->numbers) {
        long wanted = strtol(*length, NULL, 10);
        for (long n = wanted > 0 ? wanted - 1 : 0; n <= wanted + 1 && n <= LENGTH_MAX; n++)
            add_word(arena, alternatives,
                     arena_printf(arena, "rpad((%s)::text, %ld, 'x')", number, n));
    }
    if (constants->is_open)
        for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
            add_word(arena, alternatives, sample_fill(arena, SHAPES[i], number));
}

static double absolute(double number)
{
    return number < 0 ? -number : number;
}

// Of which a type still has the next one.
static double greatest_of(const SampleType *type, int modifier)
{
    if (strcmp(type->name, "int2") == 0)
        return 32767;
    if (strcmp(type->name, "int4") == 0 || strcmp(type->name, "oid") == 0)
        return 2147483647;
    if (strcmp(type->name, "numeric") == 0 && modifier >= 4) {
        int digits = ((modifier - 4) >> 16) & 0xffff;
        int scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
        double most = 1;
        for (int i = 0; i < digits - scale && i < 15; i++)
            most *= 10;
        return most - 1e-9;
    }
    return 9e15;
}

static const SampleType *base_type(const SampleFacts *facts, int64_t oid, int *modifier)
{
    const SampleType *type = sample_type(facts, oid);
    for (int depth = 0; type && type->kind == 'd' && depth < 8; depth++) {
        *modifier = type->modifier;
        type = sample_type(facts, type->inner);
    }
    return type;
}

static void add_numbers(Arena *arena, const SampleFacts *facts, const SampleConstants *constants,
                        const SampleValue *value, const char *number, Words *alternatives)
{
    int modifier = value->modifier;
    const SampleType *type = base_type(facts, value->type, &modifier);
    double greatest = greatest_of(type, modifier);
    VEC_EACH (const char *const, constant, &constants->numbers) {
        double size = absolute(strtod(*constant, NULL));
        if (size > greatest)
            continue;
        add_word(arena, alternatives, *constant);
        if (size + 1 > greatest)
            continue;
        add_word(arena, alternatives, arena_printf(arena, "%s + 1", *constant));
        add_word(arena, alternatives, arena_printf(arena, "%s - 1", *constant));
        add_word(arena, alternatives, arena_printf(arena, "%s * -1", *constant));
        add_word(arena, alternatives, arena_printf(arena, "%s * 0.5", *constant));
        if (size + 50 <= greatest)
            add_word(arena, alternatives, arena_printf(arena, "%s + %s %% 50", *constant, number));
    }
    VEC_EACH (const char *const, text, &constants->texts) {
        char *end;
        double size = absolute(strtod(*text, &end));
        if (end != *text && !*end && size <= greatest)
            add_word(arena, alternatives, quote_literal(arena, *text));
    }
}

static bool is_time_text(const SampleType *type, const char *text)
{
    if (text[0] < '0' || text[0] > '9')
        return false;
    if (strncmp(type->name, "time", 4) == 0 && strncmp(type->name, "timestamp", 9) != 0)
        return strchr(text, ':') && !strchr(text, '-');
    if (strcmp(type->name, "interval") == 0)
        return !strchr(text, '-');
    return strlen(text) >= 8 && text[4] == '-';
}

static void add_times(Arena *arena, const SampleFacts *facts, const SampleConstants *constants,
                      const SampleValue *value, const char *number, Words *alternatives)
{
    int modifier = -1;
    const SampleType *type = base_type(facts, value->type, &modifier);
    VEC_EACH (const char *const, text, &constants->texts) {
        if (!is_time_text(type, *text))
            continue;
        const char *literal =
            arena_printf(arena, "%s::%s", quote_literal(arena, *text), type->qualified);
        add_word(arena, alternatives, literal);
        add_word(arena, alternatives, arena_printf(arena, "%s - interval '1 day'", literal));
        add_word(arena, alternatives,
                 arena_printf(arena, "%s + (%s %% 20) * interval '1 day'", literal, number));
        add_word(arena, alternatives,
                 arena_printf(arena, "%s + (%s %% 60) * interval '1 minute'", literal, number));
    }
}

static void add_documents(Arena *arena, const SampleConstants *constants, const char *number,
                          Words *alternatives)
{
    static const char *const DOCUMENTS[] = {"'{}'", "'[]'",           "'[1, 2]'", "'\"text\"'",
                                            "'1'",  "'[{\"a\": 1}]'", "'true'",   NULL};
    for (const char *const *document = DOCUMENTS; *document; document++)
        add_word(arena, alternatives, *document);
    const char *texts = "";
    const char *numbers = "";
    VEC_EACH (const char *const, key, &constants->texts) {
        const char *comma = texts[0] ? ", " : "";
        const char *name = quote_literal(arena, *key);
        texts = arena_printf(arena, "%s%s%s, 'value ' || %s", texts, comma, name, number);
        numbers = arena_printf(arena, "%s%s%s, %s", numbers, comma, name, number);
    }
    if (texts[0]) {
        add_word(arena, alternatives, arena_printf(arena, "jsonb_build_object(%s)", texts));
        add_word(arena, alternatives, arena_printf(arena, "jsonb_build_object(%s)", numbers));
    }
}

static void add_arrays(Arena *arena, const SampleFacts *facts, const SampleConstants *constants,
                       const SampleType *type, const SampleValue *value, const char *number,
                       Words *alternatives)
{
    SampleValue element = {.type = type->inner, .modifier = value->modifier};
    const SampleType *inner = sample_type(facts, type->inner);
    if (!inner)
        return;
    const char *generic = sample_value_sql(arena, facts, &element, number);
    add_word(arena, alternatives, "'{}'");
    if (sample_family(facts, type->inner) == SAMPLE_TEXT)
        VEC_EACH (const char *const, text, &constants->texts)
            add_word(arena, alternatives,
                     arena_printf(arena, "ARRAY[%s]::%s[]", quote_literal(arena, *text),
                                  inner->qualified));
    if (!generic)
        return;
    add_word(arena, alternatives,
             arena_printf(arena, "ARRAY[(%s)::%s]", generic, inner->qualified));
    VEC_EACH (const char *const, constant, &constants->numbers) {
        long wanted = strtol(*constant, NULL, 10);
        if (wanted > 0 && wanted < ARRAY_MAX)
            add_word(arena, alternatives,
                     arena_printf(arena, "array_fill((%s)::%s, ARRAY[%ld])", generic,
                                  inner->qualified, wanted));
    }
}

static void add_bytes(Arena *arena, const SampleConstants *constants, const char *number,
                      Words *alternatives)
{
    VEC_EACH (const char *const, constant, &constants->numbers) {
        long wanted = strtol(*constant, NULL, 10);
        for (long n = wanted > 0 ? wanted - 1 : 0; n <= wanted + 1 && n <= LENGTH_MAX; n++)
            add_word(arena, alternatives,
                     arena_printf(arena, "decode(rpad(md5((%s)::text), %ld, 'ab'), 'hex')", number,
                                  n * 2));
    }
}

static void add_others(Arena *arena, const SampleFacts *facts, const SampleConstants *constants,
                       const SampleValue *value, const char *number, Words *alternatives)
{
    int modifier = value->modifier;
    const SampleType *type = base_type(facts, value->type, &modifier);
    if (!type)
        return;
    if (strncmp(type->name, "json", 4) == 0 && strcmp(type->schema, "pg_catalog") == 0)
        add_documents(arena, constants, number, alternatives);
    else if (type->is_array)
        add_arrays(arena, facts, constants, type, value, number, alternatives);
    else if (strcmp(type->name, "bytea") == 0)
        add_bytes(arena, constants, number, alternatives);
    else if (strcmp(type->name, "bool") == 0) {
        add_word(arena, alternatives, "true");
        add_word(arena, alternatives, "false");
    }
}

static void list_alternatives(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                              const char *number, Words *ret_alternatives)
{
    const SampleConstants *constants = value->constants;
    switch (sample_family(facts, value->type)) {
    case SAMPLE_TEXT:
        add_texts(arena, constants, number, ret_alternatives);
        break;
    case SAMPLE_NUMBER:
        add_numbers(arena, facts, constants, value, number, ret_alternatives);
        break;
    case SAMPLE_TIME:
        add_times(arena, facts, constants, value, number, ret_alternatives);
        break;
    case SAMPLE_OTHER:
        add_others(arena, facts, constants, value, number, ret_alternatives);
        break;
    }
}

const char *sample_alternatives_sql(Arena *arena, const SampleFacts *facts,
                                    const SampleValue *value, const char *generic,
                                    const char *number)
{
    Words alternatives = {0};
    list_alternatives(arena, facts, value, number, &alternatives);
    if (alternatives.len == 0)
        return generic;
    TEXT_SCOPED sql;
    text_init(&sql, CHOICE_MAX);
    text_printf(&sql, "CASE abs(hashint8(%s * 31 + %d)::bigint) %% %zu", number, value->salt,
                alternatives.len + (generic ? 1 + alternatives.len / 2 : 0));
    for (size_t i = 0; i < alternatives.len; i++)
        text_printf(&sql, " WHEN %zu THEN (%s)::%s", i, alternatives.items[i], value->type_name);
    if (generic)
        text_printf(&sql, " ELSE (%s)::%s", generic, value->type_name);
    text_append(&sql, STR(" END"));
    return sql.is_cut ? generic : arena_dup(arena, text_str(&sql));
}
