// What statements of an up do to rows beside what they say: by functions that they call, triggers
// and rules that they set off, USING, and positions of sequences.
#include "check/rollback_data_private.h"

#include "check/replay/replay.h"
#include "check/volatility.h"
#include "sql/quote.h"

#include <string.h>

// ---- calls

// What is volatile and writes no row.
static bool is_harmless(const char *function)
{
    static const char *const NAMES[] = {"set_config",
                                        "nextval",
                                        "now",
                                        "random",
                                        "clock_timestamp",
                                        "gen_random_uuid",
                                        "pg_sleep",
                                        "uuid_generate_v4",
                                        "pg_advisory_lock",
                                        "pg_advisory_xact_lock",
                                        "pg_advisory_unlock"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(NAMES[i], function) == 0)
            return true;
    return false;
}

static void doubt_position(Reading *reading, const Node *node, const char *which)
{
    reading_doubt(
        reading, node,
        arena_printf(reading->arena, "the position of %s, which it sets, is nowhere kept", which));
}

// 'public.orders_id_seq', '"Orders"'.
static bool is_new_name(Reading *reading, const char *text)
{
    Arena *arena = reading->arena;
    const char *parts[2] = {"", ""};
    size_t count = 0;
    for (const char *at = text; *at;) {
        const char *start = at;
        if (count == 2)
            return false;
        if (*at == '"') {
            start = ++at;
            while (*at && *at != '"')
                at++;
        } else {
            while (*at && *at != '.')
                at++;
        }
        parts[count++] = arena_dup(arena, (Str){start, (size_t)(at - start)});
        at += *at == '"';
        at += *at == '.';
    }
    return count == 2   ? reading_is_new_sequence(reading, parts[0], parts[1])
           : count == 1 ? reading_is_new_sequence(reading, "", parts[0])
                        : false;
}

// Of setval; the sequence as a text, cast to regclass or not.
static void take_setval(Reading *reading, const Node *call)
{
    const Node *sequence = node_first(node_field(call, "args"));
    if (node_is(sequence, "TypeCast"))
        sequence = node_field(sequence, "arg");
    const char *name = node_text(sequence, "sval.sval");
    if (!*name)
        doubt_position(reading, call, "a sequence");
    else if (!is_new_name(reading, name))
        doubt_position(reading, call, arena_printf(reading->arena, "sequence %s", name));
}

void reading_take_call(Reading *reading, const Node *call)
{
    const char *name = node_last_text(node_field(call, "funcname"));
    if (strcmp(name, "setval") == 0)
        take_setval(reading, call);
    else if (volatility_of_call(NULL, call) != VOLATILITY_STABLE && !is_harmless(name))
        reading_doubt(
            reading, call,
            arena_printf(reading->arena, "it calls %s(), and what that writes is not known", name));
}

static void take_calls(Reading *reading, const Node *expression)
{
    NODE_WALK(node, expression)
    if (node_is(node, "FuncCall"))
        reading_take_call(reading, node);
}

// ---- ALTER

static bool is_restart(const Node *options)
{
    NODE_EACH(option, options)
    if (node_text_is(option, "defname", "restart"))
        return true;
    return false;
}

void reading_take_sequence(Reading *reading, const Node *alter)
{
    const Node *sequence = node_field(alter, "sequence");
    if (is_restart(node_field(alter, "options")) &&
        !reading_is_new_sequence(reading, node_text(sequence, "schemaname"),
                                 node_text(sequence, "relname")))
        doubt_position(
            reading, alter,
            arena_printf(reading->arena, "sequence %s", node_dotted(reading->arena, sequence)));
}

static bool is_same_type(Arena *arena, const Node *left, const Node *right)
{
    ColumnType one = replay_type(arena, left, NULL);
    ColumnType other = replay_type(arena, right, NULL);
    return strcmp(column_type_text(arena, &one), column_type_text(arena, &other)) == 0;
}

// The column as it is, or the cast to the new type that would be made anyway.
static bool is_plain_using(Arena *arena, const Node *command, const Node *expression)
{
    if (node_is(expression, "TypeCast")) {
        if (!is_same_type(arena, node_field(expression, "typeName"),
                          node_field(command, "def.typeName")))
            return false;
        expression = node_field(expression, "arg");
    }
    const Node *fields = node_field(expression, "fields");
    return node_is(expression, "ColumnRef") && node_count(fields) == 1 &&
           node_text_is(node_first(fields), NULL, node_text(command, "name"));
}

static void take_using(Reading *reading, const Node *alter, const Node *command, const char *table)
{
    const Node *expression = node_field(command, "def.raw_default");
    if (!expression || is_plain_using(reading->arena, command, expression))
        return;
    take_calls(reading, expression);
    reading_doubt(reading, alter,
                  arena_printf(reading->arena,
                               "USING gives other values to column %s.%s, and whether the old "
                               "ones come back is only known of generated rows",
                               table, quote_name(reading->arena, node_text(command, "name"))));
}

// The default of a new column is evaluated for the rows that are there.
static void take_default(Reading *reading, const Node *column)
{
    NODE_EACH(constraint, node_field(column, "constraints"))
    if (node_text_is(constraint, "contype", "CONSTR_DEFAULT"))
        take_calls(reading, node_field(constraint, "raw_expr"));
}

void reading_take_alter(Reading *reading, const Node *alter)
{
    const Node *relation = node_field(alter, "relation");
    const char *table = node_dotted(reading->arena, relation);
    if (reading_age(reading, relation, &table) == TABLE_NEW)
        return;
    NODE_EACH(command, node_field(alter, "cmds"))
    {
        if (node_text_is(command, "subtype", "AT_AlterColumnType"))
            take_using(reading, alter, command, table);
        else if (node_text_is(command, "subtype", "AT_AddColumn"))
            take_default(reading, node_field(command, "def"));
        else if (node_text_is(command, "subtype", "AT_SetIdentity") &&
                 is_restart(node_field(command, "def")))
            doubt_position(
                reading, alter,
                arena_printf(reading->arena, "the identity column %s", node_text(command, "name")));
    }
}

// ---- triggers and rules

static Str attribute(const SnapshotObject *object, const char *name)
{
    Str value;
    return object->text && snapshot_attribute_find(object->text, str_from(name), &value) ? value
                                                                                         : (Str){0};
}

static bool is_part_of_word(char byte)
{
    return byte == '_' || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

static bool has_word(Str text, Str word)
{
    for (size_t at = 0; at + word.n <= text.n; at++) {
        bool begins = at == 0 || !is_part_of_word(text.p[at - 1]);
        bool ends = at + word.n == text.n || !is_part_of_word(text.p[at + word.n]);
        if (begins && ends && str_starts_nocase(str_skip(text, at), word))
            return true;
    }
    return false;
}

// PL/pgSQL without a word that could write: it only sets what is in the new row.
static bool only_assigns(Str source)
{
    static const char *const WORDS[] = {"insert", "update", "delete",  "merge", "truncate",
                                        "copy",   "select", "perform", "call",  "execute"};
    if (str_find(source, STR("LANGUAGE plpgsql")) < 0)
        return false;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (has_word(source, str_from(WORDS[i])))
            return false;
    return true;
}

// "... EXECUTE FUNCTION app.touch()"
static bool has_harmless_function(const Snapshot *snapshot, Arena *arena, Str definition)
{
    static const Str BEFORE = STR("EXECUTE FUNCTION ");
    ptrdiff_t at = str_find(definition, BEFORE);
    if (at < 0)
        return false;
    Str call = str_skip(definition, (size_t)at + BEFORE.n);
    const char *name = arena_printf(arena, STR_FMT "()", STR_ARG(str_until(call, '(')));
    const SnapshotObject *function = snapshot_find(snapshot, "function", name);
    return function && only_assigns(attribute(function, "source"));
}

typedef bool Disturbs(Reading *reading, const Snapshot *snapshot, Str definition);

// The one that takes the row back sets off others.
static bool disturbs_insert(Reading *reading, const Snapshot *snapshot, Str definition)
{
    return (str_find(definition, STR(" INSERT")) >= 0 ||
            str_find(definition, STR(" DELETE")) >= 0) &&
           !has_harmless_function(snapshot, reading->arena, definition);
}

// The row that it changes was there.
static bool disturbs_update(Reading *reading, const Snapshot *snapshot, Str definition)
{
    (void)reading;
    (void)snapshot;
    return str_find(definition, STR(" UPDATE")) >= 0;
}

static bool disturbs_others(Reading *reading, const Snapshot *snapshot, Str definition)
{
    return !has_harmless_function(snapshot, reading->arena, definition);
}

static void take_triggers(Reading *reading, const Node *node, const char *table, Disturbs *disturbs)
{
    const Snapshot *sides[] = {reading->after, reading->before};
    for (size_t i = 0; i < 2; i++)
        VEC_EACH (const SnapshotObject, object, &sides[i]->objects) {
            bool is_trigger = strcmp(object->kind, "trigger") == 0;
            if ((!is_trigger && strcmp(object->kind, "rule") != 0) ||
                strcmp(object->parent, table) != 0 ||
                str_eq(attribute(object, "state"), STR("disabled")) ||
                !disturbs(reading, sides[i], attribute(object, "definition")))
                continue;
            reading_doubt(reading, node,
                          arena_printf(reading->arena, "%s %s, and what that writes is not known",
                                       object->kind, object->identity));
            return;
        }
}

void reading_take_triggers_of_insert(Reading *reading, const Node *insert, const char *table)
{
    take_triggers(reading, insert, table, disturbs_insert);
}

void reading_take_triggers_of_update(Reading *reading, const Node *update, const char *table)
{
    take_triggers(reading, update, table, disturbs_update);
}

void reading_take_triggers_of_new(Reading *reading, const Node *node, const char *table)
{
    take_triggers(reading, node, table, disturbs_others);
}
