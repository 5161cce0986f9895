// What most commands begin with: the folder read, the database connected, the two laid side by
// side, places for events. Refuses to write to the target. Invariant: whatever was opened is closed
// by workspace_close, also after a failure.
#pragma once

#include "catalog/snapshot.h"
#include "check/drift.h"
#include "check/evidence.h"
#include "check/plan.h"
#include "check/preflight.h"
#include "cli/command.h"
#include "io/clock.h"
#include "pg/client_tool.h"
#include "report/console.h"
#include "report/logs.h"
#include "report/run_collect.h"
#include "run/source.h"
#include "run/target.h"

// What became of the schema file: see schema_output.h.
typedef struct SchemaOutput {
    bool is_tried;
    Err err; // why it was not written
} SchemaOutput;

typedef struct Workspace {
    Context *context;
    Source source;
    bool is_sound; // a source that is read again must be sound as well
    Target target; // its session is NULL until workspace_connect
    Status status;
    bool has_changed; // the target's schema, by this command
    SchemaOutput schema_output;
    Drift drift;                // as it was looked for
    Snapshot schema_before;     // as it was looked for drift; without objects: it was not read
    Snapshot schema_after;      // behind the last change, with roles; the same
    bool is_schema_kept;        // a snapshot was stored behind this command's last change
    EvidenceVerdict rehearsal;  // what stands for the plan; change_rehearsal.h
    const Preflight *preflight; // of this run; NULL: none was made. change_preflight.h
    struct PostflightRun *postflight; // change_postflight.h; NULL: not begun
    struct ChangeApproval *approval;  // of the plan; change_approval.h. NULL: nobody has looked
    struct BeforeChange *backup_look; // that would be made; NULL: nobody has looked
    struct BeforeChange *backup; // of this run, run/backup/before_change.h; NULL: not settled yet
    struct ChangeHooks *hooks;   // change_hooks.h; NULL: not looked for yet
    Console console;
    Logs logs;
    EventSink sink;
    RunCollect collect;      // what the report of a run will say; change_report.h
    const char *report_path; // NULL: not written
    int64_t start_us;
    char started_at[CLOCK_TEXT];
    char run_id[37];
} Workspace;

void workspace_init(Workspace *workspace, Context *context);
// Reads the folder, or connects and reads the table. What is wrong with single files or rows is in
// source.problems.
bool workspace_load(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// The same, where any problem that is an error stops the command (ERR_CHECK; unreadable: ERR_IO).
bool workspace_load_sound(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// NAME=VALUE pairs of --set; the environment and the target's name are given along for layouts that
// read them.
bool workspace_placeholders(Context *context, ExpansionValues *ret_values, Err *err)
    __attribute__((warn_unused_result));
// Only the connection; one that is there already is kept.
bool workspace_open(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// The same, and nothing is read there (target_connect).
bool workspace_open_unread(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
bool workspace_connect(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// A plan that was changed above what is applied becomes a problem of the source.
void workspace_tell_replanned(Workspace *workspace);
// History again (and the rows of a table), and the status made from it: after the runner's lock was
// taken, or after a change.
bool workspace_refresh(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
bool workspace_plan_up(Workspace *workspace, const PlanOptions *options, Plan *ret_plan, Err *err)
    __attribute__((warn_unused_result));
// Under the runner's lock: the plan again, read anew only where another runner has changed what
// there is to do.
bool workspace_replan_up(Workspace *workspace, const PlanOptions *options, Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// With the stored down texts of migrations whose files are gone.
bool workspace_plan_down(Workspace *workspace, const PlanOptions *options, Plan *ret_plan, Err *err)
    __attribute__((warn_unused_result));
bool workspace_load_stored_down(Workspace *workspace, Step *step, Err *err)
    __attribute__((warn_unused_result));
PlanOptions workspace_plan_options(const Workspace *workspace);
ClientPlace workspace_client_place(const Context *context); // where pg_dump and its kind live
void workspace_close(Workspace *workspace);
#define WORKSPACE_SCOPED __attribute__((cleanup(workspace_close))) Workspace

// Prints the error (with --json as a document of its own) and gives its exit code.
int command_fail(Context *context, const Err *err);
