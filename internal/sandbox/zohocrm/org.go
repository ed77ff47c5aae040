package zohocrm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/admin"
	"causeway/internal/sandbox/zohocrm/api"
	"causeway/internal/sandbox/zohocrm/api/bulk"
	"causeway/internal/sandbox/zohocrm/api/documents"
	"causeway/internal/sandbox/zohocrm/csvfiles"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/records"
)

// Deps is what an organisation needs. A nil Settings has the defaults, and a nil Clock is time.Now.
type Deps struct {
	Settings *platform.Settings
	Clock    platform.Clock
}

// Org is one CRM organisation. It is safe for concurrent use.
type Org struct {
	db        *platform.DB
	defs      *custom.Definitions
	store     *records.Store
	api       *api.API
	documents *documents.Handlers
	csv       *csvfiles.Files
	admin     *admin.Actions
}

// Open opens the organisation in the file crm.db of a directory. It creates the file if there is none.
func Open(dir string, deps Deps) (*Org, error) {
	if deps.Settings == nil {
		var err error
		if deps.Settings, err = platform.NewSettings(nil); err != nil {
			return nil, err
		}
	}
	db, err := platform.Open(filepath.Join(dir, "crm.db"), records.Schema+custom.Schema+bulk.Schema+documents.Schema)
	if err != nil {
		return nil, fmt.Errorf("open CRM sandbox: %w", err)
	}
	o, err := newOrg(context.Background(), db, deps.Settings, clockOf(deps))
	if err != nil {
		return nil, fmt.Errorf("open CRM sandbox: %w", errors.Join(err, db.Close()))
	}
	return o, nil
}

// clockOf returns the organisation's clock, which is ahead of the right time by the setting crmClockAhead.
func clockOf(deps Deps) platform.Clock {
	right := deps.Clock
	if right == nil {
		right = time.Now
	}
	return func() time.Time { return right().Add(deps.Settings.Get().CRMClockAhead) }
}

func newOrg(ctx context.Context, db *platform.DB, settings *platform.Settings, clock platform.Clock) (*Org, error) {
	defs, err := custom.Open(ctx, db, settings)
	if err != nil {
		return nil, err
	}
	store, err := records.Open(ctx, db, defs, clock)
	if err != nil {
		return nil, err
	}
	documents := documents.New(db, store, clock)
	return &Org{db: db, defs: defs, store: store, documents: documents,
		api: api.New(db, store, defs, documents, settings, clock),
		csv: csvfiles.New(store, defs), admin: admin.New(store, defs)}, nil
}

// Close waits for the writes that have started, and closes the file.
func (o *Org) Close() error { return o.db.Close() }

// Handler serves /crm/v8/ and /crm/bulk/v8/. It must stand behind a platform.Gate, which says who calls.
func (o *Org) Handler() http.Handler { return o.api.Handler() }

// Control serves /sandbox/v1/crm/: what people do on the CRM's own pages.
func (o *Org) Control() http.Handler { return o.admin.Control() }

// Cost returns the credits that a call takes. It is a platform.Cost.
func (o *Org) Cost(r *http.Request, body []byte) int { return o.api.Cost(r, body) }

// WriteRefusal answers a call that the gate refused. It is a platform.ErrorWriter.
func (o *Org) WriteRefusal(w http.ResponseWriter, r *http.Request, refusal platform.Refusal) {
	o.api.WriteRefusal(w, r, refusal)
}
