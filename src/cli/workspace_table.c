#include "cli/workspace_table.h"

#include "cli/settings.h"
#include "run/table_source.h"

#include <string.h>

static bool is_stronger(const OptionValue *value, const OptionValue *than)
{
    return value->where && (!than || value->origin > than->origin);
}

bool workspace_wants_table(const Workspace *workspace, bool *ret_wants, Err *err)
{
    const OptionValue *values = workspace->context->options.values;
    const OptionValue *layout = &values[OPTION_LAYOUT];
    const OptionValue *table = NULL;
    const OptionValue *folder = NULL;
    bool is_table = layout->where && strcmp(layout->text, LAYOUT_TABLE) == 0;
    if (is_table)
        table = layout;
    else if (layout->where)
        folder = layout;
    if (is_stronger(&values[OPTION_TABLE], table))
        table = &values[OPTION_TABLE];
    if (is_stronger(&values[OPTION_DIR], folder))
        folder = &values[OPTION_DIR];
    *ret_wants = table && (!folder || table->origin > folder->origin);
    if (!table || !folder || table->origin != folder->origin)
        return true;
    fail(err, ERR_CONFIG, "%s names a table of migrations, and %s a folder", table->where,
         folder->where);
    return err_hint(err, "leave one of the two out");
}

static bool load(Workspace *workspace, const SourceTable *table, Err *err)
{
    return table_source_load(workspace->context->arena, &workspace->target, table,
                             &workspace->source, err);
}

bool workspace_load_table(Workspace *workspace, Err *err)
{
    Context *context = workspace->context;
    const SourceTable *table;
    return workspace_open(workspace, err) &&
           table_source_get(context->arena, &workspace->target,
                            option_text(&context->options, OPTION_TABLE), &table, err) &&
           load(workspace, table, err);
}

bool workspace_find_table(Workspace *workspace, const SourceOptions *folders, Err *err)
{
    Context *context = workspace->context;
    Err unreachable = {0};
    const SourceTable *table = NULL;
    const char *url;
    const char *where;
    if (settings_database(context, &url, &where, err) && workspace_open(workspace, &unreachable) &&
        !table_source_find(context->arena, &workspace->target, &table, err))
        return false;
    if (unreachable.class == ERR_INTERRUPTED) {
        *err = unreachable;
        return false;
    }
    if (!table) {
        if (source_load(context->arena, folders, &workspace->source, err))
            return true; // made meanwhile
        if (unreachable.class != ERR_NONE)
            err_detail(err, "%s; a table of migrations cannot be asked for: %s",
                       arena_strdup(context->arena, err->detail), unreachable.message);
        return false;
    }
    if (!load(workspace, table, err))
        return false;
    fprintf(context->err.stream,
            "migrations: the rows of %s (there is no folder of migrations here)\n",
            terminal_line(context->arena, table->relation));
    return true;
}

bool workspace_reload_table(Workspace *workspace, Err *err)
{
    return load(workspace, workspace->source.table, err);
}
