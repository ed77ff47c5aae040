package architecture_test

// What breaks a limit today, with what it comes to. The lists only become shorter: a test fails when an exception is
// exceeded, and when it is needed no more.
var (
	// tooManyFiles: production files of a package, beyond MaxFiles.
	tooManyFiles = map[string]int{
		"activities":                   52,
		"internal/mapping":             24,
		"internal/sandbox/zohobilling": 27,
		"internal/sandbox/zohocrm":     50,
		"internal/store":               59,
		"starter":                      44,
		"workflows/contract":           24,
	}

	// tooManyMethods: methods of a type, beyond MaxMethods.
	tooManyMethods = map[string]int{
		"activities.part":                  47,
		"internal/billing/zoho.Client":     61,
		"internal/sandbox/zohobilling.Org": 127,
		"internal/sandbox/zohocrm.Org":     143,
		"internal/store.Store":             224,
		"starter.program":                  86,
		"workflows.integration":            50,
		"workflows/contract.State":         49,
	}

	// tooManyLines: lines of a file, beyond MaxLines.
	tooManyLines = map[string]int{
		"activities/apply.go":                          307,
		"activities/mirror.go":                         314,
		"activities/plan.go":                           342,
		"activities/push_actions.go":                   337,
		"activities/settle.go":                         311,
		"internal/billing/billingtest/transactions.go": 315,
		"internal/crm/crmtest/crmtest.go":              310,
		"internal/store/plan.go":                       312,
		"internal/store/pushes.go":                     329,
		"workflows/push.go":                            305,
	}

	// unnamed: files that their package's doc.go does not name.
	unnamed = map[string]int{
		"activities":                    52,
		"internal/app":                  19,
		"internal/app/workerapp":        2,
		"internal/billing":              2,
		"internal/billing/billingtest":  7,
		"internal/billing/zoho":         20,
		"internal/budget":               6,
		"internal/codec":                2,
		"internal/crm":                  2,
		"internal/crm/crmtest":          5,
		"internal/crm/zoho":             12,
		"internal/devserver":            9,
		"internal/devserver/devtest":    1,
		"internal/devserver/dirlock":    3,
		"internal/gateway":              3,
		"internal/keyring":              1,
		"internal/mapping":              24,
		"internal/proctest":             6,
		"internal/reconcile":            15,
		"internal/record":               12,
		"internal/sandbox":              3,
		"internal/sandbox/platform":     15,
		"internal/sandbox/sample":       3,
		"internal/sandbox/zohobilling":  27,
		"internal/sandbox/zohocrm":      34,
		"internal/store":                59,
		"internal/store/pgtest":         4,
		"internal/transaction":          4,
		"internal/verify":               8,
		"internal/webhook":              4,
		"internal/zohoapi":              9,
		"internal/zohoapi/contracttest": 2,
		"starter":                       44,
		"worker":                        2,
		"workflows":                     15,
		"workflows/contract":            24,
	}

	// tooManyBack: arrows of a package that run back up, beyond MaxBackPercent.
	tooManyBack = map[string]int{
		"activities":                   34,
		"internal/billing/billingtest": 5,
		"internal/budget":              1,
		"internal/crm/crmtest":         3,
		"internal/crm/zoho":            7,
		"internal/mapping":             10,
		"internal/reconcile":           15,
		"internal/record":              2,
		"internal/sandbox/zohobilling": 26,
		"internal/sandbox/zohocrm":     33,
		"internal/verify":              10,
		"internal/zohoapi":             4,
		"starter":                      22,
		"workflows":                    14,
		"workflows/contract":           8,
	}
)

// toCome are the rules whose room does not exist yet.
var toCome = []string{
	"internal/permission",
	"internal/deletion",
	"internal/preferences",
	"internal/lifecycle",
	"internal/steps",
	"activities/attempt",
	"activities/mirror",
	"activities/plan",
	"activities/apply",
	"activities/push",
	"activities/lifecycle",
	"activities/deletion",
	"activities/setup",
	"activities/notify",
	"internal/telemetry",
	"internal/report",
	"internal/docs/...",
	"internal/cli/...",
}
