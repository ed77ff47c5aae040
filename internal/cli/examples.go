package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// example is a command line and what it does. A test parses each of them.
type example struct {
	Line string
	Does string
}

// examplesOf are the examples of a command, by its path; a command that holds others has theirs.
func examplesOf(node *kong.Node) []example {
	path := commandPath(node)
	if list, ok := examples[path]; ok {
		return list
	}
	var out []example
	for _, child := range node.Children {
		out = append(out, examplesOf(child)...)
	}
	return out
}

// addExamples puts the examples of each command into its help, and so into the reference, too.
func addExamples(node *kong.Node) {
	for _, child := range node.Children {
		addExamples(child)
	}
	if list := examplesOf(node); node.Parent != nil && len(list) > 0 {
		node.Detail = strings.TrimSpace(node.Detail + "\n\n" + examplesText(list))
	}
}

// examplesText lists examples, each with what it does.
func examplesText(list []example) string {
	width := 0
	for _, e := range list {
		width = max(width, len(e.Line))
	}
	var b strings.Builder
	b.WriteString("Examples:\n\n")
	for _, e := range list {
		line := "  " + e.Line
		if e.Does != "" {
			line = fmt.Sprintf("  %-*s  # %s", width, e.Line, e.Does)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// commandPath names a command without its arguments: "map set", "history show".
func commandPath(node *kong.Node) string {
	var parts []string
	for n := node; n != nil && n.Parent != nil; n = n.Parent {
		if n.Type == kong.CommandNode {
			parts = append([]string{n.Name}, parts...)
		}
	}
	return strings.Join(parts, " ")
}

var examples = map[string][]example{
	"connect": {
		{"starter connect demo", "take the credentials from CAUSEWAY_CRM_... and CAUSEWAY_BILLING_..."},
		{"starter connect demo --credentials credentials.json --wait", "wait for the first sync"},
		{"starter connect demo --credentials - --customers-extent fetch --items-extent fetch", "write nothing to the CRM"},
	},
	"status":     {{"starter status demo", ""}, {"starter status demo --check", "ask both sides what they can do, too"}, {"starter status demo --output json", ""}},
	"doctor":     {{"starter doctor", "check everything"}, {"starter doctor demo --output json", "one connection, for a script"}},
	"docs":       {{"starter docs", "list the pages"}, {"starter docs getting-started", "read one"}, {"starter docs --search 'marker field'", "find some words"}},
	"help":       {{"starter help history show", ""}},
	"completion": {{"starter completion bash", "source <(starter completion bash)"}, {"starter completion fish", "starter completion fish | source"}},
	"version":    {{"starter version", ""}},

	"configure": {
		{"starter configure demo", "show the preferences"},
		{"starter configure demo --accounts-view 'My customers' --sync", "sync the records of one view only"},
		{"starter configure demo --conflicts newest --cadence 30m", ""},
	},
	"sync":        {{"starter sync demo --wait", ""}},
	"pause":       {{"starter pause demo --why 'month end'", ""}},
	"resume":      {{"starter resume demo", ""}},
	"disable":     {{"starter disable demo --why 'moving to another CRM' --wait", ""}, {"starter disable demo --yes", "do not ask"}},
	"enable":      {{"starter enable demo --crm-org 60012345678 --wait", ""}},
	"reauthorize": {{"starter reauthorize demo --side crm --credentials credentials.json", ""}},

	"history list":    {{"starter history demo", ""}, {"starter history demo --limit 5", ""}},
	"history show":    {{"starter history show last", ""}, {"starter history show last --outcome failed", "the records that failed"}},
	"history records": {{"starter history records demo", "count"}, {"starter history records demo --failing", "list what fails, and why"}},
	"retry": {
		{"starter retry last --wait", "every failed record of the newest run"},
		{"starter retry last --code NAME_MISSING", "those of one reason"},
		{"starter retry last --record 5820000000100007", "one record"},
	},
	"resync":    {{"starter resync Accounts/5820000000100007 --wait", ""}, {"starter resync customers 4600000000100007", ""}},
	"search":    {{"starter search acme", ""}, {"starter search acme --in crm --contacts", "with the contacts of each account"}, {"starter search widget --items", ""}},
	"import":    {{"starter import crm/Accounts/5820000000100007 --wait", ""}, {"starter import billing/customers 4600000000100007", ""}},
	"customers": {{"starter customers demo --source billing", "those that billing had first"}},
	"conflicts list": {
		{"starter conflicts demo", ""},
	},
	"conflicts resolve": {
		{"starter conflicts resolve Accounts/5820000000100007 --winner crm", ""},
		{"starter conflicts resolve 5820000000100007 --winner crm --field phone=billing", "but for the phone"},
	},
	"explain": {{"starter explain Accounts/5820000000100007", ""}, {"starter explain 4600000000100007", "an id alone is enough"}},
	"verify":  {{"starter verify demo", ""}, {"starter verify demo --sample 200", "at most 200 customers in full"}},

	"map list":   {{"starter map accounts list", ""}},
	"map set":    {{"starter map accounts set Phone phone", ""}, {"starter map persons set - first_name --transform 'record.First_Name + \" (CRM)\"'", "from an expression"}},
	"map remove": {{"starter map accounts remove phone", ""}},
	"map try":    {{"starter map accounts try", "every map, on five records"}, {"starter map accounts try notes --source Description", "a map that is not saved"}},
	"map fields": {{"starter map items fields --side crm", ""}},
	"map apply":  {{"starter map accounts apply --wait", ""}},

	"quotes save":      {{"starter quotes save Q-1 --user 5820000000090001 --account 5820000000100007 --line 'product=5820000000200001,quantity=2'", ""}},
	"quotes email":     {{"starter quotes email Q-1 --user 5820000000090001 --to ann@example.com", ""}},
	"quotes mark-sent": {{"starter quotes mark-sent Q-1 --user 5820000000090001", ""}},
	"quotes accept":    {{"starter quotes accept Q-1 --user 5820000000090001", ""}},
	"quotes decline":   {{"starter quotes decline Q-1 --user 5820000000090001", ""}},
	"quotes convert":   {{"starter quotes convert Q-1 --user 5820000000090001 --invoice I-1", ""}},
	"quotes comment":   {{"starter quotes comment Q-1 'Called Ann' --user 5820000000090001", ""}},
	"quotes attach":    {{"starter quotes attach Q-1 offer.pdf --user 5820000000090001", ""}},
	"quotes print":     {{"starter quotes print Q-1 --to Q-1.pdf", ""}},
	"quotes show":      {{"starter quotes show Q-1", ""}},
	"quotes list":      {{"starter quotes demo --status sent", ""}},

	"invoices save":      {{"starter invoices save I-1 --user 5820000000090001 --account 5820000000100007 --line 'product=5820000000200001,quantity=2'", ""}},
	"invoices email":     {{"starter invoices email I-1 --user 5820000000090001 --to ann@example.com", ""}},
	"invoices mark-sent": {{"starter invoices mark-sent I-1 --user 5820000000090001", ""}},
	"invoices void":      {{"starter invoices void I-1 --user 5820000000090001", ""}},
	"invoices pay":       {{"starter invoices pay I-1 --user 5820000000090001 --amount 120.00 --mode banktransfer", ""}},
	"invoices comment":   {{"starter invoices comment I-1 'Paid by cheque' --user 5820000000090001", ""}},
	"invoices attach":    {{"starter invoices attach I-1 order.pdf --user 5820000000090001", ""}},
	"invoices print":     {{"starter invoices print I-1", ""}},
	"invoices show":      {{"starter invoices show I-1", ""}},
	"invoices list":      {{"starter invoices demo --account 5820000000100007", ""}},

	"permissions list":    {{"starter permissions demo", ""}},
	"permissions set":     {{"starter permissions set demo --profile Sales --quotes all --invoices access,view", ""}},
	"permissions users":   {{"starter permissions users demo", "the ids for --user"}},
	"permissions refresh": {{"starter permissions refresh demo", ""}},
	"figures show":        {{"starter figures demo --account 5820000000100007", ""}},
	"figures map":         {{"starter figures map outstanding Outstanding_Amount", ""}},
	"figures unmap":       {{"starter figures unmap outstanding", ""}},
	"timeline":            {{"starter timeline demo --invoice I-1", ""}, {"starter timeline demo --account 5820000000100007", ""}},

	"delete": {
		{"starter delete demo", "step by step, at a terminal"},
		{"starter delete demo --plan-only", "see what each choice would do"},
		{"starter delete demo --plan PLAN --choice convert_all --token - --wait", "carry a plan out, its token from standard input"},
		{"starter delete demo --resume", "continue a deletion that stopped"},
	},
	"export-deletion": {{"starter export-deletion demo --format csv --file demo.csv", ""}},

	"serve":         {{"starter serve --listen 127.0.0.1:8088", ""}},
	"tokens list":   {{"starter tokens", ""}},
	"tokens create": {{"starter tokens create webshop --connection demo", ""}},
	"tokens revoke": {{"starter tokens revoke webshop", ""}},

	"notifications list":           {{"starter notifications demo --unread", ""}},
	"notifications read":           {{"starter notifications read --all", ""}},
	"notifications webhook set":    {{"starter notifications webhook set https://example.com/causeway --secret-file secret.txt", ""}},
	"notifications webhook show":   {{"starter notifications webhook", ""}},
	"notifications webhook remove": {{"starter notifications webhook remove", ""}},

	"apps list":   {{"starter apps", ""}},
	"apps add":    {{"starter apps add Inventory https://inventory.example.com/hook --secret-file secret.txt", ""}},
	"apps remove": {{"starter apps remove Inventory", ""}},
}
