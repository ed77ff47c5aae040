package platform

import (
	"fmt"
	"maps"
	"sort"
	"strings"
	"sync"
)

// Settings holds the values of a running sandbox. They may change at any time. It is safe for concurrent use.
type Settings struct {
	mu sync.RWMutex
	v  Values
}

// NewSettings returns the defaults with some of them overridden (name to value).
func NewSettings(overrides map[string]string) (*Settings, error) {
	s := &Settings{}
	for _, d := range definitions {
		if err := d.set(&s.v, d.values[0]); err != nil {
			return nil, fmt.Errorf("setting %s: default: %w", d.name, err)
		}
	}
	for name, value := range overrides {
		if err := s.Set(name, value); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Get returns a copy of the values.
func (s *Settings) Get() Values {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.v
}

// Set changes one setting. "marker" changes the marker of both sides. The error lists the values that are valid.
func (s *Settings) Set(name, value string) error {
	if name == "marker" {
		if err := s.Set("crmMarker", value); err != nil {
			return err
		}
		return s.Set("billingMarker", value)
	}
	for _, d := range definitions {
		if d.name != name {
			continue
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		next := s.v
		if err := d.set(&next, value); err != nil {
			return fmt.Errorf("setting %s=%s: %w; use %s", name, value, err, strings.Join(d.values, " | "))
		}
		s.v = next
		return nil
	}
	return fmt.Errorf("setting %q is unknown; the settings are: %s", name, strings.Join(describe(), ", "))
}

// All returns the values of all settings, by name.
func (s *Settings) All() map[string]string {
	v := s.Get()
	all := make(map[string]string, len(definitions))
	for _, d := range definitions {
		all[d.name] = d.get(v)
	}
	return all
}

func describe() []string {
	var lines []string
	for _, d := range definitions {
		lines = append(lines, d.name+"="+strings.Join(d.values, "|"))
	}
	sort.Strings(lines)
	return lines
}

// Apply changes all of the given settings, or none.
func (s *Settings) Apply(changes map[string]string) error {
	next := &Settings{v: s.Get()}
	for name, value := range changes {
		if err := next.Set(name, value); err != nil {
			return err
		}
	}
	for name, value := range maps.All(changes) {
		if err := s.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}
