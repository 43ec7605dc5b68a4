import sqlite3

from ledger_store import LedgerStore, Pool


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE invoices (id INTEGER PRIMARY KEY, number TEXT)")
    connection.execute("CREATE TABLE lines (invoice INTEGER, cents INTEGER)")
    connection.execute("INSERT INTO invoices VALUES (7, 'A-7')")
    connection.executemany("INSERT INTO lines VALUES (7, ?)", [(250,), (125,)])
    return connection


pool = Pool(connect, 2)
store = LedgerStore(pool)
assert store.total("A-7") == 375
assert store.total("B-1") is None
assert pool.idle() == 2
