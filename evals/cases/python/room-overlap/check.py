from room_calendar import Booking, Room, RoomBusy

room = Room("A")
room.book(Booking("ann", 60, 120))
room.book(Booking("bob", 120, 180))
room.book(Booking("cat", 0, 60))
for start, end in ((59, 61), (0, 300), (130, 140), (179, 200)):
    try:
        room.book(Booking("dan", start, end))
    except RoomBusy:
        continue
    raise AssertionError((start, end))
room.book(Booking("eve", 180, 181))
