package contract

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"causeway/internal/record"
)

// checkPeople checks the texts of a person.
func checkPeople(update, who, why string) error {
	if utf8.RuneCountInString(who) > maxWho {
		return fmt.Errorf("%s: who asks: use at most %d characters", update, maxWho)
	}
	if utf8.RuneCountInString(why) > maxWhy {
		return fmt.Errorf("%s: why: use at most %d characters", update, maxWhy)
	}
	return nil
}

// recordID is the form of ids of both sides. It is wider than the form of either side, and safe in a log line.
var recordID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// scopedModules are the modules whose records can be synced one by one. A contact person comes with its customer.
var scopedModules = []record.Module{record.Accounts, record.Contacts, record.Products, record.Customers, record.Items}

// isSide reports whether the text names a side.
func isSide(s string) bool { return s == string(record.CRM) || s == string(record.Billing) }

// checkRecord checks a record that can be synced alone.
func checkRecord(update string, r Ref) error {
	module := record.Module(r.Module)
	if module == record.ContactPersons {
		return fmt.Errorf("%s: a contact person is synced with its customer. Name the customer, or its contact in the CRM", update)
	}
	if !slices.Contains(scopedModules, module) {
		return fmt.Errorf("%s: module %q: use one of %s", update, short(r.Module), names(scopedModules))
	}
	if want := string(record.SideOf(module)); r.Side != want {
		return fmt.Errorf("%s: %s are of the side %s, not of %q", update, module, want, short(r.Side))
	}
	return checkRecordID(update, r.ID)
}

// checkRecordID checks the form of an id.
func checkRecordID(update, id string) error {
	if recordID.MatchString(id) {
		return nil
	}
	return fmt.Errorf("%s: record id %q is invalid. Use the side's own id: letters, digits, - and _, at most 100", update, short(id))
}

// names lists modules for a message.
func names(modules []record.Module) string {
	out := ""
	for i, m := range modules {
		if i > 0 {
			out += ", "
		}
		out += string(m)
	}
	return out
}

// short cuts a text that would make a message unreadable.
func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
