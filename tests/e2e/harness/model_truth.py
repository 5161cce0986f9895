"""What replay says that a database holds, beside what its catalogs say."""
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]

OWN = """
    n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""
NOT_OF_EXTENSION = """
    not exists (select from pg_depend e where e.classid = '{table}'::regclass and e.objid = {oid}
                and e.deptype = 'e')
"""

SYSTEM = ("pg_catalog", "information_schema")  # nothing is noted to depend on them

RELATIONS = f"""
    select n.nspname, c.relname, c.relkind, c.relpersistence = 'u', c.relrowsecurity,
           c.relforcerowsecurity,
           case when c.relkind in ('r', 'p', 'm') then c.relreplident else 'd' end, c.relispartition,
           coalesce(pg_get_expr(c.relpartbound, c.oid), '') = 'DEFAULT', c.oid
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where {OWN} and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c')
      and c.relpersistence <> 't'
      and {NOT_OF_EXTENSION.format(table='pg_class', oid='c.oid')}
"""
COLUMNS = """
    select a.attrelid, a.attname,
           case when tn.nspname = 'pg_catalog' then '' else tn.nspname end,
           coalesce(e.typname, t.typname), e.oid is not null,
           format_type(a.atttypid, a.atttypmod),
           a.attnotnull, a.atthasdef and a.attgenerated = '' and pg_get_expr(d.adbin, d.adrelid) !~ '^NULL',
           a.attidentity <> '',
           a.attgenerated <> '', case when a.attcollation <> t.typcollation then o.collname end
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
    join pg_namespace tn on tn.oid = coalesce(e.typnamespace, t.typnamespace)
    left join pg_collation o on o.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and a.attrelid >= 16384
    order by a.attrelid, a.attnum
"""
# A foreign key to a partitioned table has copies that point at each partition: nobody's own.
CONSTRAINTS = """
    select k.conrelid, k.contype, k.conname, k.convalidated, k.condeferrable,
           coalesce((select array_agg(a.attname order by i) from unnest(k.conkey)
                     with ordinality as u(n, i) join pg_attribute a
                     on a.attrelid = k.conrelid and a.attnum = u.n), '{}'),
           rn.nspname, r.relname,
           (select string_agg(a.attname, ',' order by i) from unnest(k.confkey)
            with ordinality as u(n, i) join pg_attribute a
            on a.attrelid = k.confrelid and a.attnum = u.n),
           k.confdeltype, k.contypid
    from pg_constraint k left join pg_class r on r.oid = k.confrelid
    left join pg_namespace rn on rn.oid = r.relnamespace
    where k.contype in ('c', 'f', 'p', 'u', 'x', 'n') and k.oid >= 16384
      and not exists (select from pg_constraint p where p.oid = k.conparentid
                      and p.conrelid = k.conrelid)
"""
INDEXES = """
    select i.indrelid, c.relname, i.indisunique, i.indpred is not null, m.amname,
           (select array_agg(coalesce(a.attname, '') order by n) from generate_series(0, i.indnkeyatts - 1) n
            left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[n]
                                        and a.attnum > 0),
           (select p.relname from pg_inherits h join pg_class p on p.oid = h.inhparent
            where h.inhrelid = c.oid)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
    where c.oid >= 16384
"""
# Those of partitions count as internal up to 14.
TRIGGERS = """
    select tgrelid, tgname, tgenabled = 'D' from pg_trigger
    where not tgisinternal or (tgparentid <> 0 and tgconstraint = 0)
"""
POLICIES = """
    select polrelid, polname, case polcmd when '*' then 'all' when 'r' then 'select' when 'a'
           then 'insert' when 'w' then 'update' else 'delete' end from pg_policy
"""
READS = """
    select distinct w.ev_class, n.nspname, c.relname, a.attname
    from pg_depend d join pg_rewrite w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass
    join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class v on v.oid = w.ev_class and v.relkind in ('v', 'm')
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and a.attnum > 0
    where d.refobjid <> w.ev_class and w.ev_class >= 16384 and d.refobjid >= 16384
"""
PARENTS = """
    select i.inhrelid, n.nspname, c.relname from pg_inherits i join pg_class c on c.oid = i.inhparent
    join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'f')
    order by i.inhrelid, i.inhseqno
"""
OWNERS = """
    select d.objid, n.nspname, c.relname, a.attname from pg_depend d
    join pg_class s on s.oid = d.objid and s.relkind = 'S'
    join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.deptype in ('a', 'i')
"""
TYPES = f"""
    select t.oid, n.nspname, t.typname, t.typtype,
           array(select enumlabel from pg_enum where enumtypid = t.oid order by enumsortorder),
           case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, t.typnotnull
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    left join pg_class c on c.oid = t.typrelid
    where {OWN} and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
      and {NOT_OF_EXTENSION.format(table='pg_type', oid='t.oid')}
"""
ROUTINES = f"""
    select n.nspname, p.proname,
           coalesce((select string_agg(case when tn.nspname = 'pg_catalog' then '' else tn.nspname || '.' end
                     || coalesce(e.typname || '[]', t.typname), ',' order by i)
                     from unnest(p.proargtypes) with ordinality as u(o, i)
                     join pg_type t on t.oid = u.o
                     left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
                     join pg_namespace tn on tn.oid = coalesce(e.typnamespace, t.typnamespace)), ''),
           p.provolatile, p.prokind = 'p', p.prosecdef,
           coalesce(array_to_string(p.proconfig, ',') ~ '^(.*,)?search_path=', false), l.lanname
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    join pg_language l on l.oid = p.prolang
    where {OWN} and p.prokind in ('f', 'p')
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'i')
      and {NOT_OF_EXTENSION.format(table='pg_proc', oid='p.oid')}
"""
SCHEMAS = f"""
    select n.nspname from pg_namespace n where {OWN} and n.nspname <> 'public'
      and {NOT_OF_EXTENSION.format(table='pg_namespace', oid='n.oid')}
"""
EXTENSIONS = "select extname from pg_extension where extname <> 'plpgsql'"
PUBLICATIONS = """
    select p.pubname, p.puballtables,
           array(select n.nspname || '.' || c.relname from pg_publication_rel r
                 join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace
                 where r.prpubid = p.oid)
    from pg_publication p
"""


def print_model():
    """The program that replays files, of the same build as the binary."""
    binary = pathlib.Path(os.environ.get("MIGRATE_SAFE_BINARY", ROOT / "build" / "migrate-safe"))
    return binary.resolve().parent / "tests" / "unit" / "check" / "print_model"


def replayed(files):
    done = subprocess.run([print_model(), *map(str, files)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode in (0, 1), done.stderr
    return from_model([json.loads(line) for line in done.stdout.splitlines()]), done.stderr


def full(schema, name):
    return f"{schema}.{name}"


def modifiers_shown(name, modifiers):
    if name == "interval":
        modifiers = modifiers[1:]
    if name == "numeric" and len(modifiers) == 1:
        modifiers = [*modifiers, 0]
    return ",".join(map(str, modifiers))


def type_of_model(kind):
    if not kind["name"]:
        return "?"
    return (full(kind["schema"], kind["name"]) if kind["schema"] else kind["name"],
            modifiers_shown(kind["name"], kind["modifiers"]), kind["is_array"])


def constraints_of_model(constraints):
    result = {}
    for one in constraints:
        references = None
        if one["references"]:
            references = (full(one["references_schema"], one["references"]),
                          ",".join(one["referenced_columns"]), one["on_delete"])
        columns = sorted(one["columns"]) if one["kind"] == "c" else [c for c in one["columns"] if c]
        result[f"constraint {one['name']}"] = (one["kind"], one["is_valid"], one["is_deferrable"],
                                               columns, references)
    return result


def relation_of_model(item):
    facts = {name: item[name] for name in ("kind", "is_unlogged", "row_security", "forces",
                                           "replica_identity", "is_partition", "is_default")}
    facts["parents"] = [full(*parent) for parent in item["parents"]]
    facts["owner"] = ".".join(item["owner"]) if item["owner"] else None
    facts["order of columns"] = [column["name"] for column in item["columns"]]
    for column in item["columns"]:
        facts[f"column {column['name']}"] = (
            type_of_model(column["type"]), column["not_null"], column["has_default"],
            column["is_identity"], column["is_generated"],
            column["collation"].split(".")[-1] if column["collation"] else None)
    facts |= constraints_of_model(item["constraints"])
    for index in item["indexes"]:
        facts[f"index {index['name']}"] = (index["is_unique"], index["is_partial"], index["method"],
                                           index["columns"], index["parent"])
    facts["triggers"] = sorted(map(tuple, item["triggers"]))
    facts["policies"] = sorted(map(tuple, item["policies"]))
    facts["reads"] = sorted({(full(schema, name), column or "")
                             for schema, name, column in item["reads"] if schema not in SYSTEM})
    return facts


def named_of_domain(constraints):
    """NOT NULL has a name only since 18, and keeps it when the domain gets another."""
    named = {name: value[:2] for name, value in constraints.items() if value[0] != "n"}
    return named | {"not null": any(value[0] == "n" for value in constraints.values())}


def from_model(items):
    result = {}
    for item in items:
        kind = item["object"]
        if kind == "relation" and item["schema"] != "pg_temp":
            result["relation", full(item["schema"], item["name"])] = relation_of_model(item)
        elif kind == "type":
            facts = {"kind": item["kind"], "labels": item["labels"]}
            if item["kind"] == "d":
                facts["base"] = type_of_model(item["base"])
                facts |= named_of_domain(constraints_of_model(item["constraints"]))
            result["type", full(item["schema"], item["name"])] = facts
        elif kind == "routine":
            name = f"{full(item['schema'], item['name'])}({item['arguments']})"
            result["routine", name] = {key: item[key] for key in (
                "volatility", "is_procedure", "is_security_definer", "has_search_path", "language")}
        elif kind == "publication":
            result["publication", item["name"]] = {"all": item["is_all_tables"],
                                                   "tables": sorted(item["tables"])}
        elif kind in ("schemas", "extensions"):
            for name in item["names"]:
                if name != "plpgsql":
                    result[kind[:-1], name] = {}
    return result


def type_of_catalog(schema, name, is_array, shown):
    modifiers = re.search(r"\(([0-9,-]+)\)", shown)
    return (full(schema, name) if schema else name, modifiers[1] if modifiers else "", is_array)


def base_type(shown):
    """A domain's base, spelled as format_type() does with an empty search_path."""
    names = {"integer": "int4", "bigint": "int8", "smallint": "int2", "boolean": "bool",
             "character varying": "varchar", "character": "bpchar", "double precision": "float8",
             "real": "float4", "timestamp without time zone": "timestamp",
             "timestamp with time zone": "timestamptz", "time without time zone": "time"}
    is_array = shown.endswith("[]")
    bare = re.sub(r"\([0-9,]+\)", "", shown.removesuffix("[]"))
    modifiers = re.search(r"\(([0-9,]+)\)", shown)
    return names.get(bare, bare), modifiers[1] if modifiers else "", is_array


def relations_of_catalog(connection, relations):
    by_oid = {}
    for schema, name, kind, *facts, oid in connection.execute(RELATIONS):
        names = ("is_unlogged", "row_security", "forces", "replica_identity", "is_partition",
                 "is_default")
        by_oid[oid] = {"kind": kind, **dict(zip(names, facts)), "parents": [], "owner": None,
                       "order of columns": [], "triggers": [], "policies": [], "reads": []}
        relations["relation", full(schema, name)] = by_oid[oid]
    for oid, name, schema, kind, is_array, shown, *facts in connection.execute(COLUMNS):
        if oid in by_oid and by_oid[oid]["kind"] != "S":
            by_oid[oid]["order of columns"].append(name)
            by_oid[oid][f"column {name}"] = (type_of_catalog(schema, kind, is_array, shown), *facts)
    for row in connection.execute(CONSTRAINTS):
        oid, kind, name, is_valid, is_deferrable, columns, schema, table, ends, on_delete, _ = row
        if oid in by_oid:
            by_oid[oid][f"constraint {name}"] = (
                kind, is_valid, is_deferrable, sorted(columns) if kind == "c" else columns,
                (full(schema, table), ends, on_delete) if table else None)
    for oid, name, *facts in connection.execute(INDEXES):
        if oid in by_oid:
            by_oid[oid][f"index {name}"] = tuple(facts)
    for query, key in ((TRIGGERS, "triggers"), (POLICIES, "policies")):
        for oid, *facts in connection.execute(query):
            if oid in by_oid:
                by_oid[oid][key].append(tuple(facts))
    for oid, schema, name, column in connection.execute(READS):
        if oid in by_oid:
            by_oid[oid]["reads"].append((full(schema, name), column or ""))
    for oid, schema, name in connection.execute(PARENTS):
        if oid in by_oid:
            by_oid[oid]["parents"].append(full(schema, name))
    for oid, schema, name, column in connection.execute(OWNERS):
        if oid in by_oid:
            by_oid[oid]["owner"] = f"{schema}.{name}.{column}"
    for facts in by_oid.values():
        for key in ("triggers", "policies", "reads"):
            facts[key].sort()


def types_of_catalog(connection, result):
    by_oid = {}
    for oid, schema, name, kind, labels, base, is_not_null in connection.execute(TYPES):
        by_oid[oid] = {"kind": kind, "labels": labels}
        if kind == "d":
            by_oid[oid]["base"] = base_type(base)
            by_oid[oid]["not null"] = is_not_null
        result["type", full(schema, name)] = by_oid[oid]
    for _, kind, name, is_valid, *_, oid in connection.execute(CONSTRAINTS):
        if oid in by_oid and kind != "n":
            by_oid[oid][f"constraint {name}"] = (kind, is_valid)


def from_catalog(connection):
    result = {}
    connection.execute("set search_path = ''")
    try:
        relations_of_catalog(connection, result)
        types_of_catalog(connection, result)
        names = ("volatility", "is_procedure", "is_security_definer", "has_search_path", "language")
        for schema, name, arguments, *facts in connection.execute(ROUTINES):
            result["routine", f"{full(schema, name)}({arguments})"] = dict(zip(names, facts))
        for name, is_all, tables in connection.execute(PUBLICATIONS):
            result["publication", name] = {"all": is_all, "tables": sorted(tables)}
        for name, in connection.execute(SCHEMAS):
            result["schema", name] = {}
        for name, in connection.execute(EXTENSIONS):
            result["extension", name] = {}
    finally:
        connection.execute("reset search_path")
    return result


def same(fact, model, catalog):
    if model == catalog:
        return True
    if fact.startswith("column ") and model and catalog and model[0] == "?":  # an expression's
        return model[1:4] == catalog[1:4]
    if fact == "reads":  # that a relation is there, beside which of its columns
        have = {name for name, column in catalog if column}
        return model == [(name, column) for name, column in catalog
                         if column or name not in have]
    if fact.startswith("constraint ") and model is None and catalog[0] == "n":  # 18 names them all
        return True
    if fact.startswith("constraint ") and model and catalog and model[4] and not model[4][1]:
        return model[:4] == catalog[:4] and model[4][::2] == catalog[4][::2]  # to the primary key
    if fact.startswith("constraint ") and model and catalog and model[0] == catalog[0] == "x":
        return model[1:3] == catalog[1:3]
    return False


def differences(model, catalog):
    """Lines: what is compared, what the model says, what the server says; and how many were compared."""
    lines, count = [], 0
    for key in sorted(model.keys() | catalog.keys()):
        if key not in model or key not in catalog:
            lines.append(f"{' '.join(key)}: only in the {'model' if key in model else 'catalog'}")
            continue
        ours, theirs = model[key], catalog[key]
        for fact in sorted(ours.keys() | theirs.keys()):
            count += 1
            if not same(fact, ours.get(fact), theirs.get(fact)):
                lines.append(f"{' '.join(key)}, {fact}: {ours.get(fact)}, server {theirs.get(fact)}")
    return lines, count
