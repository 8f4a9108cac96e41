"""Ledgers as pandas DataFrames, and tables and charts of them, for the notebooks beside this file.

    runs = ledgers.open()          the folder that LEDGER names, else a made-up migration
    runs.rows("nightly-42")        a DataFrame with one row for each manifest row
    runs.report("nightly-42")      report.json, as a dict

src/site/markdown/ledger.md describes the columns.
"""

import html
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import urllib.parse

import matplotlib.pyplot as pyplot
import pandas
from matplotlib.ticker import FuncFormatter
from pandas.api.types import is_numeric_dtype

LAUNCHER = pathlib.Path(__file__).resolve().parent.parent / "scripts" / "asset-stager"
BLUE, RED, GREY = "#4a7ebb", "#c0504d", "#9aa5b1"

WHOLE_NUMBERS = [
    "manifest_position", "size", "bytes_uploaded", "verified_at", "staged_at",
    "st_mtime_ns", "st_ctime_ns", "st_nlink", "st_mode", "st_uid", "st_gid",
]


def open():
    """Returns the ledgers in the folder that LEDGER names, else those of a made-up migration."""
    if os.environ.get("LEDGER"):
        return Ledgers(os.environ["LEDGER"])
    import sample

    return sample.Ledgers()


class Ledgers:
    """The runs in a folder, the settings' ledger.path: a local one, or any URL that the job can read."""

    def __init__(self, path):
        self.local = None
        self.path = path.rstrip("/")
        if urllib.parse.urlparse(path).scheme in ("", "file"):
            # As the job does, it takes what follows file:// as it is: not percent-encoded.
            self.local = pathlib.Path(re.sub("^file:(//(?=/))?", "", path)).absolute()
            self.path = f"file://{self.local}"

    def ids(self):
        """Returns the ids of the runs that have ended, the latest at the end."""
        if self.local is None:
            raise ValueError(f"Only 'asset-stager runs' can list {self.path}; name the run in the environment")
        ended = [file for file in self.local.glob("run_id=*/report.json")]
        return [file.parent.name.partition("=")[2] for file in sorted(ended, key=lambda file: file.stat().st_mtime)]

    def rows(self, run):
        """Returns a run's ledger: from its Parquet files where pyarrow is installed, else as the job prints it."""
        if self.local and importlib.util.find_spec("pyarrow"):
            return _read_parquet(self.local / f"run_id={run}" / "ledger")
        return exact([json.loads(line) for line in self._print(run, "--rows", "jsonl")])

    def report(self, run):
        """Returns a run's report.json."""
        if self.local:
            return json.loads((self.local / f"run_id={run}" / "report.json").read_text("utf-8"))
        return json.loads("".join(self._print(run, "--json")))

    def _print(self, run, *options):
        command = [str(LAUNCHER), "report", "--run", f"{self.path}/run_id={run}", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
            yield from process.stdout
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with exit code {process.returncode}")


def _read_parquet(folder):
    import pyarrow
    import pyarrow.parquet

    whole = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.int32(): pandas.Int64Dtype()}
    return pyarrow.parquet.read_table(folder).to_pandas(types_mapper=whole.get)


def exact(rows, columns=None):
    """Returns a DataFrame of dicts; pandas by itself rounds whole numbers to floats where some are missing."""
    made = pandas.DataFrame(rows, columns=columns, dtype=object)
    types = {column: "Int64" for column in WHOLE_NUMBERS if column in made}
    return made.astype({**types, "st_ino": "UInt64", "dry_run": bool} if len(made.columns) else {})


def run_named(variable, otherwise):
    """Returns the run that an environment variable names, or another one."""
    return os.environ.get(variable) or otherwise


def bytes_text(count):
    """Returns bytes with a unit, as the job's own messages have them."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(count) < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} PB"


def _text(column, value):
    if pandas.isna(value):
        return ""
    if isinstance(value, str):
        # A file's name may contain line breaks, and what isn't visible.
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)
    if "bytes" in column:
        return bytes_text(value)
    return f"{int(value):,}" if value == int(value) else f"{value:,.2f}"


class Table:
    """Shows a DataFrame's first rows: numbers with separators, columns named "... bytes" with a unit."""

    def __init__(self, rows, most=30):
        self.names = [str(column).replace("_", " ") for column in rows]
        self.right = [is_numeric_dtype(rows[column]) for column in rows]
        shown = rows.head(most).itertuples(index=False)
        self.lines = [[_text(name, value) for name, value in zip(self.names, row)] for row in shown]
        self.more = f"The first {most:,} of {len(rows):,} rows." if len(rows) > most else ""

    def _repr_html_(self):
        def line(tag, cells):
            return "<tr>%s</tr>" % "".join(
                f'<{tag} style="text-align:{"right" if right else "left"}">{html.escape(cell)}</{tag}>'
                for cell, right in zip(cells, self.right)
            )

        lines = [line("th", self.names)] + [line("td", cells) for cells in self.lines]
        return "<table>\n%s\n</table>%s" % ("\n".join(lines), f"<p>{self.more}</p>" if self.more else "")

    def __repr__(self):
        return "\n".join(" | ".join(cells) for cells in [self.names] + self.lines)


def bars(values, title, bad=(), log=False, text="{:,.0f}".format, longest=None, axes=None):
    """Draws a bar with its label and number for each value, downwards; log shows few beside many.

    values  a Series, whose index are the labels
    bad     the labels whose bars are red
    text    how numbers are written
    longest the value of the longest possible bar, for charts side by side; the largest value without it
    axes    where to draw, a figure of its own without it
    """
    if axes is None:
        _, axes = pyplot.subplots(figsize=(8, 0.8 + 0.33 * max(len(values), 1)), constrained_layout=True)
    axes.set_title(title, loc="left", fontsize=11)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0)
    longest = longest or (0 if values.empty else values.max())
    if not longest:
        axes.yaxis.set_visible(False)
        axes.text(0.01, 0.5, "None.", transform=axes.transAxes)
        return
    drawn = axes.barh(
        [str(label) for label in values.index],
        values.astype(float).clip(lower=0.5 if log else 0),
        color=[RED if label in bad else BLUE for label in values.index],
    )
    axes.bar_label(drawn, [text(value) for value in values], padding=4, fontsize=9)
    axes.set_ylim(len(values) - 0.4, -0.6)
    # The numbers need room behind the longest bar; logarithmic, a bar of one has a length too.
    if log:
        axes.set_xscale("log")
        axes.set_xlim(0.5, float(longest) ** 1.2 * 2)
    else:
        axes.set_xlim(0, float(longest) * 1.2)


def with_separators(axis):
    """Writes an axis's numbers with separators."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def with_bytes(axis):
    """Writes an axis's numbers as bytes with a unit."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: bytes_text(value)))
