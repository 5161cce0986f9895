#include "sql/target.h"

void statement_target(Arena *arena, Str text, StatementTarget *ret_target)
{
    (void)arena;
    (void)text;
    *ret_target = (StatementTarget){0};
}
