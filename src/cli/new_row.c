#include "cli/new_row.h"

#include "io/json.h"
#include "sql/quote.h"

static const Layout ROWS = {.name = LAYOUT_TABLE, .first_version = "1.0.0"};

static const char *next_version(Arena *arena, const Source *source, const char *timestamp)
{
    LayoutEntries entries = {0};
    VEC_EACH (const Migration, migration, &source->migrations)
        *vec_append(arena, &entries) = (LayoutEntry){.version = migration->version};
    return layout_next_version(arena, &ROWS, &entries, timestamp);
}

static const char *insert(Arena *arena, const SourceTable *table, const char *version,
                          const char *description)
{
    return arena_printf(arena,
                        "INSERT INTO %s (\n"
                        "    schema_version_version,\n"
                        "    schema_version_description,\n"
                        "    schema_version_up_sql,\n%s"
                        "    schema_version_is_current,\n"
                        "    schema_version_applied_at,\n"
                        "    schema_version_applied_by\n"
                        ") VALUES (\n"
                        "    %s,\n"
                        "    %s,\n"
                        "    $up$\n\n$up$,\n%s"
                        "    false,\n"
                        "    NULL,\n"
                        "    session_user\n"
                        ");\n",
                        table->relation, table->has_down ? "    schema_version_down_sql,\n" : "",
                        quote_literal(arena, version), quote_literal(arena, description),
                        table->has_down ? "    $down$\n\n$down$,\n" : "");
}

int new_row(const Workspace *workspace, const char *description, const char *timestamp)
{
    const Context *context = workspace->context;
    const Source *source = &workspace->source;
    const char *version = next_version(context->arena, source, timestamp);
    const char *sql = insert(context->arena, source->table, version, description);
    if (!context->is_json) {
        fputs(sql, context->out.stream);
        if (context->err.is_terminal)
            fputs("next: write the change between $up$ and $up$, run this with psql, then "
                  "migrate-safe plan\n",
                  context->err.stream);
        return 0;
    }
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/new/1"));
    json_put(document, "version", json_cstr(version));
    json_put(document, "files", json_array());
    json_put(document, "sql", json_cstr(sql));
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}
