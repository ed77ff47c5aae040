package cli

import (
	"fmt"
	"io"
	"strings"

	"causeway/internal/cli/screen"
	"causeway/internal/preferences"

	"github.com/alecthomas/kong"
)

// summary is the first line of the overview.
const summary = `Causeway keeps a CRM and a billing system in step.`

// firstExamples are the commands to begin with.
var firstExamples = []example{
	{"starter connect demo --credentials credentials.json", "connect two organisations"},
	{"starter status demo", "see how far the sync has come"},
	{"starter history records demo --failing", "list the records that need you"},
}

// footer is the end of the overview.
const footer = `Beside a running worker/dev nothing needs to be set. Otherwise CAUSEWAY_STORE and CAUSEWAY_KEY name the store and its key,
and TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE name Temporal, as in Temporal's own tools.

Exit status: 0 done; 1 done, and the answer is bad (a run failed, the sides differ); 2 it could not be done.`

// printHelp prints the overview, or the help of one command.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	selected := ctx.Selected()
	if selected == nil || selected.Name == "overview" {
		return printOverview(ctx.Stdout, ctx.Model)
	}
	return kong.DefaultHelpPrinter(options, ctx)
}

// printOverview lists the commands by group.
func printOverview(to io.Writer, model *kong.Application) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage: %s COMMAND [FLAGS]\n\n", summary, model.Name)
	b.WriteString(examplesText(firstExamples))
	width := 0
	for _, c := range model.Children {
		width = max(width, len(c.Name))
	}
	for _, g := range groups() {
		if g.Key == everyGroup {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", g.Title)
		for _, c := range model.Children {
			if c.Group != nil && c.Group.Key == g.Key && !c.Hidden {
				fmt.Fprintf(&b, "  %-*s  %s\n", width, c.Name, c.Help)
			}
		}
	}
	fmt.Fprintf(&b, "\nFlags of every command\n")
	for _, f := range model.Flags {
		if f.Group != nil && f.Group.Key == everyGroup && !f.Hidden {
			b.WriteString(screen.Hanging("  ", flagName(f), f.Help, overviewWidth))
		}
	}
	fmt.Fprintf(&b, "\n`%s help COMMAND` shows a command's flags and examples.\n\n%s\n", model.Name, footer)
	_, err := io.WriteString(to, b.String())
	return err
}

// overviewWidth is where the lines of the overview are broken, in characters.
const overviewWidth = 100

func flagName(f *kong.Flag) string {
	name := "--" + f.Name
	if f.Short != 0 {
		name = fmt.Sprintf("-%c, %s", f.Short, name)
	}
	if !f.IsBool() {
		name += "=" + f.FormatPlaceHolder()
	}
	return name
}

// overview is what a bare `starter` runs.
type overview struct{}

// Run prints the overview.
func (*overview) Run(k *kong.Kong) error { return printOverview(k.Stdout, k.Model) }

type helpOf struct {
	Command []string `arg:"" optional:"" help:"The command, as in: starter help history show."`
}

// Run prints the help of a command.
func (c *helpOf) Run(k *kong.Kong) error {
	if len(c.Command) == 0 {
		return printOverview(k.Stdout, k.Model)
	}
	words, known := wordsTo(k.Model.Node, c.Command)
	if !known {
		return fmt.Errorf("there is no command %q: `starter help` lists them", strings.Join(c.Command, " "))
	}
	ctx, err := kong.Trace(k, words)
	if err != nil {
		return err
	}
	return ctx.PrintUsage(false)
}

// wordsTo is the command line that leads to a command. Where an argument stands between two words, as in
// "map ENTITY set", it fills in one of the argument's values.
func wordsTo(node *kong.Node, path []string) (words []string, known bool) {
	if len(path) == 0 {
		return nil, true
	}
	for _, child := range node.Children {
		switch {
		case child.Hidden:
		case child.Type == kong.ArgumentNode:
			if rest, ok := wordsTo(child, path); ok {
				return append([]string{preferences.MapLists()[0].Name}, rest...), true
			}
		case child.Name == path[0]:
			rest, ok := wordsTo(child, path[1:])
			return append([]string{child.Name}, rest...), ok
		}
	}
	return nil, false
}
