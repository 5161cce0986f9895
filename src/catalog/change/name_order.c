// Names as the RENAMEs go: who has which by now, and whose can be given next. Two that swap their
// names, and what has a name that something else gets, go through one that nobody has.
#include "catalog/change/renaming.h"

// Whether the two could not both have one name.
static bool is_beside(const Naming *left, const Naming *right)
{
    return left->kind->space == right->kind->space && left->holder == right->holder &&
           (left->kind->space != SPACE_OWN || left->kind == right->kind);
}

// Those that have, had or will have a name, as a list for each name.
typedef struct NameEntry {
    const char *name;
    int naming;
} NameEntry;

typedef struct Names {
    Renaming *renaming;
    VEC(NameEntry) entries; // by name
} Names;

static int by_name(const void *left, const void *right)
{
    const NameEntry *a = left;
    const NameEntry *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->naming > b->naming) - (a->naming < b->naming);
}

// Columns are looked for among those of their table: every table has an "id".
static void add_entries(Names *names)
{
    Renaming *renaming = names->renaming;
    for (int i = 0; i < (int)renaming->namings.len; i++) {
        const Naming *naming = naming_at(renaming, i);
        if (naming->holder != NO_PLACE)
            continue;
        *vec_append(renaming->arena, &names->entries) = (NameEntry){naming->name, i};
        if (naming->wanted_name && strcmp(naming->wanted_name, naming->name) != 0)
            *vec_append(renaming->arena, &names->entries) = (NameEntry){naming->wanted_name, i};
    }
    vec_sort(&names->entries, by_name);
}

static bool has_name(const Renaming *renaming, const Naming *one, const Naming *other,
                     const char *schema, const char *name)
{
    if (one == other || !is_beside(one, other) || strcmp(other->name, name) != 0)
        return false;
    if (one->kind->space == SPACE_ROUTINE && strcmp(one->tail, other->tail) != 0)
        return false;
    const char *theirs = naming_schema(renaming, other);
    return !schema || !theirs || strcmp(schema, theirs) == 0;
}

static int taken_among_parts(const Names *names, const Naming *naming, const char *name)
{
    const Renaming *renaming = names->renaming;
    const Naming *holder = naming_at(renaming, naming->holder);
    const SnapshotObject *const *parts;
    size_t count =
        ddl_parts_of(&renaming->parts, holder->object->identity, naming->object->kind, &parts);
    for (size_t i = 0; i < count; i++) {
        int other = renaming->naming_of[renaming_place(renaming, parts[i])];
        if (has_name(renaming, naming, naming_at(renaming, other), NULL, name))
            return other;
    }
    return NO_PLACE;
}

static int taken_by(const Names *names, int index, const char *schema, const char *name)
{
    const Naming *naming = naming_at(names->renaming, index);
    if (naming->holder != NO_PLACE)
        return taken_among_parts(names, naming, name);
    size_t from = 0;
    size_t to = names->entries.len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(names->entries.items[middle].name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < names->entries.len && strcmp(names->entries.items[from].name, name) == 0;
         from++) {
        int other = names->entries.items[from].naming;
        if (has_name(names->renaming, naming, naming_at(names->renaming, other), schema, name))
            return other;
    }
    return NO_PLACE;
}

// Itself and all that it leads.
static int name_taken_by(const Names *names, int index, const char *name)
{
    const Naming *naming = naming_at(names->renaming, index);
    int other = taken_by(names, index, naming_schema(names->renaming, naming), name);
    for (int led = naming->first_led; other == NO_PLACE && led != NO_PLACE;
         led = naming_at(names->renaming, led)->next_led)
        other = name_taken_by(names, led, name);
    return other;
}

// Itself and all that goes along. `ret_mover` is whose name is taken there.
static int schema_taken_by(const Names *names, int index, int *ret_mover)
{
    const Naming *naming = naming_at(names->renaming, index);
    int other = taken_by(names, index, naming->wanted_schema, naming->name);
    *ret_mover = index;
    for (int along = naming->first_along; other == NO_PLACE && along != NO_PLACE;
         along = naming_at(names->renaming, along)->next_along) {
        *ret_mover = along;
        other =
            taken_by(names, along, naming->wanted_schema, naming_at(names->renaming, along)->name);
    }
    return other;
}

static bool needs_name(const Naming *naming)
{
    return naming->wanted_name && naming->leader == NO_PLACE &&
           strcmp(naming->name, naming->wanted_name) != 0;
}

static bool needs_schema(const Renaming *renaming, const Naming *naming)
{
    return naming->wanted_name && naming->wanted_schema && naming->along == NO_PLACE &&
           strcmp(naming_schema(renaming, naming), naming->wanted_schema) != 0;
}

static void add_statement(Renaming *renaming, const char *sql)
{
    *vec_append(renaming->arena, &renaming->statements) = (DdlStatement){.sql = sql};
}

// Tables of a type have its attributes as their columns.
static const char *rename_statement(const Renaming *renaming, const Naming *naming,
                                    const char *name)
{
    Arena *arena = renaming->arena;
    const Naming *holder = naming_at(renaming, naming->holder);
    if (naming->kind->form == NAME_BARE || naming->kind->form == NAME_QUALIFIED)
        return arena_printf(arena, "ALTER %s %s RENAME TO %s", naming->kind->word,
                            naming_called(renaming, naming), name);
    const char *of = holder ? naming_called(renaming, holder) : naming->object->parent;
    if (naming_is_kind(naming, "attribute"))
        return arena_printf(arena, "ALTER TYPE %s RENAME ATTRIBUTE %s TO %s%s", of, naming->name,
                            name, naming->first_led == NO_PLACE ? "" : " CASCADE");
    if (naming_is_kind(naming, "column") || naming->kind->space == SPACE_CONSTRAINT)
        return arena_printf(arena, "ALTER %s %s RENAME %s %s TO %s",
                            holder ? holder->kind->word : naming->kind->word, of,
                            naming_is_kind(naming, "column") ? "COLUMN" : "CONSTRAINT",
                            naming->name, name);
    return arena_printf(arena, "ALTER %s %s ON %s RENAME TO %s", naming->kind->word, naming->name,
                        of, name);
}

static void take_name(Renaming *renaming, int index, const char *name)
{
    Naming *naming = naming_at(renaming, index);
    naming->name = name;
    for (int led = naming->first_led; led != NO_PLACE; led = naming_at(renaming, led)->next_led)
        take_name(renaming, led, name);
}

static void rename_one(Renaming *renaming, int index, const char *name)
{
    add_statement(renaming, rename_statement(renaming, naming_at(renaming, index), name));
    take_name(renaming, index, name);
}

static bool has_any_name(const Renaming *renaming, const char *name)
{
    for (int side = 0; side < 2; side++) {
        const Snapshot *snapshot = side ? renaming->now : renaming->then;
        VEC_EACH (const SnapshotObject, object, &snapshot->objects)
            if (strstr(object->identity, name))
                return true;
    }
    return false;
}

static const char *aside_name(Renaming *renaming)
{
    const char *name;
    do
        name = arena_printf(renaming->arena, "migrate_safe_aside_%d", ++renaming->aside_count);
    while (has_any_name(renaming, name));
    return name;
}

// Its own RENAME, or the one that reaches it.
static int renamer_of(const Renaming *renaming, int index)
{
    while (naming_at(renaming, index)->leader != NO_PLACE)
        index = naming_at(renaming, index)->leader;
    return index;
}

static bool has_schema(const Renaming *renaming, const char *name)
{
    VEC_EACH (const SnapshotObject *const, made, &renaming->made_schemas)
        if (strcmp((*made)->identity, name) == 0)
            return true;
    VEC_EACH (const Naming, naming, &renaming->namings)
        if (naming_is_kind(naming, "schema") && strcmp(naming->name, name) == 0)
            return true;
    return false;
}

// With owner and privileges, as when everything else is made.
static void need_schema(Renaming *renaming, const char *name)
{
    const SnapshotObject *schema = snapshot_find(renaming->now, "schema", name);
    if (!schema || has_schema(renaming, name))
        return;
    Ddl ddl = changing_ddl(renaming->changing);
    Words grantees = {0};
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects)
        changing_add_default_grantees(renaming->changing, object, &grantees);
    ddl.default_grantees = &grantees;
    ddl_kind("schema")->create(&ddl, schema);
    ddl_set_owner(&ddl, ddl_kind("schema"), NULL, schema);
    ddl_set_privileges(&ddl, ddl_kind("schema"), NULL, schema, NULL);
    VEC_EACH (const DdlStatement, statement, &ddl.statements)
        *vec_append(renaming->arena, &renaming->statements) = *statement;
    *vec_append(renaming->arena, &renaming->made_schemas) = schema;
}

static void move_one(Renaming *renaming, Naming *naming)
{
    if (!renaming->last_schema || strcmp(renaming->last_schema, naming->wanted_schema) != 0)
        need_schema(renaming, naming->wanted_schema);
    renaming->last_schema = naming->wanted_schema;
    add_statement(renaming,
                  arena_printf(renaming->arena, "ALTER %s %s SET SCHEMA %s", naming->kind->word,
                               naming_called(renaming, naming), naming->wanted_schema));
    naming->schema_of = NO_PLACE;
    naming->schema = naming->wanted_schema;
}

// A step nearer to what it shall be called. False: others are in the way, `ret_blocker` one of
// them, of `ret_blocked`.
static bool advance(const Names *names, int index, int *ret_blocked, int *ret_blocker)
{
    Renaming *renaming = names->renaming;
    Naming *naming = naming_at(renaming, index);
    *ret_blocked = index;
    if (needs_schema(renaming, naming)) {
        *ret_blocker = schema_taken_by(names, index, ret_blocked);
        if (*ret_blocker == NO_PLACE) {
            move_one(renaming, naming);
            return true;
        }
    }
    if (!needs_name(naming))
        return false;
    int blocker = name_taken_by(names, index, naming->wanted_name);
    if (blocker == NO_PLACE) {
        rename_one(renaming, index, naming->wanted_name);
        return true;
    }
    if (!needs_schema(renaming, naming))
        *ret_blocker = blocker;
    return false;
}

static bool is_pending(const Renaming *renaming, const Naming *naming)
{
    return !naming->kind->is_fixed ? needs_name(naming) || needs_schema(renaming, naming)
                                   : needs_schema(renaming, naming);
}

// Somebody has to let go first: what is dropped anyhow, or one of those that wait for each other.
static bool make_room(Renaming *renaming, int blocked, int blocker)
{
    const Naming *other = naming_at(renaming, blocker);
    int aside = renamer_of(renaming, other->wanted_name || other->is_aside ? blocked : blocker);
    if (naming_at(renaming, aside)->is_aside || naming_at(renaming, aside)->kind->is_fixed)
        return false;
    naming_at(renaming, aside)->is_aside = true;
    rename_one(renaming, aside, aside_name(renaming));
    return true;
}

typedef VEC(int) Indexes;

static Indexes pending_of(const Renaming *renaming, bool is_first)
{
    Indexes pending = {0};
    for (int i = 0; i < (int)renaming->namings.len; i++) {
        const Naming *naming = naming_at(renaming, i);
        bool is_early = !naming_is_kind(naming, "operator") && naming->kind->space != SPACE_ROUTINE;
        if (is_early == is_first && is_pending(renaming, naming))
            *vec_append(renaming->arena, &pending) = i;
    }
    return pending;
}

static void settle(const Names *names, Indexes *pending)
{
    Renaming *renaming = names->renaming;
    while (pending->len) {
        size_t left = 0;
        bool has_moved = false;
        int blocked = NO_PLACE;
        int blocker = NO_PLACE;
        for (size_t i = 0; i < pending->len; i++) {
            int index = pending->items[i];
            int one = index;
            int other = NO_PLACE;
            has_moved |= advance(names, index, &one, &other);
            if (is_pending(renaming, naming_at(renaming, index)))
                pending->items[left++] = index;
            bool is_stuck =
                blocker == NO_PLACE || naming_at(renaming, renamer_of(renaming, blocked))->is_aside;
            if (other != NO_PLACE && is_stuck) {
                blocked = one;
                blocker = other;
            }
        }
        pending->len = left;
        if (!has_moved && (blocker == NO_PLACE || !make_room(renaming, blocked, blocker)))
            return;
    }
}

static Indexes pending_schemas(const Renaming *renaming)
{
    Indexes pending = {0};
    for (int i = 0; i < (int)renaming->namings.len; i++)
        if (naming_is_kind(naming_at(renaming, i), "schema") &&
            is_pending(renaming, naming_at(renaming, i)))
            *vec_append(renaming->arena, &pending) = i;
    return pending;
}

static void rename_label(Renaming *renaming, const RenamedLabel *label, Str from, Str to)
{
    const Naming *type =
        naming_at(renaming, renaming->naming_of[renaming_place(renaming, label->type)]);
    add_statement(renaming,
                  arena_printf(renaming->arena,
                               "ALTER TYPE %s RENAME VALUE " STR_FMT " TO " STR_FMT,
                               naming_called(renaming, type), STR_ARG(from), STR_ARG(to)));
}

static bool is_label_taken(const Renaming *renaming, const RenamedLabel *label)
{
    VEC_EACH (const RenamedLabel, other, &renaming->labels)
        if (other->type == label->type && str_eq(other->old, label->new))
            return true;
    return false;
}

// One that is still another's waits under a name of its own.
static void rename_labels(Renaming *renaming)
{
    Str *from = arena_alloc_array(renaming->arena, renaming->labels.len + 1, sizeof *from);
    for (size_t i = 0; i < renaming->labels.len; i++) {
        const RenamedLabel *label = &renaming->labels.items[i];
        from[i] = label->old;
        if (!is_label_taken(renaming, label))
            continue;
        from[i] = str_from(arena_printf(renaming->arena, "'%s'", aside_name(renaming)));
        rename_label(renaming, label, label->old, from[i]);
    }
    for (size_t i = 0; i < renaming->labels.len; i++)
        rename_label(renaming, &renaming->labels.items[i], from[i], renaming->labels.items[i].new);
}

static void check_all(Renaming *renaming)
{
    VEC_EACH (const Naming, naming, &renaming->namings) {
        const SnapshotObject *now = renaming->same[naming->place];
        const char *found = naming_called(renaming, naming);
        renaming->identities[naming->place] = found;
        renaming->schemas[naming->place] = naming_schema(renaming, naming);
        if (now && strcmp(found, now->identity) != 0)
            changing_refuse(renaming->changing,
                            "%s %s: it is called %s now, and nothing renames it so by itself",
                            naming->object->kind, naming->object->identity, now->identity);
    }
}

void renaming_name_all(Renaming *renaming)
{
    renaming_add_namings(renaming);
    Names names = {.renaming = renaming};
    add_entries(&names);
    Indexes pending = pending_schemas(renaming);
    settle(&names, &pending);
    for (int pass = 0; pass < 2; pass++) {
        pending = pending_of(renaming, pass == 0);
        settle(&names, &pending);
    }
    rename_labels(renaming);
    check_all(renaming);
}
