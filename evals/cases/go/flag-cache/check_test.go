package flags

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// meeting returns a load that waits for a second miss, or for what a lock makes of it: one after the other.
// Without it the scheduler decides whether two misses meet, and a busy machine may run them in turn.
func meeting() func(string) Rule {
	var arrived atomic.Int32
	both := make(chan struct{})
	return func(string) Rule {
		if arrived.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
		case <-time.After(300 * time.Millisecond):
		}
		return Rule{Percent: 10}
	}
}

func TestTwoMissesMeet(t *testing.T) {
	for round := 0; round < 5; round++ {
		cache := NewCache(meeting())
		var wait sync.WaitGroup
		for n := 0; n < 2; n++ {
			wait.Add(1)
			go func(name string) {
				defer wait.Done()
				if !cache.On(name, "a", 9) || cache.On(name, "a", 10) {
					t.Error("wrong answer")
				}
			}(fmt.Sprint(n))
		}
		wait.Wait()
	}
}
