// Triggers: made, renamed, switched, gone; those of a partitioned table are its partitions' too.
#include "check/replay/alter.h"
#include "check/replay/kind.h"
#include "check/replay/part.h"

static Trigger *find_trigger(const Relation *relation, const char *name)
{
    VEC_EACH (Trigger, trigger, &relation->triggers)
        if (strcmp(trigger->name, name) == 0)
            return trigger;
    return NULL;
}

void replay_create_trigger(const Replay *replay, const Node *node)
{
    Relation *relation = altered_relation(replay, node_field(node, "relation"), RELATION_TABLE);
    const Node *names = node_field(node, "funcname");
    const char *name = node_text(node, "trigname");
    Routine *routine = model_routine(replay->model, schema_of(names), node_last_text(names), "");
    Trigger *trigger = find_trigger(relation, name);
    if (!trigger)
        trigger = append_tight(replay->model->arena, &relation->triggers);
    trigger->name = keep(replay, name);
    trigger->function = keep(replay, node_dotted(replay->scratch, names));
    trigger->events = (int)node_int(node, "events");
    trigger->is_for_rows = node_flag(node, "row");
    trigger->made = replay->made;
    if (routine) {
        trigger->function =
            arena_printf(replay->model->arena, "%s.%s", routine->schema, routine->name);
        *append_tight(replay->model->arena, &routine->users) = relation;
    }
    inherit_by_children(replay, relation);
}

void drop_trigger(Relation *relation, const char *name)
{
    Trigger *trigger = find_trigger(relation, name);
    if (!trigger)
        return;
    Trigger *end = relation->triggers.items + relation->triggers.len;
    memmove(trigger, trigger + 1, (size_t)(end - trigger - 1) * sizeof *trigger);
    relation->triggers.len--;
    for (size_t i = 0; is_partitioned(relation) && i < relation->children.len; i++)
        drop_trigger(relation->children.items[i], name);
}

void rename_trigger(Relation *relation, const char *name, const char *new_name)
{
    Trigger *trigger = find_trigger(relation, name);
    if (trigger)
        trigger->name = new_name;
    for (size_t i = 0; is_partitioned(relation) && i < relation->children.len; i++)
        rename_trigger(relation->children.items[i], name, new_name);
}

static void set_triggers(Relation *relation, const char *name, bool is_disabled, bool is_only)
{
    VEC_EACH (Trigger, trigger, &relation->triggers)
        if (!*name || strcmp(trigger->name, name) == 0)
            trigger->is_disabled = is_disabled;
    for (size_t i = 0; !is_only && is_partitioned(relation) && i < relation->children.len; i++)
        set_triggers(relation->children.items[i], name, is_disabled, false);
}

void alter_trigger(const Alter *alter)
{
    bool is_disabled = strncmp(node_text(alter->command, "subtype"), "AT_Disable", 10) == 0;
    set_triggers(alter->relation, node_text(alter->command, "name"), is_disabled, alter->is_only);
}
