package bulk

import (
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// A job runs when a client first asks for it after its delay. From then on its result stays the same, also after a
// restart.

const (
	Path     = "/crm/bulk/v8/read"
	idJobs   = metadata.IDBase + 3_000_000_000
	maxPages = 50
	maxBody  = 1 << 20
)

// Jobs creates, runs and serves bulk read jobs.
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
