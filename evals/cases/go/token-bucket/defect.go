// Package ratelimit slows down clients that ask too often.
package ratelimit

import "time"

// Bucket holds up to Size tokens and gains one each Every.
type Bucket struct {
	Size  int
	Every time.Duration

	tokens int
	filled time.Time
}

// NewBucket is full at the start.
func NewBucket(size int, every time.Duration, now time.Time) *Bucket {
	return &Bucket{Size: size, Every: every, tokens: size, filled: now}
}

func (b *Bucket) refill(now time.Time) {
	// One division instead of a loop: a client may come back after a year.
	gained := int(max(0, now.Sub(b.filled)/b.Every))
	b.tokens = min(b.Size, b.tokens+gained)
	b.filled = now
}

// Allow takes a token if there is one.
func (b *Bucket) Allow(now time.Time) bool {
	b.refill(now)
	if b.tokens == 0 {
		return false
	}
	b.tokens--
	return true
}

// Wait is how long until the next token; zero when there is one.
func (b *Bucket) Wait(now time.Time) time.Duration {
	b.refill(now)
	if b.tokens > 0 {
		return 0
	}
	return b.Every - now.Sub(b.filled)
}
