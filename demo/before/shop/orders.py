"""Orders: look them up, cancel them, export them."""

import csv
import sqlite3


def find_orders(db: sqlite3.Connection, customer: str) -> list[tuple]:
    """All orders of one customer, the newest first."""
    rows = db.execute(
        "SELECT id, total, placed_at FROM orders WHERE customer = ? ORDER BY placed_at DESC",
        (customer,),
    )
    return rows.fetchall()


def cancel_order(db: sqlite3.Connection, order_id: int, user: str) -> None:
    """Cancel an order. Only its owner may do that."""
    owner = db.execute("SELECT customer FROM orders WHERE id = ?", (order_id,)).fetchone()
    if owner is None or owner[0] != user:
        raise PermissionError(f"{user} does not own order {order_id}")
    db.execute("UPDATE orders SET state = 'cancelled' WHERE id = ?", (order_id,))
    db.commit()


def export_orders(rows: list[tuple], path: str) -> None:
    """Write orders to a CSV file."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "total", "placed_at"])
        writer.writerows(rows)
