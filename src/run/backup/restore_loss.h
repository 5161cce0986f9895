// Which rows a restore would take away: the live database beside the restored copy, table by table,
// by primary key and a hash of the row.
// Refuses to write to either. Invariant: a table that could not be compared is named, never counted
// as equal.
#pragma once

#include "base/vec.h"
#include "catalog/snapshot.h"
#include "pg/session.h"

typedef struct TableLoss {
    const char *schema;
    const char *name;
    int64_t only_live;   // rows that go
    int64_t only_backup; // rows that come back
    int64_t changed;     // rows whose values go back to the backup's
    int64_t late;        // written to the live one after it was compared
    int64_t late_gone;   // deleted or changed after that
    int64_t live_rows;   // when it was compared
    const char *columns; // only the live one has them: "phone, note"; NULL: none
    bool has_no_key;     // compared by the whole row: a changed row counts as one gone, one back
    bool is_new;         // the backup has no such table
    bool is_gone;        // only the backup has it
    const char *unknown; // why it could not be compared; NULL: it was
} TableLoss;

typedef struct Loss {
    bool is_known;         // the live database answered
    const char *since;     // RFC 3339: the backup's moment
    const char *snapshot;  // of the live one when it was compared, as pg_current_snapshot() has it
    VEC(TableLoss) tables; // all; see table_loss_is_any
    int64_t only_live;
    int64_t only_backup;
    int64_t changed;
    int64_t late;
    int64_t late_gone;
    int64_t unknown; // tables
    // Of the schema and the large objects, where the backup is otherwise than the live database.
    Differences others;
} Loss;

typedef struct LossOptions {
    const char *schema;     // of our tables, which are left out
    bool is_without_owners; // the copy has neither owners nor privileges of the backup
} LossOptions;

// Does anything of it go, come back or change, or is that not known?
bool table_loss_is_any(const TableLoss *table);
bool loss_count(Arena *arena, Session *live, Session *copy, const LossOptions *options, Loss *loss,
                Err *err) __attribute__((warn_unused_result));
// What is no row of a table: functions, views, indexes, large objects ... What cannot be compared
// is named among the others. Errors: only what ends the restore, too.
bool loss_count_others(Arena *arena, Session *live, Session *copy, const LossOptions *options,
                       Loss *loss, Err *err) __attribute__((warn_unused_result));
// In the database that was live, once nobody writes to it any more.
bool loss_count_late(Arena *arena, Session *replaced, Loss *loss, Err *err)
    __attribute__((warn_unused_result));
