// Where a sqitch project keeps its plan and its scripts: what its sqitch.conf says, else the usual.
// Refuses to read files and to look for scripts. Invariant: places are relative to the source
// folder, without "/" at their end; the folder itself is "".
#pragma once

#include "migration/sqitch_conf.h"

typedef enum SqitchScript {
    SQITCH_DEPLOY,
    SQITCH_REVERT,
    SQITCH_VERIFY,
    SQITCH_SCRIPTS,
} SqitchScript;

typedef struct SqitchProject {
    const SourceText *conf; // NULL: none that counts here
    SqitchSettings settings;
    const char *plan;
    const char *scripts[SQITCH_SCRIPTS];  // "deploy", "revert", "verify"
    const char *reworked[SQITCH_SCRIPTS]; // of changes that are planned again
    const char *extension;                // "sql"
} SqitchProject;

extern const char *const SQITCH_SCRIPT_NAMES[SQITCH_SCRIPTS];

// ERR_CONFIG: a sqitch.conf that cannot be read, a place outside of the folder, another engine than
// pg; `ret_project` has the usual places then.
bool sqitch_project_find(Arena *arena, const Listing *listing, SqitchProject *ret_project, Err *err)
    __attribute__((warn_unused_result));
// What the scripts of one kind are given as variables by sqitch.conf, the strongest last.
ExpansionValues sqitch_project_variables(Arena *arena, const SqitchProject *project,
                                         SqitchScript script, const ExpansionValues *values);
const SourceText *sqitch_project_text(const Listing *listing, const char *name);
// "folder/name"; "name" in the folder "".
const char *sqitch_project_path(Arena *arena, const char *folder, const char *name);
