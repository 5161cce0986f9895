// Pieces of statements, from what the deparser, format_type() and quote_ident() write.
// Refuses to parse SQL: it knows quotes and brackets, nothing else. Invariant: what stands inside
// of quotes or brackets is never taken for a separator.
#pragma once

#include "catalog/ddl/ddl.h"

typedef VEC(Str) DdlItems;

// Offset of the first `needle` outside of quotes and brackets; text.n: there is none.
size_t ddl_scan(Str text, Str needle);
// The items of a list with ", " between them, or a line each. NULL and "" have none.
DdlItems ddl_items(Arena *arena, const char *list);
DdlItems ddl_lines(Arena *arena, const char *list);
bool ddl_has_item(const DdlItems *items, Str item);
// "app.f(integer, text)" gives "app.f".
const char *ddl_signature_name(Arena *arena, const char *signature);
// "c on app.d" of the parent "app.d" gives "c".
const char *ddl_name_on_parent(const Ddl *ddl, const SnapshotObject *object, const char *between);

// `before` and the attribute's value; "" where it has none.
const char *ddl_clause(const Ddl *ddl, const SnapshotObject *object, const char *before,
                       const char *name);
// The same, of a value that is a signature: without the arguments.
const char *ddl_function_clause(const Ddl *ddl, const SnapshotObject *object, const char *before,
                                const char *name);

// Options of foreign data as the queries write them: "host 'db', \"a b\" 'x'". One that is a
// secret has no literal but its hash.
// " OPTIONS (host 'db')", or "" where there are none; NULL: one of them is a secret.
const char *ddl_options(const Ddl *ddl, const char *options);
// " OPTIONS (ADD a 'x', SET b 'y', DROP c)", "" where they are the same; NULL: one that is a secret
// would have to be set.
const char *ddl_options_change(const Ddl *ddl, const char *then, const char *now);

// A role that is there before and not behind.
bool ddl_is_role_gone(const Ddl *ddl, Str role);

// A statement about the database that it runs in, whose name is not known: it stands between.
void ddl_add_for_database(Ddl *ddl, const char *before, const char *behind);
// The same with its owner behind `between`.
void ddl_add_for_database_owner(Ddl *ddl, const char *before, const char *between,
                                const char *behind);
