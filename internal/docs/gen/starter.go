package main

import (
	"fmt"

	"causeway/internal/cli"
)

// starter is the reference of the command line.
func starter(string) (string, error) {
	model, err := cli.Model()
	if err != nil {
		return "", fmt.Errorf("read the commands: %w", err)
	}
	home := ""
	for _, f := range model.Flags {
		if f.Name == "data-dir" {
			home = f.Default // of this machine
		}
	}
	return ofKong("starter", model, home, defaultsOfVars["${data_dir}"]).Markdown(), nil
}
