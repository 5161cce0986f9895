#include "check/rules/column_subject.h"

#include "check/replay/replay.h"
#include "check/rules/proposal.h"
#include "check/rules/rule.h"
#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

// A table that has rows of its own; of RENAME COLUMN also what shows the columns of others.
static bool is_judged(const Judged *judged, const Relation *relation)
{
    if (!judged->command) {
        const char *object = node_text(judged->node, "relationType");
        return strcmp(object, "OBJECT_TABLE") == 0 || strcmp(object, "OBJECT_VIEW") == 0 ||
               strcmp(object, "OBJECT_MATVIEW") == 0 || strcmp(object, "OBJECT_FOREIGN_TABLE") == 0;
    }
    return node_text_is(judged->node, "objtype", "OBJECT_TABLE") &&
           (!relation || relation->kind == RELATION_TABLE ||
            relation->kind == RELATION_PARTITIONED);
}

static bool look(const Judged *judged, ColumnSubject *ret_subject)
{
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (!is_judged(judged, relation) || judged_is_new(judged, range))
        return false;
    const Node *command = judged->command ? judged->command : judged->node;
    const Node *definition =
        node_is(node_field(command, "def"), "ColumnDef") ? node_field(command, "def") : NULL;
    const char *name = node_text(command, judged->command ? "name" : "subname");
    if (!*name)
        name = node_text(definition, "colname");
    *ret_subject = (ColumnSubject){
        .judged = judged,
        .range = range,
        .definition = definition,
        .relation = relation,
        .column = relation ? relation_column(relation, name) : NULL,
        .full = judged_name(judged, range),
        .table = node_dotted(judged->scratch, range),
        .name = name,
        .sql_table = proposal_table(judged, range),
        .sql_name = quote_name(judged->scratch, name),
        .is_known = relation && !relation->is_only_altered,
        .is_invisible = relation && (relation->is_temporary ||
                                     relation_is_new_in(relation, judged->transaction->number)),
    };
    return true;
}

bool is_same_command(CommandKey *key, const Judged *judged)
{
    const CommandKey now = {judged->file->number + 1, judged->file->statements, judged->parsed,
                            judged->command};
    bool is_same = key->file == now.file && key->statements == now.statements &&
                   key->parsed == now.parsed && key->command == now.command;
    *key = now;
    return is_same;
}

// A dozen rules ask for the same one.
typedef struct LastSubject {
    CommandKey key;
    bool is_one;
    ColumnSubject subject;
} LastSubject;

bool column_subject(const Judged *judged, ColumnSubject *ret_subject)
{
    static const Rule MEMORY;
    LastSubject *last = judged_memory(judged->lint, &MEMORY, sizeof *last);
    if (!is_same_command(&last->key, judged))
        last->is_one = look(judged, &last->subject);
    if (last->is_one) {
        *ret_subject = last->subject;
        ret_subject->judged = judged;
    }
    return last->is_one;
}

const Node *column_constraint(const Node *definition, const char *contype)
{
    NODE_EACH(constraint, node_field(definition, "constraints"))
    if (node_text_is(constraint, "contype", contype))
        return constraint;
    return NULL;
}

// NOT ENFORCED, DEFERRABLE ...: the grammar puts them beside the constraint that they are about.
static bool is_attribute(const Node *constraint)
{
    return strncmp(node_text(constraint, "contype"), "CONSTR_ATTR_", 12) == 0;
}

bool column_constraint_is_enforced(const Node *constraint)
{
    for (const Node *next = node_next(constraint); is_attribute(next); next = node_next(next))
        if (node_text_is(next, "contype", "CONSTR_ATTR_NOT_ENFORCED"))
            return false;
    return true;
}

const Node *column_default(const Node *definition)
{
    const Node *expression =
        node_field(column_constraint(definition, "CONSTR_DEFAULT"), "raw_expr");
    const Node *value = expression;
    while (node_is(value, "TypeCast"))
        value = node_field(value, "arg");
    return node_is(value, "A_Const") && node_flag(value, "isnull") ? NULL : expression;
}

const char *column_serial_type(const Node *definition)
{
    static const struct {
        const char *name, *type;
    } SERIALS[] = {
        {"serial", "int4"},  {"serial4", "int4"},     {"bigserial", "int8"},
        {"serial8", "int8"}, {"smallserial", "int2"}, {"serial2", "int2"},
    };
    const Node *names = node_field(definition, "typeName.names");
    if (node_count(names) != 1)
        return NULL;
    const char *name = node_text(node_first(names), NULL);
    for (size_t i = 0; i < sizeof SERIALS / sizeof *SERIALS; i++)
        if (strcmp(name, SERIALS[i].name) == 0)
            return SERIALS[i].type;
    return NULL;
}

bool column_type_is(const Node *type_name, const char *name)
{
    const Node *names = node_field(type_name, "names");
    return strcmp(node_last_text(names), name) == 0 &&
           (node_count(names) == 1 ||
            strcmp(node_text(node_first(names), NULL), "pg_catalog") == 0);
}

const char *column_type_words(const ColumnSubject *subject, const Node *type_name)
{
    Arena *arena = subject->judged->scratch;
    ColumnType type = replay_type(arena, type_name, NULL);
    return column_type_text(arena, &type);
}

// Where the clause ends inside of a token of operators, commas and brackets; its end when it does
// not.
static size_t clause_end(Str text, Token token, int *depth)
{
    for (size_t at = token.start; at < token.end; at++) {
        if (text.p[at] == '[')
            (*depth)++;
        else if (text.p[at] == ']')
            (*depth)--;
        else if (text.p[at] == ',' && *depth == 0)
            return at;
    }
    return token.end;
}

const char *clause_text(const Judged *judged, size_t from, size_t until)
{
    Str text = judged->parsed->statement.text;
    if (!until || until > text.n)
        until = text.n;
    if (from >= until)
        return "";
    char *clause = arena_alloc(judged->scratch, until - from + 2);
    size_t length = 0;
    int depth = 0;
    Lexer lexer = {.text = {text.p, until}, .is_whole = true, .at = from};
    for (;;) {
        Token token = lex_next(&lexer);
        depth += token.kind == TOKEN_OPEN;
        depth -= token.kind == TOKEN_CLOSE;
        if (token.kind == TOKEN_END || token.kind == TOKEN_SEMICOLON || depth < 0)
            break;
        if (token.kind == TOKEN_SPACE || token.kind == TOKEN_COMMENT) {
            if (length && clause[length - 1] != ' ')
                clause[length++] = ' ';
            continue;
        }
        size_t end = token.kind == TOKEN_OTHER ? clause_end(text, token, &depth) : token.end;
        memcpy(clause + length, text.p + token.start, end - token.start);
        length += end - token.start;
        if (end < token.end)
            break;
    }
    while (length && clause[length - 1] == ' ')
        length--;
    clause[length] = '\0';
    return clause;
}

// Where the part of the definition ends that begins at `from`: where the next one begins. 0: it is
// the last.
static size_t part_end(const ColumnSubject *subject, size_t from)
{
    size_t end = 0;
    const ParsedStatement *parsed = subject->judged->parsed;
    NODE_EACH(constraint, node_field(subject->definition, "constraints"))
    {
        size_t at = parsed_offset(parsed, constraint);
        if (at > from && (!end || at < end))
            end = at;
    }
    const Node *collation = node_field(subject->definition, "collClause");
    size_t at = collation ? parsed_offset(parsed, collation) : 0;
    return at > from && (!end || at < end) ? at : end;
}

static const char *part_text(const ColumnSubject *subject, const Node *part)
{
    size_t from = parsed_offset(subject->judged->parsed, part);
    return clause_text(subject->judged, from, part_end(subject, from));
}

const char *column_constraint_text(const ColumnSubject *subject, const Node *constraint)
{
    const char *text = part_text(subject, constraint);
    for (const Node *next = node_next(constraint); is_attribute(next); next = node_next(next))
        text = arena_printf(subject->judged->scratch, "%s %s", text, part_text(subject, next));
    return text;
}

const char *column_default_text(const ColumnSubject *subject)
{
    const Node *constraint = column_constraint(subject->definition, "CONSTR_DEFAULT");
    const char *text = column_constraint_text(subject, constraint);
    return str_starts_nocase(str_from(text), STR("DEFAULT ")) ? text + strlen("DEFAULT ") : text;
}

const char *column_text_without(const ColumnSubject *subject, const char *contypes)
{
    Arena *arena = subject->judged->scratch;
    const char *text =
        arena_printf(arena, "%s %s", subject->sql_name,
                     column_type_words(subject, node_field(subject->definition, "typeName")));
    const Node *collation = node_field(subject->definition, "collClause");
    if (collation)
        text = arena_printf(arena, "%s %s", text, part_text(subject, collation));
    bool is_left_out = false;
    NODE_EACH(constraint, node_field(subject->definition, "constraints"))
    {
        if (!is_attribute(constraint))
            is_left_out = strstr(contypes, node_text(constraint, "contype")) != NULL;
        if (!is_left_out)
            text = arena_printf(arena, "%s %s", text, part_text(subject, constraint));
    }
    return text;
}

Finding *subject_report(const ColumnSubject *subject, const Node *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(subject->judged->scratch, format, args);
    va_end(args);
    Finding *finding = judged_report(subject->judged, at ? at : subject->judged->command,
                                     subject->full, "%s", message);
    RiskClass risk = finding->rule ? finding->rule->risk : RISK_SYNTAX;
    if (subject->is_invisible &&
        (risk == RISK_BLOCKING || risk == RISK_REWRITE || risk == RISK_SCAN))
        verdict_grade_at_most(finding, SEVERITY_NOTICE);
    return finding;
}
