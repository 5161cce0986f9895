// What has a name of its own, how SQL renames it, and what is renamed or moved along with it.
#include "catalog/change/renaming.h"
#include "catalog/ddl/ddl_relation.h"

static const RenameKind KINDS[] = {
    {"aggregate", "ROUTINE", NAME_QUALIFIED, SPACE_ROUTINE},
    {"attribute", "TYPE", NAME_PART, SPACE_COLUMN},
    {"collation", "COLLATION", NAME_QUALIFIED},
    {"column", "TABLE", NAME_PART, SPACE_COLUMN},
    {"composite type", "TYPE", NAME_QUALIFIED, SPACE_RELATION},
    {"constraint", "TABLE", NAME_ON, SPACE_CONSTRAINT},
    {"conversion", "CONVERSION", NAME_QUALIFIED},
    {"domain", "DOMAIN", NAME_QUALIFIED, SPACE_RELATION},
    {"domain constraint", "DOMAIN", NAME_ON, SPACE_CONSTRAINT},
    {"enum", "TYPE", NAME_QUALIFIED, SPACE_RELATION},
    {"event trigger", "EVENT TRIGGER", NAME_BARE},
    {"foreign server", "SERVER", NAME_BARE},
    {"foreign table", "FOREIGN TABLE", NAME_QUALIFIED, SPACE_RELATION},
    {"foreign-data wrapper", "FOREIGN DATA WRAPPER", NAME_BARE},
    {"function", "FUNCTION", NAME_QUALIFIED, SPACE_ROUTINE},
    {"index", "INDEX", NAME_QUALIFIED, SPACE_RELATION, .has_no_move = true},
    {"invalid index", "INDEX", NAME_QUALIFIED, SPACE_RELATION, .has_no_move = true},
    {"language", "LANGUAGE", NAME_BARE},
    {"materialized view", "MATERIALIZED VIEW", NAME_QUALIFIED, SPACE_RELATION},
    {"operator", "OPERATOR", NAME_QUALIFIED, .is_fixed = true},
    {"operator class", "OPERATOR CLASS", NAME_QUALIFIED},
    {"operator family", "OPERATOR FAMILY", NAME_QUALIFIED},
    {"policy", "POLICY", NAME_ON},
    {"procedure", "PROCEDURE", NAME_QUALIFIED, SPACE_ROUTINE},
    {"publication", "PUBLICATION", NAME_BARE},
    {"range", "TYPE", NAME_QUALIFIED, SPACE_RELATION},
    {"rule", "RULE", NAME_ON},
    {"schema", "SCHEMA", NAME_BARE},
    {"sequence", "SEQUENCE", NAME_QUALIFIED, SPACE_RELATION},
    {"statistics", "STATISTICS", NAME_QUALIFIED},
    {"subscription", "SUBSCRIPTION", NAME_BARE},
    {"table", "TABLE", NAME_QUALIFIED, SPACE_RELATION},
    {"text search configuration", "TEXT SEARCH CONFIGURATION", NAME_QUALIFIED},
    {"text search dictionary", "TEXT SEARCH DICTIONARY", NAME_QUALIFIED},
    {"text search parser", "TEXT SEARCH PARSER", NAME_QUALIFIED},
    {"text search template", "TEXT SEARCH TEMPLATE", NAME_QUALIFIED},
    {"trigger", "TRIGGER", NAME_ON},
    {"type", "TYPE", NAME_QUALIFIED, SPACE_RELATION},
    {"view", "VIEW", NAME_QUALIFIED, SPACE_RELATION},
};

static const char *const HOLDERS[] = {
    "table", "foreign table", "view", "materialized view", "composite type", "domain",
};

static const RenameKind *kind_find(const char *kind)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i].kind, kind) == 0)
            return &KINDS[i];
    return NULL;
}

static int naming_find(const Renaming *renaming, const char *kind, const char *identity)
{
    const SnapshotObject *object = ddl_part_find(&renaming->parts, "", kind, identity);
    return object ? renaming->naming_of[renaming_place(renaming, object)] : NO_PLACE;
}

// Sequences that a table owns have it as their parent, as do indexes.
static int holder_find(const Renaming *renaming, const char *identity)
{
    for (size_t i = 0; i < sizeof HOLDERS / sizeof *HOLDERS; i++) {
        int holder = naming_find(renaming, HOLDERS[i], identity);
        if (holder != NO_PLACE)
            return holder;
    }
    return NO_PLACE;
}

// Behind the name that begins at `p`: in quotes, or up to what stands behind one.
static const char *skip_name(const char *p)
{
    if (*p != '"')
        return p + strcspn(p, ".( ");
    for (p++; *p; p++)
        if (*p == '"' && *++p != '"')
            return p;
    return p;
}

typedef struct NameParts {
    const char *schema;
    const char *name;
    const char *tail;
} NameParts;

static NameParts split_name(Arena *arena, const RenameKind *kind, const SnapshotObject *object)
{
    const char *identity = object->identity;
    Ddl ddl = {.arena = arena};
    switch (kind->form) {
    case NAME_BARE:
        return (NameParts){.name = identity, .tail = ""};
    case NAME_PART:
        return (NameParts){.name = ddl_part_name(object), .tail = ""};
    case NAME_ON:
        return (NameParts){.name = ddl_name_on_parent(&ddl, object, " on "), .tail = ""};
    case NAME_QUALIFIED:
        break;
    }
    const char *dot = skip_name(identity);
    if (*dot != '.')
        return (NameParts){.name = identity, .tail = ""};
    const char *name = dot + 1;
    const char *end = kind->is_fixed ? name + strcspn(name, "(") : skip_name(name);
    return (NameParts){
        .schema = arena_dup(arena, (Str){identity, (size_t)(dot - identity)}),
        .name = arena_dup(arena, (Str){name, (size_t)(end - name)}),
        .tail = end,
    };
}

static void add_naming(Renaming *renaming, const SnapshotObject *object)
{
    int place = renaming_place(renaming, object);
    const RenameKind *kind = kind_find(object->kind);
    renaming->naming_of[place] = NO_PLACE;
    if (!kind)
        return;
    NameParts old = split_name(renaming->arena, kind, object);
    Naming naming = {
        .object = object,
        .kind = kind,
        .place = place,
        .holder = NO_PLACE,
        .along = NO_PLACE,
        .schema_of = NO_PLACE,
        .leader = NO_PLACE,
        .twin = NO_PLACE,
        .first_led = NO_PLACE,
        .next_led = NO_PLACE,
        .first_along = NO_PLACE,
        .next_along = NO_PLACE,
        .schema = old.schema,
        .name = old.name,
        .tail = old.tail,
    };
    if (renaming->same[place]) {
        NameParts new = split_name(renaming->arena, kind, renaming->same[place]);
        naming.wanted_schema = new.schema;
        naming.wanted_name = new.name;
        naming.tail = new.tail;
    }
    renaming->naming_of[place] = (int)renaming->namings.len;
    *vec_append(renaming->arena, &renaming->namings) = naming;
}

static bool has_attribute(const SnapshotObject *object, const char *name)
{
    Str value;
    return snapshot_attribute_find(object->text, str_from(name), &value);
}

// RENAME of these reaches what inherits them (renameatt_internal(), rename_constraint_internal()).
static bool is_inherited_name(const SnapshotObject *object)
{
    Str definition;
    if (!has_attribute(object, "inherited"))
        return false;
    return strcmp(object->kind, "column") == 0 ||
           (snapshot_attribute_find(object->text, STR("definition"), &definition) &&
            (str_starts(definition, STR("CHECK ")) || str_starts(definition, STR("NOT NULL "))));
}

static int part_of(const Renaming *renaming, const char *kind, const char *parent,
                   const Naming *naming)
{
    const char *identity = naming->kind->form == NAME_PART
                               ? arena_printf(renaming->arena, "%s.%s", parent, naming->name)
                               : arena_printf(renaming->arena, "%s on %s", naming->name, parent);
    const SnapshotObject *object = ddl_part_find(&renaming->parts, parent, kind, identity);
    return object ? renaming->naming_of[renaming_place(renaming, object)] : NO_PLACE;
}

// What a table inherits from, is a partition of, or has its columns from.
static DdlItems parents_of(const Renaming *renaming, const SnapshotObject *table)
{
    static const char *const NAMES[] = {"inherits", "partition of", "of type"};
    Ddl ddl = {.arena = renaming->arena};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *parents = ddl_value(&ddl, table, NAMES[i]);
        if (parents)
            return ddl_items(renaming->arena, parents);
    }
    return (DdlItems){0};
}

static int leader_of(const Renaming *renaming, const Naming *naming)
{
    const SnapshotObject *object = naming->object;
    const Naming *holder = naming_at(renaming, naming->holder);
    bool is_copy = strcmp(object->kind, "trigger") == 0 && !has_attribute(object, "definition");
    bool is_typed =
        holder && naming->kind->space == SPACE_COLUMN && has_attribute(holder->object, "of type");
    if (!holder || !(is_copy || is_typed || is_inherited_name(object)))
        return NO_PLACE;
    DdlItems parents = parents_of(renaming, holder->object);
    VEC_EACH (const Str, parent, &parents) {
        int leader = part_of(renaming, is_typed ? "attribute" : object->kind,
                             arena_dup(renaming->arena, *parent), naming);
        if (leader != NO_PLACE)
            return leader;
    }
    return NO_PLACE;
}

static int twin_of(const Renaming *renaming, const Naming *naming)
{
    return naming->kind->has_no_move && has_attribute(naming->object, "constraint")
               ? part_of(renaming, "constraint", naming->object->parent,
                         &(Naming){.kind = kind_find("constraint"), .name = naming->name})
               : NO_PLACE;
}

static void relate(Renaming *renaming, int index)
{
    Naming *naming = naming_at(renaming, index);
    const char *parent = naming->object->parent;
    if (naming->kind->form == NAME_PART || naming->kind->form == NAME_ON)
        naming->holder = holder_find(renaming, parent);
    if (naming->kind->has_no_move || (strcmp(naming->kind->kind, "sequence") == 0 && parent))
        naming->along = holder_find(renaming, parent);
    if (naming->schema)
        naming->schema_of = naming_find(renaming, "schema", naming->schema);
    Naming *table = naming_at(renaming, naming->along);
    if (table) {
        naming->next_along = table->first_along;
        table->first_along = index;
    }
}

static void set_leader(Renaming *renaming, int index, int leader)
{
    Naming *naming = naming_at(renaming, index);
    naming->leader = leader;
    if (leader == NO_PLACE)
        return;
    naming->next_led = naming_at(renaming, leader)->first_led;
    naming_at(renaming, leader)->first_led = index;
}

static void relate_all(Renaming *renaming)
{
    int count = (int)renaming->namings.len;
    for (int i = 0; i < count; i++)
        relate(renaming, i);
    for (int i = 0; i < count; i++) {
        Naming *naming = naming_at(renaming, i);
        naming->twin = twin_of(renaming, naming);
        if (naming->twin != NO_PLACE)
            set_leader(renaming, naming->twin, i);
        else if (naming->leader == NO_PLACE)
            set_leader(renaming, i, leader_of(renaming, naming));
    }
}

const char *naming_schema(const Renaming *renaming, const Naming *naming)
{
    while (naming->along != NO_PLACE)
        naming = naming_at(renaming, naming->along);
    const Naming *schema = naming_at(renaming, naming->schema_of);
    return schema ? schema->name : naming->schema;
}

const char *naming_called(const Renaming *renaming, const Naming *naming)
{
    const Naming *holder = naming_at(renaming, naming->holder);
    const char *schema = naming_schema(renaming, naming);
    switch (naming->kind->form) {
    case NAME_PART:
        return arena_printf(renaming->arena, "%s.%s",
                            holder ? naming_called(renaming, holder) : naming->object->parent,
                            naming->name);
    case NAME_ON:
        return arena_printf(renaming->arena, "%s on %s", naming->name,
                            holder ? naming_called(renaming, holder) : naming->object->parent);
    case NAME_BARE:
    case NAME_QUALIFIED:
        break;
    }
    return schema ? arena_printf(renaming->arena, "%s.%s%s", schema, naming->name, naming->tail)
                  : naming->name;
}

void renaming_add_namings(Renaming *renaming)
{
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects)
        add_naming(renaming, object);
    relate_all(renaming);
}
