package contract

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"causeway/internal/record"
)

func checkPeople(update, who, why string) error {
	if utf8.RuneCountInString(who) > maxWho {
		return fmt.Errorf("%s: who asks: %d characters at most", update, maxWho)
	}
	if utf8.RuneCountInString(why) > maxWhy {
		return fmt.Errorf("%s: why: %d characters at most", update, maxWhy)
	}
	return nil
}

// recordID is what ids of both sides look like; wider than either, and fit for a log line.
var recordID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// scopedModules are those whose records can be asked for one by one. A contact person comes with its customer.
var scopedModules = []record.Module{record.Accounts, record.Contacts, record.Products, record.Customers, record.Items}

func isSide(s string) bool { return s == string(record.CRM) || s == string(record.Billing) }

func checkRecord(update string, r Ref) error {
	module := record.Module(r.Module)
	if module == record.ContactPersons {
		return fmt.Errorf("%s: a contact person comes with its customer: name that one, or its contact in the CRM", update)
	}
	if !slices.Contains(scopedModules, module) {
		return fmt.Errorf("%s: module %q: use one of %s", update, short(r.Module), names(scopedModules))
	}
	if want := string(record.SideOf(module)); r.Side != want {
		return fmt.Errorf("%s: %s are of the side %s, not of %q", update, module, want, short(r.Side))
	}
	return checkRecordID(update, r.ID)
}

func checkRecordID(update, id string) error {
	if recordID.MatchString(id) {
		return nil
	}
	return fmt.Errorf("%s: record id %q: use the id as the side gives it: letters, digits, - and _, 100 at most", update, short(id))
}

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

// short keeps a message readable whatever was given.
func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
