package main

import (
	"strings"

	"causeway/internal/architecture"
)

// rules is the table of who may import whom.
func rules(string) (string, error) { return rulesTable(architecture.Rules), nil }

func rulesTable(rules []architecture.Rule) string {
	t := table{head: []string{"package", "why", "may import, of ours", "must not import besides"}}
	for _, r := range rules {
		may := codes(r.May)
		if may == "" {
			may = "nothing"
		}
		t.rows = append(t.rows, []string{code(strings.TrimSuffix(r.Pattern, "/...")) + below(r.Pattern), r.Why, may, codes(r.Denied)})
	}
	return t.String()
}

// below is added to a pattern that covers what is below the package, too.
func below(pattern string) string {
	if strings.HasSuffix(pattern, "/...") {
		return " and all below it"
	}
	return ""
}
