package retry

import (
	"testing"
	"time"
)

func TestDelay(t *testing.T) {
	b := Backoff{100 * time.Millisecond, time.Minute}
	if b.Delay(0) != b.Base || b.Delay(3) != 8*b.Base {
		t.Fatal(b.Delay(0), b.Delay(3))
	}
	for attempt := 10; attempt < 200; attempt++ {
		if b.Delay(attempt) != time.Minute {
			t.Fatal(attempt, b.Delay(attempt))
		}
	}
}
