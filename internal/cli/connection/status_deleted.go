package connection

import (
	"context"
	"time"

	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
)

// statusOfDeleted prints the status of a deleted connection. It returns false where no such connection was deleted.
func statusOfDeleted(ctx context.Context, p *session.Session, st *store.Store, id string) (bool, error) {
	d, err := session.LastDeletion(ctx, st, id)
	if err != nil || d == nil {
		return false, err
	}
	out := report.DeletedStatus(*d)
	if p.JSON {
		return true, p.PrintJSON(out)
	}
	p.Printf("connection  %s\nstate       %s since %s%s (plan %s, choice %s)\n", id, out.State,
		d.FinishedAt.Local().Format(time.DateTime), session.ByWhom(d.ConfirmedBy), d.ID, d.Choice)
	p.Printf("records     `starter export-deletion %s` shows what became of each\n", id)
	return true, nil
}
