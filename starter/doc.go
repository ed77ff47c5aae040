// Command starter is the admin command line. It must hold nothing but main: internal/cli has the commands.
//
// main.go: runs the command that the arguments name
package main
