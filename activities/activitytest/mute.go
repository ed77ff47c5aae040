package activitytest

import (
	"context"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
)

// mute sides take writes, as long as more says so, and give no answer to any.
type mute struct {
	*app.Sides
	more func() bool
}

type muteBilling struct {
	billing.Port
	more func() bool
}

type muteCRM struct {
	crm.Port
	more func() bool
}

func (m mute) Billing(ctx context.Context, connection string) (billing.Port, error) {
	port, err := m.Sides.Billing(ctx, connection)
	return muteBilling{port, m.more}, err
}

func (m mute) CRM(ctx context.Context, connection string) (crm.Port, error) {
	port, err := m.Sides.CRM(ctx, connection)
	return muteCRM{port, m.more}, err
}

func (m muteBilling) Create(ctx context.Context, module record.Module, w billing.Write, upsert bool) (record.Record, error) {
	if m.more() {
		if _, err := m.Port.Create(ctx, module, w, upsert); err != nil {
			return record.Record{}, err
		}
	}
	return record.Record{}, Unanswered()
}

func (m muteBilling) Update(ctx context.Context, module record.Module, id string, w billing.Write) (record.Record, error) {
	if m.more() {
		if _, err := m.Port.Update(ctx, module, id, w); err != nil {
			return record.Record{}, err
		}
	}
	return record.Record{}, Unanswered()
}

func (m muteCRM) Upsert(ctx context.Context, module record.Module, writes []crm.Write) ([]crm.Written, error) {
	if m.more() {
		if _, err := m.Port.Upsert(ctx, module, writes); err != nil {
			return nil, err
		}
	}
	return nil, Unanswered()
}

// Muted are a sync's activities whose first n writes, one after the other, take effect, and none is answered.
func Muted(w *World, n int) *activities.Sync {
	s := Stepped(w, 0)
	s.Env.InFlight = 1
	s.Env.Sides = mute{w.Sides, func() bool { n--; return n >= 0 }}
	return s
}

// Unanswered is the error of a write whose reply was lost.
func Unanswered() error {
	return &record.Error{Kind: record.Unavailable, Side: record.Billing, Code: "HTTP_500", Message: "no good answer", Ambiguous: true}
}
