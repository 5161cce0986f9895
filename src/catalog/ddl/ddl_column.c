// Columns of tables, and what can be said of those of views.
#include "base/text.h"
#include "catalog/ddl/ddl_relation.h"

enum {
    TEXT_MAX = 1 << 30
};

// The sequence behind an identity column.
static const SnapshotObject *identity_sequence(const Ddl *ddl, const SnapshotObject *column)
{
    const SnapshotObject *const *sequences;
    const char *owner = arena_printf(ddl->arena, "identity %s", column->identity);
    size_t count = ddl_parts_of(ddl->now, column->parent, "sequence", &sequences);
    for (size_t i = 0; i < count; i++) {
        const char *owned_by = ddl_value(ddl, sequences[i], "owned by");
        if (owned_by && strcmp(owned_by, owner) == 0)
            return sequences[i];
    }
    return NULL;
}

// Since 17 a partition's identity is that of the whole.
static bool is_of_whole(const Ddl *ddl, const SnapshotObject *column)
{
    const SnapshotObject *table = ddl_table_of(ddl->now, column);
    return ddl->server_major >= 17 && table && ddl_is_partition(table);
}

static const char *identity_clause(const Ddl *ddl, const SnapshotObject *column)
{
    const char *kind = ddl_value(ddl, column, "identity column");
    const SnapshotObject *sequence = kind ? identity_sequence(ddl, column) : NULL;
    if (!kind || is_of_whole(ddl, column))
        return "";
    return arena_printf(ddl->arena, "GENERATED %s AS IDENTITY%s",
                        strcmp(kind, "always") == 0 ? "ALWAYS" : "BY DEFAULT",
                        sequence
                            ? arena_printf(ddl->arena, " (SEQUENCE NAME %s %s)", sequence->identity,
                                           ddl_sequence_options(ddl, sequence))
                            : "");
}

// "upper(name) stored" gives "(upper(name))", and the word behind it.
static const char *expression_of(const Ddl *ddl, const char *generated, const char **ret_word)
{
    const char *word = strrchr(generated, ' ');
    REQUIRE(word);
    *ret_word = strcmp(word, " virtual") == 0 ? "VIRTUAL" : "STORED";
    return arena_printf(ddl->arena, "(%.*s)", (int)(word - generated), generated);
}

const char *ddl_column_definition(const Ddl *ddl, const SnapshotObject *column, bool has_default)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    const char *generated = ddl_value(ddl, column, "generated");
    const char *identity = identity_clause(ddl, column);
    const char *options = ddl_options(ddl, ddl_value(ddl, column, "server options"));
    text_printf(&text, "%s %s%s%s", ddl_part_name(column), ddl_value(ddl, column, "type"),
                options ? options : "", ddl_clause(ddl, column, " COLLATE ", "collation"));
    if (generated) {
        const char *word;
        const char *expression = expression_of(ddl, generated, &word);
        text_printf(&text, " GENERATED ALWAYS AS %s %s", expression, word);
    } else if (has_default || !column->is_default_apart) {
        text_printf(&text, "%s", ddl_clause(ddl, column, " DEFAULT ", "default"));
    }
    if (identity[0])
        text_printf(&text, " %s", identity);
    text_printf(&text, "%s", ddl_not_null_clause(ddl, column));
    return arena_dup(ddl->arena, text_str(&text));
}

static const char *altering(const Ddl *ddl, const SnapshotObject *column)
{
    return arena_printf(ddl->arena, "ALTER TABLE ONLY %s ALTER COLUMN %s", column->parent,
                        ddl_part_name(column));
}

void ddl_add_column_details(Ddl *ddl, const SnapshotObject *column)
{
    const char *storage = ddl_value(ddl, column, "storage");
    const char *compression = ddl_value(ddl, column, "compression");
    const char *statistics = ddl_value(ddl, column, "statistics");
    const char *options = ddl_value(ddl, column, "options");
    const char *before = altering(ddl, column);
    if (storage)
        ddl_add(ddl, "%s SET STORAGE %s", before, storage);
    if (compression)
        ddl_add(ddl, "%s SET COMPRESSION %s", before, compression);
    if (statistics)
        ddl_add(ddl, "%s SET STATISTICS %s", before, statistics);
    if (options)
        ddl_add(ddl, "%s SET%s", before, ddl_storage_options(ddl, options, ""));
}

// Comes from the type of a typed table, from a parent, or with its view.
static bool is_from_elsewhere(const Ddl *ddl, const DdlParts *parts, const SnapshotObject *column)
{
    const SnapshotObject *table = ddl_table_of(parts, column);
    return !table || ddl_is_inherited(column) || ddl_value(ddl, table, "of type");
}

static bool create_column(Ddl *ddl, const SnapshotObject *column)
{
    if (!is_from_elsewhere(ddl, ddl->now, column))
        ddl_add(ddl, "ALTER TABLE %s ADD COLUMN %s", column->parent,
                ddl_column_definition(ddl, column, true));
    ddl_add_column_details(ddl, column);
    return true;
}

static bool drop_column(Ddl *ddl, const SnapshotObject *column)
{
    if (is_from_elsewhere(ddl, ddl->then, column))
        return true;
    if (ddl_value(ddl, column, "generated"))
        ddl_add(ddl, "ALTER TABLE %s DROP COLUMN %s", column->parent, ddl_part_name(column));
    else
        ddl_add_loss(ddl, arena_printf(ddl->arena, "the values of column %s", column->identity),
                     "ALTER TABLE %s DROP COLUMN %s", column->parent, ddl_part_name(column));
    return true;
}

// Which types hold every value of another: nothing is lost, and no USING is needed.
static bool is_wider(const char *then, const char *now)
{
    static const char *const WIDER[][2] = {
        {"smallint", "integer"},
        {"smallint", "bigint"},
        {"smallint", "numeric"},
        {"integer", "bigint"},
        {"integer", "numeric"},
        {"bigint", "numeric"},
        {"real", "double precision"},
        {"character varying", "text"},
        {"json", "jsonb"},
        {"cidr", "inet"},
        {"date", "timestamp without time zone"},
    };
    for (size_t i = 0; i < sizeof WIDER / sizeof *WIDER; i++) {
        Str base = str_until(str_from(then), '(');
        if (str_eq(base, str_from(WIDER[i][0])) && strcmp(now, WIDER[i][1]) == 0)
            return true;
    }
    return false;
}

// Of one type, only otherwise long: an assignment fails where a cast would cut.
static bool is_same_base(const char *then, const char *now)
{
    return str_eq(str_until(str_from(then), '('), str_until(str_from(now), '('));
}

static void change_type(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *old = ddl_value(ddl, then, "type");
    const char *new = ddl_value(ddl, now, "type");
    const char *collation = ddl_clause(ddl, now, " COLLATE ", "collation");
    const char *name = ddl_part_name(now);
    if (strcmp(old, new) == 0 || is_wider(old, new))
        ddl_add(ddl, "ALTER TABLE %s ALTER COLUMN %s TYPE %s%s", now->parent, name, new, collation);
    else
        ddl_add_loss(
            ddl,
            arena_printf(ddl->arena, "what values of column %s lose from %s to %s", now->identity,
                         old, new),
            "ALTER TABLE %s ALTER COLUMN %s TYPE %s%s%s", now->parent, name, new, collation,
            is_same_base(old, new) ? "" : arena_printf(ddl->arena, " USING %s::%s", name, new));
}

static void change_identity(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *kind = ddl_value(ddl, now, "identity column");
    const char *before =
        arena_printf(ddl->arena, "ALTER TABLE %s ALTER COLUMN %s", now->parent, ddl_part_name(now));
    if (is_of_whole(ddl, now))
        return;
    if (ddl_has_identity_alone(ddl, now, then))
        ddl_add_not_null(ddl, now);
    if (!kind)
        ddl_add(ddl, "%s DROP IDENTITY", before);
    else if (!ddl_value(ddl, then, "identity column"))
        ddl_add(ddl, "%s ADD %s", before, identity_clause(ddl, now));
    else
        ddl_add(ddl, "%s SET GENERATED %s", before,
                strcmp(kind, "always") == 0 ? "ALWAYS" : "BY DEFAULT");
    if (ddl_has_identity_alone(ddl, then, now))
        ddl_add(ddl, "%s DROP NOT NULL", before);
}

// A type's own storage cannot be asked for before 16.
static const char *usual_storage(const Ddl *ddl, const SnapshotObject *column)
{
    static const char *const MAIN[] = {"numeric", "inet", "cidr"};
    Str type = str_until(str_from(ddl_value(ddl, column, "type")), '(');
    if (ddl->server_major >= 16)
        return "DEFAULT";
    for (size_t i = 0; i < sizeof MAIN / sizeof *MAIN; i++)
        if (str_eq(type, str_from(MAIN[i])))
            return "main";
    return "extended";
}

static const char *value_or(const Ddl *ddl, const SnapshotObject *object, const char *name,
                            const char *otherwise)
{
    const char *value = ddl_value(ddl, object, name);
    return value ? value : otherwise;
}

static void change_details(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *before = altering(ddl, now);
    if (ddl_differs(then, now, "storage"))
        ddl_add(ddl, "%s SET STORAGE %s", before,
                value_or(ddl, now, "storage", usual_storage(ddl, now)));
    if (ddl_differs(then, now, "compression"))
        ddl_add(ddl, "%s SET COMPRESSION %s", before, value_or(ddl, now, "compression", "default"));
    if (ddl_differs(then, now, "statistics"))
        ddl_add(ddl, "%s SET STATISTICS %s", before, value_or(ddl, now, "statistics", "-1"));
    ddl_change_storage_options(ddl, before, ddl_value(ddl, then, "options"),
                               ddl_value(ddl, now, "options"), "");
}

static DdlResult change_generated(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *word;
    const char *expression = ddl_value(ddl, now, "generated");
    const char *old = ddl_value(ddl, then, "generated");
    const char *old_word;
    if (old && !expression) {
        ddl_add(ddl, "%s DROP EXPRESSION", altering(ddl, now));
        return DDL_DONE;
    }
    if (!old || ddl->server_major < 17)
        return DDL_BY_CREATE;
    expression = expression_of(ddl, expression, &word);
    expression_of(ddl, old, &old_word);
    if (strcmp(word, old_word) != 0)
        return DDL_BY_CREATE;
    ddl_add(ddl, "%s SET EXPRESSION AS %s", altering(ddl, now), expression);
    return DDL_DONE;
}

// Where the parent's is taken away, so is the child's; since 18 it is a constraint.
static void change_not_null(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    bool is_set = ddl_value(ddl, now, "not null");
    if (ddl->server_major >= 18 || is_set == (ddl_value(ddl, then, "not null") != NULL))
        return;
    if (is_set || !ddl_is_inherited(now))
        ddl_add(ddl, "ALTER TABLE %s ALTER COLUMN %s %s NOT NULL", now->parent, ddl_part_name(now),
                is_set ? "SET" : "DROP");
}

static bool is_array(const char *type)
{
    return str_ends(str_from(type), STR("[]"));
}

static bool is_text(const char *type)
{
    return strncmp(type, "text", 4) == 0 || strncmp(type, "character", 9) == 0;
}

static bool refuse_type(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const SnapshotObject *table = ddl_table_of(ddl->now, now);
    const SnapshotObject *old_table = ddl_table_of(ddl->then, then);
    const char *old = ddl_value(ddl, then, "type");
    const char *new = ddl_value(ddl, now, "type");
    if (is_array(old) != is_array(new) && !is_text(new))
        return ddl_refuse(ddl, "column %s: nothing casts %s to %s: say USING yourself",
                          now->identity, old, new);
    if (table && old_table && ddl_value(ddl, table, "of type") &&
        ddl_differs(old_table, table, "of type"))
        return ddl_refuse(ddl, "column %s: its type changes while its table becomes one of a type",
                          now->identity);
    return true;
}

static DdlResult change_column(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const SnapshotObject *table = ddl_table_of(ddl->now, now);
    const char *then_options = ddl_value(ddl, then, "server options");
    if (!ddl_refuse_inheritance(ddl, then, now) ||
        (ddl_differs(then, now, "type") && !refuse_type(ddl, then, now)))
        return DDL_REFUSED;
    if (table && ddl_differs(then, now, "generated") &&
        change_generated(ddl, then, now) == DDL_BY_CREATE)
        return DDL_BY_CREATE;
    if (!is_from_elsewhere(ddl, ddl->now, now) &&
        (ddl_differs(then, now, "type") || ddl_differs(then, now, "collation")))
        change_type(ddl, then, now);
    if (table && ddl_value(ddl, now, "not null"))
        change_not_null(ddl, then, now);
    if (table && ddl_differs(then, now, "identity column"))
        change_identity(ddl, then, now);
    if (table && !ddl_value(ddl, now, "not null"))
        change_not_null(ddl, then, now);
    change_details(ddl, then, now);
    const char *options =
        ddl_options_change(ddl, then_options, ddl_value(ddl, now, "server options"));
    if (!options) {
        ddl_refuse(ddl, "column %s: an option of it is a secret", now->identity);
        return DDL_REFUSED;
    }
    if (options[0])
        ddl_add(ddl, "%s%s", altering(ddl, now), options);
    return DDL_DONE;
}

const DdlKind DDL_COLUMN = {
    .kind = "column",
    .grant_word = "TABLE",
    .create = create_column,
    .drop = drop_column,
    .change = change_column,
};
