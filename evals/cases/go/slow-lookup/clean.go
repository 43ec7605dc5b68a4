// Package geoip finds the country of an address in a slow database.
package geoip

import (
	"context"
	"errors"
	"net/netip"
)

var ErrUnknown = errors.New("geoip: the address is in no country")

// Database is the reader of the vendor; it knows nothing of contexts.
type Database interface {
	Country(address netip.Addr) (string, bool)
}

type found struct {
	country string
	ok      bool
}

// Country asks the database, for no longer than the context lasts.
func Country(ctx context.Context, db Database, address netip.Addr) (string, error) {
	answers := make(chan found, 1)
	go func() {
		country, ok := db.Country(address.Unmap())
		answers <- found{country, ok}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case answer := <-answers:
		if !answer.ok {
			return "", ErrUnknown
		}
		return answer.country, nil
	}
}

// Local tells whether an address needs no look-up at all.
func Local(address netip.Addr) bool {
	address = address.Unmap()
	return address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast()
}
