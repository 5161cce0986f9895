#include "migration/paired_name.h"

// As Ory's tools call them.
static const struct {
    Str infix;
    Dialect dialect;
} DIALECTS[] = {
    {STR(".postgres"), DIALECT_POSTGRES}, {STR(".postgresql"), DIALECT_POSTGRES},
    {STR(".pg"), DIALECT_POSTGRES},       {STR(".cockroach"), DIALECT_OTHER},
    {STR(".cockroachdb"), DIALECT_OTHER}, {STR(".crdb"), DIALECT_OTHER},
    {STR(".mysql"), DIALECT_OTHER},       {STR(".mariadb"), DIALECT_OTHER},
    {STR(".sqlite"), DIALECT_OTHER},      {STR(".sqlite3"), DIALECT_OTHER},
    {STR(".mssql"), DIALECT_OTHER},       {STR(".sqlserver"), DIALECT_OTHER},
};

// The last one counts: golang-migrate's (.*) takes all it can.
static bool direction_find(Str name, size_t *ret_at, bool *ret_is_up)
{
    for (size_t at = name.n; at > 0; at--) {
        Str rest = str_skip(name, at - 1);
        bool is_up = str_starts(rest, STR(".up."));
        if (!is_up && !str_starts(rest, STR(".down.")))
            continue;
        *ret_at = at - 1;
        *ret_is_up = is_up;
        return true;
    }
    return false;
}

static bool infix_cut(Str *base, Str infix)
{
    if (!str_ends(*base, infix))
        return false;
    base->n -= infix.n;
    return true;
}

bool paired_name_parse(Str name, PairedName *ret_name)
{
    PairedName pair = {0};
    size_t at;
    if (!direction_find(name, &at, &pair.is_up))
        return false;
    pair.base = (Str){name.p, at};
    pair.suffix = str_skip(name, at);
    pair.is_no_transaction = infix_cut(&pair.base, STR(".autocommit"));
    for (size_t i = 0; i < sizeof DIALECTS / sizeof DIALECTS[0] && !pair.dialect; i++)
        if (infix_cut(&pair.base, DIALECTS[i].infix))
            pair.dialect = DIALECTS[i].dialect;
    *ret_name = pair;
    return true;
}
