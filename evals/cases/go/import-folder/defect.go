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

// Rows counts the rows of all files that are measurements.
func Rows(source Source) (int, error) {
	names, err := source.Names()
	if err != nil {
		return 0, fmt.Errorf("list: %w", err)
	}
	total := 0
	for _, name := range names {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		file, err := source.Open(name)
		if err != nil {
			return 0, fmt.Errorf("open %s: %w", name, err)
		}
		defer file.Close()
		rows, err := countRows(file)
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", name, err)
		}
		total += rows
	}
	return total, nil
}
