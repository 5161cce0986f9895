"""Random schemas whose objects depend on each other in random ways.

A Design is a list of slots, each behind those that it may need; a slot is one object in up to three forms. A
Side chooses a form of each, or leaves it out with all that needs it: two sides of one design are two schemas
with much in common. A side's statements may run in any order in which each comes behind what it needs, and
make the same schema.
"""
import dataclasses

from .random_design import quoted

ABSENT = 0.08  # how often a slot is left out
KEPT = 0.75  # how often the second side has what the first has


@dataclasses.dataclass(frozen=True)
class Statement:
    key: str
    text: str
    needs: frozenset


class Side:
    """One schema of a design."""

    def __init__(self, design, random, like=None):
        self.design = design
        self.chosen = {}
        self.columns = {}  # of each table, those that it has, with their form
        self.present = set()
        for slot in design.slots:
            self.choose(slot, random, like)

    def choose(self, slot, random, like):
        old = like.chosen.get(slot.key) if like and random.random() < KEPT else None
        if old is None and not slot.is_needed and random.random() < ABSENT:
            return
        options = [option for option in slot.options if option.needs <= self.present]
        if not options:
            return
        self.chosen[slot.key] = old if old in options else random.choice(options)
        self.present |= {slot.key, *self.chosen[slot.key].provides}
        if slot.columns is not None:
            self.choose_columns(slot, random, like)

    def choose_columns(self, slot, random, like):
        """Those at the end may be missing: a column in the middle is nothing that ALTER TABLE can do."""
        cut = len(slot.columns) if random.random() < 0.7 else random.randint(1, len(slot.columns))
        self.columns[slot.key] = []
        old = dict((column.key, option) for column, option in like.columns.get(slot.key, [])) if like else {}
        if like and slot.key in like.columns and random.random() < KEPT:
            cut = len(like.columns[slot.key])
        for column in slot.columns[:cut]:
            options = [option for option in column.options if option.needs <= self.present]
            if not options:
                continue
            kept = old.get(column.key) if random.random() < KEPT else None
            self.columns[slot.key].append((column, kept if kept in options else random.choice(options)))
            self.present.add(column.key)

    def statements(self):
        made = []
        for slot in self.design.slots:
            if slot.key in self.chosen:
                chosen = self.chosen[slot.key]
                text, needs = chosen.text, chosen.needs
                if slot.columns is not None:
                    columns = self.columns[slot.key]
                    text = text.replace("{columns}", ", ".join(option.text for _, option in columns))
                    needs = needs.union(*(option.needs for _, option in columns))
                made.append(Statement(slot.key, text, frozenset(self.owner(need) for need in needs if self.owner(need) != slot.key)))
        return made

    def owner(self, key):
        """The statement that makes it: a column comes with its table or view."""
        for slot in self.design.slots:
            if slot.key in self.chosen and (slot.key == key or key in self.chosen[slot.key].provides
                                            or any(column.key == key for column, _ in self.columns.get(slot.key, []))):
                return slot.key
        raise KeyError(key)

    def script(self, random=None):
        """All of it, in the order of the design or in any that is possible."""
        statements = self.statements()
        if random:
            statements = shuffled(random, statements)
        return ";\n".join(statement.text for statement in statements)

    def rows(self, count=3):
        """INSERTs; constraints hold, triggers do not fire."""
        texts = ["SET session_replication_role = replica"]
        for relation in self.design.relations:
            if relation.key in self.columns:
                columns = [(column, option) for column, option in self.columns[relation.key] if column.family != "generated"]
                names = ["id"] * (relation.kind == "child") + [quoted(column.name) for column, _ in columns]
                values = ["i"] * (relation.kind == "child") + ["i" if column.family == "id" else self.design.families[column.family][2] for column, _ in columns]
                if columns:
                    texts.append(f"INSERT INTO {relation.name} ({', '.join(names)}) OVERRIDING SYSTEM VALUE SELECT {', '.join(values)} "
                                 f"FROM generate_series(1, {count}) AS i")
        return ";\n".join(texts)


def shuffled(random, statements):
    """Each behind what it needs, else in any order."""
    waiting, done, order = list(statements), set(), []
    while waiting:
        ready = [statement for statement in waiting if statement.needs <= done]
        statement = random.choice(ready)
        waiting.remove(statement)
        done.add(statement.key)
        order.append(statement)
    return order
