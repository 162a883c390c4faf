"""House rules that no tool checks for us."""

import ast
import re

from tests.promises.tree import PACKAGES, texts

# Hosts of package registries: a lock or a document that names one works in one place only.
REGISTRY_HOSTS = re.compile(
    r"files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian\.org|registry\.yarnpkg|rubygems\.org|crates\.io"
)
# A home folder or a work folder of one machine.
MACHINE_PATHS = re.compile(r"(?<![\w.}-])/(?:root|home|Users|work)/[\w.]+")
# Spelt so that this line is not a finding of itself.
UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b|NotImplemented[E]rror")
ALARM = 320
WIDEST_TEMPLATE_LINE = 120
ALARM_FOR_TESTS = 420  # a test module is a list of cases of one thing
# Past the alarm, with the reason why each still has one meaning.
LONG_MODULES: dict[str, str] = {}
# Modules that speak to a person at a terminal.
SPEAKS_AT_TERMINAL = re.compile(r"^(?:app/cli|app/commands/\w+|app/checking/doctor|.*/__main__)\.py$")


def found(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    """Where a pattern stands, as file:line."""
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts(*suffixes).items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_is_named() -> None:
    assert found(REGISTRY_HOSTS) == []


def test_no_folder_of_one_machine_is_named() -> None:
    assert found(MACHINE_PATHS) == []


def test_nothing_is_left_unfinished() -> None:
    assert found(UNFINISHED, ".py", ".js", ".html") == []


def test_no_module_is_past_the_alarm_without_a_reason() -> None:
    lengths = {name: text.count("\n") for name, text in texts(".py").items()}
    long = {name for name, length in lengths.items() if length > alarm(name) and "/migrations/" not in name}
    assert long == set(LONG_MODULES)


def alarm(name: str) -> int:
    return ALARM_FOR_TESTS if name.startswith("tests/") else ALARM


def test_no_line_of_a_template_is_too_wide_to_read() -> None:
    wide = [
        f"{name}:{number}"
        for name, text in texts(".html").items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDEST_TEMPLATE_LINE
    ]
    assert wide == []


def test_only_commands_print() -> None:
    printing = []
    for name, text in texts(".py").items():
        if name.split("/")[0] in PACKAGES and not SPEAKS_AT_TERMINAL.match(name):
            calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
            printing += [f"{name}:{call.lineno}" for call in calls if getattr(call.func, "id", "") == "print"]
    assert printing == []


def test_the_patterns_find_what_they_are_for() -> None:
    assert REGISTRY_HOSTS.search("https://" + "pypi" + ".org/simple")
    assert MACHINE_PATHS.search("open('" + "/home" + "/someone/file')")
    assert not MACHINE_PATHS.search("docs/work/plan.md and /var/lib/guichet")
    assert UNFINISHED.search("# " + "todo".upper() + ": later")
