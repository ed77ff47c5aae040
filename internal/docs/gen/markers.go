package main

import (
	"fmt"
	"regexp"
	"strings"
)

// part makes one part of a page from the source tree at root.
type part func(root string) (string, error)

// A part of a page stands between these two lines.
const (
	beginMarker = "<!-- made from the code by `go generate ./internal/docs`, do not edit: %s -->\n"
	endMarker   = "<!-- end of what is made from the code -->\n"
)

var begin = regexp.MustCompile("(?m)^<!-- made from the code by `go generate ./internal/docs`, do not edit: (.+) -->\n")

// replace makes each generated part of a page again, and returns the page.
func replace(page, root string, parts map[string]part) (string, error) {
	var out strings.Builder
	for {
		at := begin.FindStringSubmatchIndex(page)
		if at == nil {
			out.WriteString(page)
			return out.String(), nil
		}
		name := page[at[2]:at[3]]
		makePart, known := parts[name]
		if !known {
			return "", fmt.Errorf("the part %q is unknown: name one of those in main.go", name)
		}
		_, rest, found := strings.Cut(page[at[1]:], endMarker)
		if !found {
			return "", fmt.Errorf("the part %q has no end: add the line %q", name, strings.TrimSpace(endMarker))
		}
		text, err := makePart(root)
		if err != nil {
			return "", fmt.Errorf("the part %q: %w", name, err)
		}
		out.WriteString(page[:at[0]])
		fmt.Fprintf(&out, beginMarker, name)
		out.WriteString("\n" + strings.TrimSpace(text) + "\n\n" + endMarker)
		page = rest
	}
}
