package fx

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

type fake struct {
	status, open int
	body         string
}

type body struct {
	io.Reader
	of *fake
}

func (b body) Close() error { b.of.open--; return nil }

func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	f.open++
	return &http.Response{StatusCode: f.status, Body: body{strings.NewReader(f.body), f}, Request: r}, nil
}

func TestRate(t *testing.T) {
	for _, f := range []*fake{{200, 0, `{"rate": 2}`}, {503, 0, "busy"}, {200, 0, `{"rate": 0}`}} {
		c := &Client{"http://t", &http.Client{Transport: f}}
		cents, err := c.Convert(101, "EUR", "USD")
		if (err == nil) != (cents == 202) || f.open != 0 {
			t.Fatal(f.status, cents, err, f.open)
		}
	}
}
