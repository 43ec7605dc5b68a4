// Package flags answers which features are on for whom.
package flags

import "sync"

// Rule says for whom a feature is on.
type Rule struct {
	Percent int
	Tenants map[string]bool
}

// Cache keeps the rules that were loaded.
type Cache struct {
	mu    sync.RWMutex
	rules map[string]Rule
	load  func(name string) Rule
}

func NewCache(load func(name string) Rule) *Cache {
	return &Cache{rules: map[string]Rule{}, load: load}
}

func (c *Cache) rule(name string) Rule {
	// Nearly all calls are hits, and hits need not wait for each other.
	c.mu.RLock()
	defer c.mu.RUnlock()
	if rule, ok := c.rules[name]; ok {
		return rule
	}
	rule := c.load(name)
	c.rules[name] = rule
	return rule
}

// On tells whether the feature is on for a tenant whose bucket is 0 to 99.
func (c *Cache) On(name, tenant string, bucket int) bool {
	rule := c.rule(name)
	return rule.Tenants[tenant] || bucket < rule.Percent
}

// Forget drops a rule that was edited.
func (c *Cache) Forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rules, name)
}
