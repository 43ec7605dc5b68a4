package ratelimit

import (
	"testing"
	"time"
)

func TestBucket(t *testing.T) {
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	b := NewBucket(2, time.Second, now)
	allowed := 0
	for n := 0; n < 40; n++ {
		if b.Allow(now) {
			allowed++
		}
		now = now.Add(250 * time.Millisecond)
	}
	if allowed < 11 || allowed > 12 {
		t.Fatalf("%d of 40 in ten seconds", allowed)
	}
	now = now.Add(365 * 24 * time.Hour)
	if !b.Allow(now) || !b.Allow(now) || b.Allow(now) || b.Wait(now) <= 0 {
		t.Fatal("after a year")
	}
}
