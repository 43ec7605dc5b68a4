package audit

import (
	"io"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	var out strings.Builder
	w := NewWriter(&out)
	w.Line("ann", "paid with 4111 1111 1111 1111 and sk_abcdefgh1")
	if out.String() != "000001 ann paid with ******** and ********\n" {
		t.Fatal(out.String())
	}
	quiet := NewWriter(io.Discard)
	if n := testing.AllocsPerRun(100, func() { quiet.Line("ann", "opened the door") }); n > 20 {
		t.Fatalf("%v allocations a line", n)
	}
}
