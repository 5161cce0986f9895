#include "check/sample/pattern.h"

#include "base/text.h"

enum {
    DEPTH_MAX = 20,
    TEXT_MAX = 4000,
    CLASS_MAX = 128,
    REPEAT_MAX = 400
};

typedef struct Writer {
    const char *p; // in the pattern
    unsigned variant;
    Text *text;
    int depth;
    bool is_silent; // an alternative that was not chosen is only read
    bool is_bad;
} Writer;

static void put(Writer *writer, char c)
{
    if (!writer->is_silent)
        text_append_char(writer->text, c);
}

// Choices differ from place to place and from variant to variant.
static unsigned choose(const Writer *writer, unsigned count)
{
    return count ? (writer->variant * 7 + (unsigned)writer->text->len * writer->variant) % count
                 : 0;
}

typedef struct Class {
    bool has[CLASS_MAX];
} Class;

static void add_range(Class *class, unsigned first, unsigned last)
{
    for (unsigned c = first; c <= last && c < CLASS_MAX; c++)
        class->has[c] = true;
}

static void invert(Class *class)
{
    for (unsigned c = 0; c < CLASS_MAX; c++)
        class->has[c] = c > ' ' && c < 127 && !class->has[c];
}

// \d \w \s and their opposites; false: the character itself is meant.
static bool add_escape(Class *class, char letter)
{
    Class named = {0};
    switch (letter | 0x20) {
    case 'd':
        add_range(&named, '0', '9');
        break;
    case 'w':
        add_range(&named, 'a', 'z');
        add_range(&named, 'A', 'Z');
        add_range(&named, '0', '9');
        named.has['_'] = true;
        break;
    case 's':
        named.has[' '] = true;
        break;
    default:
        return false;
    }
    if (letter < 'a')
        invert(&named);
    for (unsigned c = 0; c < CLASS_MAX; c++)
        class->has[c] |= named.has[c];
    return true;
}

static const struct {
    const char *name;
    const char *ranges; // pairs
} NAMED[] = {
    {"[:alpha:]", "azAZ"}, {"[:digit:]", "09"},    {"[:alnum:]", "azAZ09"},
    {"[:lower:]", "az"},   {"[:upper:]", "AZ"},    {"[:space:]", "  "},
    {"[:blank:]", "  "},   {"[:xdigit:]", "09af"}, {"[:punct:]", "!!--..//"},
    {"[:print:]", "azAZ"}, {"[:graph:]", "azAZ"},
};

static bool add_named(Writer *writer, Class *class)
{
    for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++) {
        if (strncmp(writer->p, NAMED[i].name, strlen(NAMED[i].name)) != 0)
            continue;
        for (const char *r = NAMED[i].ranges; *r; r += 2)
            add_range(class, (unsigned char)r[0], (unsigned char)r[1]);
        writer->p += strlen(NAMED[i].name);
        return true;
    }
    return false;
}

static void read_bracket(Writer *writer, Class *class)
{
    bool is_inverted = *writer->p == '^';
    writer->p += is_inverted;
    bool is_first = true;
    while (*writer->p && (*writer->p != ']' || is_first)) {
        is_first = false;
        if (add_named(writer, class))
            continue;
        if (*writer->p == '\\' && writer->p[1]) {
            writer->p++;
            if (add_escape(class, *writer->p)) {
                writer->p++;
                continue;
            }
        }
        unsigned first = (unsigned char)*writer->p++;
        unsigned last = first;
        if (writer->p[0] == '-' && writer->p[1] && writer->p[1] != ']') {
            writer->p++;
            if (*writer->p == '\\' && writer->p[1])
                writer->p++;
            last = (unsigned char)*writer->p++;
        }
        add_range(class, first, last);
    }
    if (*writer->p == ']')
        writer->p++;
    else
        writer->is_bad = true;
    if (is_inverted)
        invert(class);
}

// Letters and digits first: what is rare in a class is rare in a text.
static void put_class(Writer *writer, const Class *class)
{
    char members[CLASS_MAX];
    unsigned count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (unsigned c = 0; c < CLASS_MAX; c++) {
            bool is_plain =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (class->has[c] && is_plain == (pass == 0))
                members[count++] = (char)c;
            if (pass == 1 && count == 0 && c == CLASS_MAX - 1)
                writer->is_bad = true;
        }
    if (count)
        put(writer, members[choose(writer, count)]);
}

static void write_alternatives(Writer *writer);

static void skip_group_head(Writer *writer)
{
    if (writer->p[0] != '?')
        return;
    if (writer->p[1] == ':')
        writer->p += 2;
    else
        writer->is_bad = true; // a look-ahead
}

static void write_atom(Writer *writer)
{
    Class class = {0};
    char c = *writer->p++;
    switch (c) {
    case '(':
        skip_group_head(writer);
        write_alternatives(writer);
        if (*writer->p == ')')
            writer->p++;
        else
            writer->is_bad = true;
        break;
    case '[':
        read_bracket(writer, &class);
        put_class(writer, &class);
        break;
    case '.':
        add_range(&class, 'a', 'z');
        put_class(writer, &class);
        break;
    case '^':
    case '$':
        break;
    case '\\':
        if (!*writer->p) {
            writer->is_bad = true;
            break;
        }
        c = *writer->p++;
        if (add_escape(&class, c))
            put_class(writer, &class);
        else if (!strchr("AZmMyY", c))
            put(writer, c == 'n' ? '\n' : c == 't' ? '\t' : c);
        break;
    default:
        put(writer, c);
    }
}

static int read_number(Writer *writer)
{
    int number = 0;
    for (; *writer->p >= '0' && *writer->p <= '9'; writer->p++)
        number = number < REPEAT_MAX ? number * 10 + (*writer->p - '0') : number;
    return number;
}

// How often the atom before is there: at least `ret_least`, chosen up to `ret_most`.
static void read_quantifier(Writer *writer, int *ret_least, int *ret_most)
{
    *ret_least = *ret_most = 1;
    char c = *writer->p;
    if (c == '*' || c == '+' || c == '?') {
        writer->p++;
        *ret_least = c == '+';
        *ret_most = c == '?' ? 1 : 4;
    } else if (c == '{' && writer->p[1] >= '0' && writer->p[1] <= '9') {
        writer->p++;
        *ret_least = *ret_most = read_number(writer);
        if (*writer->p == ',') {
            writer->p++;
            *ret_most = *writer->p == '}' ? *ret_least + 3 : read_number(writer);
        }
        if (*writer->p == '}')
            writer->p++;
        else
            writer->is_bad = true;
    } else {
        return;
    }
    if (*writer->p == '?')
        writer->p++;
}

// The atom is read once to know what is behind it, and then written as often as that says.
static void write_repeated(Writer *writer)
{
    const char *start = writer->p;
    bool was_silent = writer->is_silent;
    writer->is_silent = true;
    write_atom(writer);
    writer->is_silent = was_silent;
    int least;
    int most;
    read_quantifier(writer, &least, &most);
    const char *end = writer->p;
    int count = least;
    if (most > least)
        count += (int)((writer->variant + 1) % (unsigned)(most - least + 1));
    for (int i = 0; i < count && i < REPEAT_MAX && !writer->is_bad && !writer->is_silent; i++) {
        writer->p = start;
        write_atom(writer);
    }
    writer->p = end;
}

static void write_sequence(Writer *writer)
{
    while (*writer->p && *writer->p != '|' && *writer->p != ')' && !writer->is_bad)
        write_repeated(writer);
}

static unsigned count_alternatives(const char *p)
{
    unsigned count = 1;
    for (int depth = 0; *p && depth >= 0; p++) {
        if (*p == '[') {
            p += p[1] == '^' ? 2 : 1;
            while (p[0] && p[1] && p[1] != ']')
                p++;
            if (!*p)
                break;
        } else if (*p == '\\' && p[1])
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')')
            depth--;
        else if (*p == '|' && depth == 0)
            count++;
    }
    return count;
}

static void write_alternatives(Writer *writer)
{
    if (++writer->depth > DEPTH_MAX) {
        writer->is_bad = true;
        return;
    }
    bool was_silent = writer->is_silent;
    unsigned chosen = writer->variant % count_alternatives(writer->p);
    for (unsigned i = 0;; i++) {
        writer->is_silent = was_silent || i != chosen;
        write_sequence(writer);
        if (*writer->p != '|' || writer->is_bad)
            break;
        writer->p++;
    }
    writer->is_silent = was_silent;
    writer->depth--;
}

const char *sample_pattern_text(Arena *arena, const char *pattern, unsigned variant)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    if (strncmp(pattern, "(?i)", 4) == 0)
        pattern += 4;
    Writer writer = {.p = pattern, .variant = variant, .text = &text};
    write_alternatives(&writer);
    if (writer.is_bad || *writer.p || text.is_cut)
        return NULL;
    return arena_dup(arena, text_str(&text));
}

const char *sample_like_text(Arena *arena, const char *pattern, unsigned variant)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    for (const char *p = pattern; *p; p++) {
        if (*p == '\\' && p[1])
            text_append_char(&text, *++p);
        else if (*p == '%')
            text_append_repeat(&text, (char)('a' + variant % 26), 1 + variant % 4);
        else
            text_append_char(&text, *p == '_' ? (char)('a' + variant % 26) : *p);
    }
    return text.is_cut ? NULL : arena_dup(arena, text_str(&text));
}
