"""Imports at the top of a module that wait until a function needs what they bring.

Rasa imports a web server, three HTTP clients, a scheduler, a terminal toolkit and scikit-learn wherever one of its
functions may want them; a conversation wants none. In each module of `DEFERRED`, what was imported from the modules
named is looked up where it is used instead (`__deferred__.Sanic`), so that a function finds exactly what Rasa's own
would. Annotations stay text. Whoever asks the module for such a name gets it, too.
"""

from __future__ import annotations
import __future__

import ast
import copy
import hashlib
import importlib
import importlib.machinery
import importlib.util
import marshal
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from assistant.speed.deferrals import DEFERRED

_HOLDER = "__deferred__"
_CACHED_AS = "deferred"
Found = dict[str, tuple[str, str | None] | CodeType]
"""The name → the module that it comes from, and which attribute of it (None: the module itself), or what defines it."""


class StillNeeded(ImportError):
    """A name cannot wait: the module uses it while it is imported, or gives it another meaning."""


class Waiting:
    """Imports what is asked for, once. Stands in the module's own names, so that annotations find it."""

    def __init__(self, found: Found, names: dict[str, Any]) -> None:
        self._found, self._names = found, names

    def __getattr__(self, name: str) -> Any:
        """What the statement would have brought."""
        source = self._found.get(name)
        if source is None:
            raise AttributeError(name)
        if isinstance(source, CodeType):
            exec(source, self._names)  # noqa: S102  a statement of Rasa's own module
            value = self._names[name]
        else:
            module, attribute = importlib.import_module(source[0]), source[1]
            value = module if attribute is None else _attribute(module, attribute)
        setattr(self, name, value)
        return value


def _attribute(module: ModuleType, name: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        return importlib.import_module(f"{module.__name__}.{name}")


def waits(loader: Any, module: ModuleType) -> None:
    """Prepare a module of `DEFERRED` before it is executed, and what its loader executes."""
    code, found = _prepared(module.__name__, Path(loader.get_filename(module.__name__)))
    waiting = Waiting(found, vars(module))

    def __getattr__(name: str) -> Any:  # noqa: N807  a module may have one
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return getattr(waiting, name)
        except AttributeError:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}") from None

    vars(module).update({_HOLDER: waiting, "__getattr__": __getattr__})
    loader.get_code = lambda _: code


def _prepared(name: str, path: Path) -> tuple[CodeType, Found]:
    """The rewritten module; kept beside Python's own byte code for as long as its source and this file are the same."""
    kept = Path(importlib.util.cache_from_source(str(path), optimization=_CACHED_AS))
    stat = path.stat()
    key = hashlib.sha256(repr((_own(), DEFERRED[name], stat.st_mtime_ns, stat.st_size)).encode()).digest()
    try:
        data = kept.read_bytes()
        if data[: len(key)] == key:
            code, found = marshal.loads(data[len(key) :])  # noqa: S302  written below, as Python writes its own
            return code, found
    except (OSError, ValueError, EOFError, TypeError):
        pass
    code, found = rewritten(path.read_text(encoding="utf-8"), str(path), DEFERRED[name])
    new = kept.with_suffix(f".{os.getpid()}")
    try:
        kept.parent.mkdir(exist_ok=True)
        new.write_bytes(key + marshal.dumps((code, found)))
        new.replace(kept)
    except OSError:  # a read-only environment starts more slowly
        pass
    return code, found


@cache
def _own() -> bytes:
    return hashlib.sha256(Path(__file__).read_bytes() + importlib.util.MAGIC_NUMBER).digest()


def rewritten(source: str, path: str, waiting: tuple[str, ...]) -> tuple[CodeType, Found]:
    """The module without its imports of what waits, and the names that these brought.

    A class or a variable that is made of such a name waits, too.

    Raises:
        StillNeeded: another statement needs one of the names while the module is imported.
    """
    tree = ast.parse(source)
    found: Found = {}
    lookups = _Lookups(found, {})
    body = [kept for statement in tree.body for kept in _without(statement, waiting, found, lookups.chains)]
    brought = {each for each in found.values() if isinstance(each, tuple)}
    if not set(waiting) <= {source for source, _ in brought} | {f"{source}.{name}" for source, name in brought}:
        raise StillNeeded(f"{path} imports not all of {waiting}")
    late = {name: statement for statement in body if (name := _late(statement, lookups))}
    for name, statement in late.items():
        found[name] = _compiled([lookups.made_later(statement)], path)
    return _compiled([lookups.visit(each) for each in body if each not in late.values()], path), found


def _late(statement: ast.stmt, lookups: _Lookups) -> str | None:
    """The name that the statement defines, where that must wait; noted, so that what is made of it waits as well."""
    try:
        lookups.visit(copy.deepcopy(statement))
    except StillNeeded:
        match statement:
            case (
                ast.ClassDef(name=name)
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
            ):
                lookups.found[name] = ("", name)
                return name
        raise
    return None


def _compiled(body: list[ast.stmt], path: str) -> CodeType:
    tree = ast.fix_missing_locations(ast.Module(body, []))
    return compile(tree, path, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True)


def _without(statement: ast.stmt, waiting: tuple[str, ...], found: Found, chains: dict[str, str]) -> list[ast.stmt]:
    if isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
        left = []
        for alias in statement.names:
            if statement.module in waiting or f"{statement.module}.{alias.name}" in waiting:
                found[alias.asname or alias.name] = (statement.module, alias.name)
            else:
                left.append(alias)
        statement.names = left
        return [statement] if left else []
    if isinstance(statement, ast.Import):
        left = []
        for alias in statement.names:
            if alias.name not in waiting:
                left.append(alias)
            elif alias.asname or "." not in alias.name:
                found[alias.asname or alias.name] = (alias.name, None)
            else:
                chains[alias.name] = alias.name.replace(".", "__")
                found[chains[alias.name]] = (alias.name, None)
        statement.names = left
        return [statement] if left else []
    return [statement]


class _Lookups(ast.NodeTransformer):
    """Each use of a name that waits, within a function or an annotation, becomes a look-up."""

    def __init__(self, found: Found, chains: dict[str, str]) -> None:
        self.found, self.chains = found, chains
        self._later = 0

    def made_later(self, statement: ast.stmt) -> Any:
        """A statement that is executed only once its name is asked for."""
        return self._when_called(lambda: self.visit(statement))

    def _when_called(self, visit: Callable[[], Any]) -> Any:
        self._later += 1
        try:
            return visit()
        finally:
            self._later -= 1

    def _function(self, node: Any) -> Any:
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.args.defaults = [self.visit(each) for each in node.args.defaults]
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        for argument in _arguments(node.args):
            if argument.arg in self.found:
                raise StillNeeded(f"{argument.arg} is an argument of {node.name}")

        def rest() -> None:
            for argument in _arguments(node.args):
                argument.annotation = argument.annotation and self.visit(argument.annotation)
            node.returns = node.returns and self.visit(node.returns)
            node.body = [self.visit(each) for each in node.body]

        self._when_called(rest)
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815  as `ast` calls them

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return self._when_called(lambda: self.generic_visit(node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        node.annotation = self._when_called(lambda: self.visit(node.annotation))
        node.value = node.value and self.visit(node.value)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        chain = self.chains.get(ast.unparse(node)) if self.chains else None
        return self._looked_up(chain, node) if chain else self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        return self._looked_up(node.id, node) if node.id in self.found else node

    def _looked_up(self, name: str, node: Any) -> ast.expr:
        if not self._later or not isinstance(node.ctx, ast.Load):
            raise StillNeeded(f"line {node.lineno}: {name} is used at once, or given another meaning")
        holder = ast.Name(_HOLDER, ast.Load())
        return ast.copy_location(ast.Attribute(holder, name, ast.Load()), node)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    more = [each for each in (arguments.vararg, arguments.kwarg) if each]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *more]
