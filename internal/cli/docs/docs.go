package docs

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"causeway/internal/cli/session"
	"causeway/internal/docs"
)

// Cmd prints the index, a page, or the sections that hold some words.
type Cmd struct {
	Topic  string `arg:"" optional:"" help:"The page to print. Left out: the list of pages."`
	Search string `placeholder:"WORDS" help:"List the sections of all pages that hold these words."`
}

// Run prints the documentation.
func (c Cmd) Run(p *session.Session) error { return c.Print(p.Out, p.JSON) }

// Print prints to out: as text, or as JSON where asJSON is set.
func (c Cmd) Print(out io.Writer, asJSON bool) error {
	switch {
	case c.Search != "":
		return search(out, c.Search, asJSON)
	case c.Topic != "":
		page, err := docs.Get(c.Topic)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(out).Encode(pageJSON{topicJSON(page.Topic), page.Markdown})
		}
		_, err = io.WriteString(out, page.Markdown)
		return err
	default:
		return list(out, asJSON)
	}
}

// topicJSON is a topic in JSON.
type topicJSON struct {
	Name  string `json:"topic"`
	Title string `json:"title"`
	Line  string `json:"line"`
}

// pageJSON is a page in JSON.
type pageJSON struct {
	topicJSON
	Markdown string `json:"markdown"`
}

// hitJSON is a section that a search has found, in JSON.
type hitJSON struct {
	Topic   string `json:"topic"`
	Heading string `json:"heading"`
	Excerpt string `json:"excerpt"`
}

func list(out io.Writer, asJSON bool) error {
	if asJSON {
		topics := []topicJSON{}
		for _, t := range docs.Topics() {
			topics = append(topics, topicJSON(t))
		}
		return json.NewEncoder(out).Encode(map[string]any{"topics": topics})
	}
	lines := map[string]string{}
	width := 0
	for _, t := range docs.Topics() {
		lines[t.Name] = t.Line
		width = max(width, len(t.Name))
	}
	var b strings.Builder
	for _, g := range docs.Groups() {
		fmt.Fprintf(&b, "%s\n", g.Title)
		for _, name := range g.Topics {
			fmt.Fprintf(&b, "  %-*s  %s\n", width, name, lines[name])
		}
		b.WriteString("\n")
	}
	b.WriteString("Print one: starter docs TOPIC. Search all: starter docs --search WORDS.\n")
	_, err := io.WriteString(out, b.String())
	return err
}

func search(out io.Writer, words string, asJSON bool) error {
	hits := docs.Search(words)
	if asJSON {
		found := []hitJSON{}
		for _, h := range hits {
			found = append(found, hitJSON{h.Topic.Name, h.Heading, h.Excerpt})
		}
		return json.NewEncoder(out).Encode(map[string]any{"hits": found})
	}
	if len(hits) == 0 {
		return fmt.Errorf("no page holds %q: try fewer words, or list the pages with `starter docs`", words)
	}
	for _, h := range hits {
		if _, err := fmt.Fprintf(out, "%s: %s\n    %s\n", h.Topic.Name, h.Heading, h.Excerpt); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "\nPrint a page: starter docs TOPIC.")
	return err
}
