// Package importer reads the measurements that ships send as files.
package importer

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Source opens a file by its name; the disk in production.
type Source interface {
	Names() ([]string, error)
	Open(name string) (io.ReadCloser, error)
}

func countRows(r io.Reader) (int, error) {
	rows := 0
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		if strings.TrimSpace(scanner.Text()) != "" {
			rows++
		}
	}
	return rows, scanner.Err()
}

// Rows counts the rows of one file.
func Rows(source Source, name string) (int, error) {
	file, err := source.Open(name)
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", name, err)
	}
	defer file.Close()
	return countRows(file)
}
