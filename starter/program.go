package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"golang.org/x/term"
)

// The times that a command waits.
const (
	pollEvery  = time.Second      // between two looks at a run that goes on
	hintAfter  = 5 * time.Second  // without an answer, before the user is told what may be missing
	answerWait = time.Minute      // for a workflow to answer a message
	checkWait  = 5 * time.Minute  // for one to answer that asks both sides first
	planWait   = 2 * time.Hour    // for the plan of a deletion, which looks at every linked record
	stateWait  = 5 * time.Second  // for a workflow to say its state, which the store knows too
	tellEvery  = 10 * time.Second // between two lines of progress where no line can be rewritten
)

// temporal is what the commands need of Temporal.
type temporal interface {
	Connect(ctx context.Context, connection string) error
	Running(ctx context.Context, connection string) (bool, error)
	Status(ctx context.Context, connection string) (contract.Status, error)
	SyncNow(ctx context.Context, connection string, req contract.SyncNowRequest) (contract.SyncAccepted, error)
	Retry(ctx context.Context, connection string, req contract.RetryRequest) (contract.SyncAccepted, error)
	Configure(ctx context.Context, connection string, req contract.ConfigureRequest) (contract.ConfigureResult, error)
	ResyncRecord(ctx context.Context, connection string, req contract.ResyncRecordRequest) (contract.SyncAccepted, error)
	ImportRecord(ctx context.Context, connection string, req contract.ImportRecordRequest) (contract.SyncAccepted, error)
	ResolveConflict(ctx context.Context, connection string, req contract.ResolveConflictRequest) (contract.SyncAccepted, error)
	Wait(ctx context.Context, run contract.RunRef) (contract.SyncResult, error)
	Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error)
	life
}

// life is what stops a connection, takes it up again and ends it.
type life interface {
	Pause(ctx context.Context, connection string, req contract.ControlRequest) error
	Resume(ctx context.Context, connection string, req contract.ControlRequest) error
	Reauthorize(ctx context.Context, connection string, req contract.ReauthorizeRequest) (contract.ReauthorizeAnswer, error)
	Disable(ctx context.Context, connection string, req contract.DisableRequest) (contract.DisableAnswer, error)
	Enable(ctx context.Context, connection string, req contract.EnableRequest) (contract.EnableAnswer, error)
	PlanDelete(ctx context.Context, connection string, req contract.PlanDeleteRequest) (contract.PlanDeletionResult, error)
	Delete(ctx context.Context, connection string, req contract.DeleteRequest) (contract.DeleteAnswer, error)
	ResumeDelete(ctx context.Context, connection string, req contract.ResumeDeleteRequest) (contract.DeleteAnswer, error)
}

// program is what every command gets: where to read and print, and how to reach the rest.
type program struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	now      func() time.Time
	poll     time.Duration
	dial     func(ctx context.Context, log *slog.Logger) (client temporal, closeClient func(), err error)

	config app.Config
	json   bool
	who    string
	ui     string
	tuning contract.Tuning
	store  *store.Store // while a command has it open

	// attended says that somebody sits at standard input.
	attended func() bool
	replies  *bufio.Reader
}

func newProgram(in io.Reader, out, errOut io.Writer) *program {
	p := &program{in: in, out: out, err: errOut, getenv: os.Getenv, now: time.Now, poll: pollEvery}
	p.dial, p.attended = p.dialTemporal, func() bool { return isTerminal(p.in) }
	return p
}

func (p *program) dialTemporal(ctx context.Context, log *slog.Logger) (temporal, func(), error) {
	c, err := p.config.DialTemporal(ctx, log)
	if err != nil {
		return nil, nil, err
	}
	options := []contract.ClientOption{contract.WithTuning(p.tuning), contract.WithDeleted(p.deleted)}
	if p.store != nil {
		options = append(options, contract.WithStored(app.StoredState(p.store)))
	}
	return contract.NewClient(c, options...), c.Close, nil
}

// log is for what the libraries have to say.
func (p *program) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// note tells the user something that is no result.
func (p *program) note(format string, args ...any) {
	_, _ = fmt.Fprintf(p.err, format+"\n", args...)
}

func (p *program) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format, args...)
}

func (p *program) printJSON(v any) error {
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// open opens the store. The caller closes it.
func (p *program) open(ctx context.Context) (*store.Store, func(), error) {
	st, err := p.config.OpenExistingStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	p.store = st
	return st, func() {
		p.store = nil
		if err := st.Close(); err != nil {
			p.note("close the store: %v", err)
		}
	}, nil
}

// selection is how a command names its connection.
type selection struct {
	Name *string `arg:"" optional:"" name:"connection" help:"The connection; the only one in the store where it is left out."`
	Flag *string `name:"connection" short:"c" placeholder:"ID" help:"The same, as a flag."`
}

// Validate refuses an id that no connection can have, before anything is opened.
func (s selection) Validate() error {
	if s.Name != nil && s.Flag != nil && *s.Name != *s.Flag {
		return fmt.Errorf("two connections are named, %q and %q: name one", *s.Name, *s.Flag)
	}
	for _, name := range []*string{s.Name, s.Flag} {
		if name == nil {
			continue
		}
		// Also an empty one: a script whose variable is not set must not reach the only connection.
		if err := contract.CheckConnectionID(*name); err != nil {
			return err
		}
	}
	return nil
}

// namedAs is the selection of a name, which may be left out.
func namedAs(name string) selection {
	if name == "" {
		return selection{}
	}
	return selection{Flag: &name}
}

func (s selection) named() string {
	for _, name := range []*string{s.Name, s.Flag} {
		if name != nil {
			return *name
		}
	}
	return ""
}

// find reads the named connection, or the only one.
func (s selection) find(ctx context.Context, st *store.Store) (record.Connection, error) {
	if name := s.named(); name != "" {
		return known(ctx, st, name)
	}
	all, err := st.Connections.List(ctx)
	if err != nil {
		return record.Connection{}, err
	}
	switch len(all) {
	case 0:
		return record.Connection{}, errors.New("the store has no connection yet: make one with `starter connect`, or start `worker/dev`")
	case 1:
		return all[0], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.ID
	}
	return record.Connection{}, fmt.Errorf("the store has several connections: name one of %s", strings.Join(names, ", "))
}

// flagged names the connection where other arguments stand first.
type flagged struct {
	Connection string `short:"c" placeholder:"ID" help:"The connection; the only one in the store where it is left out."`
}

func (f flagged) selection() selection { return namedAs(f.Connection) }

// Validate refuses an id that no connection can have.
func (f flagged) Validate() error { return f.selection().Validate() }

// onConnection opens the store and finds the connection for as long as the work takes.
func (p *program) onConnection(ctx context.Context, s selection, work func(*store.Store, record.Connection) error) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := s.find(ctx, st)
	if err != nil {
		return err
	}
	return work(st, conn)
}

// localUI is where worker/dev and Temporal's own development server show their Web UI.
const localUI = "http://127.0.0.1:8233"

// webUI is the address at which Temporal's Web UI shows a workflow; empty where nobody said where that is.
func (p *program) webUI(workflowID string) string {
	base := p.ui
	if base == "" && p.getenv("TEMPORAL_ADDRESS") == "" {
		base = localUI
	}
	if base == "" {
		return ""
	}
	namespace := cmp.Or(p.getenv("TEMPORAL_NAMESPACE"), "default")
	return strings.TrimSuffix(base, "/") + "/namespaces/" + url.PathEscape(namespace) + "/workflows?query=" + url.QueryEscape(`WorkflowId="`+workflowID+`"`)
}

// isTerminal says whether somebody sits at the other end.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// answer waits for a workflow's answer to a message, and says what may be missing where none comes.
func answer[T any](ctx context.Context, p *program, ask func(context.Context) (T, error)) (T, error) {
	return answerWithin(ctx, p, answerWait, ask)
}

// answerWithin is answer for a message that takes its time.
func answerWithin[T any](ctx context.Context, p *program, wait time.Duration, ask func(context.Context) (T, error)) (T, error) {
	asking, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	hint := time.AfterFunc(hintAfter, func() { p.note("no answer yet: is a worker running on this Temporal?") })
	defer hint.Stop()
	out, err := ask(asking)
	if err != nil && asking.Err() != nil && ctx.Err() == nil {
		return out, fmt.Errorf("no worker answered within %s: start one (`worker`, or `worker/dev`), and look at TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE: %w",
			wait, err)
	}
	return out, refusal(err)
}

// noneOfOurs is the code of a failure that no workflow of ours gave.
const noneOfOurs = "TEMPORAL"

// refusal is what a workflow refuses in its own words: those that Temporal puts around them help nobody.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	if f := contract.FailureOf(err); f.Code != noneOfOurs {
		return errors.New(f.Reason)
	}
	return err
}
