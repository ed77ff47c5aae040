package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// ofKong reads the commands of a program from its kong model. localPath is a path of this machine that stands in
// defaults and help; the reference has shown in its place.
func ofKong(name string, app *kong.Application, localPath, shown string) program {
	portable := func(s string) string {
		if localPath == "" {
			return s
		}
		return strings.ReplaceAll(s, localPath, shown)
	}
	p := program{name: name, shared: flagsOfKong(app.Flags, portable)}
	for _, leaf := range app.Leaves(true) {
		c := command{name: pathOfKong(leaf), help: portable(leaf.Help), more: strings.TrimSpace(portable(leaf.Detail)),
			usage: name + " " + leaf.Summary()}
		if group := leaf.ClosestGroup(); group != nil {
			c.group = group.Title
		}
		for node := leaf; node != nil && node != app.Node; node = node.Parent {
			var here []value
			for _, a := range node.Positional {
				here = append(here, value{name: a.Summary(), help: portable(a.Help)})
			}
			if node.Type == kong.ArgumentNode && node.Argument != nil {
				here = append(here, value{name: "<" + node.Argument.Name + ">", help: portable(node.Argument.Help)})
			}
			c.args = append(here, c.args...)
			c.flags = append(flagsOfKong(node.Flags, portable), c.flags...)
		}
		p.commands = append(p.commands, c)
	}
	return p
}

// pathOfKong is the command with those above it, less the program.
func pathOfKong(node *kong.Node) string {
	var names []string
	for n := node; n != nil && n.Type != kong.ApplicationNode; n = n.Parent {
		name := n.Name
		if n.Type == kong.ArgumentNode {
			name = "<" + n.Name + ">"
		}
		names = append([]string{name}, names...)
	}
	return strings.Join(names, " ")
}

func flagsOfKong(flags []*kong.Flag, portable func(string) string) []value {
	var out []value
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		name := "--" + f.Name
		if f.Tag != nil && f.Tag.Negatable != "" {
			name = "--[no-]" + f.Name
		}
		if !f.IsBool() {
			name += "=" + takes(f.PlaceHolder, f.Name)
		}
		if f.Short != 0 {
			name = "-" + string(f.Short) + ", " + name
		}
		out = append(out, value{name: name, help: portable(f.Help), initial: portable(f.Default), env: strings.Join(f.Envs, ", ")})
	}
	return out
}
