package geoip

import (
	"context"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

type slow struct{ gate chan bool }

func (s slow) Country(netip.Addr) (string, bool) { <-s.gate; return "NO", true }

func TestGivenUp(t *testing.T) {
	address := netip.MustParseAddr("192.0.2.1")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	before := runtime.NumGoroutine()
	db := slow{make(chan bool)}
	for n := 0; n < 20; n++ {
		if _, err := Country(ctx, db, address); err != context.Canceled {
			t.Fatal(err)
		}
	}
	close(db.gate)
	for n := 0; n < 100 && runtime.NumGoroutine() > before; n++ {
		time.Sleep(20 * time.Millisecond)
	}
	if left := runtime.NumGoroutine() - before; left > 0 {
		t.Fatalf("%d goroutines are left", left)
	}
	if country, err := Country(context.Background(), db, address); country != "NO" || err != nil {
		t.Fatal(country, err)
	}
}
