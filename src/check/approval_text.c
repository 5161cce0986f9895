#include "check/approval_text.h"

#include "base/text.h"
#include "check/retention.h"

#define HEAD "migrate-safe approval 1"
#define NONE "-" // no environment, no comment

enum {
    TEXT_MAX = 16 * 1024 * 1024
};

static bool is_line(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text < ' ')
            return false;
    return true;
}

static bool check_lines(const Approval *approval, Err *err)
{
    const char *all[] = {approval->target, approval->environment, approval->role,
                         approval->comment};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!is_line(all[i]))
            return fail(err, ERR_CHECK, "what is signed has to be one line: \"%s\"", all[i]);
    VEC_EACH (const ApprovedStep, step, &approval->steps)
        if (!is_line(step->version))
            return fail(err, ERR_CHECK, "the version \"%s\" has a line end in it", step->version);
    return true;
}

bool approval_text_make(Arena *arena, const Approval *approval, const char **ret_text, Err *err)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    if (!check_lines(approval, err))
        return false;
    text_printf(&text, HEAD "\nevent: %s\nplan: %s\ntarget: %s\nenvironment: %s\nrole: %s\n",
                approval->is_revocation ? "revoked" : "approved", approval->digest,
                approval->target, approval->environment ? approval->environment : NONE,
                approval->role);
    text_printf(&text, "risk: %s\ntime: %s\ncomment: %s\n", risk_level_word(approval->risk),
                approval->at, approval->comment ? approval->comment : NONE);
    VEC_EACH (const ApprovedStep, step, &approval->steps)
        text_printf(&text, "step: %s %s %s\n", step->direction == DIRECTION_UP ? "up" : "down",
                    step->version, step->checksum);
    if (text.is_cut)
        return fail(err, ERR_CHECK, "a plan of %zu migrations is too long to be signed",
                    approval->steps.len);
    *ret_text = arena_dup(arena, text_str(&text));
    return true;
}

// The rest of the line behind "name: "; false: it is another line, or none.
static bool take(Arena *arena, Str *rest, const char *name, const char **ret_value)
{
    Str line;
    Str start = str_from(arena_printf(arena, "%s: ", name));
    if (!str_line(rest, &line) || !str_starts(line, start) || line.n == start.n)
        return false;
    *ret_value = arena_dup(arena, str_skip(line, start.n));
    return is_line(*ret_value);
}

static bool take_step(Arena *arena, Str *rest, Approval *approval)
{
    const char *value;
    if (!take(arena, rest, "step", &value))
        return false;
    const char *space = strchr(value, ' ');
    const char *last = strrchr(value, ' ');
    bool is_up = strncmp(value, "up ", 3) == 0;
    if (!space || last == space || (!is_up && strncmp(value, "down ", 5) != 0))
        return false;
    *vec_append(arena, &approval->steps) = (ApprovedStep){
        .direction = is_up ? DIRECTION_UP : DIRECTION_DOWN,
        .version = arena_dup(arena, (Str){space + 1, (size_t)(last - space - 1)}),
        .checksum = last + 1,
    };
    return true;
}

static const char *unless_none(const char *value)
{
    return strcmp(value, NONE) == 0 ? NULL : value;
}

bool approval_text_read(Arena *arena, Str text, Approval *ret_approval, const char **ret_why)
{
    Str head;
    int64_t at_ms;
    const char *event;
    const char *risk;
    const char *environment;
    const char *comment;
    Approval approval = {0};
    *ret_why = "it is no approval of migrate-safe";
    if (!str_line(&text, &head) || !str_eq(head, STR(HEAD)))
        return false;
    *ret_why = "a line of it is missing, or is another than it has to be";
    if (!take(arena, &text, "event", &event) || !take(arena, &text, "plan", &approval.digest) ||
        !take(arena, &text, "target", &approval.target) ||
        !take(arena, &text, "environment", &environment) ||
        !take(arena, &text, "role", &approval.role) || !take(arena, &text, "risk", &risk) ||
        !take(arena, &text, "time", &approval.at) || !take(arena, &text, "comment", &comment))
        return false;
    while (text.n)
        if (!take_step(arena, &text, &approval))
            return false;
    approval.is_revocation = strcmp(event, "revoked") == 0;
    approval.environment = unless_none(environment);
    approval.comment = unless_none(comment);
    if ((!approval.is_revocation && strcmp(event, "approved") != 0) ||
        !risk_level_parse(risk, &approval.risk) || !retention_time_parse(approval.at, &at_ms) ||
        strlen(approval.digest) != SHA256_HEX - 1)
        return false;
    *ret_approval = approval;
    return true;
}
