// The approvals that an environment's policy asks for before a change: the plan's risk, who has
// signed, which documents are there; and without them the change refused.
// Refuses to write any (command_approve.c). Invariant: where no policy asks, nothing is read for
// it.
#pragma once

#include "check/approval.h"
#include "cli/workspace.h"
#include "io/json.h"

// What was found, in Workspace.approval.
typedef struct ChangeApproval {
    bool has_risk;
    RiskLevel risk;
    ApprovalPolicy policy;
    Approvals approvals;
    ApprovalVerdict verdict;
} ChangeApproval;

// For plan and approve: the risk of each step and of all of them, and the verdict where a policy
// asks. Behind change_rehearsal_see. Reads only.
bool change_approval_see(Workspace *workspace, Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// ERR_CHECK as change_approval_allowed, from what was seen.
bool change_approval_enough(const Workspace *workspace, Err *err)
    __attribute__((warn_unused_result));
// Under the runner's lock, before the first statement. ERR_CHECK: something is missing that the
// policy requires, unless it allows --force and that was given; what is only wanted is a warning.
// Going down asks for none: the way back must not wait.
bool change_approval_allowed(Workspace *workspace, Plan *plan, Err *err)
    __attribute__((warn_unused_result));
// Before the down of a redo: of the file that will run behind it.
bool change_approval_redo_allowed(Workspace *workspace, const Migration *migration, Err *err)
    __attribute__((warn_unused_result));
// The verdict as checks, for preflight: nothing where no policy asks.
void change_approval_checks(const Workspace *workspace, CheckList *list);
// "cto: carol@example.com (SSH)": who counts, a line each, for the journal.
Words change_approval_signers(const Workspace *workspace);
// "--force" where that passed over what is missing; NULL: nothing was.
const char *change_approval_passed(const Workspace *workspace);
