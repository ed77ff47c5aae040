package cli

import "github.com/alecthomas/kong"

// groups are the headings of the overview, and that of the flags that every command has.
func groups() []kong.Group {
	return []kong.Group{
		{Key: "start", Title: "Start here"},
		{Key: "connections", Title: "Connections"},
		{Key: "records", Title: "Records"},
		{Key: "maps", Title: "Field maps"},
		{Key: "finance", Title: "Finance"},
		{Key: "deletion", Title: "Deletion"},
		{Key: "administration", Title: "Administration"},
		{Key: everyGroup, Title: "Flags of every command:"},
	}
}

// everyGroup is the key of the flags that every command has.
const everyGroup = "every"
