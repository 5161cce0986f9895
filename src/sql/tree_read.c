// JSON into a tape of nodes, in one pass, without recursion. Texts stay where
// they are in the JSON, unescaped in place. {"Kind": {...}} becomes one node with a kind.
#include "sql/tree_node.h"

#include <string.h>

enum {
    NO_NODE = UINT32_MAX,
    BYTES_A_NODE = 14, // of JSON, mostly more
    NODES_LEAST = 16
};

typedef struct Reader {
    char *at;
    char *end;
    Node *nodes;
    Arena *arena;
    uint32_t count;
    uint32_t capacity;
    uint32_t open; // the list or record that is being filled, or NO_NODE
} Reader;

// While a list or record is open, its extent is the last item so far, and its integer the one it is
// in; of a record with a kind another brace is to come.
static const int64_t IS_WRAPPED = (int64_t)1 << 32;

static bool fail_json(const Reader *reader, Err *err)
{
    (void)fail(err, ERR_CONFIG, "the parse tree cannot be read");
    return err_detail(err, "unexpected at: %.*s",
                      (int)(reader->end - reader->at < 40 ? reader->end - reader->at : 40),
                      reader->at);
}

static void skip_space(Reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
                                        *reader->at == '\t' || *reader->at == '\r'))
        reader->at++;
}

static bool pass_behind_space(Reader *reader, char c)
{
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static inline bool pass(Reader *reader, char c)
{
    bool is_there = reader->at < reader->end && *reader->at == c;
    reader->at += is_there;
    if (is_there || reader->at == reader->end || *reader->at > ' ')
        return is_there;
    return pass_behind_space(reader, c); // the parser writes none
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The four digits of \uXXXX, or -1.
static int read_unit(const char *from, const char *end)
{
    int unit = 0;
    if (end - from < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(from[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

// The parser escapes only what is below U+0080 so; the rest it leaves as UTF-8.
static char *put_unit(char *to, int unit)
{
    if (unit >= 0x800) {
        *to++ = (char)(0xE0 | unit >> 12);
        *to++ = (char)(0x80 | (unit >> 6 & 0x3F));
        *to++ = (char)(0x80 | (unit & 0x3F));
    } else if (unit >= 0x80) {
        *to++ = (char)(0xC0 | unit >> 6);
        *to++ = (char)(0x80 | (unit & 0x3F));
    } else {
        *to++ = (char)unit;
    }
    return to;
}

static bool unescape(Reader *reader, char **to)
{
    static const char LETTERS[] = "\"\\/bfnrt";
    static const char VALUES[] = "\"\\/\b\f\n\r\t";
    char letter = reader->at + 1 < reader->end ? reader->at[1] : '\0';
    const char *known = letter ? strchr(LETTERS, letter) : NULL;
    if (known) {
        *(*to)++ = VALUES[known - LETTERS];
        reader->at += 2;
        return true;
    }
    int unit = letter == 'u' ? read_unit(reader->at + 2, reader->end) : -1;
    if (unit <= 0)
        return false;
    *to = put_unit(*to, unit);
    reader->at += 6;
    return true;
}

// Bytes before the first quote or backslash, eight at a time.
static size_t plain_bytes(const char *text, size_t length)
{
    static const uint64_t ONES = UINT64_C(0x0101010101010101);
    static const uint64_t HIGHS = UINT64_C(0x8080808080808080);
    size_t at = 0;
    for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        uint64_t quotes = word ^ ONES * '"';
        uint64_t slashes = word ^ ONES * '\\';
        uint64_t found =
            ((quotes - ONES) & ~quotes & HIGHS) | ((slashes - ONES) & ~slashes & HIGHS);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (found) // exact up to the first
            return at + (size_t)__builtin_ctzll(found) / 8;
#else
        if (found)
            break;
#endif
    }
    while (at < length && text[at] != '"' && text[at] != '\\')
        at++;
    return at;
}

// Ends with NUL in the place of the closing quote, or before. The text is NULL when there is none.
static Str read_text(Reader *reader)
{
    static const Str NONE = {0};
    if (!pass(reader, '"'))
        return NONE;
    char *text = reader->at;
    char *to;
    reader->at += plain_bytes(reader->at, (size_t)(reader->end - reader->at));
    to = reader->at; // mostly nothing is escaped, and nothing moves
    while (reader->at < reader->end && *reader->at != '"')
        if (*reader->at == '\\') {
            if (!unescape(reader, &to))
                return NONE;
        } else {
            *to++ = *reader->at++;
        }
    if (reader->at == reader->end)
        return NONE;
    reader->at++;
    *to = '\0';
    return (Str){text, (size_t)(to - text)};
}

static bool widen(Reader *reader)
{
    if (reader->capacity > NO_NODE / 2)
        return false;
    Node *wider = arena_alloc_array(reader->arena, reader->capacity * (size_t)2, sizeof *wider);
    memcpy(wider, reader->nodes, reader->count * sizeof *wider);
    reader->nodes = wider;
    reader->capacity *= 2;
    return true;
}

static Node *append(Reader *reader, Str name, NodeType type)
{
    if (reader->count == reader->capacity && !widen(reader))
        return NULL;
    uint32_t index = reader->count++;
    Node *node = &reader->nodes[index];
    node->name = name.p;
    node->key = name.p ? name_key(name.p) : 0;
    node->name_length = (uint8_t)(name.n < UINT8_MAX ? name.n : UINT8_MAX);
    node->type = type;
    node->extent = 1;
    if (reader->open != NO_NODE)
        reader->nodes[reader->open].extent = index; // the last so far
    return node;
}

static bool open_node(Reader *reader, Str name, NodeType type, const char *kind)
{
    Node *node = append(reader, name, type);
    if (!node)
        return false;
    node->kind = kind;
    node->extent = NO_NODE;
    node->integer = reader->open | (kind ? IS_WRAPPED : 0);
    reader->open = (uint32_t)(node - reader->nodes);
    return true;
}

static void note_fields(Node *node)
{
    node->fields = 0;
    for (const Node *field = node + 1; field < node + node->extent; field += field->extent)
        node->fields |= field_bit(field->key);
}

static bool close_node(Reader *reader)
{
    Node *node = &reader->nodes[reader->open];
    if (node->extent != NO_NODE)
        reader->nodes[node->extent].is_last = true;
    bool is_closed = !(node->integer & IS_WRAPPED) || pass(reader, '}');
    node->extent = reader->count - reader->open;
    reader->open = (uint32_t)(node->integer & ~IS_WRAPPED);
    note_fields(node);
    return is_closed;
}

// Behind the opening brace: {"Kind": { is one node.
static bool open_record(Reader *reader, Str name)
{
    skip_space(reader);
    char *start = reader->at;
    bool has_kind =
        reader->end - start > 2 && start[0] == '"' && start[1] >= 'A' && start[1] <= 'Z';
    const char *kind = has_kind ? read_text(reader).p : NULL;
    if (has_kind && (!kind || !pass(reader, ':') || !pass(reader, '{')))
        return false;
    return open_node(reader, name, NODE_RECORD, kind);
}

static bool read_number(Reader *reader, Str name)
{
    bool is_negative = *reader->at == '-';
    uint64_t value = 0;
    char *start = reader->at += is_negative;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*reader->at - '0'), &value))
            return false;
    Node *node = append(reader, name, NODE_INTEGER);
    if (!node || reader->at == start || value > INT64_MAX)
        return false;
    node->integer = is_negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static bool read_word(Reader *reader, Str name)
{
    static const struct {
        Str word;
        NodeType type;
        bool value;
    } WORDS[] = {
        {STR("true"), NODE_BOOL, true},
        {STR("false"), NODE_BOOL, false},
        {STR("null"), NODE_NULL, false},
    };
    Str rest = {reader->at, (size_t)(reader->end - reader->at)};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_starts(rest, WORDS[i].word)) {
            Node *node = append(reader, name, WORDS[i].type);
            if (!node)
                return false;
            node->integer = WORDS[i].value;
            reader->at += WORDS[i].word.n;
            return true;
        }
    return false;
}

static bool read_string(Reader *reader, Str name)
{
    Node *node = append(reader, name, NODE_STRING);
    const char *text = node ? read_text(reader).p : NULL;
    if (text)
        node->text = text;
    return text != NULL;
}

// A whole plain value, or the begin of a list or record.
static bool read_value(Reader *reader, Str name)
{
    skip_space(reader);
    if (reader->at == reader->end)
        return false;
    if (pass(reader, '{'))
        return open_record(reader, name);
    if (pass(reader, '['))
        return open_node(reader, name, NODE_LIST, NULL);
    if (*reader->at == '"')
        return read_string(reader, name);
    if (*reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9'))
        return read_number(reader, name);
    return read_word(reader, name);
}

// The next item of what is open, or its end.
static bool read_item(Reader *reader)
{
    const Node *node = &reader->nodes[reader->open];
    bool is_record = node->type == NODE_RECORD;
    if (pass(reader, is_record ? '}' : ']'))
        return close_node(reader);
    if (node->extent != NO_NODE && !pass(reader, ','))
        return false;
    Str name = {0};
    if (is_record)
        name = read_text(reader);
    if (is_record && (!name.p || !pass(reader, ':')))
        return false;
    return read_value(reader, name);
}

const Node *tree_read(Arena *arena, char *json, size_t length, Err *err)
{
    size_t likely = length / BYTES_A_NODE + NODES_LEAST;
    if (likely > NO_NODE / 2) {
        (void)fail(err, ERR_CONFIG, "the parse tree is too large");
        return NULL;
    }
    Reader reader = {.at = json,
                     .end = json + length,
                     .arena = arena,
                     .capacity = (uint32_t)likely,
                     .open = NO_NODE};
    reader.nodes = arena_alloc_array(arena, likely, sizeof *reader.nodes);
    bool is_good = read_value(&reader, (Str){0});
    while (is_good && reader.open != NO_NODE)
        is_good = read_item(&reader);
    skip_space(&reader);
    if (!is_good || reader.at != reader.end) {
        (void)fail_json(&reader, err);
        return NULL;
    }
    reader.nodes[0].is_last = true;
    return reader.nodes;
}
