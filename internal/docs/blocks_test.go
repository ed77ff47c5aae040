package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"causeway/internal/docs"

	"github.com/stretchr/testify/require"
)

func TestBlocksAreReadWithTheirReasons(t *testing.T) {
	t.Parallel()
	text := "# T\n\nOne.\n\n```sh\nstarter status   # where it stands\n# nothing\nstarter sync \\\n  --wait\n```\n\n" +
		"<!-- not run: needs Docker -->\n```sh\ndocker compose up\n```\n\n```text\nstarter\n```\n\n" +
		"<!-- not run: of another block -->\nA paragraph.\n\n```sh\nstarter verify\n```\n"
	require.Equal(t, []docs.Block{
		{Topic: "t", Line: 6, Code: "starter status   # where it stands\n# nothing\nstarter sync \\\n  --wait\n"},
		{Topic: "t", Line: 14, Code: "docker compose up\n", NotRun: "needs Docker"},
		{Topic: "t", Line: 25, Code: "starter verify\n"},
	}, docs.BlocksOf("t", text))
	require.Equal(t, []string{"starter status", "starter sync --wait"}, docs.BlocksOf("t", text)[0].Commands())
}

func TestEveryStarterCommandInThePagesIsKnown(t *testing.T) {
	t.Parallel()
	reference := readReference(t)
	checked := 0
	for _, block := range docs.Blocks() {
		for _, line := range block.Commands() {
			for _, words := range invocations(line) {
				checked++
				if problem := reference.check(words); problem != "" {
					t.Errorf("%s.md:%d: `starter %s`: %s", block.Topic, block.Line, strings.Join(words, " "), problem)
				}
			}
		}
	}
	require.Greater(t, checked, 60, "command lines in the pages")
}

func TestReferenceRefusesUnknownCommandsAndFlags(t *testing.T) {
	t.Parallel()
	reference := readReference(t)
	require.Empty(t, reference.check([]string{"quotes", "--limit=3"}), "the default command of a group")
	require.Empty(t, reference.check([]string{"map", "contacts", "try", "notes", "--sample", "3"}))
	require.NotEmpty(t, reference.check([]string{"explode"}))
	require.NotEmpty(t, reference.check([]string{"map", "contacts", "explode"}))
	require.NotEmpty(t, reference.check([]string{"status", "--explode"}))
	require.NotEmpty(t, reference.check([]string{"sync", "--no-wait"}))
}

// started is where a command line begins to name starter; ended is where its arguments end.
var (
	started = regexp.MustCompile(`(?:^|[\s(])(?:go run \./)?starter(?:\s|$)`)
	ended   = regexp.MustCompile(`\s(?:\||&&|&|;|<|>|#)(?:\s|$)|;|\)(?:"|\s|$)`)
	word    = regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`)
)

// invocations are the arguments of each call of starter in a command line.
func invocations(line string) [][]string {
	var out [][]string
	if strings.HasPrefix(line, "go install") {
		return nil
	}
	for _, at := range started.FindAllStringIndex(line, -1) {
		rest := line[at[1]:]
		if end := ended.FindStringIndex(rest); end != nil {
			rest = rest[:end[0]]
		}
		out = append(out, word.FindAllString(rest, -1))
	}
	return out
}

// reference is the command page, which a test of internal/docs/gen keeps as the programs are.
type reference struct {
	shared   map[string]bool
	commands []known
}

type known struct {
	path  []string
	isDef bool // it serves where its group alone is named
	flags map[string]bool
}

var (
	headingOfCommand = regexp.MustCompile(`^#{3,4} starter (.+)\n$`)
	flagOfTable      = regexp.MustCompile("^\\| `(?:-\\w, )?(--[^`=]+)[^`]*` \\|")
)

func readReference(t *testing.T) reference {
	t.Helper()
	page, err := docs.Get("commands")
	require.NoError(t, err)
	_, text, found := strings.Cut(page.Markdown, "\n## starter\n")
	require.True(t, found)
	text, _, found = strings.Cut(text, "\n## worker\n")
	require.True(t, found)
	r := reference{shared: map[string]bool{}}
	flags := r.shared
	for line := range strings.Lines(text) {
		if heading := headingOfCommand.FindStringSubmatch(line); heading != nil {
			flags = map[string]bool{}
			r.commands = append(r.commands, known{path: strings.Fields(heading[1]), flags: flags})
			continue
		}
		if strings.HasSuffix(line, "(default).\n") || strings.Contains(line, "(default). ") {
			r.commands[len(r.commands)-1].isDef = true
		}
		if f := flagOfTable.FindStringSubmatch(line); f != nil {
			if plain, ok := strings.CutPrefix(f[1], "--[no-]"); ok {
				flags["--"+plain], flags["--no-"+plain] = true, true
			} else {
				flags[f[1]] = true
			}
		}
	}
	require.Greater(t, len(r.commands), 60)
	return r
}

// check says what is wrong with a call, or nothing.
func (r reference) check(words []string) string {
	best, most := -1, 0
	for i, c := range r.commands {
		if n := c.matches(words); n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return "there is no such command"
	}
	for _, w := range words {
		flag, _, _ := strings.Cut(w, "=")
		if strings.HasPrefix(flag, "--") && !r.commands[best].flags[flag] && !r.shared[flag] {
			return "it has no flag " + flag
		}
	}
	return ""
}

// matches is how many of the words are the command, or the group whose default it is; 0 where it is another.
func (k known) matches(words []string) int {
	path := k.path
	if k.isDef && (len(words) < len(path) || words[len(path)-1] != path[len(path)-1]) {
		path = path[:len(path)-1]
	}
	if len(words) < len(path) {
		return 0
	}
	for i, p := range path {
		if words[i] != p && !strings.HasPrefix(p, "<") {
			return 0
		}
	}
	return len(path)
}

var testCommand = regexp.MustCompile(`go test .*-(?:run|bench) ([A-Z]\w+) .*?(\./\S+)`)

// A page that names a test which has moved or is gone would have its reader run nothing, and see "ok".
func TestEveryTestThatAPageNamesIsThere(t *testing.T) {
	t.Parallel()
	named := 0
	for _, block := range docs.Blocks() {
		for _, line := range block.Commands() {
			for _, found := range testCommand.FindAllStringSubmatch(line, -1) {
				named++
				require.True(t, hasTest(t, found[2], found[1]), "%s.md:%d: %s has no test or benchmark %s", block.Topic, block.Line, found[2], found[1])
			}
		}
	}
	require.Greater(t, named, 5)
}

// hasTest reports whether the package in dir has a test of that name, or a benchmark whose name holds it.
func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", filepath.FromSlash(dir), "*_test.go"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.Contains(string(text), "func "+name) || regexp.MustCompile(`func Benchmark\w*`+name).Match(text) {
			return true
		}
	}
	return false
}
