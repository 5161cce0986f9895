// What a database holds, as far as migrations (or a live catalog) tell: relations with columns,
// constraints, indexes, triggers, policies; types, routines, schemas, extensions.
// Refuses to read SQL (check/replay/ fills it) and to judge. Invariant: a name is found under the
// schema it was made in; what is absent was never seen made, which is not the same as not there.
#pragma once

#include "base/err.h"
#include "base/words.h"

#include <stdint.h>

// Where a thing was made. `transaction` counts over the whole chain, from 1; all that commits
// together has the same. 0: by nobody we saw (a live catalog).
typedef struct Made {
    int transaction;
    int file; // of the chain, from 0
    Position position;
} Made;

// A type as a column has it.
typedef struct ColumnType {
    const char *schema; // "" when unqualified and of pg_catalog or not known
    const char *name;   // PostgreSQL's internal spelling: "int4", "varchar", "timestamptz", "mood"
    int modifier_count; // 0: varchar without a length
    int modifiers[2];   // varchar(n): n; numeric(p,s): p, s; timestamp(p): p
    bool is_array;
} ColumnType;

typedef struct Column {
    const char *name;
    ColumnType type;
    bool is_not_null;         // proven: valid NOT NULL, or of a primary key
    bool is_not_null_pending; // 18: NOT NULL ... NOT VALID
    bool has_default;
    const char *default_text; // as written; NULL: none, or not kept
    bool is_identity;
    bool is_serial;        // made as serial: integer with a sequence of its own
    char generated;        // 's' stored, 'v' virtual, 0 neither
    const char *collation; // NULL: the type's own
    bool is_inherited;     // from a parent, and not said by the table itself
    Made made;
} Column;

typedef enum ConstraintKind {
    CONSTRAINT_CHECK,
    CONSTRAINT_NOT_NULL, // 18: with a name of its own
    CONSTRAINT_UNIQUE,
    CONSTRAINT_PRIMARY,
    CONSTRAINT_FOREIGN,
    CONSTRAINT_EXCLUSION,
} ConstraintKind;

typedef struct Relation Relation;
typedef struct Model Model;

typedef struct Constraint {
    ConstraintKind kind;
    const char *name; // as said, or as PostgreSQL makes it up: t_a_check, t_a_fkey, t_pkey
    bool is_named;    // by the user
    bool is_valid;
    bool is_enforced;
    bool is_deferrable;
    bool is_no_inherit;
    bool is_inherited; // from a parent, and not said by the table itself
    Words columns;
    Words not_null;                // of a CHECK: columns that it proves not to be null
    const char *text;              // of a CHECK: the expression as written
    const char *references_schema; // of a FOREIGN one
    const char *references;
    Words referenced_columns; // empty: the primary key
    char on_delete;           // 'a' no action, 'r' restrict, 'c' cascade, 'n' set null, 'd' default
    const char *index;        // behind UNIQUE, PRIMARY, EXCLUSION
    Made made;
    Made validated; // transaction 0: never, or at once
} Constraint;

typedef struct Index {
    const char *name; // in its table's schema
    bool is_named;
    bool is_unique;
    bool is_concurrent; // made CONCURRENTLY
    bool is_only;       // ON ONLY: of a partitioned parent, without its partitions
    bool is_partial;
    bool has_expression;
    bool has_options; // a column has an operator class, collation or order of its own; INCLUDE
    bool nulls_not_distinct;
    const char *method;     // "btree"
    Words columns;          // in order; "" for an expression
    Words other_columns;    // of INCLUDE, of expressions, of WHERE: the index goes with them
    const char *joined;     // "a_lower", as generated names have it; NULL: from the columns
    const char *constraint; // that owns it; NULL: none
    const char *parent;     // the index of the partitioned parent that it is a part of; NULL: none
    Made made;
} Index;

// As the grammar has them, from pg_trigger.h of 13 to 18.
enum {
    TRIGGER_ON_INSERT = 1 << 2,
    TRIGGER_ON_DELETE = 1 << 3,
    TRIGGER_ON_UPDATE = 1 << 4,
    TRIGGER_ON_TRUNCATE = 1 << 5,
};

typedef struct Trigger {
    const char *name;
    const char *function;
    int events; // TRIGGER_ON_...
    bool is_disabled;
    bool is_for_rows;  // FOR EACH ROW
    bool is_inherited; // of the partitioned parent
    Made made;
} Trigger;

typedef struct Policy {
    const char *name;
    const char *command; // "all", "select" ...
    Made made;
} Policy;

typedef enum RelationKind {
    RELATION_TABLE,
    RELATION_PARTITIONED,
    RELATION_FOREIGN_TABLE,
    RELATION_VIEW,
    RELATION_MATERIALIZED_VIEW,
    RELATION_SEQUENCE,
    RELATION_COMPOSITE,
} RelationKind;

// What a view (or a rule, a policy, a generated column) reads.
typedef struct Reads {
    const char *schema;
    const char *relation;
    const char *column; // NULL: all of them, by *, or not known which
    bool is_star;
} Reads;

enum {
    RELATION_COLUMNS_MOST = 1600 // MaxHeapAttributeNumber; dropped ones count
};

struct Relation {
    const Model *model; // that it is in
    const char *schema;
    const char *name;
    RelationKind kind;
    bool is_temporary;
    bool is_unlogged;
    bool is_only_altered; // its CREATE was never seen: columns and the rest are incomplete
    bool has_row_security;
    bool forces_row_security;
    char replica_identity; // 'd' default, 'n' nothing, 'f' full, 'i' index
    VEC(Column) columns;
    int dropped_columns; // which count against the limit of 1600
    VEC(Constraint) constraints;
    VEC(Index) indexes;
    VEC(Trigger) triggers;
    VEC(Policy) policies;
    VEC(Reads) reads;          // of a view
    const char *parent_schema; // of a partition, or the first INHERITS
    const char *parent;        // NULL: none
    bool is_partition;
    bool is_default_partition;
    Words partition_key;         // of a partitioned one: columns, "" for an expression
    VEC(Relation *) parents;     // all of them, where they are known
    VEC(Relation *) children;    // partitions and inheriting tables
    Relation *default_partition; // one of them; NULL: none
    const char *owner_schema;    // of a sequence: OWNED BY
    const char *owner_table;
    const char *owner_column;
    Made made;
    Made filled; // the first INSERT, COPY, CREATE TABLE AS ... into it; transaction 0: never seen
    const char *renamed_from; // its name before the last RENAME; NULL: never
    // With a foreign key to it, views that read it, sequences that it owns; maybe no longer.
    VEC(Relation *) referrers;
};

typedef enum TypeKind {
    TYPE_ENUM,
    TYPE_DOMAIN,
    TYPE_COMPOSITE,
    TYPE_RANGE,
    TYPE_BASE,
} TypeKind;

typedef struct Type {
    const char *schema;
    const char *name;
    TypeKind kind;
    ColumnType base;             // of a domain
    bool has_constraint;         // of a domain: CHECK or NOT NULL (valid or not)
    VEC(Constraint) constraints; // of a domain
    Words labels;                // of an enum
    Words new_labels;            // added in the transaction `labels_added`
    int labels_added;
    VEC(Relation *) users; // with columns of this type; maybe no longer
    Made made;
} Type;

typedef struct Routine {
    const char *schema;
    const char *name;
    const char *arguments; // types, as for a signature: "int4,text"
    char volatility;       // 'i', 's', 'v'
    bool is_procedure;
    bool is_security_definer;
    bool has_search_path; // SET search_path in its definition
    bool has_query;       // is called immutable, and its body reads a table
    const char *language;
    const char *returns;   // "trigger", "" not known
    VEC(Relation *) users; // with triggers that call it; maybe no longer
    Made made;
} Routine;

typedef struct Publication {
    const char *name;
    bool is_all_tables;
    Words tables; // "schema.name"
} Publication;

typedef struct ModelName ModelName; // what is found by schema and name

struct Model {
    Arena *arena;              // outlives the model; holds all of it
    VEC(Relation *) relations; // without those that were dropped
    VEC(Type *) types;
    VEC(Routine *) routines;
    VEC(Publication) publications;
    Words schemas;     // that were made
    Words extensions;  // likewise
    Words search_path; // of the session that runs; empty: public
    ModelName **names;
    size_t name_count;
    size_t name_size;
};

void model_init(Model *model, Arena *arena);

// By name as the user wrote it; schema NULL or "": along the search path. NULL: never seen made.
Relation *model_relation(const Model *model, const char *schema, const char *name);
// The relation that has this index, and the index.
Relation *model_index(const Model *model, const char *schema, const char *name, Index **ret_index);
Type *model_type(const Model *model, const char *schema, const char *name);
// Any overload; the one with these argument types where `arguments` is not NULL.
Routine *model_routine(const Model *model, const char *schema, const char *name,
                       const char *arguments);
// Tables, views, sequences, composite types and indexes share their names within a schema.
bool model_has_relation_name(const Model *model, const char *schema, const char *name);
bool model_has_constraint_name(const Model *model, const char *schema, const char *name);
bool model_has_schema(const Model *model, const char *name);
bool model_has_extension(const Model *model, const char *name);
// Where an unqualified new name goes.
const char *model_creation_schema(const Model *model);

// What is added is copied to the model's arena by the caller, or there already.
Relation *model_add_relation(Model *model, const char *schema, const char *name, RelationKind kind,
                             Made made);
Index *model_add_index(Model *model, Relation *relation, const char *name, Made made);
Constraint *model_add_constraint(Model *model, Relation *relation, ConstraintKind kind,
                                 const char *name, Made made); // valid and enforced
Type *model_add_type(Model *model, const char *schema, const char *name, TypeKind kind, Made made);
Routine *model_add_routine(Model *model, const char *schema, const char *name,
                           const char *arguments, Made made);
void model_add_schema(Model *model, const char *name);
void model_drop_relation(Model *model, Relation *relation); // with its indexes; children lose it
void model_drop_index(Model *model, Relation *relation, Index *index);
// Of its index and of those who inherited it, this knows nothing.
void model_drop_constraint(Model *model, Relation *relation, Constraint *constraint);
void model_drop_type(Model *model, Type *type);
void model_drop_routine(Model *model, Routine *routine);
void model_drop_schema(Model *model, const char *name); // its name, not what is in it
void model_rename_relation(Model *model, Relation *relation, const char *schema, const char *name);
void model_rename_index(Model *model, Relation *relation, Index *index, const char *name);
void model_rename_constraint(Model *model, Relation *relation, Constraint *constraint,
                             const char *name);
void model_rename_type(Model *model, Type *type, const char *schema, const char *name);
void model_rename_routine(Model *model, Routine *routine, const char *schema, const char *name);

Column *relation_column(const Relation *relation, const char *name); // NULL: none seen
Constraint *relation_constraint(const Relation *relation, const char *name);
Constraint *relation_primary_key(const Relation *relation);
Index *relation_index(const Relation *relation, const char *name);
// An index (not partial, no expression first) whose first columns are these, in any order.
const Index *relation_index_on(const Relation *relation, const Words *columns);
// Does anybody else see it? Not while the transaction that made it runs.
bool relation_is_new_in(const Relation *relation, int transaction);
// Made in this transaction and not filled since: nothing to scan, nobody to block.
bool relation_is_empty_in(const Relation *relation, int transaction);
// `child` inherits from `parent`, or is a partition of it; and no longer. False, and
// nothing is changed, where it does already or a circle would come of it.
bool relation_join(Arena *arena, Relation *child, Relation *parent);
void relation_leave(Relation *child, Relation *parent);
// Of its parent, which it has joined.
void relation_set_default_partition(Relation *child);
bool words_same(const Words *left, const Words *right); // in the same order
