// NOT NULL since 18: a constraint with a name of its own, that keys and identity columns stand on.
#include "catalog/ddl/ddl_relation.h"

static bool is_of_column(const Ddl *ddl, const SnapshotObject *constraint, const char *column)
{
    Str text = str_from(ddl_value(ddl, constraint, "definition"));
    Str start = str_from(arena_printf(ddl->arena, "NOT NULL %s", column));
    return str_starts(text, start) && (text.n == start.n || text.p[start.n] == ' ');
}

const SnapshotObject *ddl_not_null_of(const Ddl *ddl, const DdlParts *parts,
                                      const SnapshotObject *column)
{
    const SnapshotObject *const *constraints;
    size_t count = ddl->server_major < 18
                       ? 0
                       : ddl_parts_of(parts, column->parent, "constraint", &constraints);
    for (size_t i = 0; i < count; i++)
        if (is_of_column(ddl, constraints[i], ddl_part_name(column)))
            return constraints[i];
    return NULL;
}

bool ddl_is_not_null(const SnapshotObject *constraint)
{
    Str definition;
    return strcmp(constraint->kind, "constraint") == 0 &&
           snapshot_attribute_find(constraint->text, STR("definition"), &definition) &&
           str_starts(definition, STR("NOT NULL "));
}

bool ddl_is_not_null_of_definition(const Ddl *ddl, const SnapshotObject *constraint)
{
    return !str_ends(str_from(ddl_value(ddl, constraint, "definition")), STR(" NOT VALID"));
}

const char *ddl_not_null_clause(const Ddl *ddl, const SnapshotObject *column)
{
    if (ddl->server_major < 18)
        return ddl_value(ddl, column, "not null") ? " NOT NULL" : "";
    const SnapshotObject *constraint = ddl_not_null_of(ddl, ddl->now, column);
    if (!constraint || !ddl_is_not_null_of_definition(ddl, constraint))
        return "";
    bool is_alone =
        str_ends(str_from(ddl_value(ddl, constraint, "definition")), STR(" NO INHERIT"));
    return arena_printf(ddl->arena, " CONSTRAINT %s NOT NULL%s", ddl_name_on_table(ddl, constraint),
                        is_alone ? " NO INHERIT" : "");
}

const SnapshotObject *ddl_not_null_column(const Ddl *ddl, const DdlParts *parts,
                                          const SnapshotObject *constraint)
{
    const SnapshotObject *const *columns;
    size_t count = ddl_parts_of(parts, constraint->parent, "column", &columns);
    for (size_t i = 0; i < count; i++)
        if (is_of_column(ddl, constraint, ddl_part_name(columns[i])))
            return columns[i];
    return NULL;
}

bool ddl_has_identity_alone(const Ddl *ddl, const SnapshotObject *column,
                            const SnapshotObject *other)
{
    return ddl->server_major >= 18 && column && other &&
           ddl_value(ddl, column, "identity column") && !ddl_value(ddl, other, "not null");
}

void ddl_add_not_null(Ddl *ddl, const SnapshotObject *column)
{
    const SnapshotObject *constraint = ddl_not_null_of(ddl, ddl->now, column);
    if (constraint && !ddl_is_inherited(constraint))
        ddl_add(ddl, "ALTER TABLE %s ADD CONSTRAINT %s %s", column->parent,
                ddl_name_on_table(ddl, constraint), ddl_value(ddl, constraint, "definition"));
}

bool ddl_not_null_is_of_column(const Ddl *ddl, const SnapshotObject *constraint, bool is_drop)
{
    const SnapshotObject *then = ddl_not_null_column(ddl, ddl->then, constraint);
    const SnapshotObject *now = ddl_not_null_column(ddl, ddl->now, constraint);
    return is_drop ? ddl_has_identity_alone(ddl, then, now)
                   : ddl_has_identity_alone(ddl, now, then);
}

// The other of a pair that differs in nothing but the name.
static const SnapshotObject *same_by_other_name(const Ddl *ddl, const DdlParts *parts,
                                                const DdlParts *own,
                                                const SnapshotObject *constraint)
{
    const SnapshotObject *column = ddl_not_null_column(ddl, parts, constraint);
    const SnapshotObject *other = column ? ddl_not_null_of(ddl, parts, column) : NULL;
    bool is_same = other && !ddl_differs(other, constraint, "definition") &&
                   !ddl_part_find(own, constraint->parent, "constraint", other->identity);
    return is_same ? other : NULL;
}

// PostgreSQL keeps the comment with it.
static void drop_comment(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *comment = arena_printf(ddl->arena, "table constraint %s", then->identity);
    if (ddl_part_find(ddl->then, "", "comment", comment))
        ddl_add(ddl, "COMMENT ON CONSTRAINT %s ON %s IS NULL", ddl_name_on_table(ddl, now),
                now->parent);
}

bool ddl_rename_not_null(Ddl *ddl, const SnapshotObject *now)
{
    const SnapshotObject *then =
        ddl_is_not_null(now) ? same_by_other_name(ddl, ddl->then, ddl->now, now) : NULL;
    if (!then)
        return false;
    ddl_add(ddl, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", now->parent,
            ddl_name_on_table(ddl, then), ddl_name_on_table(ddl, now));
    drop_comment(ddl, then, now);
    return true;
}

bool ddl_is_renamed_not_null(const Ddl *ddl, const SnapshotObject *then)
{
    return ddl_is_not_null(then) && same_by_other_name(ddl, ddl->now, ddl->then, then);
}
