package app

import (
	"context"
	"slices"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store/pushes"
)

// TimelineOf is what happened around a transaction, by your own id or billing's, the oldest first: billing's comments and its changes of
// state, the notes, events and calls of the CRM that belong to its account or contact, and what was pushed, by whom. It
// is read live from both sides.
func (s *Sides) TimelineOf(ctx context.Context, connection, kind, id string) ([]report.TimelineEntry, error) {
	row, err := s.store.Transactions.Named(ctx, connection, kind, id)
	if err != nil {
		return nil, err
	}
	out, err := s.billingTimeline(ctx, connection, record.TransactionType(kind), row.BillingID)
	if err != nil {
		return nil, err
	}
	if row.CRMID != "" {
		more, err := s.CRMTimeline(ctx, connection, record.Ref{Side: record.CRM, Module: record.Module(row.CRMModule), ID: row.CRMID})
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	var pushes []pushes.Push
	if row.Transaction != "" {
		if pushes, err = s.store.Pushes.Of(ctx, connection, kind, row.Transaction); err != nil {
			return nil, err
		}
	}
	for _, p := range pushes {
		who := p.User
		if st, err := s.store.Permissions.PermissionOf(ctx, connection, p.User); err == nil && st.Name != "" {
			who = st.Name
		}
		out = append(out, report.TimelineEntry{At: p.At, From: report.FromCauseway, Kind: "push", Author: who, Title: p.Action, Text: p.State})
	}
	slices.SortStableFunc(out, func(a, b report.TimelineEntry) int { return a.At.Compare(b.At) })
	return out, nil
}

func (s *Sides) billingTimeline(ctx context.Context, connection string, kind record.TransactionType, id string) ([]report.TimelineEntry, error) {
	port, err := s.Transactions(ctx, connection)
	if err != nil {
		return nil, err
	}
	comments, err := port.Comments(ctx, kind, id)
	if record.IsKind(err, record.Invalid) { // not offered
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := make([]report.TimelineEntry, 0, len(comments))
	for _, c := range comments {
		e := report.TimelineEntry{At: c.At, From: report.FromBilling, Kind: "comment", Author: c.Author, Text: c.Text}
		if c.System {
			e.Kind = "status"
		}
		out = append(out, e)
	}
	return out, nil
}

// CRMTimeline are the notes, events and calls of an account or contact, the oldest first, read live: what the
// billing side sees of the sales side.
func (s *Sides) CRMTimeline(ctx context.Context, connection string, ref record.Ref) ([]report.TimelineEntry, error) {
	port, err := s.Workspace(ctx, connection)
	if err != nil {
		return nil, err
	}
	activities, err := port.Activities(ctx, ref.Module, ref.ID, time.Time{})
	if err != nil {
		return nil, err
	}
	out := make([]report.TimelineEntry, 0, len(activities))
	for _, a := range activities {
		out = append(out, report.TimelineEntry{At: a.At, From: report.FromCRM, Kind: a.Kind, Author: a.Author, Title: a.Title, Text: a.Text})
	}
	return out, nil
}
