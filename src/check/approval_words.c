// What is missing, as an error and as checks.
#include "check/approval.h"

static const char *joined(Arena *arena, const Words *words)
{
    const char *text = "";
    VEC_EACH (const char *const, word, words)
        text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", *word);
    return text;
}

const char *approval_missing_roles(Arena *arena, const ApprovalVerdict *verdict)
{
    const char *text = "";
    VEC_EACH (const ApprovedRole, role, &verdict->roles)
        if (!role->approval)
            text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", role->role);
    return text;
}

static const char *missing_documents(Arena *arena, const ApprovalVerdict *verdict)
{
    const char *text = "";
    VEC_EACH (const ApprovedDocument, document, &verdict->documents)
        if (!document->is_there)
            text = arena_printf(arena, "%s%s%s (%s)", text, *text ? ", " : "",
                                approval_document_word(document->document), document->proof);
    return text;
}

static const char *reasons(Arena *arena, const ApprovalVerdict *verdict)
{
    const char *text = "";
    VEC_EACH (const ApprovedRole, role, &verdict->roles)
        if (!role->approval)
            text = arena_printf(arena, "%s%s%s: %s%s%s", text, *text ? "; " : "", role->role,
                                role->why_not, role->who ? "; it may be " : "",
                                role->who ? role->who : "");
    return text;
}

bool approval_refuse(Arena *arena, const ApprovalVerdict *verdict, Err *err)
{
    const char *roles = approval_missing_roles(arena, verdict);
    const char *documents = missing_documents(arena, verdict);
    const char *risk = risk_level_word(verdict->risk);
    if (verdict->unread && *roles)
        fail(err, ERR_CHECK, "the risk is %s, and approvals cannot be read: %s", risk,
             verdict->unread);
    else if (*roles)
        fail(err, ERR_CHECK, "the risk is %s, and it lacks the approval of: %s (%s)", risk, roles,
             verdict->where);
    else if (*documents)
        fail(err, ERR_CHECK, "the risk is %s, and it lacks: %s (%s)", risk, documents,
             verdict->where);
    else
        return fail(err, ERR_CHECK, "no down for %s, and one is asked for (%s)",
                    joined(arena, &verdict->missing_downs), verdict->where);
    if (*roles)
        err_detail(err, "%s%s%s", reasons(arena, verdict), *documents ? "; it also lacks: " : "",
                   documents);
    return false;
}

const CheckKind APPROVAL_KINDS[APPROVAL_CHECKS] = {
    [APPROVAL_CHECK_SIGNED] = {"policy.approvals",
                               "who answers for a change has seen it before it runs"},
    [APPROVAL_CHECK_DOCUMENTS] = {"policy.documents",
                                  "a way back that nobody has is missed when it is needed"},
    [APPROVAL_CHECK_DOWNS] = {"policy.downs", "without a down the only way back is a restore"},
};

static void check_signed(Arena *arena, const ApprovalVerdict *verdict, Verdict missing,
                         CheckList *list)
{
    const CheckKind *kind = &APPROVAL_KINDS[APPROVAL_CHECK_SIGNED];
    const char *roles = approval_missing_roles(arena, verdict);
    Check *check;
    if (verdict->unread && *roles)
        check = check_list_add(arena, list, kind, VERDICT_UNKNOWN,
                               "let this role read them, as the hint of approve --list says", "%s",
                               verdict->unread);
    else if (*roles)
        check = check_list_add(arena, list, kind, missing, "migrate-safe approve --as ROLE",
                               "not by: %s", roles);
    else
        check = check_list_add(arena, list, kind, VERDICT_PASS, NULL, "%s",
                               verdict->roles.len ? "all that are asked for" : "none is asked for");
    check->limit = arena_printf(arena, "risk %s", risk_level_word(verdict->risk));
    VEC_EACH (const ApprovedRole, role, &verdict->roles)
        check_detail(arena, check, "%s: %s", role->role,
                     role->approval ? approval_signer(arena, role->approval) : role->why_not);
    VEC_EACH (const char *, other, &verdict->others)
        check_detail(arena, check, "none for this: %s", *other);
}

void approval_checks(Arena *arena, const ApprovalVerdict *verdict, CheckList *list)
{
    Verdict missing = verdict->need == APPROVAL_WANTED ? VERDICT_WARN : VERDICT_FAIL;
    const char *documents = missing_documents(arena, verdict);
    if (verdict->need != APPROVAL_OFF)
        check_signed(arena, verdict, missing, list);
    if (verdict->documents.len && *documents)
        check_list_add(arena, list, &APPROVAL_KINDS[APPROVAL_CHECK_DOCUMENTS], missing,
                       "migrate-safe generate-rollback; migrate-safe rehearse", "%s", documents);
    else if (verdict->documents.len)
        check_list_add(arena, list, &APPROVAL_KINDS[APPROVAL_CHECK_DOCUMENTS], VERDICT_PASS, NULL,
                       "all %zu", verdict->documents.len);
    if (verdict->missing_downs.len)
        check_list_add(arena, list, &APPROVAL_KINDS[APPROVAL_CHECK_DOWNS], VERDICT_FAIL,
                       "migrate-safe generate-rollback", "none for %s",
                       joined(arena, &verdict->missing_downs));
}
