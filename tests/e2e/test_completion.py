"""Completion, asked of the shells themselves: their own TAB, their own list.

Where a line is typed, `migrate-safe` is a function that shows its words, so that what the shell has
made of the line can be read.
"""
import re
import subprocess

import pytest

from harness import terminal
from harness.message import said
from harness.program import ROOT, Program

# What the shells make of texts that the program prints, which it does in test_documented_lines.py too.
pytestmark = pytest.mark.once

PROMPT = "READY> "
STUB = f"""
PS1='{PROMPT}'
migrate-safe() {{ printf '<%s>' "$@"; echo; }}
"""
BASH = """
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_migrate_safe
printf '%s\\n' "${COMPREPLY[@]}"
"""
PLACES = {"bash": "bash-completion/completions/migrate-safe", "zsh": "zsh/site-functions/_migrate-safe",
          "fish": "fish/vendor_completions.d/migrate-safe.fish"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """The scripts as they are installed, and things to complete."""
    here = tmp_path_factory.mktemp("completion")
    program = Program(here)
    for shell, name in PLACES.items():
        path = here / "share" / name
        path.parent.mkdir(parents=True)
        path.write_text(program("completion", shell).ok().out)
    (here / "migrations of ours").mkdir()
    (here / "miss.yaml").write_text("")
    return program


def commands(program):
    return re.findall(r"^  [W ] ([a-z-]+(?: [a-z-]+)?)", program("help").ok().out, re.MULTILINE)


def first_words(program):
    """Each once."""
    return list(dict.fromkeys(command.split()[0] for command in commands(program)))


def options(program, command):
    """What --help shows, with the --no- forms of what a configuration may say."""
    shown = re.findall(r"^  (?:-\w, |    )(--[a-z-]+)", program("help", *command.split()).ok().out, re.MULTILINE)
    said = ("skip-backup", "skip-drift", "wait", "allow-missing-downs", *["keep"] * (command == "lint"))
    return sorted(shown + [f"--no-{name}" for name in said if f"--{name}" in shown])


def bash(scene, line):
    """What bash offers for the last word; readline cuts at = and :."""
    words = [word for part in line.split(" ") for word in re.findall(r"[^=:]+|[=:]+", part) or [""]]
    done = subprocess.run(["bash", "-uc", BASH, "bash", scene.cwd / "share" / PLACES["bash"], *words],
                          cwd=scene.cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=30)
    assert done.stderr == "" and done.returncode == 0, done.stderr
    return done.stdout.split()


def fish(scene, line):
    """What fish offers, without the descriptions."""
    done = subprocess.run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"',
                           scene.cwd / "share" / PLACES["fish"], line], cwd=scene.cwd, text=True,
                          env=scene.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=30)
    assert done.stderr == "" and done.returncode == 0, done.stderr
    return [offered.split("\t")[0] for offered in done.stdout.splitlines()]


def typed(scene, shell, keys):
    """What an interactive shell shows for these keys, each typed after a text that is waited for."""
    share = scene.cwd / "share"
    if shell == "bash":
        (scene.cwd / "bashrc").write_text(f"{STUB}\nsource {share / PLACES['bash']}\n")
        command = ["bash", "--noprofile", "--rcfile", scene.cwd / "bashrc", "-i"]
    else:
        (scene.cwd / ".zshrc").write_text(
            f"{STUB}\nfpath=({(share / PLACES['zsh']).parent} $fpath)\nautoload -U compinit\n"
            f"compinit -D -u\nLISTMAX=0\nunsetopt auto_remove_slash\n")
        command = ["zsh", "-d", "-i"]
    environment = scene.environment({"TERM": "xterm", "ZDOTDIR": scene.cwd})
    keys = [*keys, (PROMPT, "exit\r")]
    return terminal.run(command, environment, scene.cwd, keys, 100, 200, 60)[1].decode()


def words_of(scene, shell, line):
    """The words of a line that TAB was pressed behind."""
    shown = typed(scene, shell, [(PROMPT, f"{line}\t\r")])
    return re.findall("<([^>]*)>", re.search(r"(<.*>)\r\n", shown)[1])


@pytest.mark.parametrize("shell", PLACES)
def test_the_shell_accepts_its_script(scene, shell):
    done = subprocess.run([shell, "-n", scene.cwd / "share" / PLACES[shell]], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    assert done.returncode == 0 and done.stdout == "", done.stdout


def test_bash_offers_the_commands(scene):
    assert bash(scene, "migrate-safe ") == first_words(scene)
    assert bash(scene, "migrate-safe --json backup ") == [
        command.split()[1] for command in commands(scene) if command.startswith("backup ")]
    assert bash(scene, "migrate-safe backup --dir up li") == ["list"]
    assert bash(scene, "migrate-safe --json --dir up st") == ["status"]
    assert bash(scene, "migrate-safe --dir=up --database postgresql://h/down do") == ["down", "doctor"]


def test_bash_offers_each_commands_options(scene):
    for command in commands(scene):
        assert sorted(bash(scene, f"migrate-safe {command} -")) == options(scene, command), command
    assert bash(scene, "migrate-safe apply --step") == ["--steps"]
    assert bash(scene, "migrate-safe status --dir=x --ex") == ["--exit-code"]
    assert bash(scene, "migrate-safe up --no-") == ["--no-skip-backup", "--no-skip-drift", "--no-wait"]
    assert bash(scene, "migrate-safe init --ci git") == ["github", "gitlab"]
    assert "--steps" not in bash(scene, "migrate-safe help up -")
    assert "--exit-code" in bash(scene, "migrate-safe status ")  # takes no argument: nothing else fits


@pytest.mark.parametrize("line, offered", [
    ("up --layout pa", ["paired"]), ("up --layout=pl", ["plain"]), ("up --layout=", ["paired", "plain"]),
    ("completion ", ["bash", "zsh", "fish"]), ("help pl", ["plan"]), ("up --to ", []), ("up --to=", []),
    ("new ", []), ("--database x", [])])
def test_bash_and_fish_offer_values(scene, line, offered):
    if "layout" in line:
        assert set(offered) <= set(bash(scene, f"migrate-safe {line}"))
    else:
        assert bash(scene, f"migrate-safe {line}") == offered
    if "=" not in line:
        assert set(offered) <= set(fish(scene, f"migrate-safe {line}"))
        assert bool(offered) == bool(fish(scene, f"migrate-safe {line}"))


def test_fish_offers_commands_and_their_options(scene):
    assert sorted(fish(scene, "migrate-safe ")) == sorted(first_words(scene))
    assert sorted(fish(scene, "migrate-safe --json backup ")) == sorted(
        command.split()[1] for command in commands(scene) if command.startswith("backup "))
    for command in commands(scene):
        assert sorted(fish(scene, f"migrate-safe {command} --")) == options(scene, command), command
    assert fish(scene, "migrate-safe --dir up st") == ["status"]
    assert fish(scene, "migrate-safe apply --step") == ["--steps"]
    assert "--steps" not in fish(scene, "migrate-safe help up --")
    assert fish(scene, "migrate-safe up --dir mi") == ["migrations of ours/"]
    assert set(fish(scene, "migrate-safe up --config mi")) == {"migrations of ours/", "miss.yaml"}


def test_zsh_offers_each_commands_options(scene):
    for command in ("up", "status", "help", "rollback", "backup list"):
        shown = typed(scene, "zsh", [(PROMPT, f"migrate-safe {command} --\t"), ("--version ", "\x15\r")])
        listed = set(re.findall(r"--[a-z-]{2,}(?= )", shown.split(f"{command} --", 1)[1]))
        assert sorted(listed) == options(scene, command), shown


@pytest.mark.slice
@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("line, words", [
    ("migrate-safe histo", ["history"]),
    ("migrate-safe --dir x histo", ["--dir", "x", "history"]),
    ("migrate-safe up --skip-b", ["up", "--skip-backup"]),
    ("migrate-safe history --lim", ["history", "--limit"]),
    ("migrate-safe up --layout pai", ["up", "--layout", "paired"]),
    ("migrate-safe up --layout=pai", ["up", "--layout=paired"]),
    ("migrate-safe up --dir mi", ["up", "--dir", "migrations of ours/"]),
    ("migrate-safe up --dir x --dir mi", ["up", "--dir", "x", "--dir", "migrations of ours/"]),
    ("migrate-safe up --dir=mi", ["up", "--dir=migrations of ours/"]),
    ("migrate-safe --config mis", ["--config", "miss.yaml"]),
    ("migrate-safe completion z", ["completion", "zsh"]),
    ("migrate-safe help recov", ["help", "recover"]),
    ("migrate-safe backup li", ["backup", "list"]),
    ("migrate-safe backup list --backup-fol", ["backup", "list", "--backup-folder"]),
])
def test_a_line_is_completed_by_tab(scene, shell, line, words):
    assert words_of(scene, shell, line) == words


def test_zsh_reads_the_script_with_source_too(scene):
    shown = typed(scene, "zsh", [(PROMPT, "fpath=(); compdef -d migrate-safe\r"),
                                 (PROMPT, f"source {scene.cwd / 'share' / PLACES['zsh']}\r"),
                                 (PROMPT, "migrate-safe histo\t\r")])
    assert "<history>" in shown


def test_another_shell_is_named(scene):
    assert said(scene("completion", "csh")) == (
        5, 'migrate-safe: error: no completion for the shell "csh"', "the shells are: bash, zsh, fish")


def test_they_are_installed_where_the_shells_look(scene, tmp_path):
    subprocess.run(["meson", "install", "-C", scene.binary.parent, "--no-rebuild", "--destdir", tmp_path],
                   check=True, stdout=subprocess.DEVNULL, cwd=ROOT, timeout=60)
    for name in PLACES.values():
        found, = tmp_path.glob(f"**/share/{name}")
        assert found.read_text() == (scene.cwd / "share" / name).read_text()
    assert list(tmp_path.glob("**/share/man/man1/migrate-safe.1"))
