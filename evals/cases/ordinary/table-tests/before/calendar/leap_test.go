package calendar

import (
	"testing"
	"time"
)

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func TestDaysIn(t *testing.T) {
	cases := []struct {
		year  int
		month time.Month
		days  int
	}{
		{2023, time.February, 28},
		{2024, time.February, 29},
	}
	for _, c := range cases {
		if got := daysIn(c.year, c.month); got != c.days {
			t.Errorf("%d-%d: %d", c.year, c.month, got)
		}
	}
}
