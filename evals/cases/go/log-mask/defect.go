// Package audit writes who did what, without the secrets that were part of it.
package audit

import (
	"fmt"
	"io"
	"regexp"
)

const masked = "********"

// Writer masks each line before it goes to the file.
type Writer struct {
	out   io.Writer
	lines int
}

func NewWriter(out io.Writer) *Writer {
	return &Writer{out: out}
}

// mask hides card numbers and the tokens of the payment provider.
func mask(line string) string {
	card := regexp.MustCompile(`\b\d{4}(?:[ -]?\d{4}){3}\b`)
	token := regexp.MustCompile(`\b(?:sk|pk)_[A-Za-z0-9]{8,}`)
	line = card.ReplaceAllString(line, masked)
	return token.ReplaceAllString(line, masked)
}

// Line writes one event.
func (w *Writer) Line(who, what string) error {
	w.lines++
	_, err := fmt.Fprintf(w.out, "%06d %s %s\n", w.lines, who, mask(what))
	return err
}
