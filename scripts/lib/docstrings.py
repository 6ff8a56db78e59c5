"""Prints the documentation strings of Python's own library: text that is on every machine.

usage: docstrings.py
"""

import ast
import pathlib
import sys
import sysconfig

#: Shorter ones say little but a name.
LEAST_CHARACTERS = 80
SKIPPED = {"test", "tests", "site-packages", "idlelib", "lib2to3", "ensurepip"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def main():
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    for path in sorted([*library.glob("*.py"), *library.glob("*/*.py")]):
        if SKIPPED & set(path.parts):
            continue
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            text = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
            if text and len(text) >= LEAST_CHARACTERS:
                sys.stdout.write(text + "\n\n")


main()
