package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Selection is how a command names its connection.
type Selection struct {
	Name *string `arg:"" optional:"" name:"connection" help:"The connection. Default: the only one in the store."`
	Flag *string `name:"connection" short:"c" placeholder:"ID" help:"The connection, as a flag."`
}

// Validate refuses an id that no connection can have, before anything is opened.
func (s Selection) Validate() error {
	if s.Name != nil && s.Flag != nil && *s.Name != *s.Flag {
		return fmt.Errorf("two connections are named, %q and %q: name one", *s.Name, *s.Flag)
	}
	for _, name := range []*string{s.Name, s.Flag} {
		if name == nil {
			continue
		}
		// Also an empty one: a script whose variable is not set must not reach the only connection.
		if err := contract.CheckConnectionID(*name); err != nil {
			return err
		}
	}
	return nil
}

// Named is the selection of a name, which may be left out.
func Named(name string) Selection {
	if name == "" {
		return Selection{}
	}
	return Selection{Flag: &name}
}

// Named is the id that was given; empty where none was.
func (s Selection) Named() string {
	for _, name := range []*string{s.Name, s.Flag} {
		if name != nil {
			return *name
		}
	}
	return ""
}

// Find reads the named connection, or the only one.
func (s Selection) Find(ctx context.Context, st *store.Store) (record.Connection, error) {
	if name := s.Named(); name != "" {
		return Known(ctx, st, name)
	}
	all, err := st.Connections.List(ctx)
	if err != nil {
		return record.Connection{}, err
	}
	switch len(all) {
	case 0:
		return record.Connection{}, errors.New("the store has no connection yet: make one with `starter connect`, or start `worker/dev`")
	case 1:
		return all[0], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.ID
	}
	return record.Connection{}, fmt.Errorf("the store has several connections: name one of %s", strings.Join(names, ", "))
}

// Flagged names the connection where other arguments stand first.
type Flagged struct {
	Connection string `short:"c" placeholder:"ID" help:"The connection. Default: the only one in the store."`
}

// Selection is the flag as a selection.
func (f Flagged) Selection() Selection { return Named(f.Connection) }

// Validate refuses an id that no connection can have.
func (f Flagged) Validate() error { return f.Selection().Validate() }
