"""What a start leaves for later, or does in one pass: the same comes of it as of Rasa's and FastAPI's own."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata

from assistant.train import MODEL


def _files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_model_is_unpacked_as_rasa_unpacks_it(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    LocalModelStorage._extract_archive_to_directory(MODEL, ours)
    LocalModelStorage._extract_archive_to_directory.__wrapped__(MODEL, theirs)
    assert _files(ours) == _files(theirs) != {}


@pytest.mark.parametrize("name", ["../elsewhere", "/tmp/elsewhere"])
def test_a_member_that_leads_elsewhere_is_not_written_there(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "../.."
        tar.addfile(link)
    with pytest.raises(tarfile.FilterError):
        LocalModelStorage._extract_archive_to_directory(tmp_path / "model.tar.gz", inside)
    assert not (tmp_path / "elsewhere").exists()


def test_the_training_graph_is_read_once_it_is_asked_for_as_rasa_reads_it(tmp_path: Path) -> None:
    LocalModelStorage._extract_archive_to_directory(MODEL, tmp_path)
    text = (tmp_path / "metadata.json").read_text(encoding="utf-8")
    ours = ModelMetadata.from_dict(json.loads(text))
    assert "train_schema" not in vars(ours)

    theirs = ModelMetadata.from_dict.__func__.__wrapped__(ModelMetadata, json.loads(text))

    assert ours.train_schema == theirs.train_schema
    assert ours.train_schema.nodes
    assert ours.as_dict() == theirs.as_dict()
    with pytest.raises(AttributeError):
        ours.no_such_name  # noqa: B018


class _Asked(BaseModel):
    number: int


def test_what_a_route_is_given_is_checked_although_its_checks_are_made_later() -> None:
    app = FastAPI()

    @app.post("/twice")
    def twice(asked: _Asked, times: int = 2) -> _Asked:
        return _Asked(number=asked.number * times)

    field = app.routes[-1].body_field
    assert "_type_adapter" not in vars(field)
    client = TestClient(app)
    assert client.post("/twice", json={"number": 4}).json() == {"number": 8}
    assert client.post("/twice", json={"number": "four"}).status_code == 422
    assert client.post("/twice?times=x", json={"number": 4}).status_code == 422
    assert "_type_adapter" in vars(field)
    assert client.get("/openapi.json").json()["components"]["schemas"]["_Asked"]["required"] == ["number"]
