// Subscriptions: how they connect is a secret, and their slots are on another server.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

enum {
    TEXT_MAX = 1 << 16
};

// What ALTER SUBSCRIPTION ... SET changes without asking the other server; 15 to 18.
typedef struct Option {
    const char *column; // of pg_subscription
    const char *name;
} Option;

static const Option OPTIONS[] = {
    {"subbinary", "binary"},
    {"subdisableonerr", "disable_on_error"},
    {"suborigin", "origin"},
    {"subpasswordrequired", "password_required"},
    {"subrunasowner", "run_as_owner"},
    {"substream", "streaming"},
    {"subsynccommit", "synchronous_commit"},
};

static bool refuse_create(Ddl *ddl, const SnapshotObject *object)
{
    return ddl_refuse(ddl,
                      "subscription %s: how it connects is a secret that was not read, and its "
                      "slot is on another server: it is made by hand",
                      object->identity);
}

static bool refuse_drop(Ddl *ddl, const SnapshotObject *object)
{
    return ddl_refuse(ddl,
                      "subscription %s: its slot on the other server would go or be left "
                      "behind: it is dropped by hand",
                      object->identity);
}

static Str name_of(Str option)
{
    return str_until(option, ' ');
}

static const char *word_of(Str value)
{
    return str_eq(value, STR("t"))            ? "true"
           : str_eq(value, STR("f"))          ? "false"
           : str_eq(value, STR("p"))          ? "parallel"
           : str_is_digits(value) || !value.n ? NULL
                                              : "";
}

// False: not one that can be set.
static bool append_option(const Ddl *ddl, Text *text, Str option)
{
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        if (!str_eq(name_of(option), str_from(OPTIONS[i].column)))
            continue;
        Str value = str_skip(option, name_of(option).n);
        value = str_trim(value);
        const char *word = word_of(value);
        if (!word)
            return false;
        text_printf(text, "%s%s = %s", text->len ? ", " : "", OPTIONS[i].name,
                    *word ? word : arena_dup(ddl->arena, value));
        return true;
    }
    return false;
}

static bool change_options(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    DdlItems old = ddl_items(ddl->arena, ddl_value(ddl, then, "options"));
    DdlItems new = ddl_items(ddl->arena, ddl_value(ddl, now, "options"));
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    VEC_EACH (const Str, option, &new)
        if (!ddl_has_item(&old, *option) && !append_option(ddl, &text, *option))
            return ddl_refuse(
                ddl, "subscription %s: this cannot be set without the other server: " STR_FMT,
                now->identity, STR_ARG(*option));
    if (old.len != new.len)
        return ddl_refuse(ddl, "subscription %s: its options are other ones", now->identity);
    if (text.len)
        ddl_add(ddl, "ALTER SUBSCRIPTION %s SET (%s)", now->identity, text_cstr(&text));
    return true;
}

// Which tables these are is asked of the other server, later.
static DdlResult change_subscription(Ddl *ddl, const SnapshotObject *then,
                                     const SnapshotObject *now)
{
    if (!change_options(ddl, then, now))
        return DDL_REFUSED;
    if (ddl_differs(then, now, "publications"))
        ddl_add_loss(ddl,
                     arena_printf(ddl->arena,
                                  "nothing, but tables come and go only with ALTER SUBSCRIPTION %s "
                                  "REFRESH PUBLICATION",
                                  now->identity),
                     "ALTER SUBSCRIPTION %s SET PUBLICATION %s WITH (refresh = false)",
                     now->identity, ddl_value(ddl, now, "publications"));
    return DDL_DONE;
}

const DdlKind DDL_SUBSCRIPTION = {
    .kind = "subscription",
    .owner_word = "SUBSCRIPTION",
    .create = refuse_create,
    .drop = refuse_drop,
    .change = change_subscription,
};

static bool enable(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER SUBSCRIPTION %s ENABLE", object->identity);
    return true;
}

static bool disable(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER SUBSCRIPTION %s DISABLE", object->identity);
    return true;
}

const DdlKind DDL_SUBSCRIPTION_STATE = {
    .kind = "subscription state",
    .create = enable,
    .drop = disable,
};
