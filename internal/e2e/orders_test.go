//go:build unix

package e2e_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// order is one order of the Northwind set, as an invoice, with the total as this test computes it.
type order struct {
	id, account string
	lines       []contract.Line
	total       decimal.Decimal
}

// northwindDir holds the real set, beside the project.
var northwindDir = filepath.Join("..", "..", "..", "shared", "data", "northwind")

// northwind reads the orders of the real set.
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

// The orders of a real set are pushed while workers are killed and frozen, some of them repeatedly and at the same time.
// Each must be in billing exactly once, with the right total to the cent.
func TestTheOrdersOfARealSetArriveOnceAndToTheCent(t *testing.T) {
	t.Parallel()
	orders := northwind(t)
	if n := number(t, envRecords, 120); n < len(orders) {
		orders = orders[:n]
	}
	d := deploy(t, 0, "--crm-import="+northwindDir)
	s := &selling{deployment: d}
	s.workerArgs = shortTimeouts
	f := &force{dice: newDice(t), deployment: d, blows: blows[:workerBlows]}
	f.worker = d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	d.awaitDone(t)
	s.dial(t)
	s.turnOnTransactions(t)
	accounts, products := s.northwindIDs(t)

	for i := range orders {
		orders[i].account = accounts[orders[i].account]
		for n := range orders[i].lines {
			orders[i].lines[n].Product = products[orders[i].lines[n].Product]
		}
	}
	s.underForce(t, f, orders)
}

// The same with made-up orders and all kinds of blows, while both sides misbehave too.
func TestPushesUnderForceMakeEachDocumentOnce(t *testing.T) {
	t.Parallel()
	for _, on := range forceStores {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			f := newForce(t, on.database(t))
			f.until(t, "synced", func(s contract.Status) bool { return s.State == contract.StateActive && s.Running == nil })
			s := &selling{deployment: f.deployment, admin: f.admin}
			s.turnOnTransactions(t)
			f.edit(t)
			s.accounts = append(s.newAccounts(t, 30), s.accounts...) // a sync is about to make them customers
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
			f.requireCalm(t, "the pushes")
		})
	}
}

// newAccounts makes accounts in the CRM, with a contact each, and returns the accounts' ids.
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

// underForce pushes orders under blows, some of them repeatedly and at the same time. Each must be in billing once, with
// the right total.
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
			g.Go(func() error { return s.pushUntilAnswered(t, o.id, doc) })
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

// pushUntilAnswered asks with the same key until there is an answer, as a caller does whose call was cut off.
func (s *selling) pushUntilAnswered(t testing.TB, id string, doc *contract.Document) error {
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

// northwindIDs returns the CRM's ids of the set's accounts and products, by the set's own ids.
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
