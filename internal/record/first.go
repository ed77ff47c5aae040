package record

import (
	"fmt"
	"strings"
)

// CodeNotFirst is the code of what a further connection of a CRM organisation may not do.
const CodeNotFirst = "NOT_FIRST_CONNECTION"

// CodeSamePair is that of clones where two connections tie the same two organisations.
const CodeSamePair = "SAME_PAIR"

// FirstOnly is a setting whose value the first connection of a CRM organisation alone may have.
type FirstOnly struct {
	Setting string // as users call it
	Reason  string
	Use     string // what any other connection may have in its place
}

// CheckFurther lists what preferences ask for that a further connection of a CRM organisation may not do, beside its
// first one: two billing organisations that both write to one CRM would undo each other's work, and both would push
// the transactions of one deal.
func CheckFurther(crmOrg, first string, p Preferences) []FirstOnly {
	var out []FirstOnly
	refuse := func(setting, what, use string) {
		out = append(out, FirstOnly{Setting: setting, Use: use,
			Reason: fmt.Sprintf("only the first connection of the CRM organisation %s may %s, which is %q", crmOrg, what, first)})
	}
	const twoWays = "go both ways"
	if p.Customers.Extent == Both {
		refuse("extent of customers", twoWays, string(Fetch))
	}
	if p.Items.Extent == Both {
		refuse("extent of items", twoWays, string(Fetch))
	}
	if p.Transactions != "" && p.Transactions != TransactionsOff {
		refuse("transactions", "push transactions", string(TransactionsOff))
	}
	return out
}

// RefuseFurther is CheckFurther as a failure, nil where nothing is refused. Without a first connection nothing is.
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

// RefuseClones refuses clones of a connection whose two organisations another one ties, too, nil where there is none:
// each would take what the other has made for new and make clones of it, and so without end.
func RefuseClones(other string, p Preferences) error {
	if other == "" || (p.Customers.Duplicates != Clone && p.Items.Duplicates != Clone) {
		return nil
	}
	return &Error{Kind: Invalid, Op: "connect", Code: CodeSamePair,
		Message: fmt.Sprintf("connection %q ties the same two organisations: clones of one would be cloned by the other, without end", other),
		Remedy:  "use skip or overwrite for duplicates, or one connection alone"}
}
