// Package catalog reads the catalogue of a seed bank.
package catalog

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
)

// Seed is one row: name and the year of the harvest.
type Seed struct {
	Name string
	Year string
}

// Load reads a file of two columns.
func Load(path string) ([]Seed, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	seeds, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return seeds, nil
}

func read(from io.Reader) ([]Seed, error) {
	rows := csv.NewReader(from)
	rows.FieldsPerRecord = 2
	var seeds []Seed
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return seeds, nil
		}
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, Seed{row[0], row[1]})
	}
}
