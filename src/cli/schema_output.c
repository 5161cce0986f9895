#include "cli/schema_output.h"

#include "pg/session_export.h"
#include "report/message.h"
#include "run/schema_file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *wanted_path(const Workspace *workspace)
{
    return option_text(&workspace->context->options, OPTION_SCHEMA_FILE);
}

// The folder as the system knows it, in `buffer`; NULL when it is not there.
static const char *real_folder_of(Arena *arena, const char *path, char buffer[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    const char *folder = !slash          ? "."
                         : slash == path ? "/"
                                         : arena_dup(arena, (Str){path, (size_t)(slash - path)});
    return realpath(folder, buffer);
}

// tools-database is read now, not after the change.
static bool check_address(const Workspace *workspace, Err *err)
{
    ClientPlace place = workspace_client_place(workspace->context);
    SessionExport unused;
    return session_export(workspace->context->arena, workspace->target.session, place.database,
                          &unused, err) ||
           err_note(err, "tools-database");
}

bool schema_output_check(const Workspace *workspace, Err *err)
{
    const char *path = wanted_path(workspace);
    char folder[PATH_MAX];
    char source[PATH_MAX];
    if (!path)
        return true;
    if (!check_address(workspace, err))
        return false;
    if (!real_folder_of(workspace->context->arena, path, folder))
        return true;
    VEC_EACH (const SourceFolder, entry, &workspace->source.folders)
        if (realpath(entry->path, source) && strcmp(folder, source) == 0) {
            fail(err, ERR_CONFIG, "the schema file %s would stand among the migrations", path);
            return err_hint(err, "name a place outside of %s: --schema-file FILE", entry->path);
        }
    return true;
}

void schema_output_write(Workspace *workspace)
{
    Context *context = workspace->context;
    const char *path = wanted_path(workspace);
    SchemaOutput *output = &workspace->schema_output;
    ClientPlace place = workspace_client_place(context);
    output->is_tried = path;
    if (!path)
        return;
    if (schema_file_write(context->arena, &workspace->target, &workspace->status, &place, path,
                          &output->err)) {
        fprintf(workspace->console.out.stream, "The schema is in %s\n",
                terminal_line(context->arena, path));
        return;
    }
    err_note(&output->err, "%s was not written anew", path);
    message_warning(&context->err, &output->err);
    logs_event(&workspace->logs, &(Event){.kind = EVENT_WARNING,
                                          .run_id = workspace->run_id,
                                          .command = context->command,
                                          .file = path,
                                          .message = output->err.message,
                                          .detail = output->err.detail});
}

json_t *schema_output_json(const Workspace *workspace)
{
    const SchemaOutput *output = &workspace->schema_output;
    if (!output->is_tried)
        return json_null();
    bool has_failed = output->err.class != ERR_NONE;
    json_t *document = json_object();
    json_put(document, "path", json_cstr(wanted_path(workspace)));
    json_put(document, "written", json_boolean(!has_failed));
    json_put(document, "error", has_failed ? message_json(&output->err) : json_null());
    return document;
}
