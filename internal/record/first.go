package record

import (
	"fmt"
	"strings"
)

// CodeNotFirst means that a second connection of a CRM organisation asks for what only the first one may do.
const CodeNotFirst = "NOT_FIRST_CONNECTION"

// CodeSamePair means that two connections tie the same two organisations, and one asks for clones.
const CodeSamePair = "SAME_PAIR"

// FirstOnly is a setting that only the first connection of a CRM organisation may have.
type FirstOnly struct {
	Setting string // as users call it
	Reason  string
	Use     string // the value that other connections may use
}

// CheckFurther lists the settings in p that a further connection of a CRM organisation may not have. Two billing
// organisations that both wrote to one CRM would overwrite each other's values, and both would push the
// transactions of one deal.
func CheckFurther(crmOrg, first string, p Preferences) []FirstOnly {
	var out []FirstOnly
	refuse := func(setting, what, use string) {
		out = append(out, FirstOnly{Setting: setting, Use: use,
			Reason: fmt.Sprintf("only the first connection of CRM organisation %s may %s, and that is %q", crmOrg, what, first)})
	}
	const twoWays = "go both ways"
	if p.Customers.Extent == Both {
		refuse(SettingCustomersExtent, twoWays, string(Fetch))
	}
	if p.Items.Extent == Both {
		refuse(SettingItemsExtent, twoWays, string(Fetch))
	}
	if p.Transactions != "" && p.Transactions != TransactionsOff {
		refuse(SettingTransactions, "push transactions", string(TransactionsOff))
	}
	return out
}

// RefuseFurther returns what CheckFurther found as an error, or nil. Without a first connection it returns nil.
func RefuseFurther(crmOrg, first string, p Preferences) error {
	if first == "" {
		return nil
	}
	refused := CheckFurther(crmOrg, first, p)
	if len(refused) == 0 {
		return nil
	}
	use := make([]string, len(refused))
	for i, r := range refused {
		use[i] = fmt.Sprintf("%s for the %s", r.Use, r.Setting)
	}
	return &Error{Kind: Invalid, Side: CRM, Op: "connect", Code: CodeNotFirst, Message: refused[0].Reason, Remedy: "use " + strings.Join(use, ", ")}
}

// RefuseClones refuses clones where another connection ties the same two organisations. Each connection would take
// the other's new records for unknown ones and clone them, without end.
func RefuseClones(other string, p Preferences) error {
	if other == "" || (p.Customers.Duplicates != Clone && p.Items.Duplicates != Clone) {
		return nil
	}
	return &Error{Kind: Invalid, Op: "connect", Code: CodeSamePair,
		Message: fmt.Sprintf("connection %q ties the same two organisations: each would clone the other's clones, without end", other),
		Remedy:  "choose skip or overwrite for duplicates, or keep only one of the two connections"}
}
