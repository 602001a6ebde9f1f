"""Where expressions are run: DuckDB in this process unless somebody brings another engine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from keen.adoption.facts import tables
from keen.telemetry import spool

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Engine(Protocol):
    """What the measures ask of an engine."""

    def give(self, name: str, rows: "pa.Table") -> "ir.Table":
        """The rows as a table of the engine."""
        ...

    def read(self, name: str, files: Sequence[Path]) -> "ir.Table":
        """The files as a table of the engine, with the columns of that table of facts."""
        ...

    def run(self, expression: "ir.Table") -> "pa.Table":
        """The rows of the expression."""
        ...


class DuckEngine:
    """DuckDB in memory, which spills beside the facts and loads nothing from the network."""

    def __init__(self, place: Path, *, memory: str = "512MB") -> None:
        import ibis  # noqa: PLC0415  megabytes that no web process needs

        spool.private(place)
        self._connection = ibis.duckdb.connect(
            ":memory:",
            threads=2,
            memory_limit=memory,
            temp_directory=str(place / "spill"),
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )

    def give(self, name: str, rows: "pa.Table") -> "ir.Table":
        """The rows as a table in memory."""
        return self._connection.create_table(name, rows, overwrite=True)

    def read(self, name: str, files: Sequence[Path]) -> "ir.Table":
        """The files, read when they are asked for."""
        if not files:
            return self.give(name, tables.table(name, ()))
        return self._connection.read_parquet([str(file) for file in files], table_name=name)

    def run(self, expression: "ir.Table") -> "pa.Table":
        """The rows of the expression."""
        return self._connection.to_pyarrow(expression)

    def close(self) -> None:
        """Nothing of it stays open."""
        self._connection.disconnect()


def held(engine: Engine, files: Mapping[str, Sequence[Path]]) -> dict[str, "ir.Table"]:
    """All tables of facts on the engine."""
    return {name: engine.read(name, files.get(name, ())) for name in tables.TABLES}
