#include "migration/goose_line.h"

#include <ctype.h>

enum {
    ANNOTATION_MAX = 64 // bytes; the longest is "statementbegin"
};

static const struct {
    Str word;
    GooseLine line;
} ANNOTATIONS[] = {
    {STR("Up"), GOOSE_UP},
    {STR("Down"), GOOSE_DOWN},
    {STR("StatementBegin"), GOOSE_STATEMENT_BEGIN},
    {STR("StatementEnd"), GOOSE_STATEMENT_END},
    {STR("NO TRANSACTION"), GOOSE_NO_TRANSACTION},
    {STR("ENVSUB ON"), GOOSE_ENVSUB_ON},
    {STR("ENVSUB OFF"), GOOSE_ENVSUB_OFF},
};

static const Str NAME = STR("+goose");

GooseLine goose_line(Str line)
{
    Str words = str_trim(line);
    ptrdiff_t name = str_find(line, NAME);
    if (!str_starts(words, STR("--")) || name < 0)
        return GOOSE_NONE;
    if (line.p[0] == ' ' || line.p[0] == '\t')
        return GOOSE_INDENTED;
    // Every "--" is taken out, wherever it stands, and the name once.
    char kept[ANNOTATION_MAX];
    size_t length = 0;
    for (size_t i = 0; i < line.n; i++) {
        bool is_dashes = str_starts(str_skip(line, i), STR("--"));
        if (i == (size_t)name) {
            i += NAME.n - 1;
        } else if (is_dashes) {
            i++;
        } else if (length == sizeof kept) {
            return GOOSE_UNKNOWN;
        } else if (length || (line.p[i] != ' ' && line.p[i] != '\t')) {
            kept[length++] = line.p[i];
        }
    }
    Str said = str_trim((Str){kept, length});
    for (size_t i = 0; i < sizeof ANNOTATIONS / sizeof ANNOTATIONS[0]; i++)
        if (str_eq_nocase(said, ANNOTATIONS[i].word))
            return ANNOTATIONS[i].line;
    return GOOSE_UNKNOWN;
}

bool goose_line_ends_statement(Str line)
{
    bool has_semicolon = false;
    for (line = str_trim(line); line.n;) {
        size_t length = 0;
        while (length < line.n && !isspace((unsigned char)line.p[length]))
            length++;
        Str word = {line.p, length};
        if (str_starts(word, STR("--")))
            break;
        has_semicolon = str_ends(word, STR(";"));
        line = str_trim(str_skip(line, length));
    }
    return has_semicolon;
}
