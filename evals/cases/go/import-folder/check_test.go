package importer

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

type disk struct{ open, most int }

type file struct {
	io.Reader
	of *disk
}

func (f file) Close() error { f.of.open--; return nil }

func (d *disk) Names() ([]string, error) {
	names := []string{"readme.txt"}
	for n := 0; n < 50; n++ {
		names = append(names, fmt.Sprintf("%d.csv", n))
	}
	return names, nil
}

func (d *disk) Open(string) (io.ReadCloser, error) {
	d.open++
	d.most = max(d.most, d.open)
	return file{strings.NewReader("a\n\nb\n"), d}, nil
}

func TestRows(t *testing.T) {
	d := &disk{}
	rows, err := Rows(d)
	if rows != 100 || err != nil || d.open != 0 {
		t.Fatal(rows, err, d.open)
	}
	if d.most > 1 {
		t.Fatalf("%d files were open at once", d.most)
	}
}
