package main

import "strings"

// rule is who may import whom, as package architecture has it.
type rule struct {
	pattern string
	may     []string
	denied  []string
}

// rulesTable is the table of the rules.
func rulesTable(rules []rule) string {
	t := table{head: []string{"package", "may import, of ours", "must not import besides"}}
	for _, r := range rules {
		may := codes(r.may)
		if may == "" {
			may = "nothing"
		}
		t.rows = append(t.rows, []string{code(strings.TrimSuffix(r.pattern, "/...")) + below(r.pattern), may, codes(r.denied)})
	}
	return t.String()
}

// below says that a pattern stands for what is below it, too.
func below(pattern string) string {
	if strings.HasSuffix(pattern, "/...") {
		return " and all below it"
	}
	return ""
}
