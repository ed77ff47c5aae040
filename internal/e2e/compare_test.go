//go:build unix

package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

// shownProblems bounds what a failed comparison prints.
const shownProblems = 12

// comparison is what both sides hold. It knows nothing of the sync but the marker. Every account, and every contact
// without an account, is one customer. Every contact of an account is one contact person of its customer. Every product
// is one item.
type comparison struct {
	accounts, contacts, products []object
	customers, items             []object
	persons                      map[string][]object // by the customer's marker
	excused                      map[string]bool     // ids of CRM records that failed, as the run says
	// These counts are expected of the run, by entity.
	wantCustomers, wantPersons, wantItems int
	problems                              []string
}

func (c *comparison) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// compare reads both sides and requires that nothing is lost and nothing doubled.
func (o *outside) compare(t testing.TB, excused map[string]bool) *comparison {
	t.Helper()
	c := &comparison{excused: excused, persons: map[string][]object{}}
	c.accounts = o.crm(t, "Accounts", "Account_Name")
	c.contacts = o.crm(t, "Contacts", "First_Name,Last_Name,Email,Account_Name")
	c.products = o.crm(t, "Products", "Product_Name")
	c.items = o.billing(t, "/items", "items")
	c.customers = each(t, o.billing(t, "/customers", "customers"), func(ctx context.Context, short object) (object, error) {
		whole, err := o.get(ctx, o.BillingURL+"/billing/v1/customers/"+short.text("customer_id"))
		if err != nil {
			return nil, err
		}
		customer, _ := whole["customer"].(map[string]any)
		return customer, nil
	})
	persons := each(t, c.customers, func(ctx context.Context, customer object) ([]object, error) {
		return o.pages(ctx, "/customers/"+customer.text("customer_id")+"/contactpersons", "contact_persons")
	})
	for i, customer := range c.customers {
		c.persons[marker(customer)] = persons[i]
	}
	c.check()
	require.Empty(t, c.problems[:min(len(c.problems), shownProblems)], "%d problems", len(c.problems))
	return c
}

func (c *comparison) check() {
	customers, items := map[string]int{}, map[string]int{}
	persons := map[string][]string{} // by the customer's marker
	for _, a := range c.accounts {
		customers["accounts-"+a.text("id")] = 1
	}
	for _, contact := range c.contacts {
		account, attached := contact["Account_Name"].(map[string]any)
		if !attached {
			customers["contacts-"+contact.text("id")] = 1
			continue
		}
		if c.excused[contact.text("id")] || c.excused[object(account).text("id")] {
			continue
		}
		c.wantPersons++
		of := "accounts-" + object(account).text("id")
		persons[of] = append(persons[of], personKey(contact.text("First_Name"), contact.text("Last_Name"), contact.text("Email")))
	}
	for _, p := range c.products {
		items["products-"+p.text("id")] = 1
	}
	c.wantCustomers = c.once("customer", customers, c.customers)
	c.wantItems = c.once("item", items, c.items)
	c.samePersons(persons)
}

// once checks that each wanted record is there once, and nothing else. It returns how many there are.
func (c *comparison) once(what string, want map[string]int, have []object) int {
	found := map[string]int{}
	for _, r := range have {
		m := marker(r)
		if found[m]++; want[m] == 0 {
			c.problem("%s %q (%s) is nobody's", what, r.text("customer_name")+r.text("name"), m)
		}
	}
	n := 0
	for _, m := range slices.Sorted(maps.Keys(want)) {
		_, id, _ := strings.Cut(m, "-")
		switch {
		case found[m] == 1:
			n++
		case found[m] == 0 && !c.excused[id]:
			c.problem("%s %s is lost", what, m)
		case found[m] > 1:
			c.problem("%s %s is there %d times", what, m, found[m])
		}
	}
	return n
}

func (c *comparison) samePersons(want map[string][]string) {
	for _, customer := range c.customers {
		of := marker(customer)
		if !strings.HasPrefix(of, "accounts-") {
			continue // an individual customer is its own contact person
		}
		have := make([]string, 0, len(c.persons[of]))
		for _, p := range c.persons[of] {
			have = append(have, personKey(p.text("first_name"), p.text("last_name"), p.text("email")))
		}
		slices.Sort(have)
		slices.Sort(want[of])
		if !slices.Equal(have, want[of]) {
			c.problem("customer %s has the contact persons %q, not %q", of, have, want[of])
		}
	}
}

// personKey returns what a person is compared by: spaces and capitals do not count.
func personKey(parts ...string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Join(parts, " ")), " "))
}

// requireComplete requires that both sides agree, and that the run counts all that was added.
func requireComplete(t testing.TB, o *outside, run report.Run) {
	t.Helper()
	excused := map[string]bool{}
	for _, f := range run.Failures {
		excused[f.RecordID] = true
	}
	c := o.compare(t, excused)
	t.Logf("%d customers, %d contact persons, %d items, %d parked", c.wantCustomers, c.wantPersons, c.wantItems, len(run.Failures))
	for entity, want := range map[string]int{"customers": c.wantCustomers, "contact_persons": c.wantPersons, "items": c.wantItems} {
		require.Equal(t, want, run.Entities[entity].Added, "%s that the run has added", entity)
	}
}
