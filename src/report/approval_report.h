// Who has approved a plan and who has to: lines for people, JSON for machines.
// Refuses to judge. Invariant: a sign-off that does not count is never shown without why.
#pragma once

#include "check/approval.h"
#include "io/json.h"
#include "io/terminal.h"

// Nothing where no policy asks.
void approval_report_text(Arena *arena, const Terminal *terminal, const ApprovalVerdict *verdict);
json_t *approval_report_json(const ApprovalVerdict *verdict); // null likewise
json_t *approval_report_sign_off(const Approval *approval);   // one of them
