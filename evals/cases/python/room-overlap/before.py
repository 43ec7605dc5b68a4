"""会議室の予約。時刻は分単位で、終了時刻はその予約に含まれない。"""

from dataclasses import dataclass, field


class RoomBusy(Exception):
    """その時間帯はすでに予約されている。"""


@dataclass(frozen=True)
class Booking:
    who: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("終了は開始より後でなければならない")


@dataclass
class Room:
    name: str
    bookings: list[Booking] = field(default_factory=list)

    def book(self, wanted: Booking) -> None:
        for booking in self.bookings:
            if booking.start <= wanted.start < booking.end:
                raise RoomBusy(f"{self.name}: {booking.who}")
        self.bookings.append(wanted)
        self.bookings.sort(key=lambda booking: booking.start)
