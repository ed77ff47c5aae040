package zoho

import (
	"context"
	"time"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// probedCustomers bounds the list calls of one look at contact persons.
const probedCustomers = 10

// probePersons looks whether customers' times follow those of their contact persons, which nothing documents. It
// reads what is there: to write to somebody's contact person just to see would be an edit. One person that is newer
// than its customer says no; without such, one whose time is its customer's says yes. Half of the customers that it
// looks at are those that changed last, the others are spread over the page: where the times do not follow, those are
// the ones that show it.
func (c *Client) probePersons(ctx context.Context, sorted bool) (bool, error) {
	order := billing.NewestFirst
	if sorted {
		order = billing.NewestModified
	}
	page, err := c.List(ctx, record.Customers, billing.ListQuery{Order: order})
	if err != nil {
		return false, err
	}
	follows := false
	for _, customer := range probed(page.Records) {
		persons, err := c.ContactPersons(ctx, customer.ID)
		if record.IsKind(err, record.NotFound) {
			continue // deleted since it was listed
		}
		if err != nil {
			return false, err
		}
		newer, same := compareTimes(customer, persons)
		if newer > 0 {
			return false, nil
		}
		// Several at once come from one form that saves a customer with all of its persons.
		follows = follows || same == 1
	}
	return follows, nil
}

func probed(customers []record.Record) []record.Record {
	if len(customers) <= probedCustomers {
		return customers
	}
	const half = probedCustomers / 2
	out := append([]record.Record{}, customers[:half]...)
	rest := customers[half:]
	for i := range half {
		out = append(out, rest[(i+1)*len(rest)/half-1])
	}
	return out
}

// sameMoment is the resolution of billing's times, and what one write may take.
const sameMoment = time.Second

// compareTimes counts the contact persons that are newer than their customer, and those that changed with it, long
// after it was made. The primary one is left out of these: it has the customer's own names, and changes with them.
func compareTimes(customer record.Record, persons []record.Record) (newer, same int) {
	for _, p := range persons {
		if p.Modified.IsZero() || customer.Modified.IsZero() {
			continue
		}
		apart := p.Modified.Sub(customer.Modified)
		primary := p.Email == customer.Email && p.Values.Text("first_name") == customer.Values.Text("first_name") &&
			p.Values.Text("last_name") == customer.Values.Text("last_name")
		switch {
		case apart > sameMoment:
			newer++
		case apart >= -sameMoment && !primary && p.Modified.Sub(customer.Created) > sameMoment:
			same++
		}
	}
	return newer, same
}
