#include "run/approval.h"

#include "check/approval_text.h"
#include "config.h"
#include "io/file.h"
#include "io/json.h"
#include "queries.h"
#include "run/signature.h"
#include "sql/quote.h"

enum {
    FILE_MAX = 16 * 1024 * 1024
};

typedef struct Loading {
    Arena *arena;
    const ApprovalSources *sources;
    Approvals approvals;
} Loading;

// Of a plan that shares no migration with this one nothing has to be told.
static bool is_about(const Loading *loading, const Approval *approval)
{
    const Plan *plan = loading->sources->plan;
    if (!plan || !approval->steps.len || strcmp(approval->digest, plan->digest) == 0)
        return true;
    VEC_EACH (const ApprovedStep, approved, &approval->steps)
        VEC_EACH (const Step, step, &plan->steps)
            if (strcmp(step->version, approved->version) == 0)
                return true;
    return false;
}

static bool prove(const Loading *loading, Str text, Str signature, Approval *approval, Err *err)
{
    const ApprovalSources *sources = loading->sources;
    SignatureProof proof = {.why_not = "allowed-signers names no file to check it with"};
    if (sources->allowed_signers && !signature_check(loading->arena, sources->allowed_signers, text,
                                                     signature, sources->principals, &proof, err))
        return false;
    approval->principal = proof.principal;
    approval->key = proof.key;
    approval->unsound = proof.principal ? NULL : proof.why_not;
    return true;
}

// ---- rows

static bool take_row(Loading *loading, const Rows *rows, size_t at, Err *err)
{
    Approval approval;
    const char *why;
    Str text = str_from(rows_text(rows, at, 0));
    const char *signature = rows_text(rows, at, 1);
    if (!approval_text_read(loading->arena, text, &approval, &why) || !is_about(loading, &approval))
        return true;
    approval.database_role = rows_text(rows, at, 2);
    if (signature) {
        if (!prove(loading, text, str_from(signature), &approval, err))
            return false;
    } else {
        approval.at = rows_text(rows, at, 3); // nobody has signed the time in the text
    }
    *vec_append(loading->arena, &loading->approvals) = approval;
    return true;
}

static bool load_rows(Loading *loading, const char **ret_unread, Err *err)
{
    Arena *arena = loading->arena;
    const Target *target = loading->sources->target;
    ApprovalPlace place;
    Rows rows;
    if (!approval_place(arena, target, &place, err))
        return false;
    if (!place.is_there)
        return true;
    if (!session_query(target->session, arena,
                       query_text(arena, &QUERY_APPROVAL_LIST, target->schema), 0, NULL, &rows,
                       err)) {
        if (err->class == ERR_CONNECTION || err->class == ERR_INTERRUPTED)
            return false;
        *ret_unread = arena_strdup(arena, err->message);
        *err = (Err){0};
        return true;
    }
    for (size_t i = 0; i < rows.count; i++)
        if (!take_row(loading, &rows, i, err))
            return false;
    return true;
}

// ---- files

static bool take_file(Loading *loading, const char *path, Err *err)
{
    Arena *arena = loading->arena;
    const char *signature_path = arena_printf(arena, "%s.sig", path);
    const char *why;
    Approval approval;
    Str text;
    Str signature;
    if (!file_is_regular(path) || !file_is_regular(signature_path))
        return true;
    if (!file_read(arena, path, FILE_MAX, &text, err) ||
        !file_read(arena, signature_path, FILE_MAX, &signature, err))
        return false;
    if (!approval_text_read(arena, text, &approval, &why) || !is_about(loading, &approval))
        return true;
    approval.path = path;
    if (!prove(loading, text, signature, &approval, err))
        return false;
    *vec_append(arena, &loading->approvals) = approval;
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t wanted = strlen(end);
    return length > wanted && strcmp(text + length - wanted, end) == 0;
}

static bool load_folder(Loading *loading, const char *folder, Err *err)
{
    FileEntries entries;
    if (!file_list(loading->arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        const char *path = arena_printf(loading->arena, "%s/%s", folder, entry->name);
        if (entry->is_regular && ends_with(entry->name, ".txt") && !take_file(loading, path, err))
            return false;
    }
    return true;
}

static bool load_files(Loading *loading, Err *err)
{
    FileEntries entries;
    const char *folder = loading->sources->folder;
    if (!file_is_directory(folder))
        return true;
    if (!file_list(loading->arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries)
        if (entry->is_directory &&
            !load_folder(loading, arena_printf(loading->arena, "%s/%s", folder, entry->name), err))
            return false;
    return true;
}

bool approval_load(Arena *arena, const ApprovalSources *sources, Approvals *ret_approvals,
                   const char **ret_unread, Err *err)
{
    Loading loading = {arena, sources, {0}};
    *ret_unread = NULL;
    if ((sources->target && !load_rows(&loading, ret_unread, err)) || !load_files(&loading, err))
        return err_note(err, "reading approvals");
    *ret_approvals = loading.approvals;
    return true;
}

// ---- writing

bool approval_place(Arena *arena, const Target *target, ApprovalPlace *ret_place, Err *err)
{
    Rows rows;
    const char *parameters[] = {target->schema};
    if (!session_query(target->session, arena,
                       query_text(arena, &QUERY_APPROVAL_PLACE, target->schema), 1, parameters,
                       &rows, err))
        return false;
    *ret_place = (ApprovalPlace){
        .is_there = rows_bool(&rows, 0, 0),
        .may_sign = rows_bool(&rows, 0, 1),
        .may_journal = rows_bool(&rows, 0, 2),
        .now = rows_text(&rows, 0, 3),
    };
    return true;
}

static const char *word_of(const Approval *approval)
{
    return approval->is_revocation ? "revoked" : "approved";
}

static bool write_row(Arena *arena, Target *target, const ApprovalRecord *record, Err *err)
{
    const Approval *approval = record->approval;
    Rows rows;
    const char *parameters[] = {word_of(approval), approval->digest,  approval->role,
                                record->text,      record->signature, MIGRATE_SAFE_VERSION};
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_APPROVAL_SIGN, target->schema), 6, parameters,
                         &rows, err);
}

static bool write_journal(Arena *arena, Target *target, const ApprovalRecord *record, Err *err)
{
    const Approval *approval = record->approval;
    JSON_SCOPED detail = json_object();
    Rows rows;
    if (!record->is_journaled)
        return true;
    json_put(detail, "plan_digest", json_cstr(approval->digest));
    json_put(detail, "role", json_cstr(approval->role));
    json_put(detail, "risk", json_cstr(risk_level_word(approval->risk)));
    json_put(detail, "environment", json_cstr(approval->environment));
    json_put(detail, "signed_by", json_cstr(session_user(target->session)));
    json_put(detail, "principal", json_cstr(approval->principal));
    const char *parameters[] = {record->run_id,
                                approval->is_revocation ? "approval_revoked" : "plan_approved",
                                NULL, json_line(arena, detail)};
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_JOURNAL, target->schema), 4, parameters,
                         &rows, err);
}

bool approval_write(Arena *arena, Target *target, const ApprovalRecord *record, Err *err)
{
    bool ok = session_exec(target->session, "BEGIN", err) &&
              write_row(arena, target, record, err) && write_journal(arena, target, record, err) &&
              session_exec(target->session, "COMMIT", err);
    if (ok)
        return true;
    session_rollback(target->session);
    if (strcmp(err->sqlstate, "42501") == 0) {
        const char *schema = quote_identifier(arena, target->schema);
        const char *user = quote_identifier(arena, session_user(target->session));
        err_hint(err,
                 "let its owner run: GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT, INSERT (event, "
                 "plan_digest, role, statement, signature, tool_version) ON %s.approvals TO %s",
                 schema, user, schema, user);
    }
    return err_note(err, "writing the approval");
}

bool approval_write_file(Arena *arena, const char *folder, const ApprovalRecord *record,
                         const char **ret_path, Err *err)
{
    const Approval *approval = record->approval;
    const char *in = arena_printf(arena, "%s/%s", folder, approval->digest);
    char moment[32] = "";
    size_t used = 0;
    for (const char *c = approval->at; *c && used + 1 < sizeof moment; c++)
        if (*c >= '0' && *c <= '9')
            moment[used++] = *c;
    // A role's name may be anything; the text has it whole.
    char role[64] = "";
    used = 0;
    for (const char *c = approval->role; *c && used + 1 < sizeof role; c++)
        role[used++] = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ? *c : '-';
    const char *path = arena_printf(arena, "%s/%s-%s%s.txt", in, role, moment,
                                    approval->is_revocation ? "-revoked" : "");
    if (!file_make_directories(in, 0755, err) ||
        !file_write_new(arena_printf(arena, "%s.sig", path), str_from(record->signature), 0644,
                        err) ||
        !file_write_new(path, str_from(record->text), 0644, err))
        return false;
    *ret_path = path;
    return true;
}
