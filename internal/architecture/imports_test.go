package architecture_test

import (
	"slices"
	"strings"
	"testing"

	"causeway/internal/architecture"

	"github.com/stretchr/testify/require"
)

// server is Temporal's server as a library. Linking it takes minutes, and no program in production needs it.
const server = "go.temporal.io/server/..."

func TestEveryPackageImportsOnlyWhatItsRuleAllows(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if architecture.IsTestSupport(p.path()) {
			continue
		}
		r, ok := architecture.RuleFor(p.path())
		if !ok {
			t.Errorf("%s has no import rule: add one to rules.go, as narrow as it can be", p.path())
			continue
		}
		if bad := r.Violations(p.Imports); len(bad) > 0 {
			t.Errorf("%s must not import %s. %s", p.path(), strings.Join(bad, ", "), r.Why)
		}
	}
}

func TestEveryRuleSaysWhyInOneLine(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range architecture.Rules {
		require.NotEmpty(t, r.Why, r.Pattern)
		require.NotContains(t, r.Why, "\n", r.Pattern)
		require.True(t, strings.HasSuffix(r.Why, "."), "%s: a sentence", r.Pattern)
		require.False(t, seen[r.Pattern], "%s has two rules", r.Pattern)
		seen[r.Pattern] = true
	}
}

func TestNoRuleHidesBehindAnEarlierOne(t *testing.T) {
	t.Parallel()
	for i, r := range architecture.Rules {
		for _, earlier := range architecture.Rules[:i] {
			require.False(t, architecture.Matches(earlier.Pattern, strings.TrimSuffix(r.Pattern, "/...")),
				"%s never counts: %s stands before it", r.Pattern, earlier.Pattern)
		}
	}
}

func TestEveryRuleHasAPackage(t *testing.T) {
	t.Parallel()
	all := list(t)
	for _, r := range architecture.Rules {
		has := slices.ContainsFunc(all, func(p pkg) bool {
			mine, ok := architecture.RuleFor(p.path())
			return ok && mine.Pattern == r.Pattern
		})
		if !has {
			t.Errorf("no package is covered by the rule %s: delete it from rules.go", r.Pattern)
		}
	}
}

// docsGenerator writes the page of the sandboxes' settings. Users do not run it.
const docsGenerator = "internal/docs/gen"

func TestSandboxesAndDevserverAreForWorkerDevAndTestsOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if p.path() == "worker/dev" || p.path() == docsGenerator || architecture.IsTestSupport(p.path()) {
			continue
		}
		for _, imp := range p.Imports {
			ours, isOurs := strings.CutPrefix(imp, architecture.Module)
			within := slices.ContainsFunc(architecture.ForNobodysProduction, func(pattern string) bool {
				return architecture.Matches(pattern, p.path()) && architecture.Matches(pattern, ours)
			})
			if isOurs && !within && forTests(ours) {
				t.Errorf("%s must not import %s: it is for worker/dev or for tests", p.path(), ours)
			}
		}
	}
}

// forTests reports whether production must not import a package of ours.
func forTests(pkg string) bool {
	return architecture.MatchesAny(architecture.ForNobodysProduction, pkg) || architecture.IsTestSupport(pkg)
}

func TestTemporalServerIsImportedByDevserverAndWorkerDevOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if architecture.Matches("internal/devserver/...", p.path()) || p.path() == "worker/dev" {
			continue
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if architecture.Matches(server, imp) {
				t.Errorf("%s must not import %s: every test binary that does takes minutes to link", p.path(), imp)
			}
		}
	}
}

func TestProgramsInProductionCarryNoServerAndNoSandbox(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"worker", "starter"} {
		deps := named(t, program).Deps
		require.Greater(t, len(deps), 100, "the program's dependencies")
		for _, dep := range deps {
			ours, isOurs := strings.CutPrefix(dep, architecture.Module)
			if architecture.Matches(server, dep) || isOurs && forTests(ours) {
				t.Errorf("%s must not carry %s", program, dep)
			}
		}
	}
}

// impure is what a package that decides must not carry, not even through others.
var impure = []string{"go.temporal.io/...", "net/http", "database/sql"}

// wired are pure packages that speak the contract's words, which carry its client.
var wired = []string{"internal/preferences", "internal/lifecycle"}

func TestPurePackagesCarryNoTemporalNoHTTPAndNoSQL(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if !architecture.MatchesAny(architecture.Pure, p.path()) || architecture.MatchesAny(wired, p.path()) || architecture.IsTestSupport(p.path()) {
			continue
		}
		for _, dep := range carries(p.Deps, impure) {
			t.Errorf("%s decides, and must not carry %s, not even through others", p.path(), dep)
		}
	}
	require.NotEmpty(t, carries(named(t, "internal/webhook").Deps, impure), "a broken example is seen: webhook calls over HTTP")
}

// carries returns the imports that the patterns cover.
func carries(deps, patterns []string) []string {
	var out []string
	for _, dep := range deps {
		if architecture.MatchesAny(patterns, dep) {
			out = append(out, dep)
		}
	}
	return out
}

func TestSurfacesReachTemporalThroughTheContractAlone(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if !architecture.MatchesAny(architecture.Surfaces, p.path()) || architecture.IsTestSupport(p.path()) {
			continue
		}
		for _, imp := range carries(p.Imports, aroundContract) {
			t.Errorf("%s must not import %s: ask through workflows/contract", p.path(), imp)
		}
	}
	require.Equal(t, []string{"go.temporal.io/sdk/client", "causeway/workflows", "causeway/activities/push", "causeway/internal/steps"},
		carries([]string{"go.temporal.io/sdk/client", "causeway/workflows", "causeway/workflows/contract", "causeway/activities/push", "causeway/internal/steps"}, aroundContract),
		"a broken example is seen")
}

// aroundContract is what a surface would reach Temporal with, around the contract.
var aroundContract = []string{"go.temporal.io/...", "causeway/workflows", "causeway/activities/...", "causeway/internal/steps"}

func TestRulesRefuseWhatTheyShould(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pkg     string
		imports []string
		bad     []string
	}{
		"record is free of ours":                 {"internal/record", []string{"time", "causeway/internal/store"}, []string{"causeway/internal/store"}},
		"planning does no I/O":                   {"internal/reconcile", []string{"causeway/internal/record", "database/sql"}, []string{"database/sql"}},
		"ports know no Temporal":                 {"internal/crm", []string{"go.temporal.io/sdk/client"}, []string{"go.temporal.io/sdk/client"}},
		"sides do not know each other":           {"internal/crm/zoho", []string{"causeway/internal/billing"}, []string{"causeway/internal/billing"}},
		"starter goes through the contract":      {"internal/cli/connection", []string{"causeway/workflows", "causeway/workflows/contract"}, []string{"causeway/workflows"}},
		"so does a command":                      {"internal/cli/records", []string{"causeway/activities/push", "causeway/internal/report"}, []string{"causeway/activities/push"}},
		"so does the console":                    {"internal/gateway/console", []string{"causeway/internal/app"}, []string{"causeway/internal/app"}},
		"workflows are deterministic":            {"workflows", []string{"os", "causeway/internal/store"}, []string{"os", "causeway/internal/store"}},
		"planning calls no side's client":        {"activities/plan", []string{"causeway/internal/crm/zoho"}, []string{"causeway/internal/crm/zoho"}},
		"a step knows no other step":             {"activities/apply", []string{"causeway/activities/plan"}, []string{"causeway/activities/plan"}},
		"the store knows no side":                {"internal/store/pushes", []string{"causeway/internal/billing"}, []string{"causeway/internal/billing"}},
		"what a pattern covers is allowed":       {"internal/sandbox/zohocrm", []string{"causeway/internal/sandbox/platform"}, nil},
		"a name that only begins alike is not":   {"internal/record", []string{"causeway/internal/recordings"}, []string{"causeway/internal/recordings"}},
		"documentation may be made of the rules": {"internal/docs/gen", []string{"causeway/internal/architecture"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, ok := architecture.RuleFor(c.pkg)
			require.True(t, ok)
			require.Equal(t, c.bad, r.Violations(c.imports))
		})
	}
}
