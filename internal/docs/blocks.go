package docs

import (
	"regexp"
	"strings"
)

// Block is a fenced block of shell commands in a page.
type Block struct {
	Topic string
	Line  int    // of its first command, from 1 on
	Code  string // the commands
	// NotRun is the reason why no test runs it, empty where one does. The page has it in a comment before the block:
	//
	//	<!-- not run: needs Docker -->
	NotRun string
}

var notRun = regexp.MustCompile(`^<!-- not run: (.+) -->$`)

// Blocks returns the shell blocks of all pages, in their order.
func Blocks() []Block {
	var out []Block
	for _, topic := range Topics() {
		out = append(out, BlocksOf(topic.Name, raw(topic.Name))...)
	}
	return out
}

// BlocksOf returns the shell blocks of one text.
func BlocksOf(topic, text string) []Block {
	var out []Block
	var open *Block
	reason, other := "", false
	for i, line := range strings.Split(text, "\n") {
		switch found := notRun.FindStringSubmatch(line); {
		case open != nil && line == "```":
			out, open, reason = append(out, *open), nil, ""
		case open != nil:
			open.Code += line + "\n"
		case strings.HasPrefix(line, "```") && other:
			other = false
		case other:
		case line == "```sh":
			open = &Block{Topic: topic, Line: i + 2, NotRun: reason}
		case strings.HasPrefix(line, "```"):
			other = true
		case found != nil:
			reason = found[1]
		case line != "":
			reason = ""
		}
	}
	return out
}

// continued is a line that ends in a backslash.
var continued = regexp.MustCompile(`\\\n\s*`)

// Commands returns the command lines of the block, without comments, each on one line.
func (b Block) Commands() []string {
	var out []string
	for line := range strings.Lines(continued.ReplaceAllString(b.Code, "")) {
		line = strings.TrimSpace(line)
		if i := strings.Index(line, " # "); i >= 0 {
			line = strings.TrimSpace(line[:i])
		}
		if line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}
