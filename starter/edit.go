package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/connections"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// saving says how an edit of preferences is saved.
type saving struct {
	Sync        bool `help:"Save and sync: a sync with the new preferences begins at once. Without it the next one takes them."`
	EveryRecord bool `help:"Have the next sync apply the edit to every linked record, too, and decide anew on all that was left out or parked. Without it an edit applies to what changes from then on."`
	Yes         bool `short:"y" help:"Do not ask where an edit concerns records that are linked already."`
}

// configured is what an edit prints.
type configured struct {
	Connection  string               `json:"connection"`
	Preferences contract.Preferences `json:"preferences"`
	Changes     []app.Change         `json:"changes"`
	// Run is the sync that was asked for.
	Run *asked `json:"run"`
}

// save has an edit adopted by the connection's workflow: first it says what changes, and what that means for
// records that are linked already.
func (p *program) save(ctx context.Context, st *store.Store, conn record.Connection, was, now record.Preferences, how saving) (configured, error) {
	out := configured{Connection: conn.ID, Preferences: app.ToContract(was), Changes: app.ComparePreferences(was, now)}
	if len(out.Changes) == 0 && !how.EveryRecord {
		out.Changes = []app.Change{}
		p.note("nothing changes: the preferences are these already")
		return out, p.syncSaved(ctx, conn, how, &out)
	}
	for _, c := range out.Changes {
		p.note("%s: %s → %s", c.Setting, clean(c.From), clean(c.To))
	}
	if err := p.concerns(ctx, st, conn, was, now, how.Yes); err != nil {
		return out, err
	}
	result, err := p.adopt(ctx, st, conn, was, now, how)
	if err != nil {
		return out, err
	}
	now.Version = result.Version
	out.Preferences = app.ToContract(now)
	if result.Run != nil {
		out.Run = &asked{RunID: result.Run.RunID, WorkflowID: result.Run.WorkflowID, Queued: result.Queued}
	}
	return out, nil
}

// syncSaved starts the sync that was asked for with an edit that changes nothing.
func (p *program) syncSaved(ctx context.Context, conn record.Connection, how saving, out *configured) error {
	if !how.Sync {
		return nil
	}
	t, closeTemporal, err := p.dial(ctx, p.log())
	if err != nil {
		return err
	}
	defer closeTemporal()
	accepted, err := answer(ctx, p, func(ctx context.Context) (contract.SyncAccepted, error) {
		return t.SyncNow(ctx, conn.ID, contract.SyncNowRequest{Who: p.who})
	})
	if err != nil {
		return err
	}
	p.sayAccepted(accepted)
	run := newAsked(accepted)
	out.Run = &run
	return nil
}

// adopt hands the edit over. Its base is what the editor saw: an edit by somebody else meanwhile makes it refused.
func (p *program) adopt(ctx context.Context, st *store.Store, conn record.Connection, was, now record.Preferences, how saving) (contract.ConfigureResult, error) {
	var result contract.ConfigureResult
	id, err := uuid.NewV7()
	if err != nil {
		return result, err
	}
	t, closeTemporal, err := p.dial(ctx, p.log())
	if err != nil {
		return result, err
	}
	defer closeTemporal()
	draft := connections.Draft{ID: id.String(), Connection: conn.ID, Base: was.Version, Who: p.who, Preferences: now, At: p.now()}
	if err := st.Connections.PutDraft(ctx, draft); err != nil {
		return result, err
	}
	result, err = answer(ctx, p, func(ctx context.Context) (contract.ConfigureResult, error) {
		return t.Configure(ctx, conn.ID, contract.ConfigureRequest{Draft: draft.ID, Sync: how.Sync, EveryRecord: how.EveryRecord, Who: p.who})
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
func (p *program) concerns(ctx context.Context, st *store.Store, conn record.Connection, was, now record.Preferences, yes bool) error {
	links, err := st.Links.CountByModule(ctx, conn.ID)
	if err != nil {
		return err
	}
	lines := app.Consequences(was, now, links)
	for _, line := range lines {
		p.note("%s", line)
	}
	if len(lines) == 0 || yes {
		return nil
	}
	if !isTerminal(p.in) {
		return errors.New("nothing was saved: this edit concerns records that are linked already; look at what it means, and give --yes to save it")
	}
	_, _ = fmt.Fprintf(p.err, "Save this? [y/N] ")
	reply, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	if reply = strings.ToLower(strings.TrimSpace(reply)); reply != "y" && reply != "yes" {
		return errors.New("nothing was saved")
	}
	return nil
}

// printConfigured prints what holds after an edit.
func (p *program) printConfigured(c configured) error {
	if p.json {
		return p.printJSON(c)
	}
	if len(c.Changes) > 0 {
		p.printf("saved as version %d of the preferences of %s\n", c.Preferences.Version, c.Connection)
	} else {
		p.printPreferences(c.Connection, c.Preferences)
	}
	switch {
	case c.Run != nil:
		p.printf("run %s (workflow %s)\n", c.Run.RunID, c.Run.WorkflowID)
	case len(c.Changes) > 0:
		p.printf("the next sync takes them: start it with `starter sync %s`\n", c.Connection)
	}
	return nil
}

// printPreferences prints preferences, but for the field maps, of which there are many.
func (p *program) printPreferences(connection string, prefs contract.Preferences) {
	p.printf("preferences of %s, version %d\n", connection, prefs.Version)
	c, i := prefs.Customers, prefs.Items
	t := p.table("setting", "customers", "items")
	t.AppendRow([]any{"mode", c.Mode, ""})
	t.AppendRow([]any{"contacts without an account", map[bool]string{true: "yes", false: "no"}[c.Unattached], ""})
	t.AppendRow([]any{"extent", c.Extent, i.Extent})
	t.AppendRow([]any{"duplicates", c.Duplicates, i.Duplicates})
	t.AppendRow([]any{"view", "accounts: " + viewText(c.AccountView) + "\ncontacts: " + viewText(c.ContactView), "products: " + viewText(i.View)})
	t.AppendRow([]any{"mapped fields", fmt.Sprintf("accounts %d, contacts %d, persons %d", len(c.AccountMap), len(c.ContactMap), len(c.PersonMap)), len(i.Map)})
	t.Render()
	p.printf("conflicts     %s\ntransactions  %s\ncadence       %s\nretention     %s\n", prefs.Conflicts, prefs.Transactions,
		time.Duration(prefs.CadenceMS)*time.Millisecond, time.Duration(prefs.RetentionMS)*time.Millisecond)
	if prefs.CatchAllItem != "" {
		p.printf("free text     item %s\n", clean(prefs.CatchAllItem))
	}
	for _, f := range prefs.Figures {
		p.printf("figures       %s in %s of %s\n", f.Figure, clean(f.Field), f.Module)
	}
	for _, one := range []struct {
		side  string
		calls int
	}{{"CRM", prefs.CallsPerDay.CRM}, {"billing", prefs.CallsPerDay.Billing}} {
		if one.calls > 0 {
			p.printf("%-13s %d calls a day\n", one.side, one.calls)
		}
	}
	p.note("edit them with the flags of `starter configure`, and field maps with `starter map`")
}

func viewText(v *contract.View) string {
	if v == nil {
		return "all records"
	}
	return fmt.Sprintf("%s (%s)", clean(v.Name), clean(v.ID))
}
