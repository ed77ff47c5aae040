package docs

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed pages/*.md
var files embed.FS

// Topic is one page, as the index shows it.
type Topic struct {
	Name  string // what `starter docs NAME` takes
	Title string
	Line  string // what the page is about, in one sentence
}

// Page is a topic with its text.
type Page struct {
	Topic
	Markdown string // without comments
}

// NotFoundError reports a topic that no page has.
type NotFoundError struct{ Name string }

func (e NotFoundError) Error() string {
	return fmt.Sprintf("there is no page %q: list the pages with `starter docs`, or search them with `starter docs --search %s`", e.Name, e.Name)
}

// Topics returns all topics in the order of the index.
func Topics() []Topic {
	var out []Topic
	for _, g := range groups {
		for _, name := range g.Topics {
			out = append(out, topicOf(name, raw(name)))
		}
	}
	return out
}

// Get returns the page of a topic. It returns a NotFoundError for an unknown name.
func Get(name string) (Page, error) {
	for _, g := range groups {
		for _, known := range g.Topics {
			if known == name {
				text := raw(name)
				return Page{Topic: topicOf(name, text), Markdown: withoutComments(text)}, nil
			}
		}
	}
	return Page{}, NotFoundError{Name: name}
}

// raw is a page as its file holds it. The index names embedded files only: a test checks that.
func raw(name string) string {
	text, err := fs.ReadFile(files, "pages/"+name+".md")
	if err != nil {
		return ""
	}
	return string(text)
}

// topicOf reads title and line: every page begins with both.
func topicOf(name, text string) Topic {
	title, rest, _ := strings.Cut(text, "\n")
	line, _, _ := strings.Cut(strings.TrimLeft(rest, "\n"), "\n")
	return Topic{Name: name, Title: strings.TrimPrefix(title, "# "), Line: line}
}

// comment is an HTML comment that stands on lines of its own.
var comment = regexp.MustCompile(`(?m)^<!--(?s:.*?)-->\n`)

// withoutComments leaves out what is meant for tests and generators.
func withoutComments(text string) string { return comment.ReplaceAllString(text, "") }
