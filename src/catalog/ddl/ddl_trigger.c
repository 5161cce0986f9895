// Triggers, rules and policies, with their states.
#include "catalog/ddl/ddl_relation.h"
#include "sql/quote.h"

// What ENABLE and DISABLE say.
static const char *state_verb(const char *state)
{
    return !state || strcmp(state, "enabled") == 0 ? "ENABLE"
           : strcmp(state, "disabled") == 0        ? "DISABLE"
           : strcmp(state, "replica") == 0         ? "ENABLE REPLICA"
                                                   : "ENABLE ALWAYS";
}

static void set_state(Ddl *ddl, const SnapshotObject *object, const char *what, const char *state)
{
    ddl_add(ddl, "ALTER TABLE ONLY %s %s %s %s", object->parent, state_verb(state), what,
            ddl_name_on_table(ddl, object));
}

static bool is_enabled(const Ddl *ddl, const SnapshotObject *object)
{
    const char *state = ddl_value(ddl, object, "state");
    return state && strcmp(state, "enabled") == 0;
}

static bool create_trigger(Ddl *ddl, const SnapshotObject *trigger)
{
    const char *definition = ddl_value(ddl, trigger, "definition");
    if (definition)
        ddl_add(ddl, "%s", definition);
    if (!definition || !is_enabled(ddl, trigger))
        set_state(ddl, trigger, "TRIGGER", ddl_value(ddl, trigger, "state"));
    return true;
}

// One of a partition is said only where its state is not the parent's, and is as that again.
static const char *state_of_parent(const Ddl *ddl, const SnapshotObject *trigger)
{
    const SnapshotObject *table = ddl_part_find(ddl->now, "", "table", trigger->parent);
    const char *parent = table ? ddl_value(ddl, table, "partition of") : NULL;
    const char *name = ddl_name_on_table(ddl, trigger);
    const SnapshotObject *above =
        parent ? ddl_part_find(ddl->now, parent, "trigger",
                               arena_printf(ddl->arena, "%s on %s", name, parent))
               : NULL;
    return above ? ddl_value(ddl, above, "state") : "enabled";
}

static bool drop_trigger(Ddl *ddl, const SnapshotObject *trigger)
{
    if (ddl_value(ddl, trigger, "definition"))
        ddl_add(ddl, "DROP TRIGGER %s ON %s", ddl_name_on_table(ddl, trigger), trigger->parent);
    else
        set_state(ddl, trigger, "TRIGGER", state_of_parent(ddl, trigger));
    return true;
}

static DdlResult change_trigger(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "definition"))
        return DDL_BY_CREATE;
    set_state(ddl, now, "TRIGGER", ddl_value(ddl, now, "state"));
    return DDL_DONE;
}

const DdlKind DDL_TRIGGER = {
    .kind = "trigger",
    .create = create_trigger,
    .drop = drop_trigger,
    .change = change_trigger,
};

// Triggers of a foreign key have numbers in their names: they are found by what they do. The
// identity is "RI_FKey_check_ins of KEY on TABLE".
static bool set_internal_state(Ddl *ddl, const SnapshotObject *trigger, const char *state)
{
    const char *of = strstr(trigger->identity, " of ");
    if (!of)
        return ddl_refuse(ddl, "internal trigger %s: it is not known what it does",
                          trigger->identity);
    const char *end = arena_printf(ddl->arena, " on %s", trigger->parent);
    Str function = {trigger->identity, (size_t)(of - trigger->identity)};
    Str constraint = {of + 4, strlen(of + 4) - strlen(end)};
    const char *body = arena_printf(
        ddl->arena,
        "DECLARE name text;\n"
        "BEGIN\n"
        "    FOR name IN\n"
        "        SELECT g.tgname\n"
        "        FROM pg_catalog.pg_trigger g\n"
        "        JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid\n"
        "        JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint\n"
        "        WHERE g.tgisinternal AND g.tgrelid = %s::pg_catalog.regclass\n"
        "          AND p.proname = %s AND pg_catalog.quote_ident(k.conname) = %s\n"
        "    LOOP\n"
        "        EXECUTE pg_catalog.format(%s, name);\n"
        "    END LOOP;\n"
        "END",
        quote_literal(ddl->arena, trigger->parent),
        quote_literal(ddl->arena, arena_dup(ddl->arena, function)),
        quote_literal(ddl->arena, arena_dup(ddl->arena, constraint)),
        quote_literal(ddl->arena,
                      arena_printf(ddl->arena, "ALTER TABLE ONLY %s %s TRIGGER %%I",
                                   ddl_doubled(ddl->arena, trigger->parent), state_verb(state))));
    ddl_add(ddl, "DO %s", quote_literal(ddl->arena, body));
    return true;
}

static bool create_internal(Ddl *ddl, const SnapshotObject *trigger)
{
    return set_internal_state(ddl, trigger, ddl_value(ddl, trigger, "state"));
}

static bool drop_internal(Ddl *ddl, const SnapshotObject *trigger)
{
    return set_internal_state(ddl, trigger, "enabled");
}

static DdlResult change_internal(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return create_internal(ddl, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_INTERNAL_TRIGGER = {
    .kind = "internal trigger",
    .create = create_internal,
    .drop = drop_internal,
    .change = change_internal,
};

static bool create_rule(Ddl *ddl, const SnapshotObject *rule)
{
    if (str_starts(str_from(rule->identity), STR("\"_RETURN\" on ")))
        return ddl_refuse(ddl, "rule %s: a view's own rule that is not enabled cannot be read from",
                          rule->identity);
    ddl_add(ddl, "%s", ddl_without_end(ddl, ddl_value(ddl, rule, "definition")));
    if (!is_enabled(ddl, rule))
        set_state(ddl, rule, "RULE", ddl_value(ddl, rule, "state"));
    return true;
}

static bool drop_rule(Ddl *ddl, const SnapshotObject *rule)
{
    ddl_add(ddl, "DROP RULE %s ON %s", ddl_name_on_table(ddl, rule), rule->parent);
    return true;
}

static DdlResult change_rule(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "definition"))
        return DDL_BY_CREATE;
    set_state(ddl, now, "RULE", ddl_value(ddl, now, "state"));
    return DDL_DONE;
}

const DdlKind DDL_RULE = {
    .kind = "rule",
    .create = create_rule,
    .drop = drop_rule,
    .change = change_rule,
};

static const char *in_brackets(const Ddl *ddl, const SnapshotObject *policy, const char *before,
                               const char *name)
{
    const char *value = ddl_value(ddl, policy, name);
    return value ? arena_printf(ddl->arena, "%s (%s)", before, value) : "";
}

static bool create_policy(Ddl *ddl, const SnapshotObject *policy)
{
    ddl_add(ddl, "CREATE POLICY %s ON %s%s FOR %s TO %s%s%s", ddl_name_on_table(ddl, policy),
            policy->parent, ddl_value(ddl, policy, "restrictive") ? " AS RESTRICTIVE" : "",
            ddl_value(ddl, policy, "command"), ddl_value(ddl, policy, "roles"),
            in_brackets(ddl, policy, " USING", "using"),
            in_brackets(ddl, policy, " WITH CHECK", "with check"));
    return true;
}

static bool drop_policy(Ddl *ddl, const SnapshotObject *policy)
{
    ddl_add(ddl, "DROP POLICY %s ON %s", ddl_name_on_table(ddl, policy), policy->parent);
    return true;
}

// A condition can be changed and added, not taken away.
static DdlResult change_policy(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "restrictive") || ddl_differs(then, now, "command") ||
        (ddl_value(ddl, then, "using") && !ddl_value(ddl, now, "using")) ||
        (ddl_value(ddl, then, "with check") && !ddl_value(ddl, now, "with check")))
        return DDL_BY_CREATE;
    ddl_add(ddl, "ALTER POLICY %s ON %s TO %s%s%s", ddl_name_on_table(ddl, now), now->parent,
            ddl_value(ddl, now, "roles"), in_brackets(ddl, now, " USING", "using"),
            in_brackets(ddl, now, " WITH CHECK", "with check"));
    return DDL_DONE;
}

const DdlKind DDL_POLICY = {
    .kind = "policy",
    .create = create_policy,
    .drop = drop_policy,
    .change = change_policy,
};
