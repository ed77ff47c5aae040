package activitytest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/app"
	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/sandbox/sample"
	"causeway/internal/store"
	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

// Demo is the id of a world's connection.
const Demo = "demo"

// World is all that a sync needs but a Temporal server: both sandboxes, a store, and a connection. What the
// sync did is read back by clients of its own, past everything that is tested.
type World struct {
	T       testing.TB
	Box     *sandbox.Sandbox
	Store   *store.Store
	Sides   *app.Sides
	Timing  attempt.Timing
	CRM     *API
	Billing *API
	Runs    int
	DSN     string
	OnTimer func() // called when the workflow begins to wait
	// onActivity is called when an activity of that name begins.
	OnActivity func(name string)
	Now        func() time.Time
	scope      []record.Ref // of the next run
	Ahead      bool         // whether it comes ahead of one that goes on
}

// Options say what is not plain about a world.
type Options struct {
	settings map[string]string
	Postgres bool
	// connect changes what is asked for at connect.
	connect func(*app.ConnectRequest)
}

// Settings is a world with these settings of the sandboxes.
func Settings(pairs ...string) Options {
	o := Options{settings: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		o.settings[pairs[i]] = pairs[i+1]
	}
	return o
}

// With is the options with another request to connect.
func (o Options) With(change func(*app.ConnectRequest)) Options {
	o.connect = change
	return o
}

// StartBox starts both sandboxes.
func StartBox(t testing.TB, settings map[string]string) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), Settings: settings})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, box.Close(ctx))
	})
	return box
}

// OpenStore opens a fresh store.
func OpenStore(t testing.TB, dsn string) *store.Store {
	t.Helper()
	keys, err := keyring.Parse("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	require.NoError(t, err)
	st, err := store.Open(t.Context(), dsn, keys)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(t.Context()))
	return st
}

// NewWorld starts the sandboxes with these CRM records, and connects them.
func NewWorld(t testing.TB, o Options, rows ...sample.Row) *World {
	t.Helper()
	w := Unconnected(t, o, rows...)
	w.Connect(o.connect)
	return w
}

// Unconnected is a world whose connection has yet to be made.
func Unconnected(t testing.TB, o Options, rows ...sample.Row) *World {
	t.Helper()
	w := &World{T: t, Now: time.Now, Box: StartBox(t, o.settings), DSN: filepath.Join(t.TempDir(), "causeway.db"), Timing: attempt.Timing{
		Call: 5 * time.Second, Margin: 50 * time.Millisecond, Beat: time.Second,
	}}
	if o.Postgres {
		w.DSN = pgtest.New(t)
	}
	w.Store = OpenStore(t, w.DSN)
	w.Sides = app.NewSides(w.Store)
	w.CRM, w.Billing = outsiders(t, w.Box)
	w.Load(rows...)
	return w
}

// credential is the sandbox's own, for both sides.
func credential(box *sandbox.Sandbox) record.Credential {
	info := box.Info()
	return record.Credential{
		AccountsURL: info.AccountsURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret, RefreshToken: info.RefreshToken,
	}
}

// Request asks for the plainest connection.
func Request(box *sandbox.Sandbox) app.ConnectRequest {
	c := credential(box)
	return app.ConnectRequest{
		ID: Demo, CRM: c, Billing: c, Mode: record.ModeAccountsAndContacts, Unattached: true,
		CustomerDuplicates: record.Skip, ItemDuplicates: record.Skip, Cadence: 2 * time.Hour,
		CustomersExtent: record.Fetch, ItemsExtent: record.Fetch,
	}
}

// Connect makes the connection.
func (w *World) Connect(change func(*app.ConnectRequest)) {
	w.T.Helper()
	req := Request(w.Box)
	if change != nil {
		change(&req)
	}
	found, err := w.Sides.Check(w.T.Context(), &req)
	require.NoError(w.T, err)
	_, err = app.Connect(w.T.Context(), w.Store, req, found, time.Now())
	require.NoError(w.T, err)
}

// Forget gives the world a fresh store that knows the connection and nothing else: as if all links were lost.
func (w *World) Forget() {
	w.T.Helper()
	ctx := w.T.Context()
	conn, err := w.Store.Connections.Get(ctx, Demo)
	require.NoError(w.T, err)
	prefs, err := w.Store.Connections.Preferences(ctx, Demo, 0)
	require.NoError(w.T, err)
	credentials := map[record.Side]record.Credential{}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		credentials[side], err = w.Store.Connections.Credential(ctx, Demo, side)
		require.NoError(w.T, err)
	}
	w.DSN = filepath.Join(w.T.TempDir(), "causeway.db")
	w.Store = OpenStore(w.T, w.DSN)
	w.Sides, w.Runs = app.NewSides(w.Store), 0
	require.NoError(w.T, w.Store.Connections.Establish(ctx, conn, credentials, prefs))
}

// Load puts records into the CRM as they are, past all its checks.
func (w *World) Load(rows ...sample.Row) {
	w.T.Helper()
	if len(rows) == 0 {
		return
	}
	require.NoError(w.T, w.Box.CRM().Load(w.T.Context(), func(yield func(sample.Row) bool) {
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	}))
}

// Writes counts the write calls that a side got while f ran.
func (w *World) Writes(f func()) int {
	w.Box.Gate().Calls.Reset()
	f()
	n := 0
	for _, side := range w.Box.Gate().Calls.Snapshot() {
		n += side.Write
	}
	return n
}

// Set changes settings of the running sandboxes.
func (w *World) Set(name, value string) {
	w.T.Helper()
	require.NoError(w.T, w.Box.Gate().Settings.Set(name, value))
}

// Fault sets a fault's rate.
func (w *World) Fault(name, rate string) {
	w.T.Helper()
	require.NoError(w.T, w.Box.Gate().Faults.Set(name, rate))
}
