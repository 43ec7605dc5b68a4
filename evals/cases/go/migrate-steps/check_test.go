package migrate

import (
	"errors"
	"strings"
	"testing"
)

type store struct{ log []string }

func (s *store) Begin() (Tx, error) { return s, nil }
func (s *store) Version() int       { return 1 }
func (s *store) Commit() error      { s.log = append(s.log, "commit"); return nil }
func (s *store) Rollback() error    { s.log = append(s.log, "rollback"); return nil }
func (s *store) Exec(sql string) error {
	s.log = append(s.log, sql)
	if sql == "bad" {
		return errors.New("syntax")
	}
	return nil
}

func TestRun(t *testing.T) {
	good := &store{}
	if err := Run(good, []Step{{1, "old"}, {2, "new"}}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(good.log, ";"); got != "new;UPDATE meta SET version = 2;commit" {
		t.Fatal(got)
	}
	bad := &store{}
	if err := Run(bad, []Step{{2, "bad"}, {3, "new"}}); err == nil {
		t.Fatal("the failure is lost")
	}
	if got := strings.Join(bad.log, ";"); got != "bad;rollback" {
		t.Fatal(got)
	}
}
