// Owners, and privileges as GRANT and REVOKE.
#include "base/text.h"
#include "catalog/ddl/ddl_grant.h"
#include "sql/quote.h"

// What a new object's owner and everybody have, where ALTER DEFAULT PRIVILEGES says nothing
// (acldefault() of src/backend/utils/adt/acl.c, 13 to 18; MAINTAIN came with 17).
typedef struct BuiltIn {
    const char *grant_word;
    const char *of_owner;
    const char *of_public;
} BuiltIn;

static const BuiltIn BUILT_IN[] = {
    {"TABLE", "DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE", NULL},
    {"SEQUENCE", "SELECT, UPDATE, USAGE", NULL},
    {"FUNCTION", "EXECUTE", "EXECUTE"},
    {"PROCEDURE", "EXECUTE", "EXECUTE"},
    {"LANGUAGE", "USAGE", "USAGE"},
    {"TYPE", "USAGE", "USAGE"},
    {"DOMAIN", "USAGE", "USAGE"},
    {"SCHEMA", "CREATE, USAGE", NULL},
    {"FOREIGN DATA WRAPPER", "USAGE", NULL},
    {"FOREIGN SERVER", "USAGE", NULL},
    {"LARGE OBJECT", "SELECT, UPDATE", NULL},
};

enum {
    TEXT_MAX = 1 << 20
};

bool ddl_set_owner(Ddl *ddl, const DdlKind *kind, const SnapshotObject *then,
                   const SnapshotObject *now)
{
    const char *owner = kind->owner_word ? ddl_value(ddl, now, "owner") : NULL;
    // what a column owns follows its table
    if (then && strcmp(now->kind, "sequence") == 0 && ddl_value(ddl, then, "owned by") &&
        !ddl_differs(then, now, "owned by"))
        return true;
    if (owner && (!then || ddl_differs(then, now, "owner")))
        ddl_add(ddl, "ALTER %s %s OWNER TO %s", kind->owner_word, ddl_name(ddl, kind, now),
                quote_name(ddl->arena, owner));
    return true;
}

static const char *owner_of(const Ddl *ddl, const SnapshotObject *object)
{
    const char *owner = ddl_value(ddl, object, "owner");
    return owner ? quote_name(ddl->arena, owner) : NULL;
}

void ddl_add_built_in(const Ddl *ddl, const char *grant_word, const char *owner, Grants *grants)
{
    for (size_t i = 0; owner && i < sizeof BUILT_IN / sizeof *BUILT_IN; i++) {
        const BuiltIn *built_in = &BUILT_IN[i];
        if (strcmp(built_in->grant_word, grant_word) != 0)
            continue;
        grant_get(ddl->arena, grants, owner)->has = privileges_of_words(built_in->of_owner);
        if (ddl->server_major >= 17 && strcmp(built_in->grant_word, "TABLE") == 0)
            grant_get(ddl->arena, grants, owner)->has |= privileges_of_words("MAINTAIN");
        if (built_in->of_public)
            grant_get(ddl->arena, grants, "PUBLIC")->has = privileges_of_words(built_in->of_public);
    }
}

// ALTER ... OWNER TO gives what the old owner had to the new one.
static void hand_over(const Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now,
                      Grants *grants)
{
    const char *from = owner_of(ddl, then);
    const char *to = owner_of(ddl, now);
    if (!from || !to || strcmp(from, to) == 0)
        return;
    Grant *old = grant_get(ddl->arena, grants, from);
    Grant had = *old;
    old->has = old->may_grant = 0;
    Grant *new = grant_get(ddl->arena, grants, to);
    new->has |= had.has;
    new->may_grant |= had.may_grant;
}

static const char *words_of(const DdlGranting *granting, uint32_t privileges)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    for (unsigned i = 0; i < PRIVILEGE_COUNT; i++) {
        if (!(privileges & 1U << i))
            continue;
        text_printf(&text, "%s%s", text.len ? ", " : "", privilege_word(i));
        if (granting->column)
            text_printf(&text, " (%s)", granting->column);
    }
    return arena_dup(granting->ddl->arena, text_str(&text));
}

static void grant(DdlGranting *granting, const char *role, uint32_t privileges, const char *with)
{
    if (privileges)
        ddl_add(granting->ddl, "%sGRANT %s ON %s TO %s%s", granting->prefix,
                words_of(granting, privileges), granting->place, role, with);
}

// CASCADE: what the role granted on goes as well, and is granted again behind.
static void revoke(DdlGranting *granting, const char *role, uint32_t privileges, const char *what)
{
    if (!privileges)
        return;
    granting->has_revoked = true;
    ddl_add(granting->ddl, "%sREVOKE %s%s ON %s FROM %s CASCADE", granting->prefix, what,
            words_of(granting, privileges), granting->place, role);
}

static void revoke_all(DdlGranting *granting, const char *role)
{
    const char *column = granting->column;
    granting->has_revoked = true;
    ddl_add(granting->ddl, "%sREVOKE ALL%s ON %s FROM %s CASCADE", granting->prefix,
            column ? arena_printf(granting->ddl->arena, " (%s)", column) : "", granting->place,
            role);
}

// A role that may grant has perhaps done so: who granted is not known, so all begins anew.
static bool needs_all_anew(const Grants *then, const Grants *now, const char *owner)
{
    bool has_granter = false;
    bool differs = false;
    VEC_EACH (const Grant, old, then) {
        const Grant *new = grant_find(now, old->role);
        has_granter |= old->may_grant && (!owner || strcmp(owner, old->role) != 0);
        differs |= old->has & ~(new ? new->has : 0);
        differs |= old->may_grant & ~(new ? new->may_grant : 0);
    }
    return has_granter && differs;
}

static void forget(DdlGranting *granting, Grants *grants)
{
    VEC_EACH (Grant, old, grants) {
        if (old->has)
            revoke_all(granting, old->role);
        old->has = old->may_grant = 0;
    }
}

static void change_grants(DdlGranting *granting, const Grants *then, const Grants *now)
{
    VEC_EACH (const Grant, old, then) {
        const Grant *new = grant_find(now, old->role);
        uint32_t wanted = new ? new->has : 0;
        uint32_t may_grant = new ? new->may_grant : 0;
        revoke(granting, old->role, old->has & ~wanted, "");
        revoke(granting, old->role, old->may_grant & wanted & ~may_grant, "GRANT OPTION FOR ");
    }
    VEC_EACH (const Grant, new, now) {
        const Grant *old = grant_find(then, new->role);
        uint32_t had = old ? old->has : 0;
        uint32_t could = old ? old->may_grant : 0;
        grant(granting, new->role, new->has & ~had & ~new->may_grant, "");
        grant(granting, new->role, new->may_grant & ~could, " WITH GRANT OPTION");
    }
}

void ddl_change_grants(DdlGranting *granting, Grants *then, const Grants *now, const char *owner)
{
    if (needs_all_anew(then, now, owner))
        forget(granting, then);
    change_grants(granting, then, now);
}

// Whatever ALTER DEFAULT PRIVILEGES gave or took, and whoever makes the object.
static void forget_defaults(DdlGranting *granting, Grants *grants)
{
    const Words *roles = granting->ddl->default_grantees;
    VEC_EACH (const char *const, role, roles)
        if (!grant_find(grants, *role))
            grant_get(granting->ddl->arena, grants, *role)->has = 1;
    forget(granting, grants);
}

bool ddl_set_privileges(Ddl *ddl, const DdlKind *kind, const SnapshotObject *then,
                        const SnapshotObject *now, bool *ret_has_revoked)
{
    if (ret_has_revoked)
        *ret_has_revoked = false;
    if (!kind->grant_word ||
        (then && !ddl_differs(then, now, "privileges") && !ddl_differs(then, now, "owner")))
        return true;
    bool is_column = strcmp(now->kind, "column") == 0;
    DdlGranting granting = {
        .ddl = ddl,
        .prefix = "",
        .place = arena_printf(ddl->arena, "%s %s", kind->grant_word,
                              is_column ? now->parent : ddl_name(ddl, kind, now)),
        .column = is_column ? ddl_part_name(now) : NULL,
    };
    Grants old = {0};
    Grants new = {0};
    const char *before = then ? ddl_value(ddl, then, "privileges") : NULL;
    const char *behind = ddl_value(ddl, now, "privileges");
    if ((before && !privileges_read(ddl->arena, before, &old)) ||
        (behind && !privileges_read(ddl->arena, behind, &new)))
        return ddl_refuse(ddl, "%s %s: its privileges are of a newer server than this program: %s",
                          now->kind, now->identity, behind ? behind : before);
    if (then)
        hand_over(ddl, then, now, &old);
    else
        ddl_add_built_in(ddl, kind->grant_word, owner_of(ddl, now), &old);
    if (!then && ddl->default_grantees && ddl->default_grantees->len)
        forget_defaults(&granting, &old);
    ddl_change_grants(&granting, &old, &new, owner_of(ddl, now));
    if (ret_has_revoked)
        *ret_has_revoked = granting.has_revoked;
    return true;
}
