package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/record"
)

// workerSilence is how long a worker may be silent: it asks Temporal for work at least once a minute.
const workerSilence = 2 * time.Minute

// installation checks what all connections need.
func (e *examination) installation(ctx context.Context) {
	e.check(ctx, "store", "", "name the store with CAUSEWAY_STORE, and run `worker migrate`", func(ctx context.Context) (string, error) {
		st, err := e.Config.OpenExistingStore(ctx)
		e.store = st
		return "reachable, and migrated to this version", err
	})
	if e.store != nil {
		e.check(ctx, "key", "", "give the key ring that encrypted the credentials, with CAUSEWAY_KEY", e.key)
	}
	var temporal Temporal
	if !e.check(ctx, "temporal", "", "look at TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and TEMPORAL_TLS; `go run ./worker/dev` runs one", func(ctx context.Context) (string, error) {
		var err error
		temporal, err = e.Dial(ctx)
		return "reachable", err
	}) {
		return
	}
	defer temporal.Close()
	if !e.check(ctx, "namespace", "", "make the namespace, or name another with TEMPORAL_NAMESPACE", temporal.Namespace) {
		return
	}
	e.check(ctx, "search attributes", "", "start a `worker`, which registers them", temporal.SearchAttributes)
	e.check(ctx, "worker", "", "start one: `worker`, or `worker/dev`", func(ctx context.Context) (string, error) {
		return e.worker(ctx, temporal)
	})
}

// key makes sure that the credentials in the store can be decrypted.
func (e *examination) key(ctx context.Context) (string, error) {
	all, err := e.store.Connections.List(ctx)
	if err != nil {
		return "", err
	}
	n := 0
	for _, conn := range all {
		for _, side := range []record.Side{record.CRM, record.Billing} {
			_, err := e.store.Connections.Credential(ctx, conn.ID, side)
			switch {
			case record.IsKind(err, record.NotFound): // the check of the side says so
			case err != nil:
				return "", fmt.Errorf("the credential of %s for %s cannot be read: %w", conn.ID, side.Name(), err)
			default:
				n++
			}
		}
	}
	return fmt.Sprintf("present; it decrypts %d credentials", n), nil
}

// worker makes sure that one has asked for work lately, and that Temporal's clock agrees with this one.
func (e *examination) worker(ctx context.Context, t Temporal) (string, error) {
	last, err := t.LastPoll(ctx)
	if err != nil {
		return "", err
	}
	if last.IsZero() {
		return "", errors.New("no worker has asked for work")
	}
	silent := e.Now().Sub(last).Round(time.Second)
	if silent > workerSilence {
		return "", fmt.Errorf("no worker has asked for work since %s, %s ago", last.Local().Format(time.DateTime), silent)
	}
	if silent < -clockDifference {
		return "", fmt.Errorf("by Temporal's clock a worker asked for work %s from now: the clocks differ; set them by NTP", -silent)
	}
	return fmt.Sprintf("one asked for work %s ago", max(silent, 0)), nil
}
