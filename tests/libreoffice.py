"""LibreOffice without a screen: recalculates workbooks, so that tests see what a reader sees."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

MISSING = "LibreOffice is needed here: apt-get install --no-install-recommends libreoffice-calc-nogui"

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class LibreOffice:
    """One LibreOffice with a profile of its own, since it trusts cached values unless the profile says otherwise."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_ALWAYS_RECALCULATE, encoding="utf-8")

    @staticmethod
    def find() -> str | None:
        """Return the path of the program, None when it is not installed."""
        return shutil.which("soffice") or shutil.which("libreoffice")

    def recalculate(self, workbook: bytes) -> Path:
        """Open a workbook, compute every formula anew and save it; returns the new file."""
        number = len(list(self._folder.glob("in-*.xlsx")))
        source, target = self._folder / f"in-{number}.xlsx", self._folder / f"out-{number}"
        source.write_bytes(workbook)
        command = [
            *(self._program, f"-env:UserInstallation={(self._folder / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), str(source)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        result = target / source.name
        if not result.exists():
            raise RuntimeError(f"LibreOffice wrote no workbook: {done.stdout} {done.stderr}")
        return result
