// What the files of a rehearsal's place share; nobody else includes it.
// Refuses to outlive the place. Invariant: `database` is a database of ours, on a cluster of our
// own or, with a scratch name whose lock `server` holds, on a server of the user's.
#pragma once

#include "pg/cluster.h"
#include "pg/cluster_home.h"
#include "run/backup/database_sql.h"
#include "run/backup/shelf.h"
#include "run/rehearse/place.h"

#define PLACE_APPLICATION "migrate-safe rehearse"

// An extension that the server has to have, and where it is asked for.
typedef struct NeededExtension {
    const char *name;
    const char *file; // NULL: the database that is copied has it
    Position position;
} NeededExtension;

// What belongs to the server and to no database.
typedef struct ServerThing {
    const char *name;  // "role app", "setting work_mem"
    const char *state; // another one: it was changed
} ServerThing;

typedef VEC(ServerThing) ServerWide;

struct RehearsalPlace {
    Arena *arena;
    Target *target; // NULL: none
    RehearsalPlaceOptions options;
    RehearsalCopy copy;
    Backup backup;         // of REHEARSAL_FROM_BACKUP
    const char *no_backup; // why there is none
    VEC(NeededExtension) needed;
    int64_t size_bytes;  // of the database that is copied; 0: not known, or none is
    Cluster *cluster;    // NULL: on a server of the user's
    bool is_without_log; // that cluster, until the copy is filled
    bool has_statistics; // the planner's, of what it is filled with
    ClusterHome home;    // there: for a dump on its way
    Session *server;     // to another database of it
    bool is_superuser;   // who `server` is
    const char *superuser;
    const char *database;
    const char *url;
    const char *superuser_url; // NULL: there is none
    int major;
    ClientPlace client; // how client programs see the database
    int saves;
    ServerWide server_wide; // as it was
    const DataFacts *facts; // its rows, where a backup says them and is known to say so rightly
};

// ---- place_server.c: the server, and an empty database on it

// A cluster of our own, or the server of `on`.
bool place_server_open(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
void place_server_close(RehearsalPlace *place);
// Our own cluster, which was filled without writing all of it into the log as well, once more with
// the log: what the migrations write there is measured.
bool place_server_restart_with_log(RehearsalPlace *place, Err *err)
    __attribute__((warn_unused_result));
// An empty database of that kind. A locale that the server does not have is among the limits.
bool place_server_create(RehearsalPlace *place, const DatabaseKind *kind, Err *err)
    __attribute__((warn_unused_result));
// Its name and URLs, for whoever makes it otherwise.
bool place_server_name(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// Room for one more copy, as far as it can be seen.
bool place_server_check_room(RehearsalPlace *place, int64_t bytes, Err *err)
    __attribute__((warn_unused_result));
bool place_server_free(RehearsalPlace *place, int64_t *ret_bytes); // false: it cannot be seen
bool place_open_at(const char *url, Session **ret_session, Err *err)
    __attribute__((warn_unused_result));

// ---- place_choose.c: which kind, and why

// Before there is a server: what can be chosen at all, and the backup that may be.
bool place_choose_backup(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// The kind, with copy.why.
bool place_choose(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// It is of a database: nothing that is in there already has to be made.
bool place_is_copy(const RehearsalPlace *place);

// ---- place_roles.c: the target's roles, and what belongs to its database and no object in it

bool place_roles_make(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// Owner, settings, privileges and comment of the database.
bool place_roles_own(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
bool place_roles_note_server(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));

// ---- place_extensions.c: what is needed of the server's files

// Of the target or backup, of the source and the prelude.
bool place_extensions_find(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
Words place_extensions_names(const RehearsalPlace *place);
bool place_extensions_check(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));

// ---- place_fill.c and others: what is in it

bool place_fill(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
const char *place_own_schema(const RehearsalPlace *place);
bool place_fill_from_backup(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
bool place_fill_from_clone(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// As a superuser where there is one.
bool place_open_copy(const RehearsalPlace *place, Session **ret_session, Err *err)
    __attribute__((warn_unused_result));
// A cluster without log once more with it, and with the planner's statistics.
bool place_settle(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// Subscriptions lose their slots; what else leads out of it is among the limits.
bool place_isolate(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
// Tables, rows and bytes of the copy; its planner's statistics.
bool place_measure(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));
bool place_prelude_run(RehearsalPlace *place, Err *err) __attribute__((warn_unused_result));

// ---- place.c

void place_limit(RehearsalPlace *place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void place_tell(const RehearsalPlace *place, const char *what);
