package sample

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// Row is one record as a CRM takes it: a lookup is the other record's id, a number is a json.Number.
type Row struct {
	Module string
	ID     int64
	Age    time.Duration // how long ago the record was created and last modified
	Values map[string]any
}

// Where the ids of each module begin. Ids grow from record to record, as in a CRM.
const (
	firstAccount = 5820000100000000
	firstContact = 5820000400000000
	firstProduct = 5820000700000000
	idStep       = 7
)

// Products returns how many products a number of accounts has.
func Products(accounts int) int {
	if accounts == 0 {
		return 0
	}
	return max(1, accounts/10)
}

// Generate makes the accounts, then as many contacts, then the products, one at a time: any number costs the same memory.
// Every record is valid for billing: e-mail addresses are well formed, SKUs unique, names short.
func Generate(seed uint64, accounts int) iter.Seq[Row] {
	g := generator{seed: seed, accounts: accounts}
	return func(yield func(Row) bool) {
		for i := range accounts {
			if !yield(g.account(i)) {
				return
			}
		}
		for i := range accounts {
			if !yield(g.contact(i)) {
				return
			}
		}
		for i := range Products(accounts) {
			if !yield(g.product(i)) {
				return
			}
		}
	}
}

type generator struct {
	seed     uint64
	accounts int
}

// sharedEvery: one name in so many is the same as the name of the record before.
const sharedEvery = 200

// shared reports whether record i has the name of record i-1.
func shared(i int) bool { return i%sharedEvery == 37 }

func (g generator) account(i int) Row {
	r := newRandom(g.seed, 1, i)
	named := i
	if shared(i) {
		named--
	}
	where := &locales[named%len(locales)]
	values := map[string]any{"Account_Name": r.space(g.company(named)), "Account_Number": fmt.Sprintf("A-%06d", i+1)}
	r.set(values, 85, "Phone", where.phone(r))
	r.set(values, 20, "Fax", where.phone(r))
	r.set(values, 60, "Website", fmt.Sprintf("https://www.company%d.example", i+1))
	r.set(values, 70, "Industry", pick(r, industries))
	r.set(values, 50, "Account_Type", pick(r, []string{"Customer", "Prospect", "Partner", "Supplier"}))
	r.set(values, 40, "Employees", number(r.below(5000)+1))
	r.address(values, "Billing", "Code", where)
	if r.below(100) < 40 {
		r.address(values, "Shipping", "Code", where)
	}
	r.set(values, 15, "Description", "Met at the trade fair.\nCall before 10:00; ask for \"the accounts' office\".")
	return Row{Module: "Accounts", ID: firstAccount + int64(i)*idStep, Age: r.age(), Values: values}
}

// company returns a name that no other i has.
func (g generator) company(i int) string {
	where := &locales[i%len(locales)]
	k := i / len(locales)
	families, trades, forms := len(where.families), len(where.trades), len(where.forms)
	if plain := families * trades * forms; k < plain {
		n := shuffled(k, plain, g.seed)
		return where.company(where.families[n%families], n/families%trades, n/families/trades)
	} else if k -= plain; k < families*families*trades*forms {
		n := shuffled(k, families*families*trades*forms, g.seed)
		pair := where.families[n%families] + where.and + where.families[n/families%families]
		n /= families * families
		return where.company(pair, n%trades, n/trades)
	}
	k -= families * families * trades * forms
	return where.company(where.families[k%families], 0, 0) + " " + strconv.Itoa(k/families+2)
}

func (g generator) contact(i int) Row {
	r := newRandom(g.seed, 2, i)
	named := i
	if shared(i) {
		named--
	}
	where := &locales[named%len(locales)]
	first, last := g.person(named)
	values := map[string]any{"Last_Name": r.space(last)}
	r.set(values, 97, "First_Name", first)
	r.set(values, 85, "Email", fmt.Sprintf("%s%d@company%d.example", where.mailbox, i+1, i+1))
	r.set(values, 70, "Phone", where.phone(r))
	r.set(values, 50, "Mobile", where.phone(r))
	r.set(values, 60, "Title", pick(r, titles))
	r.set(values, 30, "Department", pick(r, departments))
	if r.below(100) < 60 {
		r.address(values, "Mailing", "Zip", where)
	}
	if r.below(100) < 90 {
		values["Account_Name"] = strconv.FormatInt(firstAccount+int64(g.employer(r, i))*idStep, 10)
	}
	return Row{Module: "Contacts", ID: firstContact + int64(i)*idStep, Age: r.age(), Values: values}
}

// employer returns the number of a contact's account. It is mostly i: most accounts have one contact, some have none, and
// some have several.
func (g generator) employer(r *random, i int) int {
	if r.below(100) < 70 {
		return i
	}
	return r.below(g.accounts)
}

// person returns a name that no other i has.
func (g generator) person(i int) (first, last string) {
	where := &locales[i%len(locales)]
	k := i / len(locales)
	f, l := len(where.given), len(where.families)
	if plain := f * l; k < plain {
		n := shuffled(k, plain, g.seed)
		return where.given[n%f], where.families[n/f]
	} else if k -= plain; k < f*l*l {
		n := shuffled(k, f*l*l, g.seed)
		return where.given[n%f], where.families[n/f%l] + where.hyphen + where.families[n/f/l]
	}
	k -= f * l * l
	n := shuffled(k%(f*f*l*l), f*f*l*l, g.seed)
	return where.given[n%f] + " " + where.given[n/f%f], where.families[n/f/f%l] + where.hyphen + where.families[n/f/f/l]
}

func (g generator) product(i int) Row {
	r := newRandom(g.seed, 3, i)
	values := map[string]any{
		"Product_Name":     r.space(g.productName(i)),
		"Product_Code":     fmt.Sprintf("SKU-%06d", i+1),
		"Product_Active":   r.below(100) < 92,
		"Unit_Price":       json.Number(fmt.Sprintf("%d.%02d", r.below(2000), r.below(100))),
		"Usage_Unit":       pick(r, []string{"Each", "Box", "Hours", "Pack", "Dozen"}),
		"Product_Category": pick(r, []string{"Hardware", "Software", "CRM Applications"}),
		"Taxable":          r.below(2) == 0,
	}
	r.set(values, 60, "Qty_in_Stock", number(r.below(900)))
	r.set(values, 50, "Description", "Ships within "+strconv.Itoa(r.below(20)+1)+" days.")
	return Row{Module: "Products", ID: firstProduct + int64(i)*idStep, Age: r.age(), Values: values}
}

func (g generator) productName(i int) string {
	total := len(qualities) * len(materials) * len(things)
	n := shuffled(i%total, total, g.seed)
	name := qualities[n%len(qualities)] + " " + materials[n/len(qualities)%len(materials)] + " " + things[n/len(qualities)/len(materials)]
	if series := i / total; series > 0 {
		name += " " + strconv.Itoa(series+1)
	}
	if local := &locales[i%len(locales)]; i%3 == 0 {
		name += " (" + local.trades[i/len(locales)%len(local.trades)] + ")"
	}
	return name
}

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

// company builds a company name in the word order of the language.
func (l *locale) company(name string, trade, form int) string {
	parts := strings.NewReplacer("{name}", name, "{trade}", l.trades[trade], "{form}", l.forms[form])
	return strings.TrimSpace(parts.Replace(l.pattern))
}

func (l *locale) phone(r *random) string {
	return fmt.Sprintf("%s %d %07d", l.dial, r.below(90)+10, r.below(10_000_000))
}
