package check

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// mostNear is how many near matches are named.
const mostNear = 3

// Unknown returns a message about sources that are not fields of the CRM's module, with similar names, or "" if all are.
func Unknown(sources []string, fields []record.Field) string {
	for _, source := range sources {
		head, _, _ := strings.Cut(source, ".")
		_, whole := mapping.FindField(fields, source)
		if _, known := mapping.FindField(fields, head); !whole && !known && source != "id" {
			return value.Quoted(source) + " is no field of this CRM module; " + chooseOne(source, fields)
		}
	}
	return ""
}

// chooseOne lists the fields that an unknown name may stand for.
func chooseOne(name string, fields []record.Field) string {
	near := nearest(name, fields)
	if len(near) == 0 {
		return "choose one that is, by its API name"
	}
	return fmt.Sprintf("choose one that is, by its API name: did you mean %s?", strings.Join(near, ", "))
}

// nearest returns the fields whose API name or label is similar to the given name, the most similar first.
func nearest(name string, fields []record.Field) []string {
	type candidate struct {
		name string
		away int
	}
	var found []candidate
	wanted := bare(name)
	for _, f := range fields {
		away := min(distance(wanted, bare(f.Name)), distance(wanted, bare(f.Label)))
		if away <= max(1, len(wanted)/4) {
			found = append(found, candidate{f.Name, away})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.away - b.away })
	out := make([]string, 0, mostNear)
	for _, c := range found[:min(len(found), mostNear)] {
		out = append(out, value.Quoted(c.name))
	}
	return out
}

// bare removes from a name what people often leave out or confuse.
func bare(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "").Replace(name))
}

// distance returns how many letters must be added, removed or changed to turn one text into the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
