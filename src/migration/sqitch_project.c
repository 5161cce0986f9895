#include "migration/sqitch_project.h"

#define CONF        "sqitch.conf"
#define CONF_BESIDE "../sqitch.conf"

const char *const SQITCH_SCRIPT_NAMES[SQITCH_SCRIPTS] = {"deploy", "revert", "verify"};

typedef struct Finding {
    Arena *arena;
    const Listing *listing;
    SqitchProject *project;
    const char
        *prefix; // of places that lie in this folder, as the sqitch.conf beside it writes them
    Err *err;
} Finding;

const SourceText *sqitch_project_text(const Listing *listing, const char *name)
{
    VEC_EACH (const SourceText, text, &listing->texts)
        if (strcmp(text->name, name) == 0)
            return text;
    return NULL;
}

const char *sqitch_project_path(Arena *arena, const char *folder, const char *name)
{
    return *folder ? arena_printf(arena, "%s/%s", folder, name) : name;
}

// "./db//sqitch/" to "db/sqitch".
static const char *cleaned(Arena *arena, const char *path)
{
    const char *clean = "";
    for (Str rest = str_from(path); rest.n;) {
        Str part = str_until(rest, '/');
        rest = str_skip(rest, part.n < rest.n ? part.n + 1 : part.n);
        if (part.n && !str_eq(part, STR(".")))
            clean = sqitch_project_path(arena, clean, arena_dup(arena, part));
    }
    return clean;
}

// The target that is worked on by name, then the engine, then the project.
static const SqitchSetting *find_setting(Arena *arena, const SqitchSettings *settings,
                                         const char *name)
{
    const SqitchSetting *target = sqitch_conf_find(settings, "core", "target");
    if (!target)
        target = sqitch_conf_find(settings, "engine.pg", "target");
    const SqitchSetting *found =
        target ? sqitch_conf_find(settings, arena_printf(arena, "target.%s", target->value), name)
               : NULL;
    if (!found)
        found = sqitch_conf_find(settings, "engine.pg", name);
    if (!found)
        found = sqitch_conf_find(settings, "core", name);
    return found && *found->value ? found : NULL;
}

static bool wrong(const Finding *finding, const SqitchSetting *setting, const char *message,
                  const char *hint)
{
    fail(finding->err, ERR_CONFIG, "%s", message);
    err_hint(finding->err, "%s", hint);
    return err_at(finding->err, finding->project->conf->path, setting->position);
}

// A place that a setting names, as seen from the folder.
static bool place_of(const Finding *finding, const SqitchSetting *setting, const char **ret_place)
{
    const char *path = cleaned(finding->arena, setting->value);
    Str place = str_from(path);
    Str prefix = str_from(finding->prefix);
    bool is_inside = setting->value[0] != '/' && str_find(place, STR("..")) < 0;
    if (prefix.n && is_inside) {
        is_inside = str_starts(place, prefix) && (place.n == prefix.n || place.p[prefix.n] == '/');
        if (is_inside)
            place = str_skip(place, place.n > prefix.n ? prefix.n + 1 : prefix.n);
    }
    if (!is_inside)
        return wrong(finding, setting, "this place is not in the folder of migrations",
                     "name the folder that holds all of the project: --dir DIR");
    *ret_place = arena_dup(finding->arena, place);
    return true;
}

// A setting's place, or `usual` when it is not set.
static bool find_place(const Finding *finding, const char *name, const char *usual,
                       const char **ret_place)
{
    const SqitchSetting *setting = find_setting(finding->arena, &finding->project->settings, name);
    *ret_place = usual;
    return !setting || place_of(finding, setting, ret_place);
}

// As App::Sqitch::Target has it: reworked_deploy_dir, else reworked_dir/deploy_dir, else the usual.
static bool find_reworked(const Finding *finding, SqitchScript script, const char *reworked)
{
    Arena *arena = finding->arena;
    SqitchProject *project = finding->project;
    const char *name = SQITCH_SCRIPT_NAMES[script];
    const char *own = arena_printf(arena, "%s_dir", name);
    const SqitchSetting *scripts = find_setting(arena, &project->settings, own);
    const char *usual = !reworked ? project->scripts[script]
                        : scripts
                            ? sqitch_project_path(arena, reworked, cleaned(arena, scripts->value))
                            : sqitch_project_path(arena, reworked, name);
    return find_place(finding, arena_printf(arena, "reworked_%s", own), usual,
                      &project->reworked[script]);
}

static bool find_places(const Finding *finding)
{
    Arena *arena = finding->arena;
    SqitchProject *project = finding->project;
    const char *top;
    const char *reworked;
    if (!find_place(finding, "top_dir", "", &top) ||
        !find_place(finding, "plan_file", sqitch_project_path(arena, top, "sqitch.plan"),
                    &project->plan) ||
        !find_place(finding, "reworked_dir", NULL, &reworked))
        return false;
    for (int i = 0; i < SQITCH_SCRIPTS; i++) {
        const char *name = SQITCH_SCRIPT_NAMES[i];
        if (!find_place(finding, arena_printf(arena, "%s_dir", name),
                        sqitch_project_path(arena, top, name), &project->scripts[i]) ||
            !find_reworked(finding, (SqitchScript)i, reworked))
            return false;
    }
    const SqitchSetting *extension = find_setting(arena, &project->settings, "extension");
    if (extension)
        project->extension = extension->value;
    const SqitchSetting *engine = sqitch_conf_find(&project->settings, "core", "engine");
    if (engine && *engine->value && strcmp(engine->value, "pg") != 0)
        return wrong(finding, engine, "this project is for another engine than PostgreSQL",
                     "write engine = pg, or name another folder: --dir DIR");
    return true;
}

static const char *last_part(Arena *arena, const char *path)
{
    const char *clean = cleaned(arena, path);
    const char *slash = strrchr(clean, '/');
    return slash ? slash + 1 : clean;
}

// A sqitch.conf beside the folder is the project's when its top_dir is the folder.
static const char *prefix_of(Arena *arena, const Listing *listing, const SqitchSettings *settings)
{
    const SqitchSetting *top = find_setting(arena, settings, "top_dir");
    const char *folder = last_part(arena, listing->path);
    const char *path = top ? cleaned(arena, top->value) : "";
    return *folder && strcmp(folder, "..") != 0 && strcmp(path, folder) == 0 ? path : NULL;
}

bool sqitch_project_find(Arena *arena, const Listing *listing, SqitchProject *ret_project, Err *err)
{
    SqitchProject project = {.plan = "sqitch.plan", .extension = "sql"};
    for (int i = 0; i < SQITCH_SCRIPTS; i++)
        project.scripts[i] = project.reworked[i] = SQITCH_SCRIPT_NAMES[i];
    *ret_project = project;
    const SourceText *conf = sqitch_project_text(listing, CONF);
    const char *prefix = "";
    bool is_beside = !conf;
    if (is_beside)
        conf = sqitch_project_text(listing, CONF_BESIDE);
    if (!conf)
        return true;
    if (!sqitch_conf_parse(arena, conf, &project.settings, err))
        return is_beside; // maybe of another project
    if (is_beside && !(prefix = prefix_of(arena, listing, &project.settings)))
        return true;
    project.conf = conf;
    Finding finding = {arena, listing, &project, prefix, err};
    if (!find_places(&finding))
        return false;
    *ret_project = project;
    return true;
}

static void add_section(Arena *arena, const SqitchProject *project, const char *section,
                        ExpansionValues *values)
{
    VEC_EACH (const SqitchSetting, setting, &project->settings)
        if (strcmp(setting->section, section) == 0)
            *vec_append(arena, &values->set) = (ExpansionValue){setting->name, setting->value};
}

// In the order of App::Sqitch::Command::deploy, revert and verify, and of Target; --set goes before
// them all.
ExpansionValues sqitch_project_variables(Arena *arena, const SqitchProject *project,
                                         SqitchScript script, const ExpansionValues *values)
{
    ExpansionValues all = {0};
    const SqitchSetting *target = sqitch_conf_find(&project->settings, "core", "target");
    if (!target)
        target = sqitch_conf_find(&project->settings, "engine.pg", "target");
    add_section(arena, project, "core.variables", &all);
    add_section(arena, project, "deploy.variables", &all);
    if (script != SQITCH_DEPLOY)
        add_section(arena, project,
                    arena_printf(arena, "%s.variables", SQITCH_SCRIPT_NAMES[script]), &all);
    add_section(arena, project, "engine.pg.variables", &all);
    if (target)
        add_section(arena, project, arena_printf(arena, "target.%s.variables", target->value),
                    &all);
    all.keeps_unknown = values && values->keeps_unknown;
    if (values)
        VEC_EACH (const ExpansionValue, value, &values->set)
            *vec_append(arena, &all.set) = *value;
    return all;
}
