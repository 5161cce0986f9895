#include "sql/statement.h"

#include "base/utf8.h"

#include <string.h>

Position position_after(Position from, Str passed)
{
    const char *newline;
    while (passed.n && (newline = memchr(passed.p, '\n', passed.n))) {
        from.line++;
        from.column = 1;
        passed = str_skip(passed, (size_t)(newline - passed.p) + 1);
    }
    from.column += (int)utf8_count(passed);
    return from;
}

Position statement_position_at(const Statement *statement, size_t at)
{
    Str text = statement->text;
    return position_after(statement->position, (Str){text.p, at < text.n ? at : text.n});
}

Position statement_position_of_character(const Statement *statement, size_t character,
                                         size_t *ret_at)
{
    size_t at = character > 1 ? utf8_offset(statement->text, character - 1) : 0;
    if (ret_at)
        *ret_at = at;
    return statement_position_at(statement, at);
}
