// Replays SQL files, in order, and prints the model behind the last as JSON lines: one an object.
// tests/e2e/test_replay_truth.py compares them with a server's catalogs. With --count nothing is
// printed but how many statements there were.
#include "check/replay/replay.h"
#include "sql/parser_host.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static Str read_all(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    long size = ftell(file);
    rewind(file);
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    size_t count = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return (Str){bytes, count};
}

static json_t *words_json(const Words *words)
{
    json_t *array = json_array();
    for (size_t i = 0; i < words->len; i++)
        json_array_append_new(array, json_string(words->items[i]));
    return array;
}

static json_t *type_json(const ColumnType *type)
{
    json_t *modifiers = json_array();
    for (int i = 0; i < type->modifier_count; i++)
        json_array_append_new(modifiers, json_integer(type->modifiers[i]));
    return json_pack("{s:s, s:s, s:o, s:b}", "schema", type->schema ? type->schema : "", "name",
                     type->name ? type->name : "", "modifiers", modifiers, "is_array",
                     type->is_array);
}

static json_t *columns_json(const Relation *relation)
{
    json_t *array = json_array();
    VEC_EACH (Column, column, &relation->columns)
        json_array_append_new(
            array, json_pack("{s:s, s:o, s:b, s:b, s:b, s:b, s:s?, s:s?}", "name", column->name,
                             "type", type_json(&column->type), "not_null",
                             column->is_not_null || column->is_not_null_pending, "has_default",
                             column->has_default, "is_identity", column->is_identity,
                             "is_generated", column->generated != 0, "collation", column->collation,
                             "default", column->default_text));
    return array;
}

static json_t *constraints_json(const Constraint *constraints, size_t count)
{
    static const char *const KINDS[] = {
        [CONSTRAINT_CHECK] = "c",   [CONSTRAINT_NOT_NULL] = "n", [CONSTRAINT_UNIQUE] = "u",
        [CONSTRAINT_PRIMARY] = "p", [CONSTRAINT_FOREIGN] = "f",  [CONSTRAINT_EXCLUSION] = "x",
    };
    json_t *array = json_array();
    for (const Constraint *constraint = constraints; constraint < constraints + count;
         constraint++) {
        char on_delete[2] = {constraint->on_delete, '\0'};
        json_array_append_new(
            array, json_pack("{s:s, s:s, s:b, s:b, s:o, s:o, s:s?, s:s?, s:s}", "kind",
                             KINDS[constraint->kind], "name", constraint->name, "is_valid",
                             constraint->is_valid, "is_deferrable", constraint->is_deferrable,
                             "columns", words_json(&constraint->columns), "referenced_columns",
                             words_json(&constraint->referenced_columns), "references_schema",
                             constraint->references_schema, "references", constraint->references,
                             "on_delete", on_delete));
    }
    return array;
}

static json_t *indexes_json(const Relation *relation)
{
    json_t *array = json_array();
    VEC_EACH (Index, index, &relation->indexes)
        json_array_append_new(
            array, json_pack("{s:s, s:b, s:b, s:s, s:o, s:s?, s:s?}", "name", index->name,
                             "is_unique", index->is_unique, "is_partial", index->is_partial,
                             "method", index->method, "columns", words_json(&index->columns),
                             "constraint", index->constraint, "parent", index->parent));
    return array;
}

static json_t *triggers_json(const Relation *relation)
{
    json_t *array = json_array();
    VEC_EACH (Trigger, trigger, &relation->triggers)
        json_array_append_new(array, json_pack("[s, b]", trigger->name, trigger->is_disabled));
    return array;
}

static json_t *policies_json(const Relation *relation)
{
    json_t *array = json_array();
    VEC_EACH (Policy, policy, &relation->policies)
        json_array_append_new(array, json_pack("[s, s]", policy->name, policy->command));
    return array;
}

static json_t *reads_json(const Relation *relation)
{
    json_t *array = json_array();
    VEC_EACH (Reads, reads, &relation->reads)
        json_array_append_new(
            array, json_pack("[s, s, s?]", reads->schema, reads->relation, reads->column));
    return array;
}

static json_t *parents_json(const Relation *relation)
{
    json_t *array = json_array();
    for (size_t i = 0; i < relation->parents.len; i++)
        json_array_append_new(array, json_pack("[s, s]", relation->parents.items[i]->schema,
                                               relation->parents.items[i]->name));
    return array;
}

static json_t *relation_json(const Relation *relation)
{
    static const char *const KINDS[] = {
        [RELATION_TABLE] = "r",
        [RELATION_PARTITIONED] = "p",
        [RELATION_FOREIGN_TABLE] = "f",
        [RELATION_VIEW] = "v",
        [RELATION_MATERIALIZED_VIEW] = "m",
        [RELATION_SEQUENCE] = "S",
        [RELATION_COMPOSITE] = "c",
    };
    json_t *owner = json_null();
    if (relation->owner_table)
        owner = json_pack("[s, s, s]", relation->owner_schema, relation->owner_table,
                          relation->owner_column);
    char identity[2] = {relation->replica_identity, '\0'};
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
        " s:o}",
        "object", "relation", "schema", relation->schema, "name", relation->name, "kind",
        KINDS[relation->kind], "is_unlogged", relation->is_unlogged, "is_only_altered",
        relation->is_only_altered, "row_security", relation->has_row_security, "forces",
        relation->forces_row_security, "replica_identity", identity, "is_partition",
        relation->is_partition, "is_default", relation->is_default_partition, "parents",
        parents_json(relation), "owner", owner, "columns", columns_json(relation), "constraints",
        constraints_json(relation->constraints.items, relation->constraints.len), "indexes",
        indexes_json(relation), "triggers", triggers_json(relation), "policies",
        policies_json(relation), "reads", reads_json(relation));
}

static json_t *type_object(const Type *type)
{
    static const char *const KINDS[] = {
        [TYPE_ENUM] = "e",  [TYPE_DOMAIN] = "d", [TYPE_COMPOSITE] = "c",
        [TYPE_RANGE] = "r", [TYPE_BASE] = "b",
    };
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "object", "type", "schema",
                     type->schema, "name", type->name, "kind", KINDS[type->kind], "labels",
                     words_json(&type->labels), "base", type_json(&type->base), "constraints",
                     constraints_json(type->constraints.items, type->constraints.len));
}

static json_t *routine_object(const Routine *routine)
{
    char volatility[2] = {routine->volatility, '\0'};
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:s, s:s}", "object", "routine",
                     "schema", routine->schema, "name", routine->name, "arguments",
                     routine->arguments, "volatility", volatility, "is_procedure",
                     routine->is_procedure, "is_security_definer", routine->is_security_definer,
                     "has_search_path", routine->has_search_path, "language", routine->language,
                     "returns", routine->returns);
}

static void print(json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (!text) {
        fprintf(stderr, "an object that is no JSON\n");
        exit(2);
    }
    puts(text);
    free(text);
    json_decref(object);
}

static void print_model(const Model *model)
{
    for (size_t i = 0; i < model->relations.len; i++)
        print(relation_json(model->relations.items[i]));
    for (size_t i = 0; i < model->types.len; i++)
        print(type_object(model->types.items[i]));
    for (size_t i = 0; i < model->routines.len; i++)
        print(routine_object(model->routines.items[i]));
    VEC_EACH (Publication, publication, &model->publications)
        print(json_pack("{s:s, s:s, s:b, s:o}", "object", "publication", "name", publication->name,
                        "is_all_tables", publication->is_all_tables, "tables",
                        words_json(&publication->tables)));
    print(json_pack("{s:s, s:o}", "object", "schemas", "names", words_json(&model->schemas)));
    print(json_pack("{s:s, s:o}", "object", "extensions", "names", words_json(&model->extensions)));
}

// False when the file cannot be cut into statements.
static bool replay_file(Model *model, const char *path, int number, size_t *count)
{
    ARENA_SCOPED scratch = arena_new();
    Str script = read_all(scratch, path);
    SplitOptions options = {.file = path};
    SPLITTER_SCOPED splitter = splitter_new_text(script, &options);
    ArenaMark mark = arena_mark(scratch);
    ParsedStatement parsed;
    Err err = {0};
    SplitResult result;
    model->search_path = (Words){0}; // a session of its own
    while ((result = parse_next(scratch, splitter, &parsed, &err)) == SPLIT_STATEMENT) {
        if (parsed.error)
            fprintf(stderr, "%s:%d: %s\n", path, parsed.error->position.line,
                    parsed.error->message);
        else
            replay_statement(scratch, model, &parsed,
                             (Made){.transaction = number + 1, .file = number});
        ++*count;
        arena_release(scratch, mark);
    }
    if (result == SPLIT_FAILED)
        fprintf(stderr, "%s:%d: %s\n", path, err.position.line, err.message);
    return result == SPLIT_END;
}

int main(int argc, char **argv)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    size_t count = 0;
    bool is_fine = true;
    bool counts = argc > 1 && strcmp(argv[1], "--count") == 0;
    model_init(&model, arena);
    for (int i = 1 + counts; i < argc; i++)
        is_fine = replay_file(&model, argv[i], i, &count) && is_fine;
    if (counts)
        printf("%zu statements, %zu relations\n", count, model.relations.len);
    else
        print_model(&model);
    parser_done();
    return is_fine ? 0 : 1;
}
