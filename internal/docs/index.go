package docs

// Group is a heading of the index, with its topics by name.
type Group struct {
	Title  string
	Topics []string
}

// groups is the index. Each name is that of a file in pages.
var groups = []Group{
	{"Begin", []string{"getting-started", "concepts", "zoho"}},
	{"Use", []string{"preferences", "maps", "records", "conflicts", "finance", "connection", "notifications"}},
	{"Run", []string{"production", "troubleshooting", "backend"}},
	{"Reference", []string{"commands", "environment", "json", "sandbox"}},
	{"Develop", []string{"architecture", "adding-a-side", "force-tests", "figures"}},
}

// Groups returns the index: the topics under their headings.
func Groups() []Group {
	out := make([]Group, len(groups))
	copy(out, groups)
	return out
}
