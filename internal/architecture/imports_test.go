package architecture_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// server is Temporal's server as a library. Linking it takes minutes, and no program in production needs it.
const server = "go.temporal.io/server/..."

func TestEveryPackageImportsOnlyWhatItsRuleAllows(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		if isTestSupport(p.path()) {
			continue
		}
		r, ok := ruleFor(p.path())
		if !ok {
			t.Errorf("%s has no import rule: add one to rules_test.go, as narrow as it can be", p.path())
			continue
		}
		if bad := r.violations(p.Imports); len(bad) > 0 {
			t.Errorf("%s must not import %s", p.path(), strings.Join(bad, ", "))
		}
	}
}

func TestSandboxesAndDevserverAreForWorkerDevAndTestsOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		if p.path() == "worker/dev" || isTestSupport(p.path()) {
			continue
		}
		for _, imp := range p.Imports {
			ours, isOurs := strings.CutPrefix(imp, module)
			within := matches("internal/sandbox/...", p.path()) && matches("internal/sandbox/...", ours) ||
				matches("internal/devserver/...", p.path()) && matches("internal/devserver/...", ours)
			if isOurs && !within && (matchesAny(forNobodysProduction, ours) || isTestSupport(ours)) {
				t.Errorf("%s must not import %s: it is for worker/dev or for tests", p.path(), ours)
			}
		}
	}
}

func TestTemporalServerIsImportedByDevserverAndWorkerDevOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		if matches("internal/devserver/...", p.path()) || p.path() == "worker/dev" {
			continue
		}
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for _, imp := range imports {
				if matches(server, imp) {
					t.Errorf("%s must not import %s: every test binary that does takes minutes to link", p.path(), imp)
				}
			}
		}
	}
}

func TestProgramsInProductionCarryNoServerAndNoSandbox(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"worker", "starter"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			deps := list(t, "-deps", "./"+program)
			require.Greater(t, len(deps), 100, "the program's dependencies")
			for _, p := range deps {
				ours := strings.HasPrefix(p.ImportPath, module)
				if matches(server, p.ImportPath) || matchesAny(forNobodysProduction, p.path()) || ours && isTestSupport(p.path()) {
					t.Errorf("%s must not carry %s", program, p.ImportPath)
				}
			}
		})
	}
}

func TestRulesRefuseWhatTheyShould(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pkg     string
		imports []string
		bad     []string
	}{
		"record is free of ours":              {"internal/record", []string{"time", "causeway/internal/store"}, []string{"causeway/internal/store"}},
		"planning does no I/O":                {"internal/reconcile", []string{"causeway/internal/record", "database/sql"}, []string{"database/sql"}},
		"ports know no Temporal":              {"internal/crm", []string{"go.temporal.io/sdk/client"}, []string{"go.temporal.io/sdk/client"}},
		"sides do not know each other":        {"internal/crm/zoho", []string{"causeway/internal/billing"}, []string{"causeway/internal/billing"}},
		"starter goes through the contract":   {"internal/cli/connection", []string{"causeway/workflows", "causeway/workflows/contract"}, []string{"causeway/workflows"}},
		"workflows are deterministic":         {"workflows", []string{"os", "causeway/activities"}, []string{"os"}},
		"what a pattern covers is let pass":   {"internal/sandbox/zohocrm", []string{"causeway/internal/sandbox/platform"}, nil},
		"a name that only begins alike is no": {"internal/record", []string{"causeway/internal/recordings"}, []string{"causeway/internal/recordings"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, ok := ruleFor(c.pkg)
			require.True(t, ok)
			require.Equal(t, c.bad, r.violations(c.imports))
		})
	}
}
