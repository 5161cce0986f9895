// sqitch: sqitch.plan names the changes in their order; each has deploy/NAME.sql, and may have
// revert/NAME.sql and verify/NAME.sql. A change planned again under its name gets these files, and
// those of the earlier one are called NAME@TAG.sql. Names come back, so a change's version is its
// place in the plan.
#include "migration/layout.h"
#include "migration/psql_variables.h"
#include "migration/sqitch_new.h"
#include "migration/sqitch_plan.h"
#include "migration/sqitch_plan_problem.h"
#include "migration/sqitch_project.h"

#include <stdlib.h>

static const char *const TEXTS[] = {"sqitch.plan", "sqitch.conf", "../sqitch.conf", NULL};

static int sqitch_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.others)
        if (strcmp(file->name, TEXTS[0]) == 0 || strcmp(file->name, TEXTS[1]) == 0)
            return DETECTED_SURELY;
    return 0;
}

static void sqitch_places(Arena *arena, const Listing *listing, Places *ret_places)
{
    Err ignored = {0}; // sqitch_read says it
    SqitchProject project;
    VEC(FolderRule) folders = {0};
    if (!sqitch_project_find(arena, listing, &project, &ignored))
        return;
    for (int i = 0; i < 2 * SQITCH_SCRIPTS; i++) {
        const char *folder =
            i < SQITCH_SCRIPTS ? project.scripts[i] : project.reworked[i - SQITCH_SCRIPTS];
        bool is_new = *folder != '\0';
        VEC_EACH (const FolderRule, rule, &folders)
            is_new &= strcmp(rule->name, folder) != 0;
        if (is_new)
            *vec_append(arena, &folders) = (FolderRule){folder, true};
    }
    *vec_append(arena, &folders) = (FolderRule){0};
    ret_places->folders = folders.items;
    if (strcmp(project.plan, TEXTS[0]) != 0) {
        const char **texts = arena_alloc_array(arena, 2, sizeof *texts);
        texts[0] = project.plan;
        ret_places->texts = texts;
    }
}

static const Expansion *sqitch_expansion(Arena *arena, const Listing *listing,
                                         const ExpansionValues *values)
{
    Err ignored = {0};
    SqitchProject project;
    Expansion *all = arena_alloc_array(arena, SQITCH_SCRIPTS, sizeof *all);
    if (!sqitch_project_find(arena, listing, &project, &ignored))
        return NULL;
    for (int i = 0; i < SQITCH_SCRIPTS; i++) {
        ExpansionValues *own = arena_new_object(arena, ExpansionValues);
        *own = sqitch_project_variables(arena, &project, (SqitchScript)i, values);
        all[i] = (Expansion){.expand = psql_variables_expand, .values = own};
    }
    all[SQITCH_DEPLOY].down = &all[SQITCH_REVERT];
    all[SQITCH_DEPLOY].verify = &all[SQITCH_VERIFY];
    return &all[SQITCH_DEPLOY];
}

// The folder's files by name, and which of them a change has.
typedef struct FileTable {
    const SourceFile **files;
    bool *is_taken;
    size_t count;
} FileTable;

static int by_file_name(const void *left, const void *right)
{
    const SourceFile *const *a = left;
    const SourceFile *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static FileTable table_of(Arena *arena, const Listing *listing)
{
    size_t most = listing->files.len + listing->others.len;
    FileTable table = {.files = arena_alloc_array(arena, most + 1, sizeof *table.files),
                       .is_taken = arena_alloc_array(arena, most + 1, sizeof *table.is_taken)};
    VEC_EACH (const SourceFile, file, &listing->files)
        table.files[table.count++] = file;
    VEC_EACH (const SourceFile, file, &listing->others)
        table.files[table.count++] = file;
    qsort(table.files, table.count, sizeof *table.files, by_file_name);
    return table;
}

static const SourceFile *take(FileTable *table, const char *name, bool takes)
{
    SourceFile wanted = {.name = name};
    const SourceFile *key = &wanted;
    const SourceFile **found =
        bsearch(&key, table->files, table->count, sizeof *table->files, by_file_name);
    if (found && takes)
        table->is_taken[found - table->files] = true;
    return found ? *found : NULL;
}

typedef struct Reading {
    Arena *arena;
    const Listing *listing;
    const SourceText *text; // the plan
    SqitchProject project;
    SqitchPlan plan;
    FileTable table;
    LayoutEntries *entries;
    Problems *problems;
} Reading;

static const char *script_name(const Reading *reading, SqitchScript script, const char *name,
                               const char *tag, bool is_reworked)
{
    const SqitchProject *project = &reading->project;
    const char *folder = is_reworked ? project->reworked[script] : project->scripts[script];
    const char *file = arena_printf(reading->arena, "%s%s%s.%s", name, tag ? "@" : "",
                                    tag ? tag : "", project->extension);
    return sqitch_project_path(reading->arena, folder, file);
}

// The tag that the files of a change are called by which was planned again: of those between the
// two, from the last one back, the first for which there is a deploy script.
static const char *rework_tag(Reading *reading, const SqitchChange *change)
{
    const SqitchPlan *plan = &reading->plan;
    const SqitchChange *again = &plan->changes.items[change->behind];
    const char *first = NULL;
    for (size_t place = change->behind; place-- > 0;) {
        const SqitchChange *between = &plan->changes.items[place];
        size_t tags = between->section == again->section ? 0 : between->tags.len;
        for (size_t i = 0; i < tags; i++) {
            const char *tag = between->tags.items[i];
            const char *name = script_name(reading, SQITCH_DEPLOY, change->name, tag, true);
            if (take(&reading->table, name, false))
                return tag;
            first = first ? first : tag;
        }
        if (between == change)
            break;
    }
    return first;
}

static const char *const *tag_list(Arena *arena, const SqitchChange *change)
{
    if (!change->tags.len)
        return NULL;
    const char **list = arena_alloc_array(arena, change->tags.len + 1, sizeof *list);
    for (size_t i = 0; i < change->tags.len; i++)
        list[i] = change->tags.items[i];
    return list;
}

static void report_missing(const Reading *reading, const SqitchChange *change, const char *name)
{
    Problem *problem = sqitch_plan_problem(
        reading->arena, reading->problems, reading->text, change->position, PROBLEM_ORPHAN,
        "change %s has no deploy script: %s is not there", change->name, name);
    err_hint(&problem->err, "write it, or take the line out of the plan");
}

static void read_change(Reading *reading, size_t place)
{
    const SqitchChange *change = &reading->plan.changes.items[place];
    bool is_reworked = change->behind != SQITCH_NONE;
    const char *tag = is_reworked ? rework_tag(reading, change) : NULL;
    const SourceFile *found[SQITCH_SCRIPTS];
    if (is_reworked && !tag) // named twice without a tag between, which is a problem
        return;
    for (int i = 0; i < SQITCH_SCRIPTS; i++)
        found[i] =
            take(&reading->table,
                 script_name(reading, (SqitchScript)i, change->name, tag, is_reworked), true);
    if (!found[SQITCH_DEPLOY]) {
        report_missing(reading, change,
                       script_name(reading, SQITCH_DEPLOY, change->name, tag, is_reworked));
        return;
    }
    *vec_append(reading->arena, reading->entries) = (LayoutEntry){
        .version = arena_printf(reading->arena, "%03zu", place + 1),
        .name = change->name,
        .up = found[SQITCH_DEPLOY],
        .down = found[SQITCH_REVERT],
        .verify = found[SQITCH_VERIFY],
        .tags = tag_list(reading->arena, change),
    };
}

static bool is_in_scripts(const SqitchProject *project, Str name)
{
    for (int i = 0; i < 2 * SQITCH_SCRIPTS; i++) {
        Str folder = str_from(i < SQITCH_SCRIPTS ? project->scripts[i]
                                                 : project->reworked[i - SQITCH_SCRIPTS]);
        if (folder.n && str_starts(name, folder) && name.n > folder.n && name.p[folder.n] == '/')
            return true;
    }
    return false;
}

// Scripts that no line of the plan names. sqitch passes over them, and over SQL elsewhere.
static void report_unnamed(const Reading *reading)
{
    Str end = str_from(arena_printf(reading->arena, ".%s", reading->project.extension));
    for (size_t i = 0; i < reading->table.count; i++) {
        const SourceFile *file = reading->table.files[i];
        Str name = str_from(file->name);
        bool is_script = is_in_scripts(&reading->project, name);
        if (reading->table.is_taken[i] || !str_ends(name, is_script ? end : STR(".sql")))
            continue;
        Problem *problem = vec_append(reading->arena, reading->problems);
        *problem = (Problem){.kind = PROBLEM_ORPHAN}; // sqitch never sees it
        fail(&problem->err, ERR_CONFIG, "%s %s",
             is_script ? "no line names this script in"
                       : "neither a deploy, a revert nor a verify script of",
             reading->text->path);
        err_at(&problem->err, file->path, (Position){0});
        err_hint(&problem->err, is_script
                                    ? "plan its change there, or move the file out of the folder"
                                    : "move it out of the folder if it is no part of the project");
    }
}

static void report_no_plan(Arena *arena, const Listing *listing, const SqitchProject *project,
                           Problems *problems)
{
    Problem *problem = vec_append(arena, problems);
    *problem = (Problem){.kind = PROBLEM_UNREADABLE, .is_error = true};
    fail(&problem->err, ERR_CONFIG, "there is no %s in this folder", project->plan);
    err_at(&problem->err, listing->path, (Position){0});
    err_hint(&problem->err,
             "begin one: migrate-safe new NAME --layout sqitch --dir %s, or name the "
             "folder that has it: --dir DIR",
             listing->path);
}

static void sqitch_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    Err err = {0};
    Reading reading = {
        .arena = arena, .listing = listing, .entries = entries, .problems = problems};
    if (!sqitch_project_find(arena, listing, &reading.project, &err)) {
        *vec_append(arena, problems) =
            (Problem){.kind = PROBLEM_CONTENT, .is_error = true, .err = err};
        return;
    }
    reading.text = sqitch_project_text(listing, reading.project.plan);
    if (!reading.text) {
        report_no_plan(arena, listing, &reading.project, problems);
        return;
    }
    sqitch_plan_parse(arena, reading.text, &reading.plan, problems);
    reading.table = table_of(arena, listing);
    for (size_t i = 0; i < reading.plan.changes.len; i++)
        if (reading.plan.changes.items[i].name)
            read_change(&reading, i);
    report_unnamed(&reading);
}

static const char *sqitch_down_name(Arena *arena, const Listing *listing,
                                    const LayoutEntries *entries, const LayoutEntry *entry)
{
    Err ignored = {0};
    SqitchProject project;
    if (!sqitch_project_find(arena, listing, &project, &ignored)) // the usual places
        ignored.class = ERR_NONE;
    return sqitch_project_path(arena, project.scripts[SQITCH_REVERT],
                               arena_printf(arena, "%s.%s", entry->name, project.extension));
}

const Layout LAYOUT_SQITCH = {
    .name = "sqitch",
    .summary =
        "changes in the order of sqitch.plan, in deploy/, revert/ and verify/; a version is a "
        "change's place in the plan",
    .versions_are_places = true,
    .texts = TEXTS,
    .places = sqitch_places,
    .detect = sqitch_detect,
    .read = sqitch_read,
    .expansion = sqitch_expansion,
    .plan_new = sqitch_plan_new,
    .down_name = sqitch_down_name,
};
