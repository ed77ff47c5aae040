package api

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var emailForm = regexp.MustCompile(`^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$`)

// CheckEmail refuses what is not an e-mail address. An empty one passes.
func CheckEmail(field, value string) error {
	if err := CheckLine(field, value, 100); err != nil {
		return err
	}
	if value != "" && !emailForm.MatchString(value) {
		return Invalid(field)
	}
	return nil
}

// CheckLine refuses a text of more than atMost characters, and one with control characters.
func CheckLine(field, value string, atMost int) error { return checkText(field, value, atMost, "") }

// CheckLines is CheckLine for a text that may have line ends and tabs.
func CheckLines(field, value string, atMost int) error {
	return checkText(field, value, atMost, "\n\r\t")
}

func checkText(field, value string, atMost int, allowed string) error {
	if utf8.RuneCountInString(value) > atMost {
		return Invalid(field)
	}
	for _, r := range value {
		if unicode.IsControl(r) && !strings.ContainsRune(allowed, r) {
			return Invalid(field)
		}
	}
	return nil
}

// NameKey is the form in which names are compared: trimmed, in lower case.
func NameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
