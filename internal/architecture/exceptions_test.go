package architecture_test

// What breaks a limit today, with what it comes to. The lists only become shorter: a test fails when an exception is
// exceeded, and when it is needed no more.
var (
	// tooManyFiles: production files of a package, beyond MaxFiles.
	tooManyFiles = map[string]int{
		"internal/store": 59,
	}

	// tooManyMethods: methods of a type, beyond MaxMethods.
	tooManyMethods = map[string]int{
		"internal/billing/zoho.Client": 61,
		"internal/store.Store":         224,
		"workflows.integration":        50,
	}

	// tooManyLines: lines of a file, beyond MaxLines.
	tooManyLines = map[string]int{
		"internal/store/plan.go":   312,
		"internal/store/pushes.go": 329,
	}

	// unnamed: files that their package's doc.go does not name.
	unnamed = map[string]int{
		"internal/sandbox/zohobilling/amount": 1,
		"internal/store":                      59,
		"internal/store/pgtest":               4,
		"workflows/contract":                  16,
	}

	// tooManyBack: arrows of a package that run back up, beyond MaxBackPercent.
	tooManyBack = map[string]int{
		"internal/budget":                        1,
		"internal/cli/administration":            1,
		"internal/cli/clitest":                   1,
		"internal/cli/deletion":                  1,
		"internal/crm/crmtest":                   5,
		"internal/crm/zoho":                      7,
		"internal/lifecycle":                     1,
		"internal/mapping/check":                 2,
		"internal/mapping/transform":             1,
		"internal/mapping/value":                 1,
		"internal/reconcile":                     15,
		"internal/sandbox/zohocrm/api/bulk":      3,
		"internal/sandbox/zohocrm/api/describe":  9,
		"internal/sandbox/zohocrm/api/documents": 3,
		"internal/sandbox/zohocrm/api/wire":      1,
		"internal/sandbox/zohocrm/csvfiles":      5,
		"internal/sandbox/zohocrm/records":       4,
		"internal/verify":                        10,
		"internal/webhook":                       1,
		"internal/zohoapi":                       4,
		"workflows":                              15,
		"workflows/contract":                     8,
	}
)

// toCome are the rules whose room does not exist yet.
var toCome = []string{
	"internal/permission",
	"internal/deletion",
	"internal/telemetry",
	"internal/docs/...",
}
