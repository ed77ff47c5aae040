package architecture

import "slices"

// Rule says what the packages that a pattern covers may import of ours, and what of others they must not. In a
// pattern, a last element "..." stands for the package and all below it.
type Rule struct {
	Pattern string
	May     []string
	Denied  []string
	Why     string // in one line
}

// What is denied beside the rules about our own packages.
var (
	// temporal is everything of Temporal's.
	temporal = []string{"go.temporal.io/..."}
	// noIO is what packages that decide must not know.
	noIO = []string{"go.temporal.io/...", "net/http", "database/sql"}
	// machine is what workflow code must not call or read: it is replayed.
	machine = []string{"net/http", "database/sql", "os", "encoding/json"}
)

// Pure are the packages that decide: values in, values out.
var Pure = []string{
	"internal/record", "internal/reconcile", "internal/mapping/...", "internal/transaction", "internal/permission",
	"internal/deletion", "internal/lifecycle", "internal/preferences",
}

// Surfaces are what people and programs use. They reach Temporal through workflows/contract alone.
var Surfaces = []string{"starter", "internal/cli/...", "internal/gateway/...", "internal/report", "internal/docs/..."}

// ForNobodysProduction may be imported by worker/dev, by themselves and by tests, and by nothing else.
var ForNobodysProduction = []string{"internal/sandbox/...", "internal/devserver/..."}

// inside is what activities work with: decisions, ports and what is kept.
var inside = []string{
	"internal/record", "internal/reconcile", "internal/mapping/...", "internal/transaction", "internal/permission",
	"internal/deletion", "internal/preferences", "internal/crm", "internal/billing", "internal/store/...", "internal/budget",
	"internal/webhook", "internal/steps", "workflows/contract",
}

// production is what a production program may use, besides activities, workflows and surfaces.
var production = slices.Concat(inside, []string{
	"internal/lifecycle", "internal/crm/...", "internal/billing/...", "internal/zohoapi", "internal/keyring", "internal/codec",
	"internal/app", "internal/report",
})

// behindCommands is what a command may call.
var behindCommands = []string{
	"internal/app", "workflows/contract", "internal/report", "internal/preferences", "internal/verify", "internal/gateway/...",
	"internal/docs/...", "internal/record", "internal/reconcile", "internal/mapping/...", "internal/transaction",
	"internal/permission", "internal/deletion", "internal/crm", "internal/billing", "internal/store/...", "internal/webhook", "internal/codec",
	"internal/doctor",
}

// Rules hold for direct imports outside tests. The first rule whose pattern covers a package counts. A package without a
// rule fails a test, so that what it may know is decided when it is made.
var Rules = slices.Concat(decisions, durable, sides, kept, surfaces, mains, crmSandbox, billingSandbox, trial)

var decisions = []Rule{
	{"internal/record", nil, noIO,
		"The words of everything else: it knows nothing of ours."},
	{"internal/mapping/...", []string{"internal/record", "internal/mapping/..."}, noIO,
		"A map is applied by computation alone, so that it is tested by tables."},
	{"internal/reconcile", []string{"internal/record"}, noIO,
		"A plan is decided from rows, without any input or output: the same rows always give the same plan."},
	{"internal/transaction", []string{"internal/record"}, noIO,
		"What a quote or an invoice comes to is computed, never asked for."},
	{"internal/permission", []string{"internal/record"}, noIO,
		"Who may push what is decided in one place, and never in SQL."},
	{"internal/deletion", []string{"internal/record"}, noIO,
		"What a deletion does with a record is decided in one place, and never in SQL."},
	{"internal/preferences", []string{"internal/record", "internal/mapping/...", "workflows/contract"}, noIO,
		"Preferences are edited, compared and checked as values; where they are kept is the store's matter."},
	{"internal/lifecycle", []string{"internal/steps", "workflows/contract"}, noIO,
		"A connection's life is a state machine that is tested over every pair of state and message."},
	{"internal/steps", []string{"internal/record", "workflows/contract"}, []string{"net/http", "database/sql"},
		"What activities take and return: workflows and activities both know it, and so need not know each other."},
}

var durable = []Rule{
	{"workflows/contract", []string{"internal/record", "internal/codec", "internal/keyring"}, []string{"net/http", "database/sql"},
		"The public vocabulary: a backend service that imports it gets little else."},
	{"workflows", []string{"workflows/contract", "internal/steps", "internal/lifecycle", "internal/record", "activities"}, machine,
		"Workflow code is replayed: it neither calls nor reads the machine."},
	{"activities", []string{"activities/...", "internal/record", "internal/budget", "internal/webhook", "internal/steps", "workflows/contract"}, nil,
		"It registers the activities, and alone makes Temporal's errors."},
	{"activities/attempt", []string{
		"internal/record", "internal/crm", "internal/billing", "internal/store/...", "internal/budget", "internal/mapping/...",
		"internal/steps", "workflows/contract",
	}, nil, "One try of an activity: all rooms share it, so it knows none of them. It heartbeats."},
	{"activities/notify", []string{"internal/record", "internal/store/...", "internal/webhook", "internal/steps", "workflows/contract"}, temporal,
		"It delivers notices of what has already happened."},
	{"activities/setup", activityRoom("internal/mapping/...", "internal/reconcile", "internal/transaction"), temporal,
		"It checks and stores what a connection needs before it can sync."},
	{"activities/mirror", activityRoom("internal/reconcile"), temporal,
		"It reads the sides, and never writes to one."},
	{"activities/plan", activityRoom("internal/budget", "internal/mapping/...", "internal/reconcile"), temporal,
		"It reads what was mirrored, and changes nothing on a side."},
	{"activities/apply", activityRoom("internal/budget", "internal/mapping/...", "internal/reconcile", "internal/transaction"), temporal,
		"It carries planned operations out: it knows the plan's rows, and not the planner."},
	{"activities/run", activityRoom("activities/setup", "internal/mapping/...", "internal/reconcile"), temporal,
		"It begins and ends a sync, and checks both sides first as setup does."},
	{"activities/lifecycle", activityRoom("activities/setup", "internal/reconcile"), temporal,
		"It stores the states of a connection, and checks both sides before it is enabled."},
	{"activities/deletion", activityRoom("activities/apply", "internal/budget", "internal/webhook", "internal/deletion"), temporal,
		"It carries a deletion out, and first settles what has an unknown outcome."},
	{"activities/push", activityRoom(
		"activities/setup", "activities/mirror", "activities/plan", "activities/apply", "activities/run",
		"internal/permission", "internal/reconcile", "internal/transaction",
	), nil, "A push brings its customer and items across first, by the steps of a sync. It signals workflows."},
}

// activityRoom is what a room of the activities may import: an attempt, the ports, the store, and what else it needs.
func activityRoom(more ...string) []string {
	return append([]string{
		"activities/attempt", "internal/record", "internal/crm", "internal/billing", "internal/store/...", "internal/steps",
		"workflows/contract",
	}, more...)
}

var sides = []Rule{
	{"internal/crm", []string{"internal/record"}, temporal,
		"The port to any CRM: the sides do not know each other, nor the store."},
	{"internal/billing", []string{"internal/record"}, temporal,
		"The port to any billing system: the sides do not know each other, nor the store."},
	{"internal/crm/zoho", []string{"internal/crm", "internal/record", "internal/zohoapi", "internal/budget"}, temporal,
		"Zoho CRM's field names stand here, and above only in the default maps."},
	{"internal/billing/zoho", []string{"internal/billing", "internal/record", "internal/zohoapi", "internal/budget"}, temporal,
		"Zoho Billing's field names stand here, and above only in the default maps."},
	{"internal/zohoapi", []string{"internal/record", "internal/budget"}, temporal,
		"What both of Zoho's APIs share: tokens, limits, errors."},
	{"internal/budget", []string{"internal/record"}, temporal,
		"It counts calls, and does not know who makes them."},
}

var kept = []Rule{
	{"internal/keyring", nil, slices.Concat(temporal, []string{"net/http", "database/sql"}),
		"Keys and ciphers: it knows nothing of what is encrypted."},
	{"internal/codec", []string{"internal/keyring"}, []string{"database/sql"},
		"It encrypts what Temporal keeps; a backend service imports it with the contract."},
	{"internal/store/...", []string{"internal/record", "internal/permission", "internal/deletion", "internal/keyring", "internal/store/..."}, slices.Concat(temporal, []string{"net/http"}),
		"It keeps and finds, and decides nothing; it knows no side."},
	{"internal/webhook", []string{"internal/record"}, temporal,
		"It signs and delivers; others decide what, and to whom."},
	{"internal/verify", []string{"internal/record", "internal/crm", "internal/billing", "internal/mapping/...", "internal/reconcile", "internal/store/..."}, temporal,
		"It compares the sides as they are now, so it trusts no workflow."},
	{"internal/architecture", nil, nil,
		"It reads the source, and runs none of it."},
}

var surfaces = []Rule{
	{"internal/report", []string{"internal/record", "internal/budget", "internal/reconcile", "internal/zohoapi", "internal/store/...", "internal/preferences", "internal/permission", "internal/deletion", "internal/transaction", "workflows/contract"}, noIO,
		"What people are shown, as typed values: command line, REST API and console only render it."},
	{"internal/docs", nil, noIO,
		"The documentation is there before anything is set up: it knows nothing of ours."},
	{"internal/docs/gen", []string{"internal/docs", "internal/architecture", "internal/report", "internal/cli/...", "internal/sandbox/platform", "internal/record", "internal/verify"}, slices.Concat(temporal, []string{"database/sql"}),
		"The documentation; its reference pages are made from the code."},
	{"internal/doctor", []string{"internal/app", "internal/report", "internal/record", "internal/store/...", "workflows/contract"}, []string{"database/sql"},
		"It looks at everything that Causeway needs, Temporal included, and changes nothing."},
	{"internal/cli/...", slices.Concat(behindCommands, []string{"internal/cli/..."}), temporal,
		"A command asks through the contract, reads the store, and renders a report."},
	{"internal/gateway/...", []string{"internal/record", "internal/store/...", "internal/transaction", "internal/permission", "internal/report", "internal/docs/...", "workflows/contract", "internal/gateway/..."}, temporal,
		"REST API, console and webhooks ask through the contract, as any backend service does."},
}

var mains = []Rule{
	{"internal/app", production, nil,
		"Wiring alone: it makes store, clients and ports from the configuration."},
	{"internal/app/workerapp", slices.Concat(production, []string{"activities/...", "workflows"}), nil,
		"Wiring of a worker: the one place where workflows and activities meet."},
	{"starter", []string{"internal/cli", "internal/cli/session"}, temporal,
		"It is main and nothing else: the command tree is internal/cli's."},
	{"worker", slices.Concat(production, []string{"internal/app/workerapp", "activities/attempt"}), nil,
		"The production worker; of the activities it knows how long calls may take."},
	{"worker/dev", slices.Concat(production, []string{
		"internal/app/workerapp", "activities/attempt", "internal/sandbox", "internal/devserver", "internal/devserver/dirlock", "internal/verify", "internal/gateway/...", "internal/report",
	}), nil, "Everything in one process, for trying out: it alone carries the embedded server and the sandboxes."},
}

// noSQL is for the rooms of a sandbox that answer from what its other rooms keep.
var noSQL = slices.Concat(temporal, []string{"database/sql"})

// noHTTP is for the rooms of a sandbox that keep records.
var noHTTP = slices.Concat(temporal, []string{"net/http"})

var crmSandbox = []Rule{
	{"internal/sandbox/zohocrm/metadata", []string{"internal/sandbox/platform"}, noIO,
		"Modules and fields as values: everything else of this sandbox stands on them."},
	{"internal/sandbox/zohocrm/query", crmRooms("metadata"), noIO,
		"A condition as a value: it knows no syntax and no storage."},
	{"internal/sandbox/zohocrm/coql", crmRooms("metadata", "query"), noIO,
		"COQL's syntax: text in, a query out."},
	{"internal/sandbox/zohocrm/custom", crmRooms("metadata", "query"), noHTTP,
		"Custom fields are kept; how a request names them is the API's matter."},
	{"internal/sandbox/zohocrm/records", append(crmRooms("metadata", "query", "custom"), "internal/sandbox/sample"), noHTTP,
		"Records are kept and found; it knows no request."},
	{"internal/sandbox/zohocrm/csvfiles", crmRooms("metadata", "query", "custom", "records"), noHTTP,
		"It loads records from files and writes them to files."},
	{"internal/sandbox/zohocrm/admin", crmRooms("metadata", "query", "custom", "records"), temporal,
		"The sandbox's own controls, which the real CRM does not have."},
	{"internal/sandbox/zohocrm/api/wire", crmRooms("metadata", "query"), noSQL,
		"Errors, limits and forms of replies that all routes share."},
	{"internal/sandbox/zohocrm/api/read", crmRooms("metadata", "query", "coql", "custom", "records", "api/wire"), noSQL,
		"Routes that read records."},
	{"internal/sandbox/zohocrm/api/write", crmRooms("metadata", "query", "records", "api/wire"), temporal,
		"Routes that change records."},
	{"internal/sandbox/zohocrm/api/describe", crmRooms("metadata", "query", "custom", "api/wire"), noSQL,
		"Routes about modules, fields and the organisation."},
	{"internal/sandbox/zohocrm/api/documents", crmRooms("metadata", "query", "records", "api/wire"), temporal,
		"Routes of attachments, notes and activities."},
	{"internal/sandbox/zohocrm/api/bulk", crmRooms("metadata", "query", "custom", "records", "api/wire"), temporal,
		"Routes of bulk read jobs."},
	{"internal/sandbox/zohocrm/api", crmRooms("metadata", "coql", "custom", "records",
		"api/wire", "api/read", "api/write", "api/describe", "api/documents", "api/bulk"), noSQL,
		"It puts the routes together."},
	{"internal/sandbox/zohocrm", append(crmRooms("metadata", "query", "custom", "records", "csvfiles", "admin",
		"api", "api/bulk", "api/documents"), "internal/sandbox/sample"), noSQL,
		"The front of the CRM's sandbox: it makes an organisation and lends out its rooms."},
}

// crmRooms are rooms of the CRM's sandbox, with the ground that they all stand on.
func crmRooms(names ...string) []string {
	rooms := []string{"internal/sandbox/platform"}
	for _, name := range names {
		rooms = append(rooms, "internal/sandbox/zohocrm/"+name)
	}
	return rooms
}

var billingSandbox = []Rule{
	{"internal/sandbox/zohobilling/api", billingRooms(), noSQL,
		"Errors, routes and forms of replies that all calls share."},
	{"internal/sandbox/zohobilling/amount", billingRooms("api"), noIO,
		"Exact arithmetic with money."},
	{"internal/sandbox/zohobilling/store", billingRooms("api"), noHTTP,
		"The file, and what one write is; it knows no request."},
	{"internal/sandbox/zohobilling/list", billingRooms("api", "store"), temporal,
		"Lists, page by page; it knows no module."},
	{"internal/sandbox/zohobilling/fields", billingRooms("api", "store"), temporal,
		"Custom fields: which there are, and their values."},
	{"internal/sandbox/zohobilling/settings", billingRooms("api", "list"), noSQL,
		"Organisations, currencies, taxes and users, which clients only read."},
	{"internal/sandbox/zohobilling/customers", billingRooms("amount", "api", "fields", "list", "settings", "store"), temporal,
		"Customers and contact persons."},
	{"internal/sandbox/zohobilling/items", billingRooms("api", "fields", "list", "store"), temporal,
		"Items."},
	{"internal/sandbox/zohobilling/document", billingRooms("amount", "api", "fields", "settings"), noIO,
		"One estimate or invoice as a value: amounts and statuses are decided here."},
	{"internal/sandbox/zohobilling/documents", billingRooms("amount", "api", "customers", "document", "fields", "items", "list", "store"), temporal,
		"The calls about estimates and invoices."},
	{"internal/sandbox/zohobilling/payments", billingRooms("amount", "api", "customers", "document", "documents", "list", "store"), temporal,
		"Payments, and the list of invoices and payments together."},
	{"internal/sandbox/zohobilling", billingRooms("api", "customers", "documents", "fields", "items", "list", "payments", "settings", "store"), noSQL,
		"The front of the billing sandbox: it opens the file and puts the calls together."},
}

// billingRooms are rooms of the billing sandbox, with the ground that they all stand on.
func billingRooms(names ...string) []string {
	rooms := []string{"internal/sandbox/platform"}
	for _, name := range names {
		rooms = append(rooms, "internal/sandbox/zohobilling/"+name)
	}
	return rooms
}

var trial = []Rule{
	{"internal/sandbox/...", []string{"internal/sandbox/..."}, temporal,
		"Another party's servers: they know the published API, and nothing of ours."},
	{"internal/devserver/dirlock", nil, temporal,
		"It lends a directory to one process at a time."},
	{"internal/devserver", []string{"internal/devserver/dirlock"}, nil,
		"Temporal's server in this process: it knows nothing of Causeway."},
	{"internal/e2e", nil, nil,
		"Tests only: they start the programs, so that nothing is imported and the server not linked."},
}
