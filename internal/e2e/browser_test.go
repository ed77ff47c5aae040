//go:build unix

package e2e_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"causeway/internal/proctest"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser starts Chromium. Without one it skips the test, or fails it where everything must run.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		const missing = "no Chromium: install it with `apt-get install chromium`"
		if os.Getenv("CAUSEWAY_CI") == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	// In a test the browser looks for no updates and calls no other hosts.
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1500, 1400))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// allText returns a page's text and that of its frames: the Web UI shows Markdown in frames, and their address carries it.
const allText = `document.body.innerText + [...document.querySelectorAll("iframe")].map(f => "\n" + decodeURIComponent(f.src) + f.srcdoc).join("")`

// page opens a page, waits until it holds the words, and returns its text. CAUSEWAY_SCREENSHOTS names a directory that
// keeps a picture of it.
func page(ctx context.Context, t *testing.T, name, url string, words ...string) string {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Navigate(url))
	require.NoError(t, err)
	shows(ctx, t, url, words...)
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](allText))
	require.NoError(t, err)
	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	if dir := os.Getenv("CAUSEWAY_SCREENSHOTS"); dir != "" {
		require.NoError(t, os.WriteFile(dir+"/"+name+".png", image, 0o600))
	}
	return text
}

// metadata opens a workflow's page, and then its user metadata.
func metadata(ctx context.Context, t *testing.T, name, url string, words ...string) string {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Navigate(url))
	require.NoError(t, err)
	shows(ctx, t, url, "User Metadata")
	at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('a[href*="user-metadata"]').href`))
	require.NoError(t, err)
	return page(ctx, t, name, at, words...)
}

// shows waits until the page holds the words.
func shows(ctx context.Context, t *testing.T, url string, words ...string) {
	t.Helper()
	for _, w := range words {
		shown := chromedp.Poll[bool](`(`+allText+`).includes("`+w+`")`, chromedp.WithPollingTimeout(30*time.Second))
		if _, err := chromedp.Run(ctx, shown); err != nil {
			text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](allText))
			t.Fatalf("%s: the page never showed %q: %v; it shows:\n%s", url, w, err, text)
		}
	}
}

func TestOperatorsSeeAConnectionAndItsSyncInTheWebUI(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	p := proctest.Start(t, proctest.Dev, proctest.Options{Args: []string{
		"--output=json", "--data-dir=" + t.TempDir(), "--records=50",
		"--temporal-port=0", "--ui-port=0", "--crm-port=0", "--billing-port=0"}})
	var done struct {
		RunID string            `json:"run_id"`
		URLs  map[string]string `json:"urls"`
	}
	p.FirstLine(t, &done)
	ui := done.URLs["temporal_ui"] + "/namespaces/default/workflows"

	list := page(ctx, t, "workflows", ui, "integration/demo", "initial-sync/demo/1")
	require.Contains(t, list, "InitialSync")
	sync := metadata(ctx, t, "sync", ui+"/initial-sync%2Fdemo%2F1", "Sync of demo (initial)", "completed", "records written")
	require.Contains(t, sync, done.RunID, "the run's id leads from the Web UI to the history")
	connection := metadata(ctx, t, "connection", ui+"/integration%2Fdemo", "Connection demo", "active", "next sync")
	require.Contains(t, connection, "last completed sync")
	// What Temporal keeps is encrypted, and the page decrypts it.
	history := page(ctx, t, "input", ui+"/initial-sync%2Fdemo%2F1", "run_id")
	require.NotContains(t, history, "binary/encrypted")
	found := page(ctx, t, "search", ui+"?query=CausewayConnection%3D%22demo%22%20AND%20CausewayStatus%3D%22active%22", "integration/demo")
	require.NotContains(t, found, "initial-sync/demo/1", "the query finds the connection by its search attributes, and nothing else")
}
