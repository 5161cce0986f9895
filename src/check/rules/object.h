// The objects that a statement names, for rules about whole objects: resolved, spelled for people
// and for SQL, who depends on them, and whether anybody but this file knows them.
// Refuses to judge. Invariant: nothing here is kept longer than the call of the rule.
#pragma once

#include "check/judged.h"

// Names for a sentence, each once.
typedef struct NameList {
    VEC(const char *) names;
    size_t count; // with those that did not get in
} NameList;

void name_list_add(Arena *arena, NameList *list, const char *name);
const char *name_list_text(Arena *arena, const NameList *list); // "a, b and 3 more"

// The list of names in an item of DROP and its kind: of a TypeName, an ObjectWithArgs, a List.
const Node *object_names(const Node *object);
// `names` is such a list, or a RangeVar. NULL: never seen made.
Relation *object_relation(const Judged *judged, const Node *names);
Type *object_type(const Judged *judged, const Node *names);
Routine *object_routine(const Judged *judged, const Node *names);
// "public.users": the resolved name where it is known, else as written.
const char *object_name(const Judged *judged, const Node *names);
const char *relation_label(Arena *arena, const Relation *relation);
// The same as SQL needs it; findings keep these texts.
const char *object_sql(const Judged *judged, const Node *names);
const char *relation_sql(const Judged *judged, const Relation *relation);

// Made by this very file, or temporary: no deployed code can know it. NULL is somebody else's.
bool made_is_ours(const Judged *judged, const Made *made);
bool relation_is_ours(const Judged *judged, const Relation *relation);
// A RangeVar's, which may be in pg_temp.
bool object_is_ours(const Judged *judged, const Node *range);

// What goes when the relation is dropped with CASCADE, as far as the files tell: views, foreign
// keys, partitions and children. Returns the SQL that drops them by name, a line each.
const char *relation_dependents(const Judged *judged, const Relation *relation, NameList *list);
// Tables that a foreign key ties it to: those it references, and with `has_incoming` those that
// reference it. Tables of this file are left out.
void relation_partners(const Judged *judged, const Relation *relation, bool has_incoming,
                       NameList *list);
// Tables with a foreign key to it, but itself.
void relation_referencing(const Judged *judged, const Relation *relation, NameList *list);
// From byte `from` of the statement's text to byte `to`, on the findings' arena.
const char *statement_slice(const Judged *judged, size_t from, size_t to);
