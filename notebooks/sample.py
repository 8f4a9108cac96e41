"""A made-up migration for the notebooks: three assets of 20,000 files, planned, run on a Friday evening, and
run again after the weekend. It is the same whenever it is made. Nothing of it is of a real user."""

import datetime
import hashlib
import math
import random

import ledgers

FILES, NEW_FILES = 20_000, 1_200
ASSETS = [("microscopy", ".tif", 13.0), ("sequencing", ".fastq.gz", 15.0), ("archive", ".pdf", 10.5)]
PEOPLE = ["ana", "ben", "chen", "import-job", "import-job", "import-job"]
REMEDIES = {
    "MODIFIED": ("add-again", "Add it again"),
    "DELETED": ("remove-or-restore", "Remove it from the asset, or put the file back and add it again"),
    "RENAMED": ("replace-path", "Remove the old path from the asset and add the new one"),
    "UNREADABLE": ("make-readable", "Let the job's user read the file, or repair its storage, then run again"),
    "FAILED": ("run-again", "Run again; if it fails again, act on the error"),
}
STARTS = {"plan": "2026-01-08T15:00:00", "friday": "2026-01-09T18:00:00", "monday": "2026-01-12T08:00:00"}
COLUMNS = (
    "run_id manifest_file manifest_position top_hash class_id asset root path size md5 content_id file_id verdict"
    " detail outcome state bucket key etag bytes_uploaded duplicate_of remedy error_code error verified_at staged_at"
    " mime_type created_by created_at dry_run st_mtime_ns st_ctime_ns st_ino st_nlink st_mode st_uid st_gid"
    " remedy_code md5_computed"
).split()


class Ledgers:
    """The same methods as ledgers.Ledgers."""

    def __init__(self):
        self._random = random.Random(42)
        self._files = []
        while len(self._files) < FILES:
            self._files.append(self._file(self._fate()))
        while len(self._files) < FILES + NEW_FILES:
            self._files.append(self._file("STAGED"))
        self._rows = {run: self._rows_of(run) for run in STARTS}

    def ids(self):
        return list(STARTS)

    def rows(self, run):
        return self._rows[run].copy()

    def _fate(self):
        """The outcome on Friday, but for equal files: one in a hundred is wrong."""
        chance = self._random.random()
        if chance < 0.012:
            return ["MODIFIED", "MODIFIED", "MODIFIED", "DELETED", "DELETED", "RENAMED", "UNREADABLE", "FAILED"][
                int(self._random.random() * 8)
            ]
        return "KNOWN_REMOTE" if chance < 0.3 else "KNOWN_STAGING" if chance < 0.36 else "STAGED"

    def _file(self, fate):
        chance = self._random.random()
        number = len(self._files)
        asset, ending, size = ASSETS[0 if chance < 0.6 else 1 if chance < 0.8 else 2]
        file = {
            "number": number,
            "asset": asset,
            "path": f"{'abcdefgh'[number % 8]}/{number:05d}{ending}",
            "size": int(math.exp(size + 2.0 * self._random.gauss(0, 1))),
            "md5": hashlib.md5(b"content %d" % number).hexdigest(),
            "by": PEOPLE[int(self._random.random() * len(PEOPLE))],
            "fate": fate,
        }
        if fate == "STAGED" and number > 50 and self._random.random() < 0.14:
            # A copy of an earlier one.
            earlier = self._files[number // 3]
            file.update(size=earlier["size"], md5=earlier["md5"], fate=earlier["fate"])
        return file

    @staticmethod
    def _outcome(run, file):
        fate, number = file["fate"], file["number"]
        if run == "plan":
            return "PLANNED" if fate in ("STAGED", "FAILED") else fate
        if run == "friday" or (number >= FILES and fate == "STAGED"):
            return fate
        if fate in ("STAGED", "KNOWN_STAGING", "KNOWN_REMOTE"):
            # The server has committed the most since Friday.
            return "KNOWN_STAGING" if fate == "STAGED" and number % 10 == 0 else "KNOWN_REMOTE"
        # Half of what was wrong has been mended.
        return "STAGED" if fate == "FAILED" or number % 2 == 0 else fate

    def _rows_of(self, run):
        times = random.Random(len(run))
        now = int(datetime.datetime.fromisoformat(STARTS[run] + "+00:00").timestamp() * 1000) + 30_000
        first_of, rows = {}, []
        for file in self._files if run == "monday" else self._files[:FILES]:
            outcome, first = self._outcome(run, file), None
            if outcome in ("STAGED", "PLANNED"):
                first = first_of.setdefault(file["md5"], file["number"])
                first = None if first == file["number"] else first
                if first is not None and outcome == "STAGED":
                    outcome = "DUPLICATE"
            now += int(20 + 200 * times.random())
            slow = 20_000 if times.random() < 0.005 else 900 * times.random()
            rows.append(row(run, file, outcome, first, now, int(300 + file["size"] / 20_000 + slow)))
        return ledgers.exact(rows, COLUMNS)

    def report(self, run):
        rows = self._rows[run]
        sent = rows[rows.outcome.eq("STAGED") | rows.outcome.eq("PLANNED") & rows.duplicate_of.isna()]
        read = rows[~rows.outcome.isin(["DELETED", "RENAMED", "UNREADABLE"])]
        dry, puts, bytes_sent = run == "plan", len(sent), int(sent["size"].sum())
        phases = {
            "scan": {"seconds": 4.2 + len(rows) / 500, "files": len(rows), "bytes": 0},
            "list": {"seconds": 14.6, "files": 0, "bytes": 0},
            "plan": {"seconds": 2.3, "files": len(read), "bytes": 0},
        }
        if not dry:
            bytes_read = int(read["size"].sum())
            seconds = max(bytes_read / 4e8 + len(read) / 500, bytes_sent / 1e8 + puts / 200)
            phases["transfer"] = {"seconds": seconds, "files": len(read), "bytes": bytes_read}
        return {
            "run_id": run,
            "dry_run": dry,
            "started_at": STARTS[run] + "Z",
            "exit_code": 0 if dry else 4 if run == "friday" else 3,
            "manifest_rows": len(rows),
            "bytes_uploaded": 0 if dry else bytes_sent,
            "phases": phases,
            "plan": {"list_pages": 14, "heads": 37, "puts": puts, "parts": 0, "bytes": bytes_sent} if dry else None,
            "estimate": {
                "currency": "USD",
                "requests_cost": round((puts + 14) * 0.005 / 1000 + 37 * 0.0004 / 1000, 2),
                "transfer_cost": 0,
                "cost_once": round((puts + 14) * 0.005 / 1000 + 37 * 0.0004 / 1000, 2),
                "storage_cost_per_month": round(bytes_sent / 1e9 * 0.023, 2),
            }
            if dry
            else None,
        }


def row(run, file, outcome, duplicate_of, verified_at, took):
    manifest = f"hdfs:///manifests/{file['asset']}.jsonl"
    in_remote, staged = outcome == "KNOWN_REMOTE", outcome == "STAGED"
    stored = in_remote or outcome in ("STAGED", "KNOWN_STAGING", "DUPLICATE")
    code, remedy = REMEDIES.get(outcome, (None, None))
    failed = outcome == "FAILED"
    return {
        "run_id": run,
        "manifest_file": manifest,
        "manifest_position": file["number"] * 300,
        "top_hash": file["asset"],
        "class_id": file["asset"],
        "asset": file["asset"],
        "root": "/data/" + file["asset"],
        "path": file["path"],
        "size": file["size"],
        "md5": file["md5"],
        "verdict": outcome if outcome in REMEDIES and not failed else "UNCHANGED",
        "outcome": outcome,
        "state": "committed" if in_remote else "staged" if stored else "pending",
        "bucket": ("indexed" if in_remote else "incoming") if stored else None,
        "bytes_uploaded": file["size"] if staged else 0,
        "duplicate_of": None if duplicate_of is None else f"{manifest}#{duplicate_of * 300}",
        "remedy": remedy,
        "error_code": "SlowDown" if failed else None,
        "error": "Please reduce your request rate" if failed else None,
        "verified_at": verified_at,
        "staged_at": verified_at + took if staged or outcome == "DUPLICATE" else None,
        "created_by": file["by"],
        "dry_run": run == "plan",
        "remedy_code": code,
        "md5_computed": stored,
    }
