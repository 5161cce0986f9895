#include "report/approval_report.h"

static void print_mark(const Terminal *terminal, bool is_there)
{
    Colour colour = is_there ? COLOUR_GREEN : COLOUR_YELLOW;
    fprintf(terminal->stream, "  %s%s%s ", terminal_begin(terminal, colour),
            is_there ? "yes" : "no ", terminal_end(terminal, colour));
}

static void print_role(Arena *arena, const Terminal *terminal, const ApprovedRole *role)
{
    const Approval *approval = role->approval;
    print_mark(terminal, approval != NULL);
    const char *text =
        approval
            ? arena_printf(arena, "%s: %s, %s%s%s", role->role, approval_signer(arena, approval),
                           approval->at, approval->comment ? ": " : "",
                           approval->comment ? approval->comment : "")
            : arena_printf(arena, "%s: %s%s%s", role->role, role->why_not,
                           role->who ? "; it may be " : "", role->who ? role->who : "");
    fprintf(terminal->stream, "%s\n", terminal_line(arena, text));
}

void approval_report_text(Arena *arena, const Terminal *terminal, const ApprovalVerdict *verdict)
{
    if (!verdict->is_judged)
        return;
    fprintf(terminal->stream, "approvals %s for risk %s: %s%s%s\n",
            approval_need_word(verdict->need), risk_level_word(verdict->risk),
            terminal_begin(terminal, verdict->stands ? COLOUR_GREEN : COLOUR_YELLOW),
            verdict->stands ? "complete" : "incomplete",
            terminal_end(terminal, verdict->stands ? COLOUR_GREEN : COLOUR_YELLOW));
    VEC_EACH (const ApprovedRole, role, &verdict->roles)
        print_role(arena, terminal, role);
    VEC_EACH (const ApprovedDocument, document, &verdict->documents) {
        print_mark(terminal, document->is_there);
        fprintf(terminal->stream, "%s: %s\n", approval_document_word(document->document),
                terminal_line(arena, document->proof));
    }
    VEC_EACH (const char *, version, &verdict->missing_downs) {
        print_mark(terminal, false);
        fprintf(terminal->stream, "down of %s\n", terminal_line(arena, *version));
    }
    VEC_EACH (const char *, other, &verdict->others)
        fprintf(terminal->stream, "  none for this: %s\n", terminal_line(arena, *other));
    if (verdict->unread)
        fprintf(terminal->stream, "  not read: %s\n", terminal_line(arena, verdict->unread));
}

json_t *approval_report_sign_off(const Approval *approval)
{
    if (!approval)
        return json_null();
    json_t *object = json_object();
    json_put(object, "event", json_cstr(approval->is_revocation ? "revoked" : "approved"));
    json_put(object, "plan_digest", json_cstr(approval->digest));
    json_put(object, "environment", json_cstr(approval->environment));
    json_put(object, "target", json_cstr(approval->target));
    json_put(object, "role", json_cstr(approval->role));
    json_put(object, "risk", json_cstr(risk_level_word(approval->risk)));
    json_put(object, "at", json_cstr(approval->at));
    json_put(object, "comment", json_cstr(approval->comment));
    json_put(object, "database_role", json_cstr(approval->database_role));
    json_put(object, "principal", json_cstr(approval->principal));
    json_put(object, "key", json_cstr(approval->key));
    json_put(object, "file", json_cstr(approval->path));
    json_put(object, "unsound", json_cstr(approval->unsound));
    return object;
}

static json_t *roles_json(const ApprovalVerdict *verdict)
{
    json_t *list = json_array();
    VEC_EACH (const ApprovedRole, role, &verdict->roles) {
        json_t *item = json_object();
        json_put(item, "role", json_cstr(role->role));
        json_put(item, "approved", json_boolean(role->approval != NULL));
        json_put(item, "approval", approval_report_sign_off(role->approval));
        json_put(item, "why_not", json_cstr(role->why_not));
        json_put(item, "who", json_cstr(role->who));
        json_array_append_new(list, item);
    }
    return list;
}

json_t *approval_report_json(const ApprovalVerdict *verdict)
{
    if (!verdict->is_judged)
        return json_null();
    json_t *object = json_object();
    json_t *documents = json_array();
    VEC_EACH (const ApprovedDocument, document, &verdict->documents) {
        json_t *item = json_object();
        json_put(item, "document", json_cstr(approval_document_word(document->document)));
        json_put(item, "is_there", json_boolean(document->is_there));
        json_put(item, "proof", json_cstr(document->proof));
        json_array_append_new(documents, item);
    }
    json_put(object, "policy", json_cstr(approval_need_word(verdict->need)));
    json_put(object, "risk", json_cstr(risk_level_word(verdict->risk)));
    json_put(object, "stands", json_boolean(verdict->stands));
    json_put(object, "roles", roles_json(verdict));
    json_put(object, "documents", documents);
    json_put(object, "missing_downs",
             json_words(verdict->missing_downs.items, verdict->missing_downs.len));
    json_put(object, "others", json_words(verdict->others.items, verdict->others.len));
    json_put(object, "unread", json_cstr(verdict->unread));
    return object;
}
