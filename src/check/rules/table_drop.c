// DROP of what holds data or is called by others.
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "sql/quote.h"

#include <string.h>

static bool is_drop_of(const Judged *judged, const char *types)
{
    const char *type = node_text(judged->node, "removeType");
    const char *found = *type ? strstr(types, type) : NULL;
    return found && (found[strlen(type)] == ' ' || found[strlen(type)] == '\0');
}

static bool is_cascade(const Judged *judged)
{
    return node_text_is(judged->node, "behavior", "DROP_CASCADE");
}

// drop-table

static void check_drop_table(const Judged *judged)
{
    if (!is_drop_of(judged, "OBJECT_TABLE"))
        return;
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const Relation *relation = object_relation(judged, object);
        if (relation_is_ours(judged, relation))
            continue;
        const char *name = object_name(judged, object);
        size_t children = relation ? relation->children.len : 0;
        Finding *finding =
            children ? judged_report(judged, object, name,
                                     "drops %s with all its rows, and its %zu partition%s", name,
                                     children, children == 1 ? "" : "s")
                     : judged_report(judged, object, name, "drops %s with all its rows", name);
        const char *sql = object_sql(judged, object);
        const char *last = node_last_text(object);
        finding->instead = judged_printf(
            judged,
            "-- now, when no code reads it any more:\n"
            "ALTER TABLE %s RENAME TO %s;\n"
            "-- weeks later, when nobody missed it and a backup was restored:\n"
            "-- DROP TABLE of the renamed one, with \"-- migrate-safe: ignore drop-table: reason\"",
            sql, quote_name(judged->scratch, arena_printf(judged->scratch, "%.50s_unused", last)));
    }
}

static const RuleExample DROP_TABLE_BAD[] = {
    {.setup = "CREATE TABLE notes (id bigint PRIMARY KEY, body text);", .sql = "DROP TABLE notes;"},
    {.sql = "DROP TABLE IF EXISTS notes, tags;"},
    {0},
};
static const RuleExample DROP_TABLE_GOOD[] = {
    {.sql = "CREATE TABLE staging (id bigint); DROP TABLE staging;",
     .note = "made in the same file: nothing of the application's is lost"},
    {.sql = "CREATE TEMP TABLE picked (id bigint); DROP TABLE picked;", .note = "temporary"},
    {0},
};

// drop-table-multi-fk

static void drop_constraints_first(const Judged *judged, const Relation *relation, Finding *finding)
{
    const char *table = relation_sql(judged, relation);
    const char *sql = "-- each in a transaction of its own:";
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_FOREIGN)
            sql = arena_printf(judged->scratch, "%s\nALTER TABLE %s DROP CONSTRAINT %s;", sql,
                               table, quote_name(judged->scratch, constraint->name));
    finding->instead = judged_printf(judged, "%s\nDROP TABLE %s;", sql, table);
}

static void check_drop_multi_fk(const Judged *judged)
{
    if (!is_drop_of(judged, "OBJECT_TABLE"))
        return;
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const Relation *relation = object_relation(judged, object);
        NameList partners = {0};
        if (!relation || relation_is_ours(judged, relation))
            continue;
        relation_partners(judged, relation, is_cascade(judged), &partners);
        if (partners.count < 2)
            continue;
        const char *name = relation_label(judged->scratch, relation);
        Finding *finding =
            judged_report(judged, object, name,
                          "drops %s and its foreign keys, which takes ACCESS EXCLUSIVE on %s too",
                          name, name_list_text(judged->scratch, &partners));
        drop_constraints_first(judged, relation, finding);
    }
}

#define TWO_PARTNERS                                                                               \
    "CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE items (id bigint PRIMARY KEY);"
static const RuleExample MULTI_FK_BAD[] = {
    {.setup = TWO_PARTNERS "CREATE TABLE likes (user_id bigint REFERENCES users, "
                           "item_id bigint REFERENCES items);",
     .sql = "DROP TABLE likes;"},
    {0},
};
static const RuleExample MULTI_FK_GOOD[] = {
    {.setup = TWO_PARTNERS "CREATE TABLE likes (user_id bigint, item_id bigint REFERENCES items);",
     .sql = "DROP TABLE likes;",
     .note = "one other table is locked, for a moment",
     .allows = "drop-table"},
    {.setup = TWO_PARTNERS,
     .sql = "CREATE TEMP TABLE picked (user_id bigint, item_id bigint); DROP TABLE picked;",
     .note = "no foreign keys"},
    {0},
};

// drop-cascade-any

static void add_type_users(const Judged *judged, const Type *type, NameList *list)
{
    for (size_t i = 0; i < type->users.len; i++) {
        const Relation *relation = type->users.items[i];
        VEC_EACH (const Column, column, &relation->columns)
            if (strcmp(column->type.name, type->name) == 0)
                name_list_add(judged->scratch, list,
                              arena_printf(judged->scratch, "column %s of %s.%s", column->name,
                                           relation->schema, relation->name));
    }
}

static void add_in_schema(const Judged *judged, const char *schema, NameList *list)
{
    for (size_t i = 0; i < judged->model->relations.len; i++) {
        const Relation *relation = judged->model->relations.items[i];
        if (strcmp(relation->schema, schema) == 0)
            name_list_add(judged->scratch, list, relation_label(judged->scratch, relation));
    }
    for (size_t i = 0; i < judged->model->types.len; i++)
        if (strcmp(judged->model->types.items[i]->schema, schema) == 0)
            name_list_add(judged->scratch, list,
                          arena_printf(judged->scratch, "type %s.%s", schema,
                                       judged->model->types.items[i]->name));
}

static void add_trigger_users(const Judged *judged, const char *function, NameList *list)
{
    for (size_t i = 0; i < judged->model->relations.len; i++) {
        const Relation *relation = judged->model->relations.items[i];
        VEC_EACH (const Trigger, trigger, &relation->triggers)
            if (trigger->function && strcmp(trigger->function, function) == 0)
                name_list_add(judged->scratch, list,
                              arena_printf(judged->scratch, "trigger %s of %s.%s", trigger->name,
                                           relation->schema, relation->name));
    }
}

// Fills what goes as well; false: it is ours, and so is what hangs on it.
static bool cascade_takes(const Judged *judged, const Node *object, NameList *list,
                          const char **ret_drops)
{
    const Node *names = object_names(object);
    const char *last = node_last_text(names);
    if (is_drop_of(judged, "OBJECT_SCHEMA")) {
        add_in_schema(judged, node_text(object, NULL), list);
        return true;
    }
    if (is_drop_of(judged, "OBJECT_TYPE OBJECT_DOMAIN")) {
        const Type *type = object_type(judged, names);
        if (type)
            add_type_users(judged, type, list);
        return !type || !made_is_ours(judged, &type->made) || list->count;
    }
    if (is_drop_of(judged, "OBJECT_FUNCTION OBJECT_PROCEDURE OBJECT_ROUTINE")) {
        const Routine *routine = object_routine(judged, names);
        add_trigger_users(judged, last, list);
        return !routine || !made_is_ours(judged, &routine->made) || list->count;
    }
    const Relation *relation = object_relation(judged, names);
    if (relation)
        *ret_drops = relation_dependents(judged, relation, list);
    return !relation_is_ours(judged, relation) || list->count;
}

// "view public.v", where the statement itself drops "public.v".
static bool is_named(const Judged *judged, const char *taken)
{
    const char *blank = strrchr(taken, ' ');
    const char *name = blank ? blank + 1 : taken;
    NODE_EACH(object, node_field(judged->node, "objects"))
    if (strcmp(object_name(judged, object_names(object)), name) == 0)
        return true;
    return false;
}

static void report_cascade(const Judged *judged, const NameList *dropped, const NameList *taken,
                           const char *drops)
{
    if (!dropped->count)
        return;
    const char *names = name_list_text(judged->scratch, dropped);
    const char *first = dropped->names.items[0];
    Finding *finding =
        taken->count
            ? judged_report(judged, NULL, first, "CASCADE drops with %s what is not named here: %s",
                            names, name_list_text(judged->scratch, taken))
            : judged_report(judged, NULL, first,
                            "CASCADE drops with %s whatever depends on it, unnamed", names);
    finding->instead = judged_printf(judged,
                                     "%s-- %swithout CASCADE: the server refuses, and names what "
                                     "was forgotten",
                                     drops, *drops ? "then " : "name what goes, ");
}

static void check_cascade(const Judged *judged)
{
    if (!is_cascade(judged))
        return;
    if (node_is(judged->node, "DropOwnedStmt")) {
        judged_report(judged, NULL, "", "drops all that the role owns, and what depends on it");
        return;
    }
    NameList dropped = {0};
    NameList taken = {0};
    const char *drops = ""; // statements that drop the dependents by their names
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        NameList list = {0};
        const char *more = "";
        if (!cascade_takes(judged, object, &list, &more))
            continue;
        drops = arena_join(judged->scratch, str_from(drops), str_from(more), STR(""));
        name_list_add(judged->scratch, &dropped, object_name(judged, object_names(object)));
        VEC_EACH (const char *, name, &list.names)
            if (!is_named(judged, *name))
                name_list_add(judged->scratch, &taken, *name);
    }
    report_cascade(judged, &dropped, &taken, drops);
}

static const RuleExample CASCADE_BAD[] = {
    {.setup = "CREATE TABLE users (id bigint PRIMARY KEY, name text);"
              "CREATE VIEW user_names AS SELECT name FROM users;",
     .sql = "DROP TABLE users CASCADE;"},
    {.setup = "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint, mood mood);",
     .sql = "DROP TYPE mood CASCADE;",
     .note = "the column goes with the type"},
    {.setup = "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint);",
     .sql = "DROP SCHEMA shop CASCADE;"},
    {0},
};
static const RuleExample CASCADE_GOOD[] = {
    {.sql = "CREATE TABLE staging (id bigint); DROP TABLE staging CASCADE;",
     .note = "made in the same file, and nothing depends on it"},
    {.setup = "CREATE TYPE mood AS ENUM ('ok');",
     .sql = "DROP TYPE mood;",
     .note = "without CASCADE the server refuses when anything depends on it",
     .allows = "drop-view-function-type"},
    {0},
};

// drop-schema, drop-database, drop-extension

static void check_drop_schema(const Judged *judged)
{
    if (!is_drop_of(judged, "OBJECT_SCHEMA"))
        return;
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const char *name = node_text(object, NULL);
        judged_report(judged, object, name, "drops schema %s%s", name,
                      is_cascade(judged) ? " and every table in it" : "");
    }
}

static const RuleExample DROP_SCHEMA_BAD[] = {
    {.setup = "CREATE SCHEMA shop;", .sql = "DROP SCHEMA shop;"},
    {.setup = "CREATE SCHEMA shop;", .sql = "DROP SCHEMA IF EXISTS shop CASCADE;"},
    {0},
};
static const RuleExample DROP_SCHEMA_GOOD[] = {
    {.sql = "CREATE SCHEMA IF NOT EXISTS shop;"},
    {0},
};

static void check_drop_database(const Judged *judged)
{
    const char *name = node_text(judged->node, "dbname");
    judged_report(judged, NULL, name, "drops database %s with all that is in it", name);
}

static const RuleExample DROP_DATABASE_BAD[] = {
    {.sql = "DROP DATABASE IF EXISTS shop_of_last_year;"},
    {0},
};
static const RuleExample DROP_DATABASE_GOOD[] = {
    {.sql = "COMMENT ON SCHEMA public IS 'the database stays';"},
    {0},
};

static void check_drop_extension(const Judged *judged)
{
    if (!is_drop_of(judged, "OBJECT_EXTENSION"))
        return;
    NODE_EACH(object, node_field(judged->node, "objects"))
    {
        const char *name = node_text(object, NULL);
        judged_report(judged, object, name,
                      "drops extension %s: its functions, types and tables go, and with CASCADE "
                      "the columns and indexes that use them",
                      name);
    }
}

static const RuleExample DROP_EXTENSION_BAD[] = {
    {.setup = "CREATE EXTENSION IF NOT EXISTS plpgsql;",
     .sql = "DROP EXTENSION IF EXISTS pg_trgm;"},
    {.sql = "DROP EXTENSION IF EXISTS hstore CASCADE;"},
    {0},
};
static const RuleExample DROP_EXTENSION_GOOD[] = {
    {.sql = "CREATE EXTENSION IF NOT EXISTS plpgsql;"},
    {0},
};

const Rule RULES_TABLE_DROP[] = {
    {
        .id = "drop-table",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "the table and all its rows are dropped",
        .why =
            "Rows are gone at commit; only a backup has them. Code that still names the table "
            "fails at once, and code that was deployed an hour ago may still run. The drop takes "
            "ACCESS EXCLUSIVE on the table and on every table that a foreign key ties it to. "
            "Tables made in the same file and temporary tables are not meant.",
        .instead = "rename it first, wait until nobody misses it, then drop it in a migration of "
                   "its own that says why",
        .instead_sql = "ALTER TABLE notes RENAME TO notes_unused;",
        .aliases = "squawk:ban-drop-table strong_migrations:create_table atlas:DS102",
        .on = "DropStmt",
        .check = check_drop_table,
        .bad = DROP_TABLE_BAD,
        .good = DROP_TABLE_GOOD,
        .claim = {.relation = "public.notes", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-table-multi-fk",
        .severity = SEVERITY_WARNING,
        .risk = RISK_BLOCKING,
        .summary = "dropping a table with several foreign keys locks all their tables at once",
        .why =
            "A foreign key lives on both tables as triggers, so dropping it takes ACCESS "
            "EXCLUSIVE on the other one too. With several of them one transaction waits for each "
            "in turn while it holds those it has: readers of all of them queue, and the order "
            "may be the opposite of the application's, which is a deadlock.",
        .instead = "drop the foreign keys first, one in each transaction, then the table",
        .instead_sql = "ALTER TABLE likes DROP CONSTRAINT likes_user_id_fkey;",
        .on = "DropStmt",
        .check = check_drop_multi_fk,
        .bad = MULTI_FK_BAD,
        .good = MULTI_FK_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-cascade-any",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "CASCADE drops objects that nobody named",
        .why = "Views, foreign keys, columns of a dropped type, triggers of a dropped function and "
               "all tables of a schema go without a question, on production perhaps others than on "
               "the developer's copy. The server tells in notices, which nobody reads in a deploy. "
               "What the files show to depend on it is named in the message.",
        .instead = "drop the dependents by name, then the object without CASCADE, which fails when "
                   "one was forgotten",
        .instead_sql = "DROP VIEW user_names;\nDROP TABLE users;",
        .on = "DropStmt DropOwnedStmt",
        .check = check_cascade,
        .bad = CASCADE_BAD,
        .good = CASCADE_GOOD,
        .claim = {.relation = "public.users", .mode = LOCK_ACCESS_EXCLUSIVE},
    },
    {
        .id = "drop-schema",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "a schema is dropped",
        .why = "With CASCADE every table in it goes with its rows, whoever made it; without it the "
               "drop works only because the schema is empty today. Each statement that qualifies "
               "names with it fails from then on.",
        .instead = "rename the schema, wait, and drop it outside of migrations",
        .aliases = "atlas:DS101",
        .on = "DropStmt",
        .check = check_drop_schema,
        .bad = DROP_SCHEMA_BAD,
        .good = DROP_SCHEMA_GOOD,
    },
    {
        .id = "drop-database",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "a database is dropped",
        .why = "All of it is gone, the history of migrations too, and no transaction can take it "
               "back: DROP DATABASE runs outside of any. Applied on the wrong server it is the end "
               "of that server's data.",
        .instead = "drop a database by hand, after its backup was restored somewhere",
        .aliases = "squawk:ban-drop-database",
        .on = "DropdbStmt",
        .check = check_drop_database,
        .bad = DROP_DATABASE_BAD,
        .good = DROP_DATABASE_GOOD,
    },
    {
        .id = "drop-extension",
        .severity = SEVERITY_ERROR,
        .risk = RISK_DATA_LOSS,
        .summary = "an extension is dropped",
        .why = "Its functions, operators and types vanish; tables that the extension owns are "
               "dropped with their rows. With CASCADE columns of its types (hstore, geometry, "
               "vector) and indexes with its operator classes go as well. Making it again brings "
               "none of that back.",
        .instead = "move columns to other types first, look for users in pg_depend, and drop it "
                   "without CASCADE in a migration of its own",
        .on = "DropStmt",
        .check = check_drop_extension,
        .bad = DROP_EXTENSION_BAD,
        .good = DROP_EXTENSION_GOOD,
    },
    {0},
};
