package preferences

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// Compare returns what an edit changes. Field maps are compared by the billing field that they fill.
func Compare(was, now record.Preferences) []Change {
	var out []Change
	add := func(setting, from, to string) {
		if from != to {
			out = append(out, Change{Setting: setting, From: from, To: to})
		}
	}
	c, d := was.Customers, now.Customers
	add(record.SettingMode, string(c.Mode), string(d.Mode))
	add(record.SettingUnattached, yesNo(c.Unattached), yesNo(d.Unattached))
	add(record.SettingCustomersExtent, string(c.Extent), string(d.Extent))
	add(record.SettingItemsExtent, string(was.Items.Extent), string(now.Items.Extent))
	add(record.SettingCustomerDuplicates, string(c.Duplicates), string(d.Duplicates))
	add(record.SettingItemDuplicates, string(was.Items.Duplicates), string(now.Items.Duplicates))
	for _, m := range []record.Module{record.Accounts, record.Contacts, record.Products} {
		add(record.SettingView(m), viewName(was.View(m)), viewName(now.View(m)))
	}
	add(record.SettingConflicts, ruleOf(was), ruleOf(now))
	add(record.SettingTransactions, transactionsOf(was), transactionsOf(now))
	add(record.SettingCatchAllItem, noneOr(was.CatchAllItem), noneOr(now.CatchAllItem))
	add(record.SettingFigures, figuresText(was.Figures), figuresText(now.Figures))
	add(record.SettingCadence, was.Cadence.String(), now.Cadence.String())
	add(record.SettingRetention, retentionOf(was).String(), retentionOf(now).String())
	for _, side := range []record.Side{record.CRM, record.Billing} {
		add(record.SettingCallsPerDay(side), perDay(was.CallsPerDay[side]), perDay(now.CallsPerDay[side]))
	}
	for _, l := range MapLists() {
		compareMaps(l, was, now, add)
	}
	return out
}

func noneOr(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func figuresText(list []record.FigureField) string {
	var out []string
	for _, f := range list {
		out = append(out, fmt.Sprintf("%s in %s.%s", f.Figure, f.Module, f.Field))
	}
	slices.Sort(out)
	return noneOr(strings.Join(out, ", "))
}

func perDay(calls int) string {
	if calls == 0 {
		return "the provider's own"
	}
	return strconv.Itoa(calls)
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

// compareMaps adds each billing field whose map changes.
func compareMaps(l MapList, was, now record.Preferences, add func(setting, from, to string)) {
	filled := slices.Concat(l.Of(was), l.Of(now))
	seen := map[string]bool{}
	for _, m := range filled {
		if seen[m.Target] {
			continue
		}
		seen[m.Target] = true
		from, hadOne := l.Find(was, m.Target)
		to, hasOne := l.Find(now, m.Target)
		add("map of "+l.Name+" to "+m.Target, describe(from, hadOne), describe(to, hasOne))
	}
}

// describe puts a map on one line; "none" where there is no map.
func describe(m record.FieldMap, exists bool) string {
	if !exists {
		return "none"
	}
	from := m.Source
	if m.Transform != "" {
		from = strings.TrimSpace(from + " by " + m.Transform)
	}
	out := fmt.Sprintf("%s %s %s, as %s", from, arrow(m.Direction), m.Target, m.Kind)
	pairs := make([]string, 0, len(m.Choices))
	for _, value := range slices.Sorted(maps.Keys(m.Choices)) {
		pairs = append(pairs, value+"="+m.Choices[value])
	}
	if len(pairs) > 0 {
		out += " (" + strings.Join(pairs, ", ") + ")"
	}
	return out
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

// Consequences returns what an edit means for records that are linked already, in plain words. It is empty if the edit
// concerns none of them. An edit never deletes or unlinks a record.
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
