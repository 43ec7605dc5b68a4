package flags

import (
	"fmt"
	"sync"
	"testing"
)

func TestManyMisses(t *testing.T) {
	cache := NewCache(func(string) Rule { return Rule{Percent: 10} })
	var wait sync.WaitGroup
	for n := 0; n < 8; n++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for m := 0; m < 500; m++ {
				if !cache.On(fmt.Sprint(m), "a", 9) || cache.On(fmt.Sprint(m), "a", 10) {
					t.Error("wrong answer")
				}
			}
		}()
	}
	wait.Wait()
}
