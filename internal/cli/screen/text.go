package screen

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// OneLine puts a text on one line.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// The bounds of texts that are shown, in characters: a name may have thousands.
const (
	longestCell = 80
	// LongestSentence bounds what a user reads whole.
	LongestSentence = 600
	// SentenceWidth is where the lines of a sentence in a table are broken.
	SentenceWidth = 72
)

// Clean makes a text of the sides' safe to show: on one line, and without what a terminal would obey.
func Clean(s string) string { return cut(s, longestCell) }

// Sentence is clean for what a user is to read whole: a reason with its remedy.
func Sentence(s string) string { return cut(s, LongestSentence) }

func cut(s string, longest int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return s
}

// Value shows a field's value.
func Value(v any) string { return ValueWithin(v, longestCell) }

// ValueWithin shows a field's value in at most so many characters.
func ValueWithin(v any, longest int) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", cut(s, longest))
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return cut(string(data), longest)
}

// LocalTime is a time on this machine's clock, empty where there is none.
func LocalTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}
