package bulk

import (
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// Path is the path of the call that creates a job. The other calls are below it.
const Path = "/crm/bulk/v8/read"

const (
	idJobs   = metadata.IDBase + 3_000_000_000 // the id of the first job
	maxPages = 50
	maxBody  = 1 << 20 // bytes of a request
)

// Jobs creates, runs and serves bulk read jobs. A job runs when a client first asks for its state after its delay. From
// then on its result stays the same, also after a restart.
type Jobs struct {
	db       *platform.DB
	store    *records.Store
	defs     *custom.Definitions
	settings *platform.Settings
	clock    platform.Clock

	downloads downloads
}

// New returns the jobs of an organisation. db must have Schema.
func New(db *platform.DB, store *records.Store, defs *custom.Definitions, settings *platform.Settings, clock platform.Clock) *Jobs {
	return &Jobs{db: db, store: store, defs: defs, settings: settings, clock: clock}
}

// scope is the scope that the API's definition names for all calls.
const scope = "ZohoCRM.bulk.ALL"

const completed = "COMPLETED"
