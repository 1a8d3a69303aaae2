"""The tables, as a sequence of migrations. Add one at the end; never edit one that was released."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("posterhall")

_TABLES = (
    # One row of counters: revision grows by one with every change that a reader could see.
    "CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
    "INSERT INTO state VALUES ('revision', 0)",
    """CREATE TABLE papers (
        paper_no INTEGER PRIMARY KEY,
        paper_id TEXT NOT NULL UNIQUE,
        forum_id TEXT UNIQUE,
        title TEXT NOT NULL,
        authors TEXT NOT NULL,
        abstract TEXT,
        note TEXT,
        venue TEXT,
        venue_id TEXT,
        tier TEXT,
        year INTEGER,
        keywords TEXT NOT NULL,
        links TEXT NOT NULL,
        licence TEXT,
        provenance TEXT NOT NULL,
        folded TEXT NOT NULL,
        folded_title TEXT NOT NULL,
        reader TEXT,
        revision INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX papers_by_revision ON papers (revision)",
    "CREATE INDEX papers_by_title ON papers (folded_title)",
    """CREATE TABLE identifiers (
        scheme TEXT NOT NULL,
        value TEXT NOT NULL,
        paper_id TEXT NOT NULL REFERENCES papers (paper_id) ON DELETE CASCADE,
        PRIMARY KEY (scheme, value)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX identifiers_by_paper ON identifiers (paper_id)",
    """CREATE TABLE documents (
        document_id INTEGER PRIMARY KEY AUTOINCREMENT,
        paper_id TEXT NOT NULL UNIQUE REFERENCES papers (paper_id) ON DELETE CASCADE,
        stem TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        pages INTEGER NOT NULL,
        parser TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE pages (
        document_id INTEGER NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        width REAL NOT NULL,
        height REAL NOT NULL,
        text TEXT NOT NULL,
        lines TEXT NOT NULL,
        PRIMARY KEY (document_id, number)
    ) STRICT""",
    # AUTOINCREMENT: an id that was deleted never comes back, so an index that is
    # behind can miss a passage but never show another one in its place.
    """CREATE TABLE passages (
        passage_id INTEGER PRIMARY KEY AUTOINCREMENT,
        paper_id TEXT NOT NULL REFERENCES papers (paper_id) ON DELETE CASCADE,
        document_id INTEGER REFERENCES documents (document_id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        section TEXT NOT NULL,
        text TEXT NOT NULL,
        spans TEXT NOT NULL,
        sentences TEXT NOT NULL,
        embed_hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX passages_by_paper ON passages (paper_id)",
    "CREATE INDEX passages_by_document ON passages (document_id)",
    """CREATE TABLE vectors (
        model TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (model, text_hash)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE failures (
        kind TEXT NOT NULL,
        item TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (kind, item)
    ) STRICT, WITHOUT ROWID""",
)


@migrations()
def first_tables(db: Database) -> None:
    """Papers, documents, passages, vectors and failures."""
    for statement in _TABLES:
        db.execute(statement)


_NETWORK_TABLES = (
    "ALTER TABLE papers ADD COLUMN status TEXT NOT NULL DEFAULT 'accepted'",
    # What each source says of a paper, whole: the papers table holds what was made of it.
    """CREATE TABLE observations (
        paper_id TEXT NOT NULL REFERENCES papers (paper_id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        venue TEXT NOT NULL,
        standing TEXT NOT NULL,
        fields TEXT NOT NULL,
        modified TEXT,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (paper_id, source)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX observations_by_venue ON observations (venue, source)",
    """CREATE TABLE venues (
        name TEXT PRIMARY KEY,
        venue_id TEXT,
        title TEXT NOT NULL,
        tier TEXT,
        pdfs INTEGER NOT NULL,
        added_at TEXT NOT NULL,
        synced_at TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE watermarks (
        venue TEXT NOT NULL REFERENCES venues (name) ON DELETE CASCADE,
        source TEXT NOT NULL,
        modified TEXT NOT NULL,
        PRIMARY KEY (venue, source)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE quota (
        resource TEXT PRIMARY KEY,
        "limit" INTEGER NOT NULL,
        remaining INTEGER NOT NULL,
        used INTEGER NOT NULL,
        resets_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE events (
        event_id INTEGER PRIMARY KEY,
        paper_id TEXT NOT NULL REFERENCES papers (paper_id) ON DELETE CASCADE,
        session TEXT,
        room TEXT,
        poster TEXT,
        start TEXT,
        "end" TEXT
    ) STRICT""",
    "CREATE INDEX events_by_paper ON events (paper_id)",
    """CREATE TABLE pdf_sources (
        paper_id TEXT NOT NULL REFERENCES papers (paper_id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        version TEXT NOT NULL,
        metered INTEGER NOT NULL,
        sha256 TEXT,
        state TEXT NOT NULL,
        PRIMARY KEY (paper_id, url)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX pdf_sources_by_state ON pdf_sources (state)",
)


@migrations()
def network_tables(db: Database) -> None:
    """What services say of papers, the venues that are followed, budgets, events and where PDFs are."""
    for statement in _NETWORK_TABLES:
        db.execute(statement)


@migrations()
def doubts(db: Database) -> None:
    """Documents that may not be their papers', and the papers that failures belong to."""
    db.execute("ALTER TABLE documents ADD COLUMN warning TEXT")
    db.execute("ALTER TABLE failures ADD COLUMN paper_id TEXT")


@migrations()
def references_table(db: Database) -> None:
    """The entries of each document's reference list."""
    db.execute("""CREATE TABLE document_references (
        document_id INTEGER NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        label TEXT NOT NULL,
        text TEXT NOT NULL,
        spans TEXT NOT NULL,
        PRIMARY KEY (document_id, number)
    ) STRICT, WITHOUT ROWID""")


@migrations()
def lineage_table(db: Database) -> None:
    """What the user decided of two papers: one work, or not."""
    # No foreign keys: a decision outlives a paper that is removed and taken in again.
    # AUTOINCREMENT: the last number differs after every decision, even one that took another's place.
    db.execute("""CREATE TABLE lineage (
        decision_no INTEGER PRIMARY KEY AUTOINCREMENT,
        first TEXT NOT NULL,
        second TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('join', 'split')),
        UNIQUE (first, second),
        CHECK (first < second)
    ) STRICT""")


_TOPIC_TABLES = (
    """CREATE TABLE topics (
        topic_id TEXT PRIMARY KEY,
        fields TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # No reference to papers: what the user said outlives every re-reading.
    """CREATE TABLE verdicts (
        topic_id TEXT NOT NULL,
        paper_id TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject')),
        at TEXT NOT NULL,
        PRIMARY KEY (topic_id, paper_id)
    ) STRICT, WITHOUT ROWID""",
)


@migrations()
def topic_tables(db: Database) -> None:
    """The user's own topics, and verdicts on papers' places."""
    for statement in _TOPIC_TABLES:
        db.execute(statement)


@migrations()
def map_table(db: Database) -> None:
    """Where each paper stands on the map."""
    db.execute(
        """CREATE TABLE points (
            space TEXT NOT NULL,
            paper_id TEXT NOT NULL REFERENCES papers (paper_id) ON DELETE CASCADE,
            x REAL NOT NULL,
            y REAL NOT NULL,
            laid_out INTEGER NOT NULL,
            PRIMARY KEY (space, paper_id)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("INSERT INTO state VALUES ('map', 0)")


_LIST_TABLES = (
    # A list is one value, read and written whole; it names papers and hangs on none of them.
    # AUTOINCREMENT: a list that is removed and brought back by undoing comes last, never between others.
    """CREATE TABLE lists (
        list_no INTEGER PRIMARY KEY AUTOINCREMENT,
        list_id TEXT NOT NULL UNIQUE,
        content TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE list_changes (
        change_no INTEGER PRIMARY KEY AUTOINCREMENT,
        list_id TEXT NOT NULL,
        what TEXT NOT NULL,
        before TEXT,
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX list_changes_by_list ON list_changes (list_id)",
    "INSERT INTO state VALUES ('lists', 0)",
)


@migrations()
def list_tables(db: Database) -> None:
    """Reading lists, and how they were before each change."""
    for statement in _LIST_TABLES:
        db.execute(statement)


@migrations()
def event_kinds(db: Database) -> None:
    """Whether an event is a talk or a poster, and the time zone that it is in."""
    db.execute("ALTER TABLE events ADD COLUMN kind TEXT")
    db.execute("ALTER TABLE events ADD COLUMN zone TEXT")
