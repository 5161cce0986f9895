"""Cuts the SQL of an example into statements, and knows how they may run."""
import re

PIECE = re.compile(r"""
    (?P<skip>--[^\n]*|/\*.*?\*/|\s+)
  | (?P<atomic>BEGIN\s+ATOMIC\b.*?\bEND\b)
  | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|(?P<tag>\$\w*\$).*?(?P=tag))
  | (?P<end>;)
  | (?P<other>\w+|.)
""", re.VERBOSE | re.DOTALL | re.IGNORECASE)

ALONE = re.compile(r"""
    (CREATE|DROP)\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY
  | REINDEX\b.*\bCONCURRENTLY\b(?!\s+false)
  | REINDEX\s+(SCHEMA|DATABASE|SYSTEM)
  | ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY
  | VACUUM | ALTER\s+SYSTEM | (CREATE|DROP)\s+(DATABASE|TABLESPACE)
""", re.VERBOSE | re.DOTALL | re.IGNORECASE)


def cut(sql):
    found, text = [], ""
    for piece in PIECE.finditer(sql):
        if piece["end"]:
            found.append(text)
            text = ""
        elif not piece["skip"]:
            text += piece[0]
        elif text:
            text += " "
    return [statement.strip() for statement in [*found, text] if statement.strip()]


def first_word(statement):
    return statement.split()[0].upper()


def begins(statement):
    return first_word(statement) in ("BEGIN", "START") and "ATOMIC" not in statement.upper()


def ends(statement):
    return first_word(statement) in ("COMMIT", "END", "ROLLBACK", "ABORT") and " TO " not in statement


def runs_alone(statement):
    """PostgreSQL refuses it in a transaction."""
    return bool(ALONE.match(statement))
