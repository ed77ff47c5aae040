package finance

import (
	"context"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

// Timeline shows what happened around a transaction or a customer.
type Timeline struct {
	session.Selection
	ofRecord
	asUser
	Quote   string `placeholder:"ID" help:"A quote, by your own id. One that was made in billing: by billing's id."`
	Invoice string `placeholder:"ID" help:"An invoice, by your own id. One that was made in billing: by billing's id."`
}

// Run shows what happened, the oldest first.
func (c *Timeline) Run(ctx context.Context, p *session.Session) error {
	named := 0
	for _, id := range []string{c.Quote, c.Invoice, c.Account, c.Contact} {
		if id != "" {
			named++
		}
	}
	if named != 1 {
		return fmt.Errorf("name one of --quote, --invoice, --account, --contact")
	}
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		kind, id := record.Quote, c.Quote
		if c.Invoice != "" {
			kind, id = record.Invoice, c.Invoice
		}
		err := c.may(ctx, st, conn.ID, permission.View, kind)
		if id == "" && err != nil { // an account's or contact's is beside both: who may see one of them sees it
			err = c.may(ctx, st, conn.ID, permission.View, record.Invoice)
		}
		if err != nil {
			return err
		}
		sides := app.NewSides(st)
		var all []report.TimelineEntry
		if id != "" {
			all, err = sides.TimelineOf(ctx, conn.ID, string(kind), id)
		} else {
			ref, refErr := c.ref()
			if refErr != nil {
				return refErr
			}
			all, err = sides.CRMTimeline(ctx, conn.ID, ref)
		}
		if err != nil {
			return err
		}
		return printTimeline(p, conn.ID, all)
	})
}

func printTimeline(p *session.Session, connection string, all []report.TimelineEntry) error {
	if p.JSON {
		return p.PrintJSON(report.NewTimeline(connection, all))
	}
	if len(all) == 0 {
		p.Printf("nothing has happened yet\n")
		return nil
	}
	t := p.Table("when", "on", "what", "by", "title", "text")
	for _, e := range all {
		t.AppendRow([]any{screen.LocalTime(e.At), e.From, e.Kind, screen.Clean(e.Author), screen.Clean(e.Title), screen.Sentence(e.Text)})
	}
	t.Render()
	return nil
}
