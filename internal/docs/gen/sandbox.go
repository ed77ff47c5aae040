package main

import (
	"strings"

	"causeway/internal/sandbox/platform"
)

// sandboxSettings is the table of the sandboxes' settings.
func sandboxSettings(string) (string, error) {
	t := table{head: []string{"setting", "values, the default first", "what it sets"}}
	for _, s := range platform.Descriptions() {
		t.rows = append(t.rows, []string{code(s.Name), strings.Join(s.Values, " · "), s.About})
	}
	return t.String(), nil
}

// sandboxFaults is the table of the sandboxes' faults.
func sandboxFaults(string) (string, error) {
	t := table{head: []string{"fault", "what happens"}}
	for _, f := range platform.FaultDescriptions() {
		t.rows = append(t.rows, []string{code(f.Name), f.About})
	}
	return t.String(), nil
}
