from mail_worker import RelayError, drain


class Queue:
    def __init__(self) -> None:
        self.waiting = [("1", "good"), ("2", "bad"), ("3", "good")]
        self.acknowledged: list[str] = []
        self.requeued: list[str] = []

    def receive(self):
        return self.waiting.pop(0) if self.waiting else None

    def acknowledge(self, tag):
        self.acknowledged.append(tag)

    def postpone(self, tag, minutes):
        self.requeued.append(tag)


class Relay:
    def deliver(self, mail):
        if mail == "bad":
            raise RelayError("421")


queue = Queue()
assert drain(queue, Relay()) == 2
assert queue.acknowledged == ["1", "3"]
assert queue.requeued == ["2"]
