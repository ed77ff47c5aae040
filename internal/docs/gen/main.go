package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// parts are those that a page can hold, by the name in its marker.
var parts = map[string]part{
	"environment":      environment,
	"test-environment": testEnvironment,
	"sandbox-settings": sandboxSettings,
	"sandbox-faults":   sandboxFaults,
	"import-rules":     rules,
	"starter":          starter,
	"worker":           ofSource("worker", "worker"),
	"worker/dev":       ofSource("worker/dev", "go run ./worker/dev"),
}

// starter is the reference of the command line, from its own model.
func starter(string) (string, error) {
	model, err := cli.Model()
	if err != nil {
		return "", err
	}
	return ofKong("starter", model, app.DefaultDataDir(), "~/.local/share/causeway").Markdown(), nil
}

// generate rewrites the pages whose parts are stale.
func generate() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(pagesDir(root), "*.md"))
	if err != nil {
		return err
	}
	for _, file := range pages {
		was, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		now, err := replace(string(was), root, parts)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		if now == string(was) {
			continue
		}
		if err := os.WriteFile(file, []byte(now), 0o644); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(os.Stdout, "wrote", file)
	}
	return nil
}

func pagesDir(root string) string { return filepath.Join(root, "internal", "docs", "pages") }

// moduleRoot is the directory of go.mod.
func moduleRoot() (string, error) {
	out, err := exec.CommandContext(context.Background(), "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's root: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}
