"""The catalogue's schema in numbered steps. Step n takes a catalogue of version n - 1 to version n.

Each step runs in one transaction together with `PRAGMA user_version`, so that a catalogue is always of exactly one
version. A released step is never changed; what comes later is a new step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from engine.errors import LibraryTooNew

APPLICATION_ID = 0x52534754  # "RSGT": what tells our catalogue from any other SQLite file

# Ids are AUTOINCREMENT throughout: never used twice, as they are labels of the vector index and known to people's
# scripts. Paths are bytes. Counts are kept by triggers, so that showing them costs the same in every library.
_VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    parent_id INTEGER REFERENCES model (id),
    dim INTEGER NOT NULL,
    added_at REAL NOT NULL,
    active INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    added_at REAL NOT NULL,
    scanned_at REAL,
    online INTEGER NOT NULL DEFAULT 1,
    n_photos INTEGER NOT NULL DEFAULT 0,
    n_failed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE content (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL
) STRICT;
CREATE INDEX content_by_size ON content (size_bytes);

CREATE TABLE photo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES folder (id),
    path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    content_id INTEGER REFERENCES content (id),
    state TEXT NOT NULL,
    failure_kind TEXT,
    failure_sentence TEXT,
    failed_at REAL,
    UNIQUE (folder_id, path)
) STRICT;
CREATE INDEX photo_by_content ON photo (content_id);
CREATE INDEX photo_failed ON photo (failed_at, id) WHERE state = 'failed';

-- vectors: float16 little endian [n, dim]; crc: CRC-32 of content id and vectors, as SQLite has no checksums
CREATE TABLE descriptor (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES model (id),
    content_id INTEGER NOT NULL REFERENCES content (id),
    kind TEXT NOT NULL,
    n INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    vectors BLOB NOT NULL,
    UNIQUE (content_id, model_id, kind)
) STRICT;
CREATE INDEX descriptor_by_model ON descriptor (model_id, kind, id);

-- contents that left the library, in order, so that a vector index can catch up
CREATE TABLE removed (id INTEGER PRIMARY KEY AUTOINCREMENT, content_id INTEGER NOT NULL) STRICT;

-- contents that lost a photo and may have none left
CREATE TABLE loose (content_id INTEGER PRIMARY KEY) STRICT;

-- photos of a folder that have a whole-picture descriptor of a model
CREATE TABLE described (
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    model_id INTEGER NOT NULL REFERENCES model (id),
    n INTEGER NOT NULL,
    PRIMARY KEY (folder_id, model_id)
) STRICT, WITHOUT ROWID;

-- ON CONFLICT, not OR IGNORE: in a trigger the statement outside overrules the latter
CREATE TRIGGER photo_added AFTER INSERT ON photo BEGIN
    UPDATE folder SET n_photos = n_photos + 1, n_failed = n_failed + (NEW.state = 'failed') WHERE id = NEW.folder_id;
    INSERT INTO described SELECT NEW.folder_id, model_id, 1 FROM descriptor
        WHERE content_id = NEW.content_id AND kind = 'whole' ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER photo_gone AFTER DELETE ON photo BEGIN
    UPDATE folder SET n_photos = n_photos - 1, n_failed = n_failed - (OLD.state = 'failed') WHERE id = OLD.folder_id;
    UPDATE described SET n = n - 1 WHERE folder_id = OLD.folder_id AND model_id IN
        (SELECT model_id FROM descriptor WHERE content_id = OLD.content_id AND kind = 'whole');
    INSERT INTO loose SELECT OLD.content_id WHERE OLD.content_id IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER photo_changed AFTER UPDATE OF folder_id, content_id, state ON photo BEGIN
    UPDATE folder SET n_photos = n_photos - 1, n_failed = n_failed - (OLD.state = 'failed') WHERE id = OLD.folder_id;
    UPDATE folder SET n_photos = n_photos + 1, n_failed = n_failed + (NEW.state = 'failed') WHERE id = NEW.folder_id;
    UPDATE described SET n = n - 1 WHERE folder_id = OLD.folder_id AND model_id IN
        (SELECT model_id FROM descriptor WHERE content_id = OLD.content_id AND kind = 'whole');
    INSERT INTO described SELECT NEW.folder_id, model_id, 1 FROM descriptor
        WHERE content_id = NEW.content_id AND kind = 'whole' ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO loose SELECT OLD.content_id WHERE OLD.content_id IS NOT NEW.content_id
        AND OLD.content_id IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER descriptor_added AFTER INSERT ON descriptor WHEN NEW.kind = 'whole' BEGIN
    INSERT INTO described SELECT folder_id, NEW.model_id, COUNT(*) FROM photo
        WHERE content_id = NEW.content_id GROUP BY folder_id ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER descriptor_gone AFTER DELETE ON descriptor WHEN OLD.kind = 'whole' BEGIN
    UPDATE described SET n = n - (SELECT COUNT(*) FROM photo WHERE content_id = OLD.content_id
        AND photo.folder_id = described.folder_id) WHERE model_id = OLD.model_id;
END;

INSERT INTO meta VALUES ('library_id', lower(hex(randomblob(16))));
"""

_VERSION_2 = """
-- names the file on the file system of its folder; NULL where that does not last
ALTER TABLE photo ADD COLUMN inode INTEGER;
-- 1: not found any more, and too many of its folder at once to be believed; 2: the user wants it kept
ALTER TABLE photo ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
CREATE INDEX photo_by_inode ON photo (inode) WHERE inode IS NOT NULL;
CREATE INDEX photo_missing ON photo (folder_id, missing) WHERE missing != 0;

-- the file system of the folder: what it is known by, its name for people, and the folder's path in it
ALTER TABLE folder ADD COLUMN volume TEXT NOT NULL DEFAULT '';
ALTER TABLE folder ADD COLUMN volume_name TEXT NOT NULL DEFAULT '';
ALTER TABLE folder ADD COLUMN volume_path BLOB NOT NULL DEFAULT x'';

-- pictures that are smaller than the user wants, so that they are not decoded each time
CREATE TABLE left_out (
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    PRIMARY KEY (folder_id, path)
) STRICT, WITHOUT ROWID;
"""

_VERSION_3 = """
-- subfolders that the user wants left out; the other wishes are in meta
CREATE TABLE excluded (
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    PRIMARY KEY (folder_id, path)
) STRICT, WITHOUT ROWID;
"""

_VERSION_4 = """
-- what the user says of two pictures, by the hashes of their contents: it outlives photos, places and models.
-- box: the part of a that is meant as "x0,y0,x1,y1", or '' for all of it; two whole pictures have a < b
CREATE TABLE label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    a BLOB NOT NULL,
    b BLOB NOT NULL,
    box TEXT NOT NULL DEFAULT '',
    same INTEGER NOT NULL,
    made_at REAL NOT NULL,
    CHECK (a != b AND (box != '' OR a < b)),
    UNIQUE (a, b, box)
) STRICT;
CREATE INDEX label_by_b ON label (b);

-- what labels were before each change, so that it can be undone; before: NULL where there was none
CREATE TABLE label_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL,
    a BLOB NOT NULL,
    b BLOB NOT NULL,
    box TEXT NOT NULL,
    before INTEGER
) STRICT;
CREATE INDEX label_change_by_batch ON label_change (batch);
"""

_VERSION_5 = """
-- when and with what it was taken, see engine.shot; camera is NULL until that has been read
ALTER TABLE content ADD COLUMN taken TEXT;
ALTER TABLE content ADD COLUMN camera TEXT;
CREATE INDEX content_unread ON content (id) WHERE camera IS NULL;
"""

_VERSION_6 = """
-- paths of raw files and of JPEGs without what they end in, by which those of one photo find each other
ALTER TABLE photo ADD COLUMN raw_stem BLOB AS (CASE WHEN lower(CAST(substr(path, -4) AS TEXT)) IN (
    '.dng', '.cr2', '.cr3', '.crw', '.nef', '.nrw', '.arw', '.srf', '.sr2', '.raf', '.orf', '.rw2', '.rwl', '.pef',
    '.srw', '.x3f', '.3fr', '.fff', '.iiq', '.mos', '.mef', '.erf', '.mrw', '.kdc', '.k25', '.dcr'
) THEN substr(path, 1, length(path) - 4) END) VIRTUAL;
ALTER TABLE photo ADD COLUMN jpeg_stem BLOB AS (CASE
    WHEN lower(CAST(substr(path, -4) AS TEXT)) IN ('.jpg', '.jpe') THEN substr(path, 1, length(path) - 4)
    WHEN lower(CAST(substr(path, -5) AS TEXT)) = '.jpeg' THEN substr(path, 1, length(path) - 5)
END) VIRTUAL;
CREATE INDEX photo_raw ON photo (folder_id, raw_stem)
    WHERE raw_stem IS NOT NULL AND state = 'indexed' AND missing = 0;
CREATE INDEX photo_jpeg ON photo (folder_id, jpeg_stem)
    WHERE jpeg_stem IS NOT NULL AND state = 'indexed' AND missing = 0;
"""

_VERSION_7 = """
-- how a model was made: '' as shipped, 'quick' or 'deep' by tuning, 'imported'; and what proved it, as JSON
ALTER TABLE model ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE model ADD COLUMN proof TEXT NOT NULL DEFAULT '';
"""

_VERSION_8 = """
-- searches kept under a name; filters: JSON of the window's
CREATE TABLE collection (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    turned INTEGER NOT NULL,
    expand INTEGER NOT NULL,
    min_score REAL,
    filters TEXT NOT NULL,
    made_at REAL NOT NULL
) STRICT;

-- the parts of their queries, in order: by the hash of the picture's content, with the path it had; box as in label
CREATE TABLE collection_part (
    collection_id INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    path BLOB NOT NULL,
    box TEXT NOT NULL DEFAULT '',
    unwanted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (collection_id, place)
) STRICT, WITHOUT ROWID;

-- small copies of these pictures, as JPEG
CREATE TABLE collection_picture (hash BLOB PRIMARY KEY, jpeg BLOB NOT NULL) STRICT;
"""

_VERSION_9 = """
-- how much a part of a collection's query counts beside others
ALTER TABLE collection_part ADD COLUMN weight REAL NOT NULL DEFAULT 1.0;
"""

STEPS: tuple[str, ...] = (
    _VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5, _VERSION_6, _VERSION_7, _VERSION_8, _VERSION_9,
)


def migrate(
    connection: sqlite3.Connection, before_change: Callable[[], object] | None = None, steps: Sequence[str] = STEPS
) -> int:
    """Bring an open catalogue to the newest version and return the version it had.

    `before_change` is called before a catalogue is changed that already held something: it keeps a copy.

    Raises:
        LibraryTooNew: a newer Resight has written it; nothing was changed.
        sqlite3.Error: a step failed; the catalogue is as it was before that step.
        EngineError: what `before_change` raises; nothing was changed.
    """
    before = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if before > len(steps):
        raise LibraryTooNew("This library was written by a newer Resight. Install the newest Resight to open it.")
    if 0 < before < len(steps) and before_change is not None:
        before_change()
    for version, script in enumerate(steps[before:], start=before + 1):
        try:
            # executescript runs statement by statement; BEGIN and COMMIT inside make it one transaction.
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script}\nPRAGMA application_id = {APPLICATION_ID};"
                f"\nPRAGMA user_version = {version};\nCOMMIT;"
            )
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return before
