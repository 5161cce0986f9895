#include "cli/lint_fix.h"

#include "cli/settings.h"
#include "cli/workspace.h"
#include "io/clock.h"
#include "io/file.h"
#include "migration/version.h"
#include "report/unified_diff.h"
#include "run/fix_files.h"

#include <stdlib.h>
#include <string.h>

bool lint_fix_is_wanted(const Context *context)
{
    return option_is_set(&context->options, OPTION_FIX) ||
           option_is_set(&context->options, OPTION_DIFF);
}

static bool is_diff(const Context *context)
{
    return option_is_set(&context->options, OPTION_DIFF);
}

// Each file was named, or git says that it is new.
static bool is_chosen(const Context *context)
{
    if (option_text(&context->options, OPTION_SINCE))
        return true;
    for (size_t i = 0; i < context->arguments.len; i++)
        if (file_is_directory(context->arguments.items[i]))
            return false;
    return context->arguments.len > 0;
}

// What the database says was applied; nothing where there is none to ask.
static bool read_history(Context *context, History *ret_history, Err *err)
{
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!settings_has_database(context)) {
        if (is_diff(context) || is_chosen(context))
            return true;
        fail(err, ERR_CONFIG,
             "which migrations are applied is not known, and of those no file "
             "may change");
        return err_hint(err, "name the files: migrate-safe lint --fix FILE; or --since REF, or "
                             "--database URL; --diff only shows");
    }
    if (!workspace_open(&workspace, err))
        return false;
    *ret_history = workspace.target.history;
    return true;
}

static bool is_applied(const History *history, const Migration *migration)
{
    VEC_EACH (const AppliedMigration, applied, history)
        if (migration &&
            version_compare(str_from(applied->version), str_from(migration->version)) == 0)
            return true;
    return false;
}

// The folder whose numbering a further file of this one continues.
static SourceFolder *folder_of(LintInput *input, const LintScript *script)
{
    VEC_EACH (LintFolderAt, folder, &input->folders)
        VEC_EACH (SourceFolder, of_source, &(*folder)->source.folders)
            VEC_EACH (const LayoutEntry, entry, &of_source->entries)
                if (entry->up && strcmp(entry->up->path, script->script.path) == 0)
                    return of_source;
    return NULL;
}

static void refuse(const LintScript *script, Findings *findings, const char *why)
{
    VEC_EACH (Finding, finding, findings)
        if (finding->fix && strcmp(finding->file, script->script.path) == 0)
            finding->unfixed = why;
}

static void make(LintInput *input, const History *history, Findings *findings, FixFiles *files)
{
    VEC_EACH (LintChainAt, chain, &input->chains)
        VEC_EACH (const LintScript, script, &(*chain)->scripts) {
            if (!script->is_reported || script->is_syntax_only)
                continue;
            if (!file_is_regular(script->script.path))
                refuse(script, findings, "it does not come from a file");
            else if (is_applied(history, script->migration))
                refuse(script, findings, "the migration is applied: its file must not change");
            else
                fix_files_add(input->context->arena, files, *chain, script,
                              folder_of(input, script), findings);
        }
}

static const char *diff_of(Arena *arena, const FileChanges *changes, const FixedScript *script)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        require_memory();
    VEC_EACH (const FileChange, change, changes) {
        bool is_its =
            strcmp(change->path, script->path) == 0 || words_have(&script->made, change->path) ||
            words_have(&script->later, change->path) || words_have(&script->changed, change->path);
        if (is_its)
            unified_diff_write(arena, stream, change->is_new ? NULL : change->path, change->path,
                               change->old, change->text);
    }
    fclose(stream);
    arena_adopt(arena, text);
    return text;
}

bool lint_fix(LintInput *input, Findings *findings, Severity least, FindingFixes *ret_fixes,
              Err *err)
{
    Context *context = input->context;
    char now[CLOCK_TEXT];
    History history = {0};
    clock_now_compact(now);
    FixFiles files = {.timestamp = now, .least = least};
    FindingFixes fixes = {.is_diff = is_diff(context)};
    if (!read_history(context, &history, err))
        return false;
    make(input, &history, findings, &files);
    VEC_EACH (const FixedScript, script, &files.scripts)
        *vec_append(context->arena, &fixes.items) = (FindingFix){
            .file = script->path,
            .rules = script->rules,
            .made = script->made,
            .later = script->later,
            .diff = fixes.is_diff ? diff_of(context->arena, &files.changes, script) : NULL,
        };
    if (!fixes.is_diff && !file_set_write(context->arena, &files.changes, err))
        return false;
    *ret_fixes = fixes;
    return true;
}

void lint_fix_tell(Context *context, const FindingFixes *fixes)
{
    VEC_EACH (const FindingFix, fix, &fixes->items) {
        if (fixes->is_diff) {
            fputs(fix->diff, context->out.stream);
            continue;
        }
        fprintf(context->err.stream, "fixed %s: %s\n", fix->file,
                words_join(context->arena, &fix->rules));
        VEC_EACH (const char *, made, &fix->made)
            fprintf(context->err.stream, "made  %s\n", *made);
        VEC_EACH (const char *, later, &fix->later)
            fprintf(context->err.stream, "later %s\n", *later);
        if (fix->later.len)
            fputs("  deploy the application first; when no code of the release before runs, take "
                  "\"later\" off the name\n",
                  context->err.stream);
    }
}

void lint_fix_keep_reasons(const Findings *before, Findings *now)
{
    VEC_EACH (Finding, finding, now)
        VEC_EACH (const Finding, old, before)
            if (old->unfixed && strcmp(old->fingerprint, finding->fingerprint) == 0)
                finding->unfixed = old->unfixed;
}
