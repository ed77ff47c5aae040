package activities_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
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
func poison(w *activitytest.World, create, active func() error) *activities.Sync {
	s := activitytest.Stepped(w, 0)
	s.Env.Sides = poisonedSides{Sides: w.Sides, poison: poisoned{create: create, active: active}}
	return s
}

// settled settles an entity once, when its time has come.
func settled(w *activitytest.World, s *activities.Sync, in steps.SyncInput, entity string) steps.ApplyResult {
	w.T.Helper()
	now, later := s.Env.Now, time.Now().Add(w.Timing.Call+w.Timing.Margin+time.Second)
	s.Env.Now = func() time.Time { return later }
	defer func() { s.Env.Now = now }()
	out, err := activitytest.Step[steps.ApplyResult](w, s, s.Settle, activitytest.Of(in, entity))
	require.NoError(w.T, err)
	return out
}

func TestAWriteThatNeverGetsAnAnswerOfUseIsParkedAndEndsNoRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ upsert, entity, id string }{{"on", "customers", "101"}, {"off", "customers", "101"}, {"on", "contact_persons", "201"}} {
		t.Run(c.entity+", uniqueUpsert="+c.upsert, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", c.upsert), activitytest.OneCompany()...)
			good, bad := activitytest.Stepped(w, 0), poison(w, activitytest.Unanswered, nil)
			in := activitytest.Mirrored(w, good)
			if c.entity == "contact_persons" {
				activitytest.Applied(w, good, in, "customers")
			}
			rounds := 0
			for open := true; open; rounds++ {
				require.Less(t, rounds, 20, "it is sent for ever")
				require.Equal(t, 1, activitytest.Applied(w, bad, in, c.entity).Sent)
				out := settled(w, bad, in, c.entity)
				open = out.Planned+out.Sent > 0
			}
			require.Equal(t, 10, rounds)
			require.Equal(t, "NO_ANSWER", activitytest.Failures(w.Report(in))[c.id].Code)
		})
	}
}

func TestPersonsOfACustomerThatIsGoneAreSettled(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	good := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, good)
	activitytest.Applied(w, good, in, "customers")
	require.Equal(t, 1, activitytest.Applied(w, poison(w, activitytest.Unanswered, nil), in, "contact_persons").Sent)
	w.Billing.Call(http.MethodDelete, "/customers/"+w.Customer("Alpha Works").Text("customer_id"), nil)
	out := settled(w, good, in, "contact_persons")
	require.Equal(t, 1, out.Planned)
	require.Zero(t, activitytest.Applied(w, good, in, "contact_persons").Planned)
	require.Contains(t, activitytest.Failures(w.Report(in))["201"].Reason, "not exist")
}

func TestASettlementBeforeItsTimeSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	good := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, good)
	require.Equal(t, 1, activitytest.Applied(w, poison(w, activitytest.Unanswered, nil), in, "customers").Sent)
	out, err := activitytest.Step[steps.ApplyResult](w, good, good.Settle, activitytest.Of(in, "customers"))
	require.NoError(t, err)
	require.Equal(t, 1, out.Sent)
	require.Greater(t, out.RetryAfterMS, int64(1000))
}

// Neither name nor marker keeps a record single here: only the operation does.
func TestAnItemWhoseStatusCouldNotBeSetYetIsNotCreatedAgain(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", "off", "billingMarker", "plain", "uniqueNames", "off", "uniqueSKU", "off"),
		activitytest.Product(301, "Anvil", "A-1", "1", "Product_Active", false))
	good := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, good)
	busy := poison(w, nil, func() error {
		return &record.Error{Kind: record.RateLimited, Side: record.Billing, Code: "44", Message: "too many calls"}
	})
	require.Equal(t, 1, activitytest.Applied(w, busy, in, "items").Sent, "the item is there, so nothing may just be sent again")
	settled(w, good, in, "items")
	require.Zero(t, activitytest.Applied(w, good, in, "items").Planned)
	require.Equal(t, 1, w.Report(in).Entities["items"].Added)
	require.Equal(t, []string{"inactive"}, activitytest.Texts(w.Items(), "status"))
}

func TestARefusedStatusParksTheItemWithItsLink(t *testing.T) {
	t.Parallel()
	for _, settle := range []bool{false, true} {
		w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", "off"), activitytest.Product(301, "Anvil", "A-1", "1", "Product_Active", false))
		good := activitytest.Stepped(w, 0)
		in := activitytest.Mirrored(w, good)
		refusing := poison(w, nil, func() error {
			return &record.Error{Kind: record.Invalid, Side: record.Billing, Code: "9999", Message: "it is in use"}
		})
		if settle { // also where the creation is only found by a look
			require.Equal(t, 1, activitytest.Applied(w, poison(w, nil, activitytest.Unanswered), in, "items").Sent)
			settled(w, refusing, in, "items")
		} else {
			activitytest.Applied(w, refusing, in, "items")
		}
		require.Equal(t, "9999", activitytest.Failures(w.Report(in))["301"].Code)
		require.Equal(t, []string{"active"}, activitytest.Texts(w.Items(), "status"))
		require.Equal(t, report.Counts{Updated: 1}, w.Sync().Entities["items"])
		require.Equal(t, []string{"inactive"}, activitytest.Texts(w.Items(), "status"))
	}
}

func TestAStepThatFailsAtOneRecordNamesIt(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(kind record.Kind) poisoned{
		"a side that is down":    func(kind record.Kind) poisoned { return poisoned{get: broken(kind), list: activitytest.Unanswered} },
		"a side that lists only": func(kind record.Kind) poisoned { return poisoned{get: broken(kind)} },
	} {
		for _, kind := range []record.Kind{record.Unavailable, record.Unauthorized, record.RateLimited} {
			if kind == record.Unavailable && name != "a side that is down" {
				continue // then it is the record: the next test
			}
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
				customer, _ := existing(w)
				s := activitytest.Stepped(w, 0)
				in := activitytest.Mirrored(w, s)
				s.Env.Sides = poisonedSides{Sides: w.Sides, poison: fail(kind)}
				_, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, activitytest.Of(in, "customers"))
				require.ErrorContains(t, err, "plan customers: billing: no good answer [HTTP_500] (record "+customer.Text("customer_id")+")")
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
			w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
			bad := w.AddCustomer(activitytest.Object{"display_name": "Alpha Works"}).Text("customer_id")
			if others {
				w.AddCustomer(activitytest.Object{"display_name": "Béta & Fils"})
			}
			s := activitytest.Stepped(w, 0)
			in := activitytest.Mirrored(w, s)
			tries := atomic.Int32{}
			s.Env.Sides = poisonedSides{Sides: w.Sides, poison: poisoned{get: func(id string) error {
				if id != bad {
					return nil
				}
				tries.Add(1)
				return broken(record.Unavailable)(id)
			}}}
			out := activitytest.Applied(w, s, in, "customers")
			require.Zero(t, out.Planned+out.Sent, "the step came to its end")
			require.EqualValues(t, 3, tries.Load())
			found := activitytest.Failures(w.Report(in))
			require.Len(t, found, 1)
			require.Equal(t, "DETAILS_MISSING", found["101"].Code)

			// The next run reads it, and treats it as any other.
			s.Env.Sides = w.Sides
			run := w.Sync()
			require.Empty(t, run.Failures)
			require.Equal(t, "DUPLICATE", w.Operations(run)["101"].Code)
		})
	}
}

func TestADetailThatFailsNowAndThenIsReadInTheEnd(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	existing(w)
	s := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, s)
	tries := atomic.Int32{}
	s.Env.Sides = poisonedSides{Sides: w.Sides, poison: poisoned{get: func(id string) error {
		if tries.Add(1) < 3 {
			return broken(record.Unavailable)(id)
		}
		return nil
	}}}
	activitytest.Applied(w, s, in, "customers")
	require.Empty(t, activitytest.Failures(w.Report(in)))
}

func TestWhatAnEarlierRunSentIsSettledInItsOwnDirection(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Product(301, "Anvil", "A-1", "1"), activitytest.Product(302, "Bell", "B-1", "1"), activitytest.Account(101, "Acme"))
	w.AddCustomer(activitytest.Object{"display_name": "Borg"})
	w.Timing.Call = time.Second
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	toCRM := activitytest.Of(in, "customers")
	toCRM.Direction = steps.DirectionCRM
	require.Equal(t, 2, activitytest.Applied(w, activitytest.Muted(w, 1), in, "items").Sent, "to billing, while the next run begins with those to the CRM")
	s := activitytest.Muted(w, 0)
	_, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, toCRM)
	require.NoError(t, err)
	out, err := activitytest.Step[steps.ApplyResult](w, s, s.ApplyPage, toCRM)
	require.NoError(t, err)
	require.Equal(t, 1, out.Sent, "to the CRM, while the next run begins with those to billing")
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, 2, run.Entities["items"].Added)
	require.Equal(t, 2, run.Entities["customers"].Added)
	require.Len(t, w.Items(), 2)
	require.Len(t, w.Customers(), 2)
	again := w.Sync()
	require.Zero(t, again.Entities["items"].Added+again.Entities["items"].Linked+again.Entities["customers"].Added+again.Entities["customers"].Linked)
}
