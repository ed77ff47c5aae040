package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := generate(context.Background(), os.Stdout); err != nil {
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
	"json":             shapes,
	"starter":          starter,
	"worker":           ofSource("worker", "worker"),
	"worker/dev":       ofSource("worker/dev", "go run ./worker/dev"),
}

// generate rewrites the pages whose parts are stale, and tells which.
func generate(ctx context.Context, out io.Writer) error {
	root, err := moduleRoot(ctx)
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
		if _, err := fmt.Fprintln(out, "wrote", file); err != nil {
			return err
		}
	}
	return nil
}

func pagesDir(root string) string { return filepath.Join(root, "internal", "docs", "pages") }

// moduleRoot is the directory of go.mod.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's root: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}
