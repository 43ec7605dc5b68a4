// Package migrate brings a database to the newest version.
package migrate

import "fmt"

// Step is one migration.
type Step struct {
	Version int
	SQL     string
}

// Tx is what a migration needs of a transaction.
type Tx interface {
	Exec(sql string) error
	Commit() error
	Rollback() error
}

// Store begins transactions and knows the version.
type Store interface {
	Begin() (Tx, error)
	Version() int
}

func apply(store Store, step Step) error {
	tx, err := store.Begin()
	if err != nil {
		return fmt.Errorf("step %d: %w", step.Version, err)
	}
	if err := tx.Exec(step.SQL); err == nil {
		err = tx.Exec(fmt.Sprintf("UPDATE meta SET version = %d", step.Version))
	}
	if err != nil {
		tx.Rollback()
		return fmt.Errorf("step %d: %w", step.Version, err)
	}
	return tx.Commit()
}

// Run applies what is newer than the store and stops at the first failure.
func Run(store Store, steps []Step) error {
	for _, step := range steps {
		if step.Version <= store.Version() {
			continue
		}
		if err := apply(store, step); err != nil {
			return err
		}
	}
	return nil
}
