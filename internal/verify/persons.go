package verify

import (
	"context"
	"crypto/sha256"
	"strings"

	"causeway/internal/record"

	"golang.org/x/sync/errgroup"
)

// listPersons lists the persons of the page's customers, each customer once in a verification. It also finds
// contacts that are in billing under another customer than their account's.
func (v *verification) listPersons(ctx context.Context, pairs []pair) error {
	accounts, err := v.accountsOf(ctx, pairs)
	if err != nil {
		return err
	}
	ours := map[string]bool{}
	for _, link := range accounts {
		ours[link.BillingID] = link.Born == record.CRM
	}
	var todo []string
	for i := range pairs {
		p := &pairs[i]
		if p.link == nil {
			continue
		}
		customer := p.link.BillingParentID
		if account, ok := accounts[p.source.ParentID]; ok && account.BillingID != customer {
			p.differences = append(p.differences, Difference{Entity: p.entity, CRMID: p.source.ID, BillingID: p.link.BillingID,
				Field: "customer_id", CRM: account.BillingID, Billing: customer})
		}
		if _, known := v.persons.listed[customer]; known || !v.inSample(customer) {
			continue
		}
		v.persons.listed[customer] = ours[customer]
		todo = append(todo, customer)
	}
	if err := v.readPersons(ctx, todo); err != nil {
		return err
	}
	for _, p := range pairs {
		if p.link == nil {
			continue
		}
		if x, ok := v.persons.rows[p.link.BillingID]; ok {
			x.seen = true
			v.persons.rows[p.link.BillingID] = x
		}
	}
	return nil
}

// readPersons reads the persons of customers and keeps a row of each.
func (v *verification) readPersons(ctx context.Context, customers []string) error {
	found := make([][]record.Record, len(customers))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(v.o.InFlight)
	for i, customer := range customers {
		group.Go(func() (err error) {
			found[i], err = v.personsOf(gctx, customer)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, customer := range customers {
		for _, person := range found[i] {
			v.persons.rows[person.ID] = personRow{customer: customer, sum: v.sumOf(record.EntityContactPersons, person.Values), twin: twinOf(customer, person)}
		}
	}
	return nil
}

// accountsOf returns the customer links of the contacts' accounts, by the account's id.
func (v *verification) accountsOf(ctx context.Context, pairs []pair) (map[string]record.Link, error) {
	var ids []string
	for _, p := range pairs {
		if p.source.ParentID != "" {
			ids = append(ids, p.source.ParentID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return v.store.Links.OfSources(ctx, v.connection.ID, record.EntityCustomers, ids)
}

func (v *verification) inSample(customer string) bool {
	return v.sample == nil || v.lists[record.EntityCustomers][customer].picked
}

// personsOf lists a customer's persons. A customer that does not exist has none.
func (v *verification) personsOf(ctx context.Context, customer string) ([]record.Record, error) {
	found, err := v.billing.ContactPersons(ctx, customer)
	if record.IsKind(err, record.NotFound) {
		return nil, nil
	}
	return found, err
}

// comparePerson compares by checksum. It reads the persons again only where the checksums differ.
func (v *verification) comparePerson(ctx context.Context, p *pair) error {
	customer := p.link.BillingParentID
	if _, listed := v.persons.listed[customer]; !listed {
		return nil // not in the sample
	}
	x, ok := v.persons.rows[p.link.BillingID]
	if !ok {
		p.gone, p.differences = true, nil
		return nil
	}
	if len(p.want.Problems) == 0 && x.sum == v.sumOf(record.EntityContactPersons, p.want.Values) {
		p.compared = true
		return nil
	}
	found, err := v.personsOf(ctx, customer)
	if err != nil {
		return err
	}
	for _, person := range found {
		if person.ID == p.link.BillingID {
			p.compared = true
			p.differences = append(p.differences, v.differences(p, person)...)
			return nil
		}
	}
	p.gone, p.differences = true, nil
	return nil
}

func twinOf(customer string, person record.Record) checksum {
	name := person.Values.Text("first_name") + " " + person.Values.Text("last_name")
	if strings.TrimSpace(name) == "" {
		name = person.Name
	}
	email := person.Email
	if email == "" {
		email = person.Values.Text("email")
	}
	sum := sha256.Sum256([]byte(customer + "\x00" + record.NameKey(name) + "\x00" + record.NameKey(email)))
	return checksum(sum[:16])
}

// findDoubledPersons finds persons that no CRM contact accounts for and that repeat one of ours, at customers that
// we created. Contact persons carry no marker, so this is how a doubled creation shows.
func (v *verification) findDoubledPersons(ctx context.Context) error {
	accounted := map[checksum]bool{}
	for _, x := range v.persons.rows {
		if x.seen {
			accounted[x.twin] = true
		}
	}
	doubled := map[string]bool{}
	customers := map[string]bool{}
	for id, x := range v.persons.rows {
		if !x.seen && accounted[x.twin] && v.persons.listed[x.customer] {
			doubled[id], customers[x.customer] = true, true
		}
	}
	for _, customer := range sortedKeys(customers) {
		found, err := v.personsOf(ctx, customer)
		if err != nil {
			return err
		}
		for _, person := range found {
			if doubled[person.ID] {
				v.report.Extra = append(v.report.Extra, Extra{Entity: record.EntityContactPersons, BillingID: person.ID, Name: nameOf(person)})
			}
		}
	}
	return nil
}
