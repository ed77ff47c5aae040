package docs

import (
	"sort"
	"strings"
)

// Hit is a section that a search has found.
type Hit struct {
	Topic   Topic
	Heading string // the section's heading; the page's title at its beginning
	Excerpt string // the first line that holds one of the words
}

// Search returns the sections that hold all words, in any case: those with a word in their heading first, then in
// the order of the index. Nothing is found for no words.
func Search(text string) []Hit {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return nil
	}
	var hits []Hit
	for _, topic := range Topics() {
		page := withoutComments(raw(topic.Name))
		for _, s := range sections(page) {
			if holdsAll(s.heading+"\n"+s.text, words) {
				hits = append(hits, Hit{Topic: topic, Heading: s.heading, Excerpt: excerpt(s, words)})
			}
		}
	}
	sort.SliceStable(hits, func(i, j int) bool {
		return holdsAny(hits[i].Heading, words) && !holdsAny(hits[j].Heading, words)
	})
	return hits
}

// section is a heading with the text up to the next one.
type section struct{ heading, text string }

// sections splits a page at its headings. A line of a code block is none.
func sections(page string) []section {
	var out []section
	fenced := false
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced && strings.HasPrefix(line, "#") {
			out = append(out, section{heading: strings.TrimSpace(strings.TrimLeft(line, "#"))})
			continue
		}
		if len(out) > 0 {
			out[len(out)-1].text += line
		}
	}
	return out
}

// excerpt is the first line with one of the words, or the first line at all.
func excerpt(s section, words []string) string {
	first := ""
	for line := range strings.Lines(s.text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "```") {
			continue
		}
		if holdsAny(line, words) {
			return line
		}
		if first == "" {
			first = line
		}
	}
	return first
}

func holdsAll(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func holdsAny(text string, words []string) bool {
	for _, w := range words {
		if holdsAll(text, []string{w}) {
			return true
		}
	}
	return false
}
