"""Link many persons with Splink: on DuckDB in memory alone, or with the same model on Spark. Nothing is decided, pairs come back with odds.

DuckDB gets no folder to spill to, no extension and no file: what does not fit into memory is refused, never written. Spark always writes to a
folder while it works. What it writes there is encrypted with a key that lives as long as the run, but its temporary files are not ours to
promise for: so it wants a folder that the member says is encrypted, and nothing of it stays.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, Final

from letapis.core.errors import Refused, UsageError
from letapis.core.linkage import LOOKED_FOR, Linkage, Part

ENGINES: Final = ("duckdb", "spark")
_QUIET: Final = ("splink", "py4j", "pyspark")


@dataclass(frozen=True, slots=True)
class Linked:
    """Two persons by their places in the linkage, and how likely the model holds them for one."""

    first: int
    second: int
    likely: float


@dataclass(frozen=True)
class Spill:
    """A folder on which Spark may write while it works. ``encrypted``: the member says that its disk is."""

    folder: Path | None = None
    encrypted: bool = False


def require(engine: str, spill: Spill) -> None:
    """Raises UsageError("linkage.engine"), Refused("linkage.not_installed", "linkage.spark_not_installed") where an extra is missing,
    Refused("linkage.spill") for Spark without a folder that is said to be encrypted."""
    if engine not in ENGINES:
        raise UsageError("linkage.engine")
    if not all(map(find_spec, ("splink", "duckdb", "pyarrow"))):
        raise Refused("linkage.not_installed")
    if engine == "spark":
        if not find_spec("pyspark") or not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise Refused("linkage.spark_not_installed")
        if spill.folder is None or not spill.encrypted:
            raise Refused("linkage.spill")
        if not spill.folder.is_dir():
            raise UsageError("linkage.spill_folder")


def link(linkage: Linkage, engine: str, likely: float, spill: Spill | None = None) -> list[Linked]:
    """Pairs that are at least so likely, the likeliest first. Raises as ``require`` does, Refused("linkage.memory") for what does not fit,
    Refused("linkage.left") where files of Spark could not be removed."""
    spill = spill or Spill()
    require(engine, spill)
    if linkage.size < 2:
        return []
    with _silent():
        found = _on_duckdb(linkage, likely) if engine == "duckdb" else _on_spark(linkage, likely, spill)
    pairs = [Linked(min(a, b), max(a, b), odds) for a, b, odds in found]
    return sorted(pairs, key=lambda one: (-one.likely, one.first, one.second))


@contextmanager
def _silent() -> Iterator[None]:
    """Libraries tell their logs and terminals what they work on: not here."""
    before = {name: logging.getLogger(name).level for name in _QUIET}
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with redirect_stderr(StringIO()):
            yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _extra(name: str) -> Any:
    """A module of an extra, which most installations do not have."""
    return import_module(name)


def _on_duckdb(linkage: Linkage, likely: float) -> list[tuple[int, int, float]]:
    full, wrapped = _extra("duckdb").OutOfMemoryException, _extra("splink.internals.exceptions").SplinkException
    base = _in_memory()
    try:
        return _pairs(_extra("splink").DuckDBAPI(base), linkage, likely)
    except (full, MemoryError):
        raise Refused("linkage.memory") from None
    except wrapped as fault:  # Splink says what DuckDB raised with the whole question in its words
        if isinstance(fault.__cause__ or fault.__context__, (full, MemoryError)):
            raise Refused("linkage.memory") from None
        raise
    finally:
        base.close()


def _in_memory() -> Any:
    """A database that can write nowhere: no folder to spill to, no file, no extension, and none of this can be set otherwise."""
    unspilt = {"temp_directory": "", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    base = _extra("duckdb").connect(":memory:", config={**unspilt, "threads": os.cpu_count() or 1})
    base.execute("SET enable_external_access = false")
    base.execute("SET lock_configuration = true")
    return base


def _on_spark(linkage: Linkage, likely: float, spill: Spill) -> list[tuple[int, int, float]]:
    assert spill.folder is not None
    folder = Path(tempfile.mkdtemp(prefix=".letapis-", dir=spill.folder))
    try:
        with _session(folder) as session:
            spark = _extra("splink").SparkAPI(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)
            return _pairs(spark, linkage, likely)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise Refused("linkage.left") from None


@contextmanager
def _session(folder: Path) -> Iterator[Any]:
    """Spark in this machine alone: no page, no log, no event file; every file of it below ``folder``, encrypted."""
    java = f"-Djava.io.tmpdir={folder} -Dderby.system.home={folder} -XX:-UsePerfData -XX:-CreateCoredumpOnCrash -XX:ErrorFile={folder}/java.log"
    told = {
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.io.encryption.enabled": "true",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": java,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
        "spark.default.parallelism": str(os.cpu_count() or 1),
        "spark.log.level": "OFF",
    }
    builder = _extra("pyspark.sql").SparkSession.builder.master("local[*]").appName("letapis")
    for name, value in told.items():
        builder = builder.config(name, value)
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)  # pyspark hands some of the rows over in a file of its own
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
        _end_java()
        tempfile.tempdir = before


def _end_java() -> None:
    """Spark leaves its Java running for the next session; it knows what it was told, so it goes."""
    context = _extra("pyspark").SparkContext
    gateway = context._gateway
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(60)
        context._gateway = context._jvm = None


def _pairs(api: Any, linkage: Linkage, likely: float) -> list[tuple[int, int, float]]:
    pyarrow = _extra("pyarrow")
    api._ddb_con.close()  # every engine of Splink opens a DuckDB beside itself, which would spill to the folder that it was started in
    api._ddb_con = _in_memory()
    text = pyarrow.list_(pyarrow.string())
    columns: dict[str, Any] = {"unique_id": pyarrow.array(range(linkage.size), pyarrow.int64())}
    columns |= {name: pyarrow.array([keys or None for keys in lists], text) for name, lists in linkage.columns.items()}
    table = api.register(pyarrow.table(columns))
    linker = _extra("splink").Linker(table, _settings(linkage), log_level=logging.CRITICAL)
    found = linker.inference.predict(threshold_match_probability=likely, warning_mode="never")
    return [(row["unique_id_l"], row["unique_id_r"], row["match_probability"]) for row in found.as_record_list()]


def _settings(linkage: Linkage) -> Any:
    """The model in Splink's words."""
    splink = _extra("splink")
    looked_for = [splink.block_on(*columns, arrays_to_explode=list(columns)) for columns in LOOKED_FOR]
    return splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(part) for part in linkage.parts],
        blocking_rules_to_generate_predictions=looked_for,
        probability_two_random_records_match=linkage.prior,
        retain_matching_columns=False,
    )


def _comparison(part: Part) -> Any:
    levels = _extra("splink.comparison_level_library")
    made: list[Any] = [levels.NullLevel(part.column)]
    made += [levels.ArrayIntersectLevel(one.column).configure(**_odds(one.same, one.strangers)) for one in part.levels]
    made.append(levels.ElseLevel().configure(**_odds(part.rest.same, part.rest.strangers)))
    return _extra("splink.comparison_library").CustomComparison(made, output_column_name=part.name)


def _odds(same: float, strangers: float) -> Mapping[str, Any]:
    return {"m_probability": same, "u_probability": strangers, "fix_m_probability": True, "fix_u_probability": True}
