package configure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/connections"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// Saving says how an edit of preferences is saved.
type Saving struct {
	Sync        bool `help:"Start a sync with the new preferences at once. Without it the next sync uses them."`
	EveryRecord bool `help:"Apply the edit to every linked record with the next sync, and decide again on all that was left out or parked. Without it the edit applies to what changes from now on."`
	Yes         bool `short:"y" help:"Do not ask, even if the edit concerns records that are linked already."`
}

// Save has an edit adopted by the connection's workflow: first it says what changes, and what that means for
// records that are linked already.
func Save(ctx context.Context, p *session.Session, st *store.Store, conn record.Connection, was, now record.Preferences, how Saving) (report.Configured, error) {
	out := report.Configured{Connection: conn.ID, Preferences: preferences.ToContract(was), Changes: preferences.Compare(was, now)}
	if len(out.Changes) == 0 && !how.EveryRecord {
		out.Changes = []preferences.Change{}
		p.Note("Nothing changes: the preferences are already these.")
		return out, syncSaved(ctx, p, conn, how, &out)
	}
	for _, c := range out.Changes {
		p.Note("%s: %s → %s", c.Setting, screen.Clean(c.From), screen.Clean(c.To))
	}
	if err := concerns(ctx, p, st, conn, was, now, how.Yes); err != nil {
		return out, err
	}
	result, err := Adopt(ctx, p, st, conn, was, now, how)
	if err != nil {
		return out, err
	}
	now.Version = result.Version
	out.Preferences = preferences.ToContract(now)
	if result.Run != nil {
		out.Run = &report.Started{RunID: result.Run.RunID, WorkflowID: result.Run.WorkflowID, Queued: result.Queued}
	}
	return out, nil
}

// syncSaved starts the sync that was asked for with an edit that changes nothing.
func syncSaved(ctx context.Context, p *session.Session, conn record.Connection, how Saving, out *report.Configured) error {
	if !how.Sync {
		return nil
	}
	t, closeTemporal, err := p.Dial(ctx)
	if err != nil {
		return err
	}
	defer closeTemporal()
	accepted, err := session.Answer(ctx, p, func(ctx context.Context) (contract.SyncAccepted, error) {
		return t.SyncNow(ctx, conn.ID, contract.SyncNowRequest{Who: p.Who})
	})
	if err != nil {
		return err
	}
	runs.SayAccepted(p, accepted)
	run := report.NewStarted(accepted)
	out.Run = &run
	return nil
}

// Adopt hands the edit over. Its base is what the editor saw: an edit by somebody else meanwhile makes it refused.
func Adopt(ctx context.Context, p *session.Session, st *store.Store, conn record.Connection, was, now record.Preferences, how Saving) (contract.ConfigureResult, error) {
	var result contract.ConfigureResult
	id, err := uuid.NewV7()
	if err != nil {
		return result, err
	}
	t, closeTemporal, err := p.Dial(ctx)
	if err != nil {
		return result, err
	}
	defer closeTemporal()
	draft := connections.Draft{ID: id.String(), Connection: conn.ID, Base: was.Version, Who: p.Who, Preferences: now, At: p.Now()}
	if err := st.Connections.PutDraft(ctx, draft); err != nil {
		return result, err
	}
	result, err = session.Answer(ctx, p, func(ctx context.Context) (contract.ConfigureResult, error) {
		return t.Configure(ctx, conn.ID, contract.ConfigureRequest{Draft: draft.ID, Sync: how.Sync, EveryRecord: how.EveryRecord, Who: p.Who})
	})
	if err == nil && len(result.Problems) > 0 {
		return result, refusedEdit(result.Problems)
	}
	return result, err
}

func refusedEdit(problems []contract.Problem) error {
	lines := make([]string, 0, len(problems))
	for _, problem := range problems {
		lines = append(lines, problem.String())
	}
	return fmt.Errorf("the preferences were not saved: %s", strings.Join(lines, "; "))
}

// concerns says what an edit means for existing links, and asks whether that is wanted.
func concerns(ctx context.Context, p *session.Session, st *store.Store, conn record.Connection, was, now record.Preferences, yes bool) error {
	links, err := st.Links.CountByModule(ctx, conn.ID)
	if err != nil {
		return err
	}
	lines := preferences.Consequences(was, now, links)
	for _, line := range lines {
		p.Note("%s", line)
	}
	if len(lines) == 0 || yes {
		return nil
	}
	if !p.Attended() {
		return errors.New("nothing was saved: this edit concerns records that are linked already. Read what it means, then confirm with --yes")
	}
	return p.Sure("Save this?", "nothing was saved")
}
