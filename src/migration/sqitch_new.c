#include "migration/sqitch_new.h"

#include "base/text.h"
#include "migration/sqitch_plan.h"
#include "migration/sqitch_project.h"

enum {
    PLAN_BYTES = 16 * 1024 * 1024
};

// As sqitch's own templates; empty blocks change nothing.
static const struct {
    const char *verb;
    const char *preposition;
    const char *what;
    const char *end;
} TEMPLATES[SQITCH_SCRIPTS] = {
    {"Deploy", "to", "Write the change here, in SQL.", "COMMIT"},
    {"Revert", "from", "Write here the SQL that undoes the change.", "COMMIT"},
    {"Verify", "on", "Write here a query that fails when the change is not there.", "ROLLBACK"},
};

static const char *new_script(Arena *arena, SqitchScript script, const char *project,
                              const char *name)
{
    return arena_printf(arena, "-- %s %s:%s %s pg\n\nBEGIN;\n\n-- %s\n\n%s;\n",
                        TEMPLATES[script].verb, project, name, TEMPLATES[script].preposition,
                        TEMPLATES[script].what, TEMPLATES[script].end);
}

// What the user typed, when sqitch takes it as it is: names with "/" lie in folders.
static const char *change_name(const NewRequest *request)
{
    Str title = str_from(request->title);
    bool is_path = str_find(title, STR("..")) >= 0 || str_find(title, STR("//")) >= 0;
    bool is_name = sqitch_name_is_valid(title) && !sqitch_name_is_reserved(title) &&
                   !sqitch_name_is_id(title) && !is_path;
    return is_name ? request->title : request->name;
}

static const char *project_name(Arena *arena, const Listing *listing)
{
    Str path = str_from(listing->path);
    while (str_ends(path, STR("/")))
        path.n--;
    for (Str rest = path; str_until(rest, '/').n < rest.n;)
        path = rest = str_skip(rest, str_until(rest, '/').n + 1);
    return sqitch_name_is_valid(path) ? arena_dup(arena, path) : "migrations";
}

// "20240131120000" to "2024-01-31T12:00:00Z".
static const char *time_stamp(Arena *arena, const char *digits)
{
    return arena_printf(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", digits, digits + 4, digits + 6,
                        digits + 8, digits + 10, digits + 12);
}

// A note is one line; the plan's reader undoes these escapes.
static void append_note(Text *line, const char *title)
{
    text_append(line, STR(" # "));
    for (const char *at = title; *at; at++) {
        if (*at == '\n' || *at == '\r' || *at == '\\')
            text_append_char(line, '\\');
        text_append_char(line, *at == '\n' ? 'n' : *at == '\r' ? 'r' : *at);
    }
}

static const char *new_line(Arena *arena, const NewRequest *request, const char *name)
{
    TEXT_SCOPED line;
    text_init(&line, PLAN_BYTES);
    text_printf(&line, "%s %s %s", name, time_stamp(arena, request->timestamp), request->planner);
    if (strcmp(name, request->title) != 0)
        append_note(&line, request->title);
    return arena_dup(arena, text_str(&line));
}

// Behind a tag an empty line, as sqitch puts it; line ends as the plan has them.
static const char *grown_plan(Arena *arena, Str text, const SqitchPlan *plan, const char *line)
{
    const char *end = str_find(text, STR("\r\n")) >= 0 ? "\r\n" : "\n";
    bool is_tagged = plan->changes.len && plan->changes.items[plan->changes.len - 1].tags.len;
    TEXT_SCOPED grown;
    text_init(&grown, PLAN_BYTES);
    text_append(&grown, text);
    if (text.n && !str_ends(text, STR("\n")))
        text_append(&grown, str_from(end));
    if (is_tagged)
        text_append(&grown, str_from(end));
    if (!plan->changes.len && !str_ends(text, STR("\n\n")) && !str_ends(text, STR("\n\r\n")))
        text_append(&grown, str_from(end));
    text_printf(&grown, "%s%s", line, end);
    return arena_dup(arena, text_str(&grown));
}

static bool refuse_again(const SqitchPlan *plan, const SourceText *text, size_t place,
                         const char *name, Err *err)
{
    const SqitchChange *change = &plan->changes.items[place];
    fail(err, ERR_CONFIG, "the plan has a change %s already", name);
    err_at(err, text->path, change->position);
    return err_hint(err,
                    "choose another name; to plan this change anew, as sqitch rework does, put "
                    "a tag behind it and rename its scripts to %s@TAG.sql first",
                    name);
}

bool sqitch_plan_new(Arena *arena, const NewRequest *request, NewFiles *ret_files, Err *err)
{
    SqitchProject project;
    SqitchPlan plan = {0};
    Problems ignored = {0}; // the next command says them
    const char *name = change_name(request);
    if (!sqitch_project_find(arena, request->listing, &project, err))
        return false;
    const SourceText *text = sqitch_project_text(request->listing, project.plan);
    Str old = text ? text->text : (Str){0};
    if (text) {
        sqitch_plan_parse(arena, text, &plan, &ignored);
        size_t place = sqitch_plan_find(&plan, str_from(name), plan.changes.len);
        if (place != SQITCH_NONE)
            return refuse_again(&plan, text, place, name, err);
    } else {
        plan.project = project_name(arena, request->listing);
        old =
            str_from(arena_printf(arena, "%%syntax-version=1.0.0\n%%project=%s\n\n", plan.project));
    }
    for (int i = 0; i < SQITCH_SCRIPTS; i++) {
        const char *file = arena_printf(arena, "%s.%s", name, project.extension);
        *vec_append(arena, ret_files) = (NewFile){
            .name = sqitch_project_path(arena, project.scripts[i], file),
            .text = new_script(arena, (SqitchScript)i, plan.project ? plan.project : "", name),
        };
    }
    *vec_append(arena, ret_files) = (NewFile){
        .name = project.plan,
        .text = grown_plan(arena, old, &plan, new_line(arena, request, name)),
        .is_changed = text != NULL,
    };
    return true;
}
