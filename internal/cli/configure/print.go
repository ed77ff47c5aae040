package configure

import (
	"fmt"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/workflows/contract"
)

// PrintConfigured prints what holds after an edit.
func PrintConfigured(p *session.Session, c report.Configured) error {
	if p.JSON {
		return p.PrintJSON(c)
	}
	if len(c.Changes) > 0 {
		p.Printf("saved as version %d of the preferences of %s\n", c.Preferences.Version, c.Connection)
	} else {
		printPreferences(p, c.Connection, c.Preferences)
	}
	switch {
	case c.Run != nil:
		p.Printf("run %s (workflow %s)\n", c.Run.RunID, c.Run.WorkflowID)
	case len(c.Changes) > 0:
		p.Printf("the next sync uses them: start it with `starter sync %s`\n", c.Connection)
	}
	return nil
}

// printPreferences prints preferences without the field maps, which are many.
func printPreferences(p *session.Session, connection string, prefs contract.Preferences) {
	p.Printf("preferences of %s, version %d\n", connection, prefs.Version)
	c, i := prefs.Customers, prefs.Items
	t := p.Table("setting", "customers", "items")
	t.AppendRow([]any{"mode", c.Mode, ""})
	t.AppendRow([]any{"contacts without an account", map[bool]string{true: "yes", false: "no"}[c.Unattached], ""})
	t.AppendRow([]any{"extent", c.Extent, i.Extent})
	t.AppendRow([]any{"duplicates", c.Duplicates, i.Duplicates})
	t.AppendRow([]any{"view", "accounts: " + viewText(c.AccountView) + "\ncontacts: " + viewText(c.ContactView), "products: " + viewText(i.View)})
	t.AppendRow([]any{"mapped fields", fmt.Sprintf("accounts %d, contacts %d, persons %d", len(c.AccountMap), len(c.ContactMap), len(c.PersonMap)), len(i.Map)})
	t.Render()
	p.Printf("conflicts     %s\ntransactions  %s\ncadence       %s\nretention     %s\n", prefs.Conflicts, prefs.Transactions,
		time.Duration(prefs.CadenceMS)*time.Millisecond, time.Duration(prefs.RetentionMS)*time.Millisecond)
	if prefs.CatchAllItem != "" {
		p.Printf("free text     item %s\n", screen.Clean(prefs.CatchAllItem))
	}
	for _, f := range prefs.Figures {
		p.Printf("figures       %s in %s of %s\n", f.Figure, screen.Clean(f.Field), f.Module)
	}
	for _, one := range []struct {
		side  string
		calls int
	}{{"CRM", prefs.CallsPerDay.CRM}, {"billing", prefs.CallsPerDay.Billing}} {
		if one.calls > 0 {
			p.Printf("%-13s %d calls a day\n", one.side, one.calls)
		}
	}
	p.Note("Edit them with the flags of `starter configure`, and field maps with `starter map`.")
}

func viewText(v *contract.View) string {
	if v == nil {
		return "all records"
	}
	return fmt.Sprintf("%s (%s)", screen.Clean(v.Name), screen.Clean(v.ID))
}
