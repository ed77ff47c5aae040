package main

import (
	"fmt"
	"strings"
)

// command is one command of a program.
type command struct {
	name  string // with the commands above it, "history show"
	group string
	usage string
	help  string
	more  string // what its --help shows below, with examples
	args  []value
	flags []value
}

// value is an argument or a flag.
type value struct {
	name    string // as it is written, "--wait" or "<connection>"
	help    string
	initial string // its default
	env     string
}

// program is all commands of one program, and the flags that every one of them has.
type program struct {
	name     string
	shared   []value
	commands []command
}

// Markdown is the reference of the program.
func (p program) Markdown() string {
	var b strings.Builder
	if shared := flagTable(p.shared); shared != "" {
		fmt.Fprintf(&b, "Flags of every command:\n\n%s\n", shared)
	}
	group, heading := "", "###"
	for _, c := range p.commands {
		if c.group != group {
			group, heading = c.group, "####"
			fmt.Fprintf(&b, "### %s\n\n", group)
		}
		b.WriteString(heading + " " + c.markdown(p.name))
	}
	return b.String()
}

// markdown is the command's part, without the mark of its heading.
func (c command) markdown(program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n\n", strings.TrimSpace(program+" "+c.name), c.help)
	if c.usage != "" {
		fmt.Fprintf(&b, "```text\n%s\n```\n\n", c.usage)
	}
	args := table{head: []string{"argument", "what it is"}}
	for _, a := range c.args {
		args.rows = append(args.rows, []string{code(a.name), a.help})
	}
	for _, t := range []string{args.String(), flagTable(c.flags)} {
		if t != "" {
			b.WriteString(t + "\n")
		}
	}
	if c.more != "" {
		fmt.Fprintf(&b, "```text\n%s\n```\n\n", c.more)
	}
	return b.String()
}

// takes is what a flag takes, in capitals: as its placeholder has it, else made of its name.
func takes(placeholder, name string) string {
	if placeholder != "" {
		return placeholder
	}
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func flagTable(flags []value) string {
	t := table{head: []string{"flag", "what it does", "default", "variable"}}
	for _, f := range flags {
		t.rows = append(t.rows, []string{code(f.name), f.help, code(f.initial), code(f.env)})
	}
	return t.String()
}
