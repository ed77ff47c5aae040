package session

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/user"
	"strings"
	"time"

	"causeway/internal/app"
	"causeway/internal/cli/screen"
	"causeway/internal/doctor"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// The times that a command waits.
const (
	pollEvery  = time.Second      // between two looks at a running run
	HintAfter  = 5 * time.Second  // without an answer, before the user is told what may be missing
	answerWait = time.Minute      // for a workflow to answer a message
	CheckWait  = 5 * time.Minute  // for one to answer that asks both sides first
	PlanWait   = 2 * time.Hour    // for the plan of a deletion, which looks at every linked record
	StateWait  = 5 * time.Second  // for a workflow to say its state, which the store knows too
	tellEvery  = 10 * time.Second // between two lines of progress where no line can be rewritten
)

// Session is what every command gets: where to read and print, and how to reach the store and Temporal.
type Session struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Now      func() time.Time
	Poll     time.Duration
	Dial     func(ctx context.Context) (client Temporal, closeClient func(), err error)

	// Inspect reaches Temporal for the checks of doctor.
	Inspect func(ctx context.Context) (doctor.Temporal, error)

	Config app.Config
	JSON   bool
	Wide   bool // tables are printed in full
	Who    string
	UI     string
	Tuning contract.Tuning
	Store  *store.Store // while a command has it open

	// Attended reports whether somebody sits at standard input.
	Attended func() bool
	// Width is that of the terminal, in characters; 0 where the output is no terminal.
	Width func() int
	// User is who runs this on the machine; empty where that is not known.
	User func() string

	saidWide bool
	replies  *bufio.Reader
}

// New makes a session on these streams.
func New(in io.Reader, out, errOut io.Writer) *Session {
	p := &Session{In: in, Out: out, Err: errOut, Getenv: os.Getenv, Now: time.Now, Poll: pollEvery}
	p.Inspect = func(ctx context.Context) (doctor.Temporal, error) { return doctor.Dial(ctx, p.Config, p.Log()) }
	p.Width, p.User = func() int { return screen.Width(p.Out) }, machineUser
	p.Dial, p.Attended = p.dialTemporal, func() bool { return screen.IsTerminal(p.In) }
	return p
}

// machineUser is who runs this program, by the operating system.
func machineUser() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// Open opens the store. The caller closes it.
func (p *Session) Open(ctx context.Context) (*store.Store, func(), error) {
	st, err := p.Config.OpenExistingStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	p.Store = st
	return st, func() {
		p.Store = nil
		if err := st.Close(); err != nil {
			p.Note("close the store: %v", err)
		}
	}, nil
}

// OnConnection opens the store and finds the connection for as long as the work takes.
func (p *Session) OnConnection(ctx context.Context, s Selection, work func(*store.Store, record.Connection) error) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := s.Find(ctx, st)
	if err != nil {
		return err
	}
	return work(st, conn)
}

// localUI is where worker/dev and Temporal's own development server show their Web UI.
const localUI = "http://127.0.0.1:8233"

// WebUI is the address at which Temporal's Web UI shows a workflow; empty where nobody said where that is.
func (p *Session) WebUI(workflowID string) string {
	base := p.UI
	if base == "" && p.Getenv("TEMPORAL_ADDRESS") == "" {
		base = localUI
	}
	if base == "" {
		return ""
	}
	namespace := cmp.Or(p.Getenv("TEMPORAL_NAMESPACE"), "default")
	return strings.TrimSuffix(base, "/") + "/namespaces/" + url.PathEscape(namespace) + "/workflows?query=" + url.QueryEscape(`WorkflowId="`+workflowID+`"`)
}

// Log is the logger of the libraries: errors only.
func (p *Session) Log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.Err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// Note prints a note to standard error: it is no result.
func (p *Session) Note(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Err, format+"\n", args...)
}

// dialTemporal reaches the Temporal that the environment names.
func (p *Session) dialTemporal(ctx context.Context) (Temporal, func(), error) {
	c, err := p.Config.DialTemporal(ctx, p.Log())
	if err != nil {
		return nil, nil, err
	}
	options := []contract.ClientOption{contract.WithTuning(p.Tuning), contract.WithDeleted(p.WasDeleted)}
	if p.Store != nil {
		options = append(options, contract.WithStored(app.StoredState(p.Store)))
	}
	return contract.NewClient(c, options...), c.Close, nil
}

// WasDeleted reports whether a connection of that id was deleted: the client knows only that no workflow is running.
func (p *Session) WasDeleted(ctx context.Context, id string) (bool, error) {
	if p.Store == nil {
		return false, nil
	}
	_, err := p.Store.Connections.Get(ctx, id)
	if !record.IsKind(err, record.NotFound) {
		return false, err
	}
	d, err := LastDeletion(ctx, p.Store, id)
	return d != nil, err
}
