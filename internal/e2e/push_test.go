//go:build unix

package e2e_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// selling is a deployment whose connection pushes transactions.
type selling struct {
	*deployment
	outside *outside
	admin   *contract.Client
	// user is a CRM user whose profile is Administrator.
	user     string
	accounts []string // of the CRM, by id
	products []object
}

// sells connects, with transactions on, and waits for the first sync.
func sells(t testing.TB, d *deployment) *selling {
	t.Helper()
	s := &selling{deployment: d}
	s.dial(t)
	d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	d.finished(t)
	s.opens(t)
	return s
}

func (s *selling) dial(t testing.TB) {
	t.Helper()
	c := s.client(t)
	s.admin = contract.NewClient(c)
}

// opens turns transactions on, and learns of whom and what there is.
func (s *selling) opens(t testing.TB) {
	t.Helper()
	p := proctest.Run(t, proctest.Starter, s.options("configure", "--transactions=quotes_and_invoices", "--yes"))
	require.Zero(t, p.Status(), p.Last())
	s.outside = lookFromOutside(t, s.sides, leaveFaults)
	for _, a := range s.outside.crm(t, "Accounts", "Account_Name") {
		s.accounts = append(s.accounts, a.text("id"))
	}
	slices.Sort(s.accounts)
	s.products = s.outside.crm(t, "Products", "Product_Name,Unit_Price,Product_Active")
	slices.SortFunc(s.products, byID)
	s.user = s.outside.administrator(t)
}

// administrator is the id of a CRM user who may do everything.
func (o *outside) administrator(t testing.TB) string {
	t.Helper()
	got, err := o.get(t.Context(), o.CRMURL+"/crm/v8/users?type=ActiveUsers")
	require.NoError(t, err)
	for _, u := range got["users"].([]any) {
		user := object(u.(map[string]any))
		if profile, ok := user["profile"].(map[string]any); ok && profile["name"] == "Administrator" {
			return user.text("id")
		}
	}
	require.FailNow(t, "no administrator among the sample's users")
	return ""
}

// document is an invoice of one line.
func (s *selling) document(n int) *contract.Document {
	return &contract.Document{
		Account: s.accounts[n%len(s.accounts)],
		Lines:   []contract.Line{{Product: s.products[n%len(s.products)].text("id"), Quantity: fmt.Sprint(1 + n%7), Rate: fmt.Sprintf("%d.%02d", 10+n%90, n%100)}},
	}
}

func (s *selling) push(ctx context.Context, kind, id, key, action string, doc *contract.Document) (contract.PushResult, error) {
	return s.admin.Push(ctx, contract.PushInput{Connection: "demo", Type: kind, Transaction: id},
		contract.PushRequest{Key: key, Action: action, User: s.user, Document: doc})
}

// billed are the documents that billing holds, by our marker, which ends with the transaction's id.
func (o *outside) billed(t testing.TB, module string) map[string][]object {
	t.Helper()
	out := map[string][]object{}
	one := strings.TrimSuffix(module, "s")
	for page := 1; ; page++ {
		got, err := o.get(t.Context(), fmt.Sprintf("%s/billing/v1/%s?page=%d", o.BillingURL, module, page))
		require.NoError(t, err)
		for _, d := range got[module].([]any) {
			id := object(d.(map[string]any)).text(one + "_id")
			whole, err := o.get(t.Context(), o.BillingURL+"/billing/v1/"+module+"/"+id)
			require.NoError(t, err)
			doc := object(whole[one].(map[string]any))
			marker := ""
			fields, _ := doc["custom_fields"].([]any)
			for _, f := range fields {
				field := object(f.(map[string]any))
				if field.text("api_name") == "cf_causeway_id" || field.text("label") == "cf_causeway_id" {
					marker = field.text("value")
				}
			}
			_, transaction, _ := strings.Cut(marker, "-invoices-")
			if transaction == "" {
				_, transaction, _ = strings.Cut(marker, "-quotes-")
			}
			out[transaction] = append(out[transaction], doc)
		}
		if more, _ := got["page_context"].(map[string]any)["has_more_page"].(bool); !more {
			return out
		}
	}
}

func TestWhatIsPushedInAPauseIsQueuedAndReleasedInItsOrder(t *testing.T) {
	t.Parallel()
	s := sells(t, deploy(t, 20))
	done, err := s.push(t.Context(), contract.TypeInvoice, "before", "k-before", contract.ActionSave, s.document(0))
	require.NoError(t, err)
	require.Equal(t, contract.PushDone, done.Status, "%+v", done.Failure)

	require.NoError(t, s.admin.Pause(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	s.inState(t, s.admin, contract.StatePaused)
	for n := 1; n <= 5; n++ {
		begun := time.Now()
		got, err := s.push(t.Context(), contract.TypeInvoice, fmt.Sprintf("queued-%d", n), fmt.Sprintf("k-%d", n), contract.ActionSave, s.document(n))
		require.NoError(t, err)
		require.Equal(t, contract.PushQueued, got.Status, "%+v", got.Failure)
		require.Equal(t, n, got.Position)
		require.Less(t, time.Since(begun), 5*time.Second, "the call never blocks through a pause")
	}
	require.Len(t, s.outside.billed(t, "invoices"), 1)

	require.NoError(t, s.admin.Resume(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	require.Eventually(t, func() bool { return len(s.outside.billed(t, "invoices")) == 6 }, time.Minute, 200*time.Millisecond)
	// Who asks again is told that it is queued until it has an end, and then how it ended.
	var again contract.PushResult
	require.Eventually(t, func() bool {
		again, err = s.push(t.Context(), contract.TypeInvoice, "queued-3", "k-3", contract.ActionSave, s.document(3))
		require.NoError(t, err)
		return again.Status != contract.PushQueued
	}, time.Minute, 200*time.Millisecond)
	require.Equal(t, contract.PushDone, again.Status)
	require.True(t, again.Repeated)
	require.NotEmpty(t, again.Transaction.Number)
	require.Len(t, s.outside.billed(t, "invoices")["queued-3"], 1)
}

func TestADisabledConnectionRefusesPushesAndThoseThatWereQueued(t *testing.T) {
	t.Parallel()
	s := sells(t, deploy(t, 20))
	require.NoError(t, s.admin.Pause(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	s.inState(t, s.admin, contract.StatePaused)
	queued, err := s.push(t.Context(), contract.TypeInvoice, "queued", "k-1", contract.ActionSave, s.document(1))
	require.NoError(t, err)
	require.Equal(t, contract.PushQueued, queued.Status)
	_, err = s.admin.Disable(t.Context(), "demo", contract.DisableRequest{Who: "ann", Confirm: true})
	require.NoError(t, err)
	status := s.inState(t, s.admin, contract.StateDisabled)
	require.Equal(t, 1, status.Disabled.Report.RefusedPushes)
	refused, err := s.push(t.Context(), contract.TypeInvoice, "late", "k-2", contract.ActionSave, s.document(2))
	require.NoError(t, err)
	require.Equal(t, contract.PushRefused, refused.Status)
	require.Contains(t, refused.Failure.Reason, contract.StateDisabled)
	require.Empty(t, s.outside.billed(t, "invoices"))
}

// The same request from two callers at the same instant, and many requests on one transaction.
func TestOneRequestFromManyCallersMakesOneDocument(t *testing.T) {
	t.Parallel()
	s := sells(t, deploy(t, 20))
	var numbers sync.Map
	var g errgroup.Group
	for range 8 {
		g.Go(func() error {
			got, err := s.push(t.Context(), contract.TypeInvoice, "one", "k-one", contract.ActionSave, s.document(1))
			if err == nil && got.Status != contract.PushDone {
				err = fmt.Errorf("%s: %+v", got.Status, got.Failure)
			}
			if err == nil {
				numbers.Store(got.Transaction.Number, true)
			}
			return err
		})
	}
	require.NoError(t, g.Wait())
	n := 0
	numbers.Range(func(any, any) bool { n++; return true })
	require.Equal(t, 1, n, "all got the same answer")
	require.Len(t, s.outside.billed(t, "invoices")["one"], 1)
}

// order is one order of the Northwind set, as an invoice, with what it comes to by a computation of our own.
type order struct {
	id, account string
	lines       []contract.Line
	total       decimal.Decimal
}

// northwindDir is the real set beside the project.
var northwindDir = filepath.Join("..", "..", "..", "shared", "data", "northwind")

// northwind reads the orders of the real set beside the project.
func northwind(t testing.TB) []order {
	t.Helper()
	file, err := os.Open(filepath.Join(northwindDir, "Orders.csv"))
	if err != nil || os.Getenv("CI") != "" || os.Getenv("CAUSEWAY_CI") != "" {
		t.Skip("the Northwind orders are not beside the project (../shared/data): nothing to push")
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	var out []order
	for _, row := range rows[1:] {
		if len(out) == 0 || out[len(out)-1].id != row[0] {
			out = append(out, order{id: row[0], account: row[1]})
		}
		o := &out[len(out)-1]
		o.lines = append(o.lines, contract.Line{Product: row[4], Rate: row[5], Quantity: row[6], Discount: percent(t, row[7])})
		rate, quantity, share := dec(t, row[5]), dec(t, row[6]), dec(t, row[7])
		// Half up: the decimal library's own rounding is half to even.
		amount := mul(t, mul(t, halfUp(t, rate, 2), quantity), sub(t, decimal.One, halfUp(t, share, 4)))
		o.total = add(t, o.total, halfUp(t, amount, 2))
	}
	return out
}

func percent(t testing.TB, share string) string {
	t.Helper()
	if dec(t, share).IsZero() {
		return ""
	}
	return mul(t, dec(t, share), decimal.Hundred).String() + "%"
}

func dec(t testing.TB, s string) decimal.Decimal { t.Helper(); return must(t)(decimal.Parse(s)) }
func mul(t testing.TB, a, b decimal.Decimal) decimal.Decimal {
	t.Helper()
	return must(t)(a.Mul(b))
}
func add(t testing.TB, a, b decimal.Decimal) decimal.Decimal {
	t.Helper()
	return must(t)(a.Add(b))
}
func sub(t testing.TB, a, b decimal.Decimal) decimal.Decimal {
	t.Helper()
	return must(t)(a.Sub(b))
}

// halfUp rounds a number that is not negative.
func halfUp(t testing.TB, d decimal.Decimal, scale int) decimal.Decimal {
	t.Helper()
	return add(t, d, must(t)(decimal.New(5, scale+1))).Trunc(scale)
}

func must(t testing.TB) func(decimal.Decimal, error) decimal.Decimal {
	return func(d decimal.Decimal, err error) decimal.Decimal {
		t.Helper()
		require.NoError(t, err)
		return d
	}
}

// The orders of a real set, some of them pushed again and again and at the same time, while workers are killed and
// frozen: each is in billing exactly once, and comes to the cent to what it should.
func TestTheOrdersOfARealSetArriveOnceAndToTheCent(t *testing.T) {
	t.Parallel()
	orders := northwind(t)
	if n := number(t, envRecords, 120); n < len(orders) {
		orders = orders[:n]
	}
	d := deploy(t, 0, "--crm-import="+northwindDir)
	s := &selling{deployment: d}
	s.workerArgs = quick
	f := &force{dice: roll(t), deployment: d, blows: blows[:workerBlows]}
	f.worker = d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	d.finished(t)
	s.dial(t)
	s.opens(t)
	accounts, products := s.northwindIDs(t)

	for i := range orders {
		orders[i].account = accounts[orders[i].account]
		for n := range orders[i].lines {
			orders[i].lines[n].Product = products[orders[i].lines[n].Product]
		}
	}
	s.underForce(t, f, orders)
}

// The same with made-up orders and all blows there are, while both sides misbehave too.
func TestPushesUnderForceMakeEachDocumentOnce(t *testing.T) {
	t.Parallel()
	for _, on := range forceStores {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			f := newForce(t, on.database(t))
			f.until(t, "synced", func(s contract.Status) bool { return s.State == contract.StateActive && s.Running == nil })
			s := &selling{deployment: f.deployment, admin: f.admin}
			s.opens(t)
			f.edit(t)
			s.accounts = append(s.newAccounts(t, 30), s.accounts...) // which a sync is about to bring across
			f.syncNow(t)
			var orders []order
			for n := range number(t, envRecords, 120) / 2 {
				doc := s.document(n)
				amount := mul(t, dec(t, doc.Lines[0].Rate), dec(t, doc.Lines[0].Quantity))
				orders = append(orders, order{id: fmt.Sprintf("order-%d", n), account: doc.Account, lines: doc.Lines, total: amount})
			}
			s.outside.control(t, http.MethodPatch, "faults", map[string]string{
				"billing.serverError": "0.05", "billing.resetAfterWrite": "0.05", "billing.truncate": "0.03", "billing.reset": "0.05", "crm.serverError": "0.05"}, nil)
			s.underForce(t, f, orders)
			f.calm(t, "the pushes")
		})
	}
}

// newAccounts makes accounts in the CRM, with a contact each, and gives the accounts' ids.
func (s *selling) newAccounts(t testing.TB, n int) []string {
	t.Helper()
	o := lookFromOutside(t, s.sides, leaveFaults)
	var accounts, contacts []object
	for i := range n {
		accounts = append(accounts, object{"Account_Name": fmt.Sprintf("Buys at once %d", i)})
	}
	o.write(t, "POST", "Accounts", accounts)
	var ids []string
	for _, a := range o.crm(t, "Accounts", "Account_Name") {
		if strings.HasPrefix(a.text("Account_Name"), "Buys at once") {
			ids = append(ids, a.text("id"))
			contacts = append(contacts, object{"Last_Name": "Buyer", "Account_Name": object{"id": a.text("id")}})
		}
	}
	o.write(t, "POST", "Contacts", contacts)
	return ids
}

// underForce pushes orders, some of them repeatedly and at the same time, under blows: each is in billing once, and comes to what it should.
func (s *selling) underForce(t *testing.T, f *force, orders []order) {
	t.Helper()
	pushing, stop := context.WithCancel(t.Context())
	var blowing sync.WaitGroup
	blowing.Go(func() {
		for pushing.Err() == nil {
			f.pause(3 * time.Second)
			f.blow(t)
		}
	})
	var g errgroup.Group
	g.SetLimit(8)
	for i, o := range orders {
		doc := &contract.Document{Account: o.account, Lines: o.lines, ExpectedTotal: o.total.String()}
		for range 1 + i%3 { // some repeatedly, and at the same time
			g.Go(func() error { return s.insistPush(t, o.id, doc) })
		}
	}
	require.NoError(t, g.Wait())
	stop()
	blowing.Wait()
	t.Logf("%d orders, %d blows", len(orders), f.hits)

	billed := lookFromOutside(t, s.sides).billed(t, "invoices") // with a token of its own: the other may have expired
	require.Len(t, billed, len(orders))
	for _, o := range orders {
		require.Len(t, billed[o.id], 1, "order %s", o.id)
		total := dec(t, fmt.Sprint(billed[o.id][0]["total"]))
		require.Zero(t, total.Cmp(o.total), "order %s: %s in billing, %s expected", o.id, total, o.total)
	}
}

// insistPush asks with one key until it is answered, as a caller does whose call was cut off.
func (s *selling) insistPush(t testing.TB, id string, doc *contract.Document) error {
	t.Helper()
	var err error
	for late := time.Now().Add(calmFor(t)); time.Now().Before(late); <-time.After(askEvery) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		var got contract.PushResult
		got, err = s.push(ctx, contract.TypeInvoice, id, "order-"+id, contract.ActionSave, doc)
		cancel()
		switch {
		case err != nil:
		case got.Status != contract.PushDone:
			return fmt.Errorf("order %s: %s: %+v", id, got.Status, got.Failure)
		case got.Difference != "":
			return fmt.Errorf("order %s: billing's total differs by %s", id, got.Difference)
		default:
			return nil
		}
	}
	return err
}

// northwindIDs are the ids that the set's accounts and products got, by the set's own.
func (s *selling) northwindIDs(t testing.TB) (accounts, products map[string]string) {
	t.Helper()
	ids := func(module, key string) map[string]string {
		out := map[string]string{}
		for _, r := range s.outside.crm(t, module, key) {
			out[r.text(key)] = r.text("id")
		}
		return out
	}
	return ids("Accounts", "Account_Number"), ids("Products", "Product_Code")
}
