#include "catalog/ddl/ddl.h"

#include <stdarg.h>

const char *ddl_value(const Ddl *ddl, const SnapshotObject *object, const char *name)
{
    return snapshot_attribute_text(ddl->arena, object->text, str_from(name));
}

bool ddl_differs(const SnapshotObject *then, const SnapshotObject *now, const char *name)
{
    Str old = {0};
    Str new = {0};
    bool has_old = snapshot_attribute_find(then->text, str_from(name), &old);
    bool has_new = snapshot_attribute_find(now->text, str_from(name), &new);
    return has_old != has_new || (has_old && !str_eq(old, new));
}

bool ddl_is_partition(const SnapshotObject *table)
{
    Str parent;
    return snapshot_attribute_find(table->text, STR("partition of"), &parent);
}

static bool next_of_its_own(Str *rest, Str *ret_name, Str *ret_value)
{
    while (snapshot_attribute_next(rest, ret_name, ret_value))
        if (!str_eq(*ret_name, STR("owner")) && !str_eq(*ret_name, STR("privileges")))
            return true;
    return false;
}

bool ddl_differs_itself(const SnapshotObject *then, const SnapshotObject *now)
{
    Str old = str_from(then->text);
    Str new = str_from(now->text);
    for (;;) {
        Str names[2] = {{0}, {0}};
        Str values[2] = {{0}, {0}};
        bool has_old = next_of_its_own(&old, &names[0], &values[0]);
        bool has_new = next_of_its_own(&new, &names[1], &values[1]);
        if (!has_old || !has_new)
            return has_old != has_new;
        if (!str_eq(names[0], names[1]) || !str_eq(values[0], values[1]))
            return true;
    }
}

const char *ddl_name(const Ddl *ddl, const DdlKind *kind, const SnapshotObject *object)
{
    return kind->name ? kind->name(ddl, object) : object->identity;
}

const char *ddl_part_name(const SnapshotObject *object)
{
    REQUIRE(object->parent && str_starts(str_from(object->identity), str_from(object->parent)));
    return object->identity + strlen(object->parent) + 1;
}

static void add(Ddl *ddl, DdlStatement statement, const char *format, va_list args)
{
    statement.sql = arena_vprintf(ddl->arena, format, args);
    *vec_append(ddl->arena, &ddl->statements) = statement;
}

void ddl_add(Ddl *ddl, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(ddl, (DdlStatement){0}, format, args);
    va_end(args);
}

void ddl_add_loss(Ddl *ddl, const char *loss, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(ddl, (DdlStatement){.loss = loss}, format, args);
    va_end(args);
}

void ddl_add_outside(Ddl *ddl, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(ddl, (DdlStatement){.is_outside = true}, format, args);
    va_end(args);
}

bool ddl_refuse(Ddl *ddl, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!ddl->refusal)
        ddl->refusal = arena_vprintf(ddl->arena, format, args);
    va_end(args);
    return false;
}
