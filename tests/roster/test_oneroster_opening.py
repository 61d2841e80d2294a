"""A folder or a zip is opened without trusting it, and says the same whichever it is."""

import io
import random
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.roster.oneroster import FatalProblem, FileSet, open_files
from milepost.roster.oneroster.files import MAX_FILES, Limits
from tests.roster.oneroster_files import as_zip, small_set, write_folder

pytestmark = pytest.mark.pure


def zip_of(*entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    packed.seek(0)
    return packed


def test_a_folder_and_its_zip_have_the_same_digest(tmp_path):
    folder = write_folder(tmp_path / "set", small_set())
    (tmp_path / "set.zip").write_bytes(as_zip(small_set()).read())
    opened = open_files(folder)
    assert set(opened.contents) == {name.lower() for name in small_set()}
    assert opened.digest == open_files(tmp_path / "set.zip").digest
    assert opened.digest == open_files(as_zip(small_set())).digest


def test_upper_case_names_and_a_folder_inside_are_the_same_set(tmp_path):
    upper = {name.upper(): text for name, text in small_set().items()}
    assert open_files(as_zip(upper, "export/")).digest == open_files(as_zip(small_set())).digest
    folder = write_folder(tmp_path / "set" / "inner", upper).parent
    assert open_files(folder).digest == open_files(as_zip(small_set())).digest


def test_another_content_has_another_digest():
    other = small_set() | {"orgs.csv": small_set()["orgs.csv"].replace("Cedar", "Ceder")}
    assert open_files(as_zip(other)).digest != open_files(as_zip(small_set())).digest


@given(st.dictionaries(st.text("ab.:\n1", max_size=4), st.binary(max_size=6), max_size=4))
def test_the_digest_does_not_depend_on_order_and_tells_sets_apart(contents):
    items = list(contents.items())
    shuffled = dict(random.Random(7).sample(items, len(items)))
    assert FileSet("a", contents).digest == FileSet("b", shuffled).digest
    assert FileSet("a", contents).digest != FileSet("a", {**contents, "more": b""}).digest
    for name, data in items:
        assert FileSet("a", contents).digest != FileSet("a", {**contents, name: data + b"x"}).digest


def test_clutter_is_left_out_and_other_files_are_noted():
    files = small_set() | {"__MACOSX/._orgs.csv": "x", ".DS_Store": "x", "readme.txt": "hello"}
    opened = open_files(as_zip(files))
    assert opened.digest == open_files(as_zip(small_set())).digest
    assert [note.file for note in opened.notes] == ["readme.txt"]


@pytest.mark.parametrize(
    "name", ["../orgs.csv", "/etc/orgs.csv", "a/../../orgs.csv", "..\\orgs.csv", "C:\\orgs.csv"]
)
def test_a_zip_that_points_outside_is_refused_whole(name):
    with pytest.raises(FatalProblem, match="points outside"):
        open_files(zip_of(("manifest.csv", "x"), (name, "x")))


def test_a_zip_bomb_is_refused_by_its_ratio():
    with pytest.raises(FatalProblem, match="times its size"):
        open_files(zip_of(("orgs.csv", b"0" * (8 << 20))))


def test_a_set_that_is_too_large_is_refused():
    noise = random.Random(1).randbytes(4000)
    with pytest.raises(FatalProblem, match="more than 0 MB"):
        open_files(zip_of(("orgs.csv", noise)), limits=Limits(total_bytes=3000))
    assert open_files(zip_of(("orgs.csv", noise)), limits=Limits(total_bytes=4000)).contents


def test_a_size_that_lies_in_the_directory_is_refused():
    packed = bytearray(zip_of(("orgs.csv", b"0" * (8 << 20))).read())
    directory = packed.rindex(b"PK\x01\x02")
    packed[directory + 24 : directory + 28] = struct.pack("<I", 10)
    with pytest.raises(FatalProblem):
        open_files(io.BytesIO(bytes(packed)))


def test_too_many_files_are_refused():
    with pytest.raises(FatalProblem, match="more than"):
        open_files(zip_of(*((f"{n}.csv", "") for n in range(MAX_FILES + 1))))


def test_two_files_of_one_name_are_refused():
    with pytest.raises(FatalProblem, match=r"users\.csv twice"):
        open_files(zip_of(("users.csv", "x"), ("USERS.CSV", "y")))


def test_two_sets_in_one_zip_are_refused():
    with pytest.raises(FatalProblem, match="more than one folder"):
        open_files(zip_of(("a/manifest.csv", "x"), ("b/manifest.csv", "y")))


def test_a_set_two_folders_down_is_refused():
    with pytest.raises(FatalProblem, match="too deep"):
        open_files(zip_of(("a/b/manifest.csv", "x")))


def test_a_zip_with_a_password_is_refused():
    packed = bytearray(zip_of(("orgs.csv", b"sourcedId")).read())
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FatalProblem, match="without a password"):
        open_files(io.BytesIO(bytes(packed)))


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("x")
    folder = write_folder(tmp_path / "set", small_set())
    (folder / "courses.csv").unlink()
    (folder / "courses.csv").symlink_to(secret)
    opened = open_files(folder)
    assert "courses.csv" not in opened.contents
    assert [note.file for note in opened.notes] == ["courses.csv"]


def test_a_link_to_the_folder_itself_is_followed(tmp_path):
    folder = write_folder(tmp_path / "set", small_set())
    (tmp_path / "link").symlink_to(folder)
    assert open_files(tmp_path / "link").digest == open_files(folder).digest


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "set.zip"
    path.write_bytes(content)
    with pytest.raises(FatalProblem, match="cannot be unpacked"):
        open_files(path)


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(FatalProblem, match="does not exist"):
        open_files(tmp_path / "nowhere")
    with pytest.raises(FatalProblem, match="holds no CSV files"):
        open_files(tmp_path)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_zip_is_opened_or_refused_and_nothing_else(place, byte):
    packed = bytearray(as_zip(small_set()).read())
    packed[place % len(packed)] = byte
    with suppress(FatalProblem):  # anything else is a failure
        assert open_files(io.BytesIO(bytes(packed))).contents
