package doctor

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// clockDifference is by how much clocks may differ: tokens and windows of changes are reckoned in minutes.
const clockDifference = time.Minute

// clock compares this machine's clock with that of a server, which every HTTP answer tells in whole seconds.
func (e *examination) clock(ctx context.Context, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return "", fmt.Errorf("ask %s for the time: %w", address, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("ask %s for the time: %w", address, err)
	}
	defer func() { _ = resp.Body.Close() }()
	theirs, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return "it does not tell the time", nil
	}
	differ := e.Now().Sub(theirs).Round(time.Second)
	if differ.Abs() >= clockDifference {
		return "", fmt.Errorf("this machine's clock is %s %s that of %s", differ.Abs(), map[bool]string{true: "ahead of", false: "behind"}[differ > 0], address)
	}
	return "it differs from this machine's by less than a minute", nil
}
