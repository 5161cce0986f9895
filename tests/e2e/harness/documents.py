"""The command lines that the documents show, as a reader would type them."""
import re
import subprocess

from .program import ROOT, find_binary

# What a reader puts something else for.
PLACEHOLDERS = {"COMMAND": "up", "VERSION": "027", "NAME": "add_notes", "DIR": "migrations"}


def texts():
    return sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])


def output_of(*arguments):
    return subprocess.run([find_binary(), *arguments], check=True, text=True, stdout=subprocess.PIPE,
                          timeout=60).stdout


def commands():
    return re.findall(r"^  [W ] ([a-z-]+(?: [a-z-]+)?)", output_of("help"), re.MULTILINE)


def fenced(text):
    """(language, text) of blocks between fences."""
    return re.findall(r"^```(.*)\n((?:.*\n)*?)```", text, re.MULTILINE)


def without_fenced(text):
    return re.sub(r"^```.*\n(?:.*\n)*?```", "", text, flags=re.MULTILINE)


def blocks(text):
    """Blocks between fences and blocks that are indented, without their indentation."""
    indented = re.findall(r"(?:^|\n\n)((?: {4}.*\n|\n)+)", without_fenced(text))
    return [block for _, block in fenced(text)] + [
        re.sub(r"^ {4}", "", block, flags=re.MULTILINE) for block in indented]


def lines_of_block(block):
    """Lines in which the program is called, without a prompt and without a comment."""
    called = re.findall(r"^(?:\$ )?((?:.*(?:<\(|&& |\| |; ))?migrate-safe .*)", block, re.MULTILINE)
    return [re.sub(r"\s+# .*", "", line).rstrip() for line in called]


def lines_of_text(text):
    """Whole lines of blocks; in sentences what stands between `` and has a word behind its command."""
    found = [line for block in blocks(text) for line in lines_of_block(block)]
    sentences = re.sub(r"^ {4}.*", "", without_fenced(text), flags=re.MULTILINE)
    names = "|".join(commands())
    for span in re.findall(r"`([^`]+)`", sentences):
        span = span.replace("\n", " ")
        if re.match(rf"migrate-safe \S|({names}) [^ |]", span):
            found.append("migrate-safe " + span.removeprefix("migrate-safe "))
    return [re.sub(r"\b[A-Z]+\b", lambda word: PLACEHOLDERS.get(word[0], word[0]), line)
            for line in found]


def lines_of_help():
    """First steps of the overview."""
    return re.findall(r"^  (migrate-safe .*?)(?:  .*)?$", output_of("help"), re.MULTILINE)


def lines_of_manual_page():
    """Examples of all commands (--help shows the same), and whole blocks."""
    source = output_of("help", "--man")
    examples = [re.sub(r"\\(.)", r"\1", line)
                for line in re.findall(r"^\*(migrate-safe .*)\*$", source, re.MULTILINE)]
    return examples + [line for block in blocks(source) for line in lines_of_block(block)]


def all_lines():
    found = [line for path in texts() for line in lines_of_text(path.read_text())]
    return sorted({*found, *lines_of_help(), *lines_of_manual_page()})


def section(text, title):
    """A section of a document, by its heading."""
    return re.search(rf"^## {re.escape(title)}\n((?:(?!## ).*\n)*)", text, re.MULTILINE)[1]
