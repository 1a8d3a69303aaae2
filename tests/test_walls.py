"""The walls that import-linter cannot see: front doors that are single files, start-up, and the names we take."""

import ast
import importlib.util
import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOMS = ("library", "ingest", "index", "browse", "ask", "export", "views", "commands", "front")
MODULES = ("app", "cli", "posterhall")
HEAVY = {
    "citeproc",
    "faiss",
    "fitz",
    "lxml",
    "openTSNE",
    "openvino",
    "pylatexenc",
    "pymupdf",
    "sentence_transformers",
    "sklearn",
    "streamlit",
    "torch",
}

STORES_AND_ENGINES = {"faiss", "fitz", "openreview", "openvino", "pymupdf", "sqlite3", "sqlite_utils", "tantivy"}
FORBIDDEN = {
    "posterhall": {"app", "cli", "commands", "views", "streamlit"} | STORES_AND_ENGINES,
    "cli": {"app"} | STORES_AND_ENGINES,
    "app": {"ask", "browse", "cli", "commands", "export", "index", "ingest"} | STORES_AND_ENGINES,
}


def imported(source: str) -> set[str]:
    """Top-level names that a module imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def test_imports_are_seen_at_the_top_and_inside_functions() -> None:
    source = "import a.b\nfrom c.d import e\nfrom . import f\ndef g():\n    import h as i\n"
    assert imported(source) == {"a", "c", "h"}


@pytest.mark.parametrize("module", MODULES)
def test_a_front_door_stays_on_its_side_of_the_walls(root: Path, module: str) -> None:
    crossed = imported((root / f"{module}.py").read_text(encoding="utf-8")) & FORBIDDEN[module]
    assert not crossed, f"{module}.py imports {', '.join(sorted(crossed))}"


def test_importing_the_terminal_front_door_loads_nothing_heavy(root: Path) -> None:
    code = "import cli, json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    loaded = set(json.loads(ran.stdout))
    assert "cli" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", ROOMS + MODULES)
def test_no_other_installed_distribution_owns_one_of_our_names(root: Path, name: str) -> None:
    owners = set(packages_distributions().get(name, ()))
    assert owners <= {"posterhall"}, f"{name} also belongs to {', '.join(sorted(owners))}"
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(root), f"{name} is {spec.origin}, not ours"
