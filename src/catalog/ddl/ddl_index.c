// Constraints of tables, and indexes: one that a constraint made is said by that.
#include "catalog/ddl/ddl_relation.h"

static bool has_start(const Ddl *ddl, const SnapshotObject *constraint, const char *start)
{
    const char *definition = ddl_value(ddl, constraint, "definition");
    return str_starts(str_from(definition), str_from(start));
}

// A check of the parent is the child's as well; keys are made at each partition.
static bool is_with_parent(const Ddl *ddl, const SnapshotObject *constraint)
{
    return ddl_is_inherited(constraint) &&
           (has_start(ddl, constraint, "CHECK") || has_start(ddl, constraint, "NOT NULL"));
}

static bool is_key(const Ddl *ddl, const SnapshotObject *constraint)
{
    return has_start(ddl, constraint, "PRIMARY KEY") || has_start(ddl, constraint, "UNIQUE") ||
           has_start(ddl, constraint, "EXCLUDE");
}

static bool create_constraint(Ddl *ddl, const SnapshotObject *constraint)
{
    if (!is_with_parent(ddl, constraint) && !ddl_rename_not_null(ddl, constraint))
        ddl_add(ddl, "ALTER TABLE %s%s ADD CONSTRAINT %s %s",
                is_key(ddl, constraint) ? "ONLY " : "", constraint->parent,
                ddl_name_on_table(ddl, constraint), ddl_value(ddl, constraint, "definition"));
    return true;
}

static bool drop_constraint(Ddl *ddl, const SnapshotObject *constraint)
{
    bool is_said_elsewhere =
        is_with_parent(ddl, constraint) || (has_start(ddl, constraint, "NOT NULL") &&
                                            (ddl_is_renamed_not_null(ddl, constraint) ||
                                             ddl_not_null_is_of_column(ddl, constraint, true)));
    if (!is_said_elsewhere)
        ddl_add(ddl, "ALTER TABLE %s DROP CONSTRAINT %s", constraint->parent,
                ddl_name_on_table(ddl, constraint));
    return true;
}

static const char *without_state(const Ddl *ddl, const char *definition)
{
    static const char *const STATES[] = {" NOT VALID", " INITIALLY DEFERRED", " DEFERRABLE"};
    Str text = str_from(definition);
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++)
        if (str_ends(text, str_from(STATES[i])))
            text.n -= strlen(STATES[i]);
    return arena_dup(ddl->arena, text);
}

static bool ends_with(const char *text, const char *end)
{
    return str_ends(str_from(text), str_from(end));
}

static const char *without(const Ddl *ddl, const char *definition, const char *end)
{
    Str text = str_from(definition);
    if (str_ends(text, str_from(end)))
        text.n -= strlen(end);
    return arena_dup(ddl->arena, text);
}

// Since 18, of NOT NULL alone.
static bool change_no_inherit(Ddl *ddl, const SnapshotObject *constraint, const char *old,
                              const char *new)
{
    static const char END[] = " NO INHERIT";
    if (!ddl_is_not_null(constraint) || strcmp(without(ddl, old, END), without(ddl, new, END)) != 0)
        return false;
    ddl_add(ddl, "ALTER TABLE %s ALTER CONSTRAINT %s %s", constraint->parent,
            ddl_name_on_table(ddl, constraint), ends_with(new, END) ? "NO INHERIT" : "INHERIT");
    return true;
}

static DdlResult change_constraint(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *old = ddl_value(ddl, then, "definition");
    const char *new = ddl_value(ddl, now, "definition");
    const char *name = ddl_name_on_table(ddl, now);
    if (!ddl_refuse_inheritance(ddl, then, now))
        return DDL_REFUSED;
    if (strcmp(old, new) == 0)
        return DDL_DONE; // whether it is inherited follows from the table's parents
    if (is_with_parent(ddl, now) && is_with_parent(ddl, then))
        return DDL_DONE;
    if (change_no_inherit(ddl, now, old, new))
        return DDL_DONE;
    bool was_valid = !ends_with(old, " NOT VALID");
    bool is_valid = !ends_with(new, " NOT VALID");
    if (strcmp(without_state(ddl, old), without_state(ddl, new)) != 0 || (was_valid && !is_valid))
        return DDL_BY_CREATE;
    const char *deferred = strstr(new, " DEFERRABLE");
    const char *was_deferred = strstr(old, " DEFERRABLE");
    if (!has_start(ddl, now, "FOREIGN KEY") && (deferred || was_deferred))
        return DDL_BY_CREATE;
    if (was_valid != is_valid)
        ddl_add(ddl, "ALTER TABLE %s VALIDATE CONSTRAINT %s", now->parent, name);
    if (has_start(ddl, now, "FOREIGN KEY"))
        ddl_add(ddl, "ALTER TABLE %s ALTER CONSTRAINT %s %s", now->parent, name,
                !deferred                                 ? "NOT DEFERRABLE"
                : strstr(deferred, " INITIALLY DEFERRED") ? "DEFERRABLE INITIALLY DEFERRED"
                                                          : "DEFERRABLE INITIALLY IMMEDIATE");
    return DDL_DONE;
}

const DdlKind DDL_CONSTRAINT = {
    .kind = "constraint",
    .create = create_constraint,
    .drop = drop_constraint,
    .change = change_constraint,
};

// A partition that is attached later brings its indexes along.
static bool is_attached_already(const Ddl *ddl, const SnapshotObject *index)
{
    const SnapshotObject *then = ddl_part_find(ddl->then, "", "table", index->parent);
    const SnapshotObject *now = ddl_part_find(ddl->now, "", "table", index->parent);
    return then && now && ddl_is_partition(then) && !ddl_differs(then, now, "partition of") &&
           !ddl_differs(then, now, "bound");
}

static void attach(Ddl *ddl, const SnapshotObject *index)
{
    const char *parent = ddl_value(ddl, index, "partition of");
    if (parent && is_attached_already(ddl, index))
        ddl_add(ddl, "ALTER INDEX %s ATTACH PARTITION %s", parent, index->identity);
}

static void set_marks(Ddl *ddl, const SnapshotObject *index)
{
    if (ddl_value(ddl, index, "clustered"))
        ddl_add(ddl, "ALTER TABLE %s CLUSTER ON %s", index->parent, ddl_bare_name(index->identity));
    if (ddl_value(ddl, index, "replica identity"))
        ddl_add(ddl, "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s", index->parent,
                ddl_bare_name(index->identity));
}

// "1: 100, 3: 50"
static void set_statistics(Ddl *ddl, const SnapshotObject *index, const char *targets,
                           bool is_reset)
{
    DdlItems items = ddl_items(ddl->arena, targets);
    VEC_EACH (const Str, item, &items) {
        Str number = str_until(*item, ':');
        Str target = is_reset ? STR("-1") : str_trim(str_skip(*item, number.n + 1));
        ddl_add(ddl, "ALTER INDEX %s ALTER COLUMN " STR_FMT " SET STATISTICS " STR_FMT,
                index->identity, STR_ARG(number), STR_ARG(target));
    }
}

static bool create_index(Ddl *ddl, const SnapshotObject *index)
{
    bool is_of_constraint = ddl_value(ddl, index, "constraint");
    const char *options = ddl_value(ddl, index, "options");
    if (!is_of_constraint)
        ddl_add(ddl, "%s", ddl_value(ddl, index, "definition"));
    else if (options)
        ddl_add(ddl, "ALTER INDEX %s SET%s", index->identity,
                ddl_storage_options(ddl, options, ""));
    set_statistics(ddl, index, ddl_value(ddl, index, "statistics"), false);
    attach(ddl, index);
    set_marks(ddl, index);
    return true;
}

static bool drop_index(Ddl *ddl, const SnapshotObject *index)
{
    if (!ddl_value(ddl, index, "constraint"))
        ddl_add(ddl, "DROP INDEX %s", index->identity);
    return true;
}

// Where another one is, it takes the place.
static bool has_clustered(const Ddl *ddl, const char *table)
{
    const SnapshotObject *const *indexes;
    size_t count = ddl_parts_of(ddl->now, table, "index", &indexes);
    for (size_t i = 0; i < count; i++)
        if (ddl_value(ddl, indexes[i], "clustered"))
            return true;
    return false;
}

static DdlResult change_index(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    bool is_of_constraint = ddl_value(ddl, now, "constraint");
    if (ddl_differs(then, now, "constraint") ||
        (ddl_differs(then, now, "definition") && !is_of_constraint) ||
        (ddl_value(ddl, then, "partition of") && ddl_differs(then, now, "partition of") &&
         is_attached_already(ddl, now)))
        return DDL_BY_CREATE;
    const char *before = arena_printf(ddl->arena, "ALTER INDEX %s", now->identity);
    ddl_change_storage_options(ddl, before, ddl_value(ddl, then, "options"),
                               ddl_value(ddl, now, "options"), "");
    if (ddl_differs(then, now, "statistics")) {
        set_statistics(ddl, now, ddl_value(ddl, then, "statistics"), true);
        set_statistics(ddl, now, ddl_value(ddl, now, "statistics"), false);
    }
    if (ddl_differs(then, now, "partition of"))
        attach(ddl, now);
    if (ddl_value(ddl, then, "clustered") && !has_clustered(ddl, now->parent))
        ddl_add(ddl, "ALTER TABLE %s SET WITHOUT CLUSTER", now->parent);
    if (ddl_differs(then, now, "clustered") || ddl_differs(then, now, "replica identity"))
        set_marks(ddl, now);
    return DDL_DONE;
}

const DdlKind DDL_INDEX = {
    .kind = "index",
    .create = create_index,
    .drop = drop_index,
    .change = change_index,
};

static bool refuse_invalid(Ddl *ddl, const SnapshotObject *index)
{
    return ddl_refuse(ddl,
                      "index %s: one that is not valid is what is left of a failure, and is not "
                      "made on purpose",
                      index->identity);
}

static DdlResult change_invalid(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    refuse_invalid(ddl, now);
    return DDL_REFUSED;
}

const DdlKind DDL_INVALID_INDEX = {
    .kind = "invalid index",
    .create = refuse_invalid,
    .drop = drop_index,
    .change = change_invalid,
};
