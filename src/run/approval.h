// Sign-offs of plans: read from the target and from the folder that comes through git, their
// signatures checked; and one written.
// Refuses to judge whether they are enough (check/approval.h). Invariant: what is read changes
// nothing; a row and its journal row are written together.
#pragma once

#include "check/approval.h"
#include "run/target.h"

#define APPROVAL_FOLDER "approvals" // beside the configuration: DIGEST/NAME.txt and NAME.txt.sig

typedef struct ApprovalSources {
    const Target *target;        // NULL: only files
    const char *folder;          // of files; it need not be there
    const char *allowed_signers; // NULL: no signature can hold
    const Words *principals;     // names that roles are given to by key
    const Plan *plan; // only what is about one of its migrations is checked and given; NULL: all
} ApprovalSources;

// `ret_unread`: why those of the target could not be read; NULL: they were. Files that are none are
// left out where they have no signature. Errors: ERR_CONNECTION, ERR_IO, ERR_INTERRUPTED.
bool approval_load(Arena *arena, const ApprovalSources *sources, Approvals *ret_approvals,
                   const char **ret_unread, Err *err) __attribute__((warn_unused_result));

// Where one would be written to.
typedef struct ApprovalPlace {
    bool is_there;
    bool may_sign;
    bool may_journal;
    const char *now; // RFC 3339, UTC, by the server
} ApprovalPlace;

bool approval_place(Arena *arena, const Target *target, ApprovalPlace *ret_place, Err *err)
    __attribute__((warn_unused_result));

typedef struct ApprovalRecord {
    const char *run_id;
    const Approval *approval;
    const char *text;
    const char *signature; // NULL: by the database role alone
    bool is_journaled;
} ApprovalRecord;

// Into the target. ERR_SERVER: this role may not, with what to grant as the hint.
bool approval_write(Arena *arena, Target *target, const ApprovalRecord *record, Err *err)
    __attribute__((warn_unused_result));
// Into the folder, with its signature beside it. `ret_path`: of the text.
bool approval_write_file(Arena *arena, const char *folder, const ApprovalRecord *record,
                         const char **ret_path, Err *err) __attribute__((warn_unused_result));
