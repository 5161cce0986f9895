// Sequences; that of an identity column comes and goes with the column.
#include "catalog/ddl/ddl_relation.h"

const char *ddl_sequence_options(const Ddl *ddl, const SnapshotObject *sequence)
{
    return arena_printf(
        ddl->arena, "INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %sCYCLE",
        ddl_value(ddl, sequence, "increment"), ddl_value(ddl, sequence, "minimum"),
        ddl_value(ddl, sequence, "maximum"), ddl_value(ddl, sequence, "start"),
        ddl_value(ddl, sequence, "cache"), ddl_value(ddl, sequence, "cycle") ? "" : "NO ");
}

static bool is_of_identity(const SnapshotObject *sequence)
{
    Str owner;
    return snapshot_attribute_find(sequence->text, STR("owned by"), &owner) &&
           str_starts(owner, STR("identity "));
}

static bool create_sequence(Ddl *ddl, const SnapshotObject *sequence)
{
    if (is_of_identity(sequence))
        return true;
    ddl_add(ddl, "CREATE %sSEQUENCE %s AS %s %s",
            ddl_value(ddl, sequence, "persistence") ? "UNLOGGED " : "", sequence->identity,
            ddl_value(ddl, sequence, "type"), ddl_sequence_options(ddl, sequence));
    return true;
}

static bool drop_sequence(Ddl *ddl, const SnapshotObject *sequence)
{
    if (!is_of_identity(sequence))
        ddl_add_loss(ddl,
                     arena_printf(ddl->arena, "the position of sequence %s", sequence->identity),
                     "DROP SEQUENCE %s", sequence->identity);
    return true;
}

static DdlResult change_sequence(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    static const char *const OPTIONS[] = {"type",    "start", "increment", "minimum",
                                          "maximum", "cache", "cycle"};
    bool differs = false;
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        differs |= ddl_differs(then, now, OPTIONS[i]);
    if (differs)
        ddl_add(ddl, "ALTER SEQUENCE %s AS %s %s", now->identity, ddl_value(ddl, now, "type"),
                ddl_sequence_options(ddl, now));
    if (ddl_differs(then, now, "persistence"))
        ddl_add(ddl, "ALTER SEQUENCE %s SET %s", now->identity,
                ddl_value(ddl, now, "persistence") ? "UNLOGGED" : "LOGGED");
    return DDL_DONE;
}

const DdlKind DDL_SEQUENCE = {
    .kind = "sequence",
    .owner_word = "SEQUENCE",
    .grant_word = "SEQUENCE",
    .create = create_sequence,
    .drop = drop_sequence,
    .change = change_sequence,
};
