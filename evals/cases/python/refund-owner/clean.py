"""Refunds that customers ask for themselves, in the shop's account page."""

from dataclasses import dataclass
from datetime import date, timedelta

REFUND_DAYS = timedelta(days=30)


class RefundError(Exception):
    """The refund cannot be given; the text is shown to the customer."""


@dataclass
class Order:
    number: str
    customer: int
    cents: int
    delivered: date | None
    refunded: bool = False


def _refundable(order: Order | None, customer: int, today: date) -> Order:
    if order is None or order.customer != customer:
        raise RefundError("There is no such order.")
    if order.refunded:
        raise RefundError("This order has been refunded already.")
    if order.delivered and today - order.delivered > REFUND_DAYS:
        raise RefundError("Orders can be returned for 30 days.")
    return order


def refund(orders: dict[str, Order], number: str, customer: int, today: date) -> int:
    """Mark the order as refunded; the cents that go back."""
    order = _refundable(orders.get(number), customer, today)
    order.refunded = True
    return order.cents


def preview(orders: dict[str, Order], number: str, customer: int, today: date) -> int:
    """The cents that would go back."""
    return _refundable(orders.get(number), customer, today).cents
