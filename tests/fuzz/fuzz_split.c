// Any bytes through the splitter: read one at a time, in pieces of a size that the first byte
// says, and whole, the outcome is the same, and the spans are in order and inside of the script.
#include "base/require.h"
#include "base/text.h"
#include "sql/lex.h"
#include "sql/split.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Pieces {
    Str rest;
    size_t most;
} Pieces;

static ptrdiff_t read_piece(void *context, char *bytes, size_t capacity, Err *err)
{
    Pieces *pieces = context;
    size_t count = pieces->rest.n < pieces->most ? pieces->rest.n : pieces->most;
    count = count < capacity ? count : capacity;
    memcpy(bytes, pieces->rest.p, count);
    pieces->rest = str_skip(pieces->rest, count);
    return (ptrdiff_t)count;
}

static void check_statement(Str script, const Statement *statement, int64_t before)
{
    char label[64];
    Str text = statement->text;
    REQUIRE(statement->offset >= before);
    REQUIRE(text.n > 0 && (size_t)statement->offset + text.n <= script.n);
    REQUIRE(memcmp(script.p + statement->offset, text.p, text.n) == 0);
    REQUIRE(text.p[text.n] == '\0' && strlen(text.p) == text.n);
    REQUIRE(str_trim(text).n == text.n);
    REQUIRE(statement->position.line > 0 && statement->position.column > 0);
    REQUIRE(statement_classify(text) == statement->class);
    REQUIRE(strlen(statement_label(statement, label, sizeof label)) < sizeof label);
}

// COPY data may come in other pieces, but is the same in all.
static bool append_copy_data(Splitter *splitter, Text *outcome, Err *err)
{
    Str piece;
    SplitResult result;
    while ((result = splitter_copy_data(splitter, &piece, err)) == SPLIT_STATEMENT) {
        REQUIRE(str_ends(piece, STR("\n")));
        text_append(outcome, piece);
    }
    return result == SPLIT_END;
}

// All that the splitter says of the script.
static void split(Str script, size_t most, bool reads_copy, Text *outcome)
{
    Pieces pieces = {script, most};
    SPLITTER_SCOPED splitter = splitter_new(read_piece, &pieces, NULL);
    Statement statement;
    Err err = {0};
    int64_t before = 0;
    SplitResult result;
    while ((result = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT) {
        check_statement(script, &statement, before);
        before = statement.offset + (int64_t)statement.text.n;
        text_printf(outcome, "%d:%d %lld+%zu %d\n", statement.position.line,
                    statement.position.column, (long long)statement.offset, statement.text.n,
                    statement.class);
        if (statement.class == STATEMENT_COPY_IN && reads_copy &&
            !append_copy_data(splitter, outcome, &err)) {
            result = SPLIT_FAILED;
            break;
        }
    }
    if (result == SPLIT_FAILED) {
        REQUIRE(err.class == ERR_CONFIG && err.position.line > 0);
        text_printf(outcome, "%d:%d %s %s", err.position.line, err.position.column, err.message,
                    err.hint);
    }
}

// Tokens cover the text without gaps.
static void lex(Str text)
{
    Lexer lexer = {.text = text, .is_whole = true};
    size_t at = 0;
    Token token;
    while ((token = lex_next(&lexer)).kind != TOKEN_END) {
        REQUIRE(token.kind != TOKEN_MORE && token.start == at && token.end > at);
        at = token.end;
    }
    REQUIRE(at == text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Str script = {(const char *)data + 1, size - 1};
    bool reads_copy = data[0] & 1;
    TEXT_SCOPED whole;
    text_init(&whole, SIZE_MAX / 2);
    split(script, size, reads_copy, &whole);
    size_t others[] = {1, (size_t)data[0] / 2 + 1};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        TEXT_SCOPED outcome;
        text_init(&outcome, SIZE_MAX / 2);
        split(script, others[i], reads_copy, &outcome);
        REQUIRE(str_eq(text_str(&whole), text_str(&outcome)));
    }
    lex(script);
    (void)statement_classify(script);
    return 0;
}
