package main

import (
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

type sampleCmd struct {
	Wait  bool   `help:"Wait | for it."`
	Limit int    `short:"l" help:"The most." default:"20"`
	Home  string `help:"A directory." default:"/home/me/data" env:"HOME_DIR" placeholder:"DIR"`
	Keep  bool   `negatable:"" help:"Keep it." default:"true"`
	Inner string `hidden:"" help:"Not for users."`
	Name  string `arg:"" optional:"" help:"The name."`
}

func (sampleCmd) Help() string { return "Examples:\n  p show x" }

type sampleCLI struct {
	Who  string `help:"Who asks."`
	Show struct {
		Of struct {
			Of   string    `arg:"" help:"Whose."`
			List sampleCmd `cmd:"" help:"List them."`
		} `arg:""`
	} `cmd:"" help:"Show." group:"Records"`
	Plain struct{} `cmd:"" help:"Do it."`
}

func TestCommandsAreReadFromAKongModel(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&sampleCLI{}, kong.Name("p"))
	require.NoError(t, err)
	p := ofKong("p", parser.Model, "/home/me", "~")
	require.Equal(t, []value{{name: "-h, --help", help: "Show context-sensitive help."}, {name: "--who=WHO", help: "Who asks."}}, p.shared)
	require.Len(t, p.commands, 2)
	require.Equal(t, command{name: "plain", help: "Do it.", usage: "p plain [flags]"}, p.commands[1])
	list := p.commands[0]
	require.Equal(t, "show <of> list", list.name)
	require.Equal(t, "Records", list.group)
	require.Equal(t, "Examples:\n  p show x", list.more)
	require.Equal(t, []value{{name: "<of>", help: "Whose."}, {name: "[<name>]", help: "The name."}}, list.args)
	require.Equal(t, []value{
		{name: "--wait", help: "Wait | for it."}, {name: "-l, --limit=LIMIT", help: "The most.", initial: "20"},
		{name: "--home=DIR", help: "A directory.", initial: "~/data", env: "HOME_DIR"}, {name: "--[no-]keep", help: "Keep it.", initial: "true"},
	}, list.flags)
}

func TestReferenceOfAProgramIsMarkdown(t *testing.T) {
	t.Parallel()
	p := program{name: "p", shared: []value{{name: "--who=WHO", help: "Who."}}, commands: []command{
		{name: "a", group: "G", help: "Do a.", usage: "p a", args: []value{{name: "<x>", help: "An x."}}, more: "Examples:\n  p a x"},
	}}
	require.Equal(t, "Flags of every command:\n\n"+
		"| flag | what it does | default | variable |\n| --- | --- | --- | --- |\n| `--who=WHO` | Who. |  |  |\n\n"+
		"### G\n\n#### p a\n\nDo a.\n\n```text\np a\n```\n\n| argument | what it is |\n| --- | --- |\n| `<x>` | An x. |\n\n"+
		"```text\nExamples:\n  p a x\n```\n\n", p.Markdown())
}

// A flag that is read from source must have the name that kong gives it.
func TestFlagNamesAreThoseOfKong(t *testing.T) {
	t.Parallel()
	var c struct {
		CallTimeout, UIPort, CRMOrg, TLSCert, WebhookPrivate, X, UserID, BackOffPercent string
	}
	parser, err := kong.New(&c)
	require.NoError(t, err)
	ours := map[string]bool{"help": true}
	for _, name := range []string{"CallTimeout", "UIPort", "CRMOrg", "TLSCert", "WebhookPrivate", "X", "UserID", "BackOffPercent"} {
		ours[dashed(name)] = true
	}
	for _, f := range parser.Model.Flags {
		require.True(t, ours[f.Name], "kong has --%s, ours are %v", f.Name, ours)
	}
	require.Len(t, ours, len(parser.Model.Flags))
}
