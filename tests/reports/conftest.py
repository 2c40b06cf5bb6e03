from __future__ import annotations

import pytest

from tests.libreoffice import MISSING, LibreOffice


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    program = LibreOffice.find()
    if program is None:
        pytest.fail(MISSING)
    return LibreOffice(program, tmp_path_factory.mktemp("libreoffice"))
