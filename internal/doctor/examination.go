package doctor

import (
	"context"
	"errors"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

// perCheck bounds one check, so that one that hangs does not hide the others.
const perCheck = 30 * time.Second

// Options are what the checks need.
type Options struct {
	Config app.Config
	// Connection is the only connection to check; empty checks all.
	Connection string
	// Dial reaches Temporal.
	Dial func(ctx context.Context) (Temporal, error)
	Now  func() time.Time
}

// examination is one run of the checks.
type examination struct {
	Options
	store *store.Store
	out   report.Checkup
}

// check runs one check. What it found stands in the report, or what is wrong and what to do about it.
func (e *examination) check(ctx context.Context, name, connection, remedy string, run func(ctx context.Context) (found string, err error)) bool {
	ctx, cancel := context.WithTimeout(ctx, perCheck)
	defer cancel()
	found, err := run(ctx)
	one := report.Check{Check: name, Connection: connection, OK: err == nil, Found: found}
	if err != nil {
		one.Found, one.Remedy = explain(err, remedy)
		e.out.OK = false
	}
	e.out.Checks = append(e.out.Checks, one)
	return one.OK
}

// explain splits an error into what is wrong and what to do: its own remedy, where it has one.
func explain(err error, remedy string) (found, what string) {
	var known *record.Error
	if errors.As(err, &known) {
		short := *known
		short.Remedy = ""
		switch {
		case known.Remedy != "":
			remedy = known.Remedy
		case known.Kind == record.Unavailable:
			// Another credential would not help: nobody answered.
			remedy = "see that this machine reaches that address, then run `starter doctor` again"
		}
		return short.Error(), remedy
	}
	return err.Error(), remedy
}
