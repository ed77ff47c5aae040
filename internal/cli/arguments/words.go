package arguments

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/cli/screen"
	"causeway/internal/record"
)

// Word is a flag that takes one of some words; an empty one was not given.
type Word struct {
	Flag, Value string
	Known       []string
}

// NewWord is the value that a flag was given, and the words that the flag knows.
func NewWord(flag, value string, known []string) Word {
	return Word{Flag: flag, Value: value, Known: known}
}

// CheckWords refuses the first flag whose value is not one of its words.
func CheckWords(words ...Word) error {
	for _, w := range words {
		if w.Value != "" && !slices.Contains(w.Known, w.Value) {
			return fmt.Errorf("--%s=%s: use one of %s", w.Flag, screen.Clean(w.Value), strings.Join(w.Known, ", "))
		}
	}
	return nil
}

// IsSide reports whether the text names a side.
func IsSide(s string) bool { return s == string(record.CRM) || s == string(record.Billing) }

// Entities are the names of the entities.
func Entities() []string {
	var out []string
	for _, e := range record.Entities() {
		out = append(out, string(e))
	}
	return out
}
