package arguments

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/cli/screen"
	"causeway/internal/record"
)

// Modules are the kinds of records, in the order in which a bare id is looked for.
var Modules = []record.Module{record.Accounts, record.Contacts, record.Products, record.Customers, record.ContactPersons, record.Items}

// findModule finds a module by its name, in any case. Contact persons are called persons, too.
func findModule(name string) (record.Module, error) {
	if strings.EqualFold(name, "persons") {
		return record.ContactPersons, nil
	}
	if i := slices.IndexFunc(Modules, func(m record.Module) bool { return strings.EqualFold(string(m), name) }); i >= 0 {
		return Modules[i], nil
	}
	known := make([]string, len(Modules))
	for i, m := range Modules {
		known[i] = string(m)
	}
	return "", fmt.Errorf("%q is no module: use one of %s", name, strings.Join(known, ", "))
}

// ParseRef reads a record as users name it: MODULE/ID, SIDE/MODULE/ID, or the id alone, which leaves module and
// side empty.
func ParseRef(text string) (record.Ref, error) {
	parts := strings.Split(text, "/")
	id := parts[len(parts)-1]
	if len(parts) > 3 || id == "" {
		return record.Ref{}, fmt.Errorf("%q is no record: write MODULE/ID, as in Accounts/5820000000100007, or the id alone", text)
	}
	if len(parts) == 1 {
		return record.Ref{ID: id}, nil
	}
	module, err := ParseModule(strings.Join(parts[:len(parts)-1], "/"))
	if err != nil {
		return record.Ref{}, err
	}
	return record.Ref{Side: record.SideOf(module), Module: module, ID: id}, nil
}

// ParseModule reads MODULE or SIDE/MODULE. The side must be the module's.
func ParseModule(text string) (record.Module, error) {
	side, name, both := strings.Cut(text, "/")
	if !both {
		return findModule(text)
	}
	module, err := findModule(name)
	if err != nil {
		return "", err
	}
	if side != string(record.SideOf(module)) {
		return "", fmt.Errorf("%s belongs to %s, not to %q: write %s/%s", module, record.SideOf(module), side, record.SideOf(module), module)
	}
	return module, nil
}

// CheckID refuses what can be no record's id, before anything is asked for.
func CheckID(id string) error {
	if id == "" || len(id) > 100 || strings.ContainsAny(id, "/?#& \t\n") {
		return fmt.Errorf("%q cannot be a record's id", screen.Clean(id))
	}
	return nil
}
