package app

import (
	"fmt"
	"strings"
	"time"

	"causeway/internal/record"
)

// Change is one setting that an edit of preferences changes.
type Change struct {
	Setting string `json:"setting"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// ComparePreferences lists what an edit changes, field maps by their number.
func ComparePreferences(was, now record.Preferences) []Change {
	var out []Change
	add := func(setting, from, to string) {
		if from != to {
			out = append(out, Change{Setting: setting, From: from, To: to})
		}
	}
	c, d := was.Customers, now.Customers
	add("mode", string(c.Mode), string(d.Mode))
	add("contacts without an account", yesNo(c.Unattached), yesNo(d.Unattached))
	add("extent of customers", string(c.Extent), string(d.Extent))
	add("extent of items", string(was.Items.Extent), string(now.Items.Extent))
	add("duplicates of customers", string(c.Duplicates), string(d.Duplicates))
	add("duplicates of items", string(was.Items.Duplicates), string(now.Items.Duplicates))
	for _, m := range []record.Module{record.Accounts, record.Contacts, record.Products} {
		add("view of "+string(m), viewName(was.View(m)), viewName(now.View(m)))
	}
	add("conflicts", ruleOf(was), ruleOf(now))
	add("transactions", transactionsOf(was), transactionsOf(now))
	add("cadence", was.Cadence.String(), now.Cadence.String())
	add("retention", retentionOf(was).String(), retentionOf(now).String())
	add("map of accounts", describe(c.AccountMap), describe(d.AccountMap))
	add("map of contacts", describe(c.ContactMap), describe(d.ContactMap))
	add("map of contact persons", describe(c.PersonMap), describe(d.PersonMap))
	add("map of items", describe(was.Items.Map), describe(now.Items.Map))
	return out
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func viewName(v *record.View) string {
	if v == nil {
		return "all records"
	}
	return fmt.Sprintf("%s (%s)", v.Name, v.ID)
}

func ruleOf(p record.Preferences) string {
	if p.Conflicts == "" {
		return string(record.CRMWins)
	}
	return string(p.Conflicts)
}

func transactionsOf(p record.Preferences) string {
	if p.Transactions == "" {
		return string(record.TransactionsOff)
	}
	return string(p.Transactions)
}

func retentionOf(p record.Preferences) time.Duration {
	if p.Retention == 0 {
		return record.DefaultRetention
	}
	return p.Retention
}

func describe(maps []record.FieldMap) string {
	lines := make([]string, 0, len(maps))
	for _, m := range maps {
		from := m.Source
		if m.Transform != "" {
			from = m.Transform
		}
		lines = append(lines, fmt.Sprintf("%s %s %s", from, arrow(m.Direction), m.Target))
	}
	return strings.Join(lines, ", ")
}

func arrow(d record.Direction) string {
	switch d {
	case record.BothWays:
		return "↔"
	case record.ToCRM:
		return "←"
	case record.ToBilling:
	}
	return "→"
}

// Linked counts the links of a connection by entity and CRM module.
type Linked map[record.Entity]map[record.Module]int

// Consequences says in plain words what an edit means for records that are linked already; empty where it
// concerns none of them. Nothing that is linked is ever deleted or unlinked by an edit.
func Consequences(was, now record.Preferences, linked Linked) []string {
	var out []string
	say := func(n int, format string, args ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d ", n)+fmt.Sprintf(format, args...))
		}
	}
	accounts, contacts := linked[record.EntityCustomers][record.Accounts], linked[record.EntityCustomers][record.Contacts]
	persons := linked[record.EntityContactPersons][record.Contacts]
	if was.Customers.Mode != now.Customers.Mode {
		switch now.Customers.Mode {
		case record.ModeAccounts:
			say(contacts, "customers that came from contacts stay in billing and linked, and are no longer synced")
			say(persons, "contact persons stay in billing and linked, and are no longer synced")
		case record.ModeContacts:
			say(accounts, "customers that came from accounts stay in billing and linked, and are no longer synced")
			say(persons, "contacts that are contact persons today become customers of their own beside these, which stay in billing")
		case record.ModeAccountsAndContacts:
			say(contacts, "contacts that are customers today: those with an account become contact persons of its customer, and the customers stay in billing")
		}
	}
	if was.Customers.Unattached && !now.Customers.Unattached && now.Customers.Mode == record.ModeAccountsAndContacts {
		say(contacts, "customers that came from contacts without an account stay in billing and linked, and are no longer synced")
	}
	if was.Customers.Extent == record.Fetch && now.Customers.Extent == record.Both {
		say(accounts+contacts+persons, "linked customers and contact persons will be compared on both sides: what differs in billing since the last sync goes to the CRM, "+
			"and customers that only billing has are created there")
	}
	if was.Items.Extent == record.Fetch && now.Items.Extent == record.Both {
		say(linked[record.EntityItems][record.Products], "linked items will be compared on both sides; items that only billing has are created in the CRM, which may make duplicates there")
	}
	if was.Customers.Extent == record.Both && now.Customers.Extent == record.Fetch {
		say(accounts+contacts+persons, "customers and contact persons stay linked; what is changed in billing no longer goes to the CRM")
	}
	if was.Items.Extent == record.Both && now.Items.Extent == record.Fetch {
		say(linked[record.EntityItems][record.Products], "items stay linked; what is changed in billing no longer goes to the CRM")
	}
	return out
}
