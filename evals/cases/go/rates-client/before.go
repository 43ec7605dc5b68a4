// Package fx asks the treasury for exchange rates.
package fx

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
)

// Client talks to one treasury server.
type Client struct {
	Base string
	HTTP *http.Client
}

type answer struct {
	Rate float64 `json:"rate"`
}

// Rate is how much of `to` one unit of `from` buys.
func (c *Client) Rate(from, to string) (float64, error) {
	query := url.Values{"from": {from}, "to": {to}}
	response, err := c.HTTP.Get(c.Base + "/rate?" + query.Encode())
	if err != nil {
		return 0, fmt.Errorf("rate of %s: %w", from, err)
	}
	defer response.Body.Close()
	var got answer
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		return 0, fmt.Errorf("rate of %s: %w", from, err)
	}
	return got.Rate, nil
}

// Convert turns cents of one currency into cents of another.
func (c *Client) Convert(cents int64, from, to string) (int64, error) {
	rate, err := c.Rate(from, to)
	if err != nil {
		return 0, err
	}
	return int64(math.Round(float64(cents) * rate)), nil
}
