"""Where the machine code of kernels is kept, and until when it is good.

A kernel is machine code of its own module and of all that it calls. numba asks only whether the kernel's own module
changed; a mend of a module it calls would then go unnoticed until the code is compiled anew. Here a kernel's code is
good as long as its module and every module of fusion that it builds on are what they were.

It is looked for beside the module first, even where nothing may be written there (an installation made by somebody
else), then in the folder where numba may write (``NUMBA_CACHE_DIR``, or the user's). Where nothing may be written at
all, kernels are compiled in every run, which takes about a minute.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, NullCache, _CacheLocator

_PACKAGE = "fusion"
_IMPORTED = re.compile(rf"^from truceline\.{_PACKAGE}\.([\w.]+) import", re.MULTILINE)


def sources(module: Path) -> tuple[Path, ...]:
    """A module of this package and all modules of it that it builds on, in order of name."""
    package = next(folder for folder in module.parents if folder.name == _PACKAGE)
    found, waiting = set[Path](), [module]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            named = _IMPORTED.findall(path.read_text(encoding="utf-8"))
            waiting += [package.joinpath(*name.split(".")).with_suffix(".py") for name in named]
    return tuple(sorted(found))


def stamp(module: Path) -> str:
    """What the kernels of a module are made of: changes with every change in what the module builds on."""
    whole = hashlib.sha256()
    for path in sources(module):
        whole.update(path.read_bytes())
    return whole.hexdigest()


class _BesideModule(_CacheLocator):  # type: ignore[misc]  # numba tells the type checker nothing of its classes
    """The folder of compiled Python beside the module, whether or not it may be written."""

    def __init__(self, function: Callable[..., Any], module: str) -> None:
        self._function, self._module = function, Path(module)

    def get_cache_path(self) -> str:
        return str(self._module.parent / "__pycache__")

    def get_source_stamp(self) -> str:
        return stamp(self._module)

    def get_disambiguator(self) -> str:
        return str(self._function.__code__.co_firstlineno)

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _BesideModule:
        return cls(py_func, py_file)


class _ReadBesideModule(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_BesideModule,)


class _Beside(FunctionCache):  # type: ignore[misc]
    _impl_class = _ReadBesideModule


class _Writable(FunctionCache):  # type: ignore[misc]
    """Where numba finds that it may write; raises RuntimeError where there is no such folder."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        made_of = stamp(Path(inspect.getfile(function)))
        self._cache_file = IndexDataCacheFile(self._cache_path, self._impl.filename_base, made_of)


class Kept(NullCache):  # type: ignore[misc]
    """A kernel's machine code: read beside its module or where numba may write, written there only."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Look where the code of this kernel is and may be kept."""
        self._places: list[FunctionCache] = [_Beside(function)]
        self._writable: FunctionCache | None = None
        with suppress(RuntimeError):
            self._writable = _Writable(function)
            self._places.append(self._writable)

    @property
    def cache_path(self) -> str | None:
        """The folder where code is written, if there is one."""
        return None if self._writable is None else str(self._writable.cache_path)

    def load_overload(self, sig: object, target_context: object) -> object:
        """Code for these types of arguments, or None."""
        for place in self._places:
            found = place.load_overload(sig, target_context)
            if found is not None:
                return found
        return None

    def save_overload(self, sig: object, cres: object) -> None:
        """Keep code for the next run."""
        if self._writable is not None:
            self._writable.save_overload(sig, cres)
