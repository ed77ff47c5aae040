package docs_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"causeway/internal/docs"

	"github.com/stretchr/testify/require"
)

func TestIndexNamesEveryPageOnce(t *testing.T) {
	t.Parallel()
	var named []string
	for _, topic := range docs.Topics() {
		named = append(named, topic.Name)
	}
	files, err := filepath.Glob("pages/*.md")
	require.NoError(t, err)
	var there []string
	for _, file := range files {
		there = append(there, strings.TrimSuffix(path.Base(filepath.ToSlash(file)), ".md"))
	}
	require.ElementsMatch(t, there, named)
}

func TestEveryPageBeginsWithItsTitleAndOneSentence(t *testing.T) {
	t.Parallel()
	for _, topic := range docs.Topics() {
		page, err := docs.Get(topic.Name)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(page.Markdown, "# "+topic.Title+"\n\n"+topic.Line+"\n"), topic.Name)
		require.NotEmpty(t, topic.Title, topic.Name)
		require.True(t, strings.HasSuffix(topic.Line, "."), "%s: the second line is no sentence: %q", topic.Name, topic.Line)
		require.Equal(t, 1, strings.Count("\n"+page.Markdown, "\n# ")-titlesInBlocks(page.Markdown), "%s has one title", topic.Name)
	}
}

// titlesInBlocks counts the comments of shell blocks, which look like titles.
func titlesInBlocks(markdown string) int {
	count, fenced := 0, false
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		} else if fenced && strings.HasPrefix(line, "# ") {
			count++
		}
	}
	return count
}

func TestUnknownTopicIsNotFound(t *testing.T) {
	t.Parallel()
	_, err := docs.Get("billing")
	require.ErrorAs(t, err, &docs.NotFoundError{})
	require.ErrorContains(t, err, "starter docs --search billing")
}

func TestPagesShowNoCommentsForTests(t *testing.T) {
	t.Parallel()
	for _, topic := range docs.Topics() {
		page, err := docs.Get(topic.Name)
		require.NoError(t, err)
		require.NotContains(t, page.Markdown, "<!--", topic.Name)
	}
}

func TestSearchFindsSectionsWithAllWords(t *testing.T) {
	t.Parallel()
	hits := docs.Search("marker FIELD billing")
	require.NotEmpty(t, hits)
	require.Equal(t, "zoho", hits[0].Topic.Name)
	require.Contains(t, hits[0].Heading, "marker field")
	require.NotEmpty(t, hits[0].Excerpt)
	require.Empty(t, docs.Search("marker zebra"))
	require.Empty(t, docs.Search("  "))
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	anchors := map[string]map[string]bool{}
	pages := map[string]string{}
	for _, topic := range docs.Topics() {
		page, err := docs.Get(topic.Name)
		require.NoError(t, err)
		pages[topic.Name], anchors[topic.Name] = page.Markdown, anchorsOf(page.Markdown)
	}
	for name, text := range pages {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.HasPrefix(found[1], "http") {
				continue
			}
			to := name
			if target != "" {
				to = strings.TrimSuffix(target, ".md")
			}
			if anchors[to] == nil || anchor != "" && !anchors[to][anchor] {
				t.Errorf("%s links to %s, which is not there", name, found[1])
			}
		}
	}
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchorsOf are the anchors of a page's headings, as GitHub makes them.
func anchorsOf(markdown string) map[string]bool {
	out := map[string]bool{}
	fenced := false
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if heading, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && !fenced && strings.HasPrefix(line, "#") {
			heading = strings.ToLower(notInAnchor.ReplaceAllString(strings.TrimSpace(heading), ""))
			out[strings.ReplaceAll(heading, " ", "-")] = true
		}
	}
	return out
}

func TestReadmeIsShortAndItsLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(readme), "\n"), 200, "lines of README.md")
	for _, found := range link.FindAllStringSubmatch(string(readme), -1) {
		target, _, _ := strings.Cut(found[1], "#")
		if target == "" || strings.HasPrefix(target, "http") {
			continue
		}
		_, err := os.Stat(filepath.Join("../..", filepath.FromSlash(target)))
		require.NoError(t, err, "README.md links to %s", found[1])
	}
}
