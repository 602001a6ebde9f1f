"""The engines that the measures are held against: DuckDB, and ClickHouse within this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keen.adoption.facts import tables


class ClickEngine:
    """ClickHouse by Ibis's own backend for it, on the engine that chdb brings along instead of a server."""

    def __init__(self, place: Path) -> None:
        import clickhouse_connect
        from ibis.backends.clickhouse import Backend

        self._place = place
        self._client = clickhouse_connect.get_client(interface="chdb")
        self._backend: Any = Backend()
        self._backend.con = self._client

    def give(self, name: str, rows: pa.Table) -> Any:
        file = self._place / f"{name}-given.parquet"
        pq.write_table(rows, file)
        return self._from(name, [file])

    def read(self, name: str, files: Sequence[Path]) -> Any:
        return self._from(name, files) if files else self.give(name, tables.table(name, ()))

    def run(self, expression: Any) -> pa.Table:
        return self._backend.to_pyarrow(expression)

    def _from(self, name: str, files: Sequence[Path]) -> Any:
        sources = " UNION ALL ".join(f"SELECT * FROM file('{file}', Parquet)" for file in files)  # noqa: S608
        self._client.command(f"DROP TABLE IF EXISTS {name}")
        self._client.command(f"CREATE TABLE {name} ENGINE = Memory AS {sources}")
        return self._backend.table(name)
