#!/usr/bin/env python3
"""docs/rules.md: a section for each lint rule, from what the program itself says of them.

    migrate-safe lint --rules --json | tools/rules_document.py > docs/rules.md
"""
import json
import sys

HEAD = """# Rules of `migrate-safe lint`

Made from `migrate-safe lint --rules --json` by `tools/rules_document.py`; what is wrong here is corrected in
`src/check/rules/`. A rule's severity is what counts when the configuration says nothing; *off* rules are matters of taste and
have to be asked for. What a rule is about:

"""
LINES_MOST = 24  # of an example; one has 1,600 columns


def servers(item):
    first, last = item["pg_from"], item["pg_to"]
    if first and last:
        return f"PostgreSQL {first}" if first == last else f"PostgreSQL {first} to {last}"
    if first:
        return f"PostgreSQL {first} and newer"
    return f"PostgreSQL {last} and older" if last else ""


def sql(text):
    lines = text.strip().splitlines()
    if len(lines) > LINES_MOST:
        lines[LINES_MOST - 2:-1] = ["-- ..."]
    return "\n".join(["```sql", *(line if len(line) <= 400 else f"{line[:400]} ..." for line in lines), "```", ""])


def example(item, heading):
    said = "; ".join(part for part in (item["note"], servers(item)) if part)
    text = f"{heading}{f' ({said})' if said else ''}:\n\n"
    before = f"-- there before:\n{item['setup'].strip()}\n\n" if item["setup"] else ""
    return text + sql(before + item["sql"]) + "\n"


def claim(rule):
    said = rule["claim"]
    parts = []
    if said["mode"]:
        parts.append(f"takes `{said['mode']}` on `{said['relation']}`")
    if said["rewrite"]:
        parts.append("writes it anew")
    if said["scan"]:
        parts.append("reads all of it")
    if said["sqlstate"]:
        parts.append(f"fails with SQLSTATE {said['sqlstate']}")
    return f"The first example {', '.join(parts)}, on real servers.\n\n" if parts else ""


def section(rule):
    facts = [rule["severity"] + (", off without --keep" if rule["on_with_keep"] else ", off" if rule["optional"] else ""), rule["risk"], servers(rule)]
    text = f"## {rule['id']}\n\n{rule['summary'][0].upper()}{rule['summary'][1:]}. "
    text += f"*{' · '.join(fact for fact in facts if fact)}*\n\n{rule['why']}\n\n"
    text += "".join(example(item, "Found") for item in rule["bad"])
    text += claim(rule)
    text += f"Instead: {rule['instead'].rstrip('.')}."
    text += " `lint --fix` writes it, where that is sure.\n\n" if rule["fix"] else "\n\n"
    if rule["instead_sql"]:
        text += sql(rule["instead_sql"]) + "\n"
    text += "".join(example(item, "Not found") for item in rule["good"])
    if rule["aliases"]:
        text += "Elsewhere: " + ", ".join(f"`{alias}`" for alias in rule["aliases"]) + "\n\n"
    return text


def document(rules):
    risks = {rule["risk"]: rule["risk_meaning"] for rule in rules}
    text = HEAD + "".join(f"- **{risk}**: {risks[risk]}\n" for risk in risks)
    text += "\n| rule | severity | risk | fix | what it finds |\n|---|---|---|---|---|\n"
    for rule in rules:
        severity = "off" if rule["optional"] else rule["severity"]
        fix = "`--fix`" if rule["fix"] else ""
        text += f"| [{rule['id']}](#{rule['id']}) | {severity} | {rule['risk']} | {fix} | {rule['summary']} |\n"
    return text + "\n" + "".join(section(rule) for rule in rules).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.write(document(json.load(sys.stdin)["rules"]))
