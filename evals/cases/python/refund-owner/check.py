from datetime import date

from refunds import Order, RefundError, preview, refund

TODAY = date(2024, 5, 20)


def refused(number, customer):
    orders = {
        "A": Order("A", 1, 500, date(2024, 5, 1)),
        "B": Order("B", 1, 500, date(2024, 4, 1)),
        "C": Order("C", 1, 500, None, refunded=True),
    }
    try:
        assert preview(orders, number, customer, TODAY) == 500
        assert refund(orders, number, customer, TODAY) == 500
    except RefundError:
        return True
    return False


assert not refused("A", 1)
assert all(refused(number, 1) for number in "BCD")
assert refused("A", 2)
