// Package retry repeats calls that fail for a while.
package retry

import (
	"context"
	"time"
)

// Backoff says how long to wait before the next attempt.
type Backoff struct {
	Base time.Duration
	Max  time.Duration
}

// Delay doubles with each attempt, counted from 0, until it has reached Max.
func (b Backoff) Delay(attempt int) time.Duration {
	delay := b.Base
	for ; attempt > 0 && delay < b.Max; attempt-- {
		delay *= 2
	}
	return min(delay, b.Max)
}

// Until calls f until it succeeds or the context ends.
func (b Backoff) Until(ctx context.Context, f func() error) error {
	for attempt := 0; ; attempt++ {
		err := f()
		if err == nil {
			return nil
		}
		timer := time.NewTimer(b.Delay(attempt))
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}
