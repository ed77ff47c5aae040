// Package cli is the command line of `starter`: the tree of its commands, and the run of one of them. It must hold no
// command of its own and never reach Temporal, the store or a side: each noun has a room below.
//
// tree.go: the commands and the flags that all of them have
// groups.go: the headings of the overview
// run.go: reads the arguments, runs one command, and turns its error into a message and an exit status
// help.go: the overview, and the help of one command
// examples.go: the examples of each command
// completion.go: scripts that complete commands in a shell
package cli
