package docs

import (
	"fmt"

	"causeway/internal/cli/session"
	"causeway/internal/docs"
)

// Command prints the index, a page, or the sections that hold some words.
type Command struct {
	Topic  string `arg:"" optional:"" help:"The page to print. Default: the list of pages."`
	Search string `placeholder:"WORDS" help:"List the sections of all pages that hold these words."`
}

// Run prints what was asked for.
func (c Command) Run(p *session.Session) error {
	switch {
	case c.Search != "":
		return search(p, c.Search)
	case c.Topic != "":
		page, err := docs.Get(c.Topic)
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(Page{Topic(page.Topic), page.Markdown})
		}
		p.Printf("%s", page.Markdown)
		return nil
	default:
		return list(p)
	}
}

// Topic is one page, as the index lists it.
type Topic struct {
	Name  string `json:"topic"` // what `starter docs TOPIC` takes
	Title string `json:"title"`
	Line  string `json:"line"` // what the page is about
}

// Index is the list of pages.
type Index struct {
	Topics []Topic `json:"topics"`
}

// Page is a page with its text.
type Page struct {
	Topic
	Markdown string `json:"markdown"`
}

// Hits are the sections that hold the words.
type Hits struct {
	Hits []Hit `json:"hits"`
}

// Hit is one section.
type Hit struct {
	Topic   string `json:"topic"`
	Heading string `json:"heading"`
	Excerpt string `json:"excerpt"` // the first line that holds one of the words
}

func list(p *session.Session) error {
	topics := docs.Topics()
	if p.JSON {
		index := Index{Topics: []Topic{}}
		for _, t := range topics {
			index.Topics = append(index.Topics, Topic(t))
		}
		return p.PrintJSON(index)
	}
	lines, width := map[string]string{}, 0
	for _, t := range topics {
		lines[t.Name] = t.Line
		width = max(width, len(t.Name))
	}
	for _, g := range docs.Groups() {
		p.Printf("%s\n", g.Title)
		for _, name := range g.Topics {
			p.Printf("  %-*s  %s\n", width, name, lines[name])
		}
		p.Printf("\n")
	}
	p.Note("print a page with `starter docs TOPIC`, or search them all with `starter docs --search WORDS`")
	return nil
}

func search(p *session.Session, words string) error {
	hits := docs.Search(words)
	if p.JSON {
		found := Hits{Hits: []Hit{}}
		for _, h := range hits {
			found.Hits = append(found.Hits, Hit{h.Topic.Name, h.Heading, h.Excerpt})
		}
		return p.PrintJSON(found)
	}
	if len(hits) == 0 {
		return fmt.Errorf("no page holds %q: try fewer words, or list the pages with `starter docs`", words)
	}
	for _, h := range hits {
		p.Printf("%s: %s\n    %s\n", h.Topic.Name, h.Heading, h.Excerpt)
	}
	p.Note("print a page with `starter docs TOPIC`")
	return nil
}
