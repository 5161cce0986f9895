// Event triggers with their state.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 16
};

static const char *tags_clause(const Ddl *ddl, const SnapshotObject *object)
{
    DdlItems tags = ddl_items(ddl->arena, ddl_value(ddl, object, "tags"));
    if (!tags.len)
        return "";
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    VEC_EACH (const Str, tag, &tags)
        text_printf(&text, "%s%s", text.len ? ", " : " WHEN TAG IN (",
                    quote_literal(ddl->arena, arena_dup(ddl->arena, *tag)));
    text_append_char(&text, ')');
    return arena_dup(ddl->arena, text_str(&text));
}

static bool set_state(Ddl *ddl, const SnapshotObject *object)
{
    static const char *const WORDS[][2] = {
        {"enabled", "ENABLE"},
        {"disabled", "DISABLE"},
        {"replica", "ENABLE REPLICA"},
        {"always", "ENABLE ALWAYS"},
    };
    const char *state = ddl_value(ddl, object, "state");
    for (size_t i = 0; state && i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i][0], state) == 0) {
            ddl_add(ddl, "ALTER EVENT TRIGGER %s %s", object->identity, WORDS[i][1]);
            return true;
        }
    return ddl_refuse(ddl, "event trigger %s: nothing is known of its state", object->identity);
}

static bool create_event_trigger(Ddl *ddl, const SnapshotObject *object)
{
    const char *state = ddl_value(ddl, object, "state");
    ddl_add(ddl, "CREATE EVENT TRIGGER %s%s%s%s", object->identity,
            ddl_clause(ddl, object, " ON ", "event"), tags_clause(ddl, object),
            ddl_clause(ddl, object, " EXECUTE FUNCTION ", "function"));
    return (state && strcmp(state, "enabled") == 0) || set_state(ddl, object);
}

static bool drop_event_trigger(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP EVENT TRIGGER %s", object->identity);
    return true;
}

static DdlResult change_event_trigger(Ddl *ddl, const SnapshotObject *then,
                                      const SnapshotObject *now)
{
    if (ddl_differs(then, now, "event") || ddl_differs(then, now, "tags") ||
        ddl_differs(then, now, "function"))
        return DDL_BY_CREATE;
    return !ddl_differs(then, now, "state") || set_state(ddl, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_EVENT_TRIGGER = {
    .kind = "event trigger",
    .owner_word = "EVENT TRIGGER",
    .create = create_event_trigger,
    .drop = drop_event_trigger,
    .change = change_event_trigger,
};
