package activities_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/steps"

	"github.com/stretchr/testify/require"
)

// poisoned is billing with calls that fail in a way that no sandbox setting makes. Nil lets the call through.
type poisoned struct {
	billing.Port
	create, active func() error
	get            func(id string) error
	list           func() error
}

func (p poisoned) Get(ctx context.Context, module record.Module, id string) (record.Record, error) {
	if p.get != nil {
		if err := p.get(id); err != nil {
			return record.Record{}, err
		}
	}
	return p.Port.Get(ctx, module, id)
}

func (p poisoned) List(ctx context.Context, module record.Module, q billing.ListQuery) (billing.Page, error) {
	if p.list != nil {
		return billing.Page{}, p.list()
	}
	return p.Port.List(ctx, module, q)
}

func (p poisoned) Create(ctx context.Context, module record.Module, w billing.Write, upsert bool) (record.Record, error) {
	if p.create != nil {
		return record.Record{}, p.create()
	}
	return p.Port.Create(ctx, module, w, upsert)
}

func (p poisoned) SetActive(ctx context.Context, module record.Module, id string, active bool) error {
	if p.active != nil {
		return p.active()
	}
	return p.Port.SetActive(ctx, module, id, active)
}

// poisonedSides give a poisoned billing.
type poisonedSides struct {
	*app.Sides
	poison poisoned
}

func (s poisonedSides) Billing(ctx context.Context, connection string) (billing.Port, error) {
	port, err := s.Sides.Billing(ctx, connection)
	s.poison.Port = port
	return s.poison, err
}

// poison makes the activities call a billing whose calls fail so.
func (w *world) poison(create, active func() error) *activities.Sync {
	s := w.stepped(0)
	s.Env.Sides = poisonedSides{Sides: w.sides, poison: poisoned{create: create, active: active}}
	return s
}

func unanswered() error {
	return &record.Error{Kind: record.Unavailable, Side: record.Billing, Code: "HTTP_500", Message: "no good answer", Ambiguous: true}
}

func of(in steps.SyncInput, entity string) steps.EntityInput {
	return steps.EntityInput{Connection: demo, RunID: in.RunID, Entity: entity}
}

// applied plans an entity and sends its operations once.
func (w *world) applied(s *activities.Sync, in steps.SyncInput, entity string) steps.ApplyResult {
	w.t.Helper()
	_, err := step[steps.PlanResult](w, s, s.PlanPage, of(in, entity))
	require.NoError(w.t, err)
	out, err := step[steps.ApplyResult](w, s, s.ApplyPage, of(in, entity))
	require.NoError(w.t, err)
	return out
}

// settled settles an entity once, when its time has come.
func (w *world) settled(s *activities.Sync, in steps.SyncInput, entity string) steps.ApplyResult {
	w.t.Helper()
	now, later := s.Env.Now, time.Now().Add(w.timing.Call+w.timing.Margin+time.Second)
	s.Env.Now = func() time.Time { return later }
	defer func() { s.Env.Now = now }()
	out, err := step[steps.ApplyResult](w, s, s.Settle, of(in, entity))
	require.NoError(w.t, err)
	return out
}

func (w *world) report(in steps.SyncInput) report.Run {
	w.t.Helper()
	run, err := report.ReadRun(w.t.Context(), w.store, in.RunID, time.Now())
	require.NoError(w.t, err)
	return run
}

func TestAWriteThatNeverGetsAnAnswerOfUseIsParkedAndEndsNoRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ upsert, entity, id string }{{"on", "customers", "101"}, {"off", "customers", "101"}, {"on", "contact_persons", "201"}} {
		t.Run(c.entity+", uniqueUpsert="+c.upsert, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("uniqueUpsert", c.upsert), oneCompany()...)
			good, bad := w.stepped(0), w.poison(unanswered, nil)
			in := w.mirrored(good)
			if c.entity == "contact_persons" {
				w.applied(good, in, "customers")
			}
			rounds := 0
			for open := true; open; rounds++ {
				require.Less(t, rounds, 20, "it is sent for ever")
				require.Equal(t, 1, w.applied(bad, in, c.entity).Sent)
				out := w.settled(bad, in, c.entity)
				open = out.Planned+out.Sent > 0
			}
			require.Equal(t, 10, rounds)
			require.Equal(t, "NO_ANSWER", failures(w.report(in))[c.id].Code)
		})
	}
}

func TestPersonsOfACustomerThatIsGoneAreSettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	good := w.stepped(0)
	in := w.mirrored(good)
	w.applied(good, in, "customers")
	require.Equal(t, 1, w.applied(w.poison(unanswered, nil), in, "contact_persons").Sent)
	w.billing.call(http.MethodDelete, "/customers/"+w.customer("Alpha Works").text("customer_id"), nil)
	out := w.settled(good, in, "contact_persons")
	require.Equal(t, 1, out.Planned)
	require.Zero(t, w.applied(good, in, "contact_persons").Planned)
	require.Contains(t, failures(w.report(in))["201"].Reason, "not exist")
}

func TestASettlementBeforeItsTimeSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	good := w.stepped(0)
	in := w.mirrored(good)
	require.Equal(t, 1, w.applied(w.poison(unanswered, nil), in, "customers").Sent)
	out, err := step[steps.ApplyResult](w, good, good.Settle, of(in, "customers"))
	require.NoError(t, err)
	require.Equal(t, 1, out.Sent)
	require.Greater(t, out.RetryAfterMS, int64(1000))
}

// Neither name nor marker keeps a record single here: only the operation does.
func TestAnItemWhoseStatusCouldNotBeSetYetIsNotCreatedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings("uniqueUpsert", "off", "billingMarker", "plain", "uniqueNames", "off", "uniqueSKU", "off"),
		product(301, "Anvil", "A-1", "1", "Product_Active", false))
	good := w.stepped(0)
	in := w.mirrored(good)
	busy := w.poison(nil, func() error {
		return &record.Error{Kind: record.RateLimited, Side: record.Billing, Code: "44", Message: "too many calls"}
	})
	require.Equal(t, 1, w.applied(busy, in, "items").Sent, "the item is there, so nothing may just be sent again")
	w.settled(good, in, "items")
	require.Zero(t, w.applied(good, in, "items").Planned)
	require.Equal(t, 1, w.report(in).Entities["items"].Added)
	require.Equal(t, []string{"inactive"}, texts(w.items(), "status"))
}

func TestARefusedStatusParksTheItemWithItsLink(t *testing.T) {
	t.Parallel()
	for _, settle := range []bool{false, true} {
		w := newWorld(t, settings("uniqueUpsert", "off"), product(301, "Anvil", "A-1", "1", "Product_Active", false))
		good := w.stepped(0)
		in := w.mirrored(good)
		refusing := w.poison(nil, func() error {
			return &record.Error{Kind: record.Invalid, Side: record.Billing, Code: "9999", Message: "it is in use"}
		})
		if settle { // also where the creation is only found by a look
			require.Equal(t, 1, w.applied(w.poison(nil, unanswered), in, "items").Sent)
			w.settled(refusing, in, "items")
		} else {
			w.applied(refusing, in, "items")
		}
		require.Equal(t, "9999", failures(w.report(in))["301"].Code)
		require.Equal(t, []string{"active"}, texts(w.items(), "status"))
		require.Equal(t, report.Counts{Updated: 1}, w.sync().Entities["items"])
		require.Equal(t, []string{"inactive"}, texts(w.items(), "status"))
	}
}

func TestAStepThatFailsAtOneRecordNamesIt(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(kind record.Kind) poisoned{
		"a side that is down":    func(kind record.Kind) poisoned { return poisoned{get: broken(kind), list: unanswered} },
		"a side that lists only": func(kind record.Kind) poisoned { return poisoned{get: broken(kind)} },
	} {
		for _, kind := range []record.Kind{record.Unavailable, record.Unauthorized, record.RateLimited} {
			if kind == record.Unavailable && name != "a side that is down" {
				continue // then it is the record: the next test
			}
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, options{}, oneCompany()...)
				customer, _ := w.existing()
				s := w.stepped(0)
				in := w.mirrored(s)
				s.Env.Sides = poisonedSides{Sides: w.sides, poison: fail(kind)}
				_, err := step[steps.PlanResult](w, s, s.PlanPage, of(in, "customers"))
				require.ErrorContains(t, err, "plan customers: billing: no good answer [HTTP_500] (record "+customer.text("customer_id")+")")
			})
		}
	}
}

// broken is a failure of one record's details.
func broken(kind record.Kind) func(id string) error {
	return func(id string) error {
		return &record.Error{Kind: kind, Side: record.Billing, Code: "HTTP_500", Message: "no good answer", RecordID: id}
	}
}

func TestARecordWhoseDetailsAlwaysFailParksWhatNeedsThemAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	for _, others := range []bool{true, false} {
		t.Run(fmt.Sprint("others answer: ", others), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{}, twoCompanies()...)
			bad := w.addCustomer(object{"display_name": "Alpha Works"}).text("customer_id")
			if others {
				w.addCustomer(object{"display_name": "Béta & Fils"})
			}
			s := w.stepped(0)
			in := w.mirrored(s)
			tries := atomic.Int32{}
			s.Env.Sides = poisonedSides{Sides: w.sides, poison: poisoned{get: func(id string) error {
				if id != bad {
					return nil
				}
				tries.Add(1)
				return broken(record.Unavailable)(id)
			}}}
			out := w.applied(s, in, "customers")
			require.Zero(t, out.Planned+out.Sent, "the step came to its end")
			require.EqualValues(t, 3, tries.Load())
			found := failures(w.report(in))
			require.Len(t, found, 1)
			require.Equal(t, "DETAILS_MISSING", found["101"].Code)

			// The next run reads it, and treats it as any other.
			s.Env.Sides = w.sides
			run := w.sync()
			require.Empty(t, run.Failures)
			require.Equal(t, "DUPLICATE", w.operations(run)["101"].Code)
		})
	}
}

func TestADetailThatFailsNowAndThenIsReadInTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	w.existing()
	s := w.stepped(0)
	in := w.mirrored(s)
	tries := atomic.Int32{}
	s.Env.Sides = poisonedSides{Sides: w.sides, poison: poisoned{get: func(id string) error {
		if tries.Add(1) < 3 {
			return broken(record.Unavailable)(id)
		}
		return nil
	}}}
	w.applied(s, in, "customers")
	require.Empty(t, failures(w.report(in)))
}

func TestWhatAnEarlierRunSentIsSettledInItsOwnDirection(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, product(301, "Anvil", "A-1", "1"), product(302, "Bell", "B-1", "1"), account(101, "Acme"))
	w.addCustomer(object{"display_name": "Borg"})
	w.timing.Call = time.Second
	in := w.mirrored(w.stepped(0))
	toCRM := of(in, "customers")
	toCRM.Direction = steps.DirectionCRM
	require.Equal(t, 2, w.applied(w.muted(1), in, "items").Sent, "to billing, while the next run begins with those to the CRM")
	s := w.muted(0)
	_, err := step[steps.PlanResult](w, s, s.PlanPage, toCRM)
	require.NoError(t, err)
	out, err := step[steps.ApplyResult](w, s, s.ApplyPage, toCRM)
	require.NoError(t, err)
	require.Equal(t, 1, out.Sent, "to the CRM, while the next run begins with those to billing")
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, 2, run.Entities["items"].Added)
	require.Equal(t, 2, run.Entities["customers"].Added)
	require.Len(t, w.items(), 2)
	require.Len(t, w.customers(), 2)
	again := w.sync()
	require.Zero(t, again.Entities["items"].Added+again.Entities["items"].Linked+again.Entities["customers"].Added+again.Entities["customers"].Linked)
}
