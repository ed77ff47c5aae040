package architecture_test

import (
	"path"
	"slices"
	"strings"
)

// rule says what the packages that match a pattern may import of ours, and what else they must not import.
// In a pattern, a last element "..." stands for the package and all below it.
type rule struct {
	pattern string
	may     []string
	denied  []string
}

// What is denied beside the rules about our own packages. "x/..." is x and all below it.
var (
	temporal = []string{"go.temporal.io/..."}
	// pure packages decide; they do no I/O.
	pure = []string{"go.temporal.io/...", "net/http", "database/sql"}
	// workflow code is deterministic: it neither calls nor reads the machine.
	deterministic = []string{"net/http", "database/sql", "os", "encoding/json"}
)

// stored are the rooms of the store that callers see: all but its database layer.
var stored = []string{
	"internal/store", "internal/store/administration", "internal/store/connections", "internal/store/deletions", "internal/store/history",
	"internal/store/links", "internal/store/mirror", "internal/store/operations", "internal/store/pushes", "internal/store/runs", "internal/store/worklist",
}

// with adds the rooms of the store to a list.
func with(list ...string) []string { return append(list, stored...) }

// all is every package of ours but those that a program in production must not carry.
var all = with(
	"workflows/contract", "internal/record", "internal/reconcile", "internal/mapping", "internal/crm/...",
	"internal/billing/...", "internal/zohoapi", "internal/budget", "internal/app", "internal/webhook",
	"internal/keyring", "internal/codec", "internal/deletion", "internal/permission", "internal/transaction",
)

// rules hold for direct imports outside tests. The first pattern that matches counts; a package that none
// matches is an error, so that a new one is thought about.
var rules = []rule{
	{pattern: "internal/record"},
	{pattern: "internal/reconcile", may: []string{"internal/record"}, denied: pure},
	{pattern: "internal/mapping", may: []string{"internal/record"}, denied: pure},

	{pattern: "internal/permission", may: []string{"internal/record"}, denied: pure},
	{pattern: "internal/deletion", may: []string{"internal/record"}, denied: pure},
	{pattern: "internal/transaction", may: []string{"internal/record"}, denied: pure},

	{pattern: "internal/keyring", denied: append([]string{"net/http", "database/sql"}, temporal...)},
	{pattern: "internal/codec", may: []string{"internal/keyring"}},
	{pattern: "internal/budget", may: []string{"internal/record"}, denied: temporal},
	// The store: rooms stand on the database layer, and each on those above it in this list alone.
	{pattern: "internal/store/db", may: []string{"internal/record", "internal/keyring"}, denied: temporal},
	{pattern: "internal/store/connections", may: []string{"internal/record", "internal/store/db"}, denied: temporal},
	{pattern: "internal/store/runs", may: []string{"internal/record", "internal/store/db", "internal/store/connections"}, denied: temporal},
	{pattern: "internal/store/mirror", may: []string{"internal/record", "internal/store/db", "internal/store/runs"}, denied: temporal},
	{pattern: "internal/store/links", may: []string{"internal/record", "internal/store/db"}, denied: temporal},
	{pattern: "internal/store/operations", may: []string{
		"internal/record", "internal/store/db", "internal/store/runs", "internal/store/mirror", "internal/store/links",
	}, denied: temporal},
	{pattern: "internal/store/worklist", may: []string{
		"internal/record", "internal/store/db", "internal/store/mirror", "internal/store/links", "internal/store/operations",
	}, denied: temporal},
	{pattern: "internal/store/history", may: []string{
		"internal/record", "internal/store/db", "internal/store/runs", "internal/store/mirror", "internal/store/links", "internal/store/operations",
		"internal/store/worklist",
	}, denied: temporal},
	{pattern: "internal/store/pushes", may: []string{"internal/record", "internal/store/db", "internal/store/connections"}, denied: temporal},
	{pattern: "internal/store/deletions", may: []string{"internal/deletion", "internal/record", "internal/store/db", "internal/store/connections"}, denied: temporal},
	{pattern: "internal/store/administration", may: []string{"internal/permission", "internal/record", "internal/store/db", "internal/store/connections"}, denied: temporal},
	{pattern: "internal/store", may: []string{"internal/keyring", "internal/store/..."}, denied: temporal},
	{pattern: "internal/webhook", may: []string{"internal/record"}, denied: temporal},
	{pattern: "internal/crm", may: []string{"internal/record"}, denied: temporal},
	{pattern: "internal/billing", may: []string{"internal/record"}, denied: temporal},
	{pattern: "internal/zohoapi", may: []string{"internal/record", "internal/budget"}, denied: temporal},
	{pattern: "internal/crm/zoho", may: []string{"internal/crm", "internal/record", "internal/zohoapi", "internal/budget"}, denied: temporal},
	{pattern: "internal/billing/zoho", may: []string{"internal/billing", "internal/record", "internal/zohoapi", "internal/budget"}, denied: temporal},

	// What a backend service needs is small: the contract, and the codec of what it sends and reads.
	{pattern: "workflows/contract", may: []string{"internal/record", "internal/codec", "internal/keyring"}},
	{pattern: "activities", may: with(
		"internal/record", "internal/crm", "internal/billing", "internal/budget",
		"internal/deletion", "internal/reconcile", "internal/mapping", "internal/permission", "internal/transaction", "internal/webhook", "workflows/contract",
	)},
	{pattern: "workflows", may: []string{"workflows/contract", "internal/record", "activities"}, denied: deterministic},

	{pattern: "internal/verify", may: []string{
		"internal/record", "internal/crm", "internal/billing", "internal/mapping", "internal/reconcile",
	}, denied: temporal},
	{pattern: "internal/gateway", may: with("internal/permission", "internal/record", "internal/transaction", "workflows/contract")},
	{pattern: "internal/app", may: all},
	{pattern: "internal/app/workerapp", may: append([]string{"activities", "workflows"}, all...)},
	{pattern: "starter", may: with(
		"internal/app", "workflows/contract", "internal/record", "internal/verify",
		"internal/crm", "internal/billing", "internal/reconcile", "internal/webhook", "internal/gateway", "internal/codec", "internal/permission", "internal/transaction",
	)},
	// Of the activities, a main that runs them knows their settings.
	{pattern: "worker", may: append([]string{"internal/app/workerapp", "activities"}, all...)},
	{pattern: "worker/dev", may: append([]string{
		"internal/app/workerapp", "activities", "internal/sandbox", "internal/devserver", "internal/devserver/dirlock", "internal/verify", "internal/gateway",
	}, all...)},

	// The sandboxes are another party's servers: they know the wire contract, and nothing of ours.
	{pattern: "internal/sandbox/...", may: []string{"internal/sandbox/..."}, denied: temporal},
	{pattern: "internal/devserver/dirlock"},
	{pattern: "internal/devserver", may: []string{"internal/devserver/dirlock"}},
	{pattern: "internal/architecture"},
}

// isTestSupport says that a package is for tests to import and for nothing else, like net/http/httptest: its
// name ends in "test". It may import what tests may.
func isTestSupport(pkgPath string) bool { return strings.HasSuffix(pkgPath, "test") }

// forNobodysProduction are imported by worker/dev, by themselves, and by tests.
var forNobodysProduction = []string{"internal/sandbox/...", "internal/devserver/..."}

// ruleFor is the first rule that matches a package.
func ruleFor(pkgPath string) (rule, bool) {
	i := slices.IndexFunc(rules, func(r rule) bool { return matches(r.pattern, pkgPath) })
	if i < 0 {
		return rule{}, false
	}
	return rules[i], true
}

// violations are the imports that a rule does not allow.
func (r rule) violations(imports []string) []string {
	var bad []string
	for _, imp := range imports {
		ours, isOurs := strings.CutPrefix(imp, module)
		switch {
		case isOurs && !matchesAny(r.may, ours):
			bad = append(bad, imp)
		case !isOurs && matchesAny(r.denied, imp):
			bad = append(bad, imp)
		}
	}
	return bad
}

func matchesAny(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, p) })
}

func matches(pattern, p string) bool {
	if dir, base := path.Split(pattern); base == "..." {
		return strings.HasPrefix(p+"/", dir)
	}
	return pattern == p
}
