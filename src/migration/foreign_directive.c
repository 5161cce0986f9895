#include "migration/foreign_directive.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

// `line` is `word`, or goes on behind a blank.
static bool begins_with_word(Str line, Str word)
{
    return str_starts(line, word) && (line.n == word.n || is_blank(line.p[word.n]));
}

// Atlas's "all" asks for one transaction around all files, which is what ours is for each.
static ForeignDirective txmode_read(Str mode, Directives *directives, Err *err)
{
    if (str_eq(mode, STR("none")))
        directives->no_transaction = true;
    else if (!str_eq(mode, STR("file")) && !str_eq(mode, STR("all"))) {
        fail(err, ERR_CONFIG, "atlas:txmode cannot be \"" STR_FMT "\"", STR_ARG(mode));
        err_hint(err, "write \"-- atlas:txmode none\", or file, or all");
        return FOREIGN_REFUSED;
    }
    return FOREIGN_READ;
}

ForeignDirective foreign_directive_read(Str line, bool is_first, Directives *directives, Err *err)
{
    static const Str TXMODE = STR("atlas:txmode");
    if (is_first && begins_with_word(line, STR("-- no-transaction"))) {
        directives->no_transaction = true;
        return FOREIGN_READ;
    }
    Str comment = str_trim(str_skip(line, 2));
    if (!begins_with_word(comment, TXMODE))
        return FOREIGN_NONE;
    return txmode_read(str_trim(str_skip(comment, TXMODE.n)), directives, err);
}
