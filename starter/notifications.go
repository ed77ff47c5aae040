package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/store"
	"causeway/internal/store/administration"
	"causeway/workflows/contract"
)

type noticesCmd struct {
	List    noticesListCmd `cmd:"" default:"withargs" help:"List notifications, the newest first (default)."`
	Read    noticesReadCmd `cmd:"" help:"Mark notifications as read."`
	Webhook webhookCmd     `cmd:"" help:"Say where notifications are delivered to: set, show, remove."`
}

// ofConnection names a connection, also one that is deleted, or none.
type ofConnection struct {
	Connection string `short:"c" placeholder:"ID" help:"Of this connection alone; of all where it is left out."`
}

// Validate refuses an id that no connection can have.
func (o ofConnection) Validate() error {
	if o.Connection == "" {
		return nil
	}
	return contract.CheckConnectionID(o.Connection)
}

type noticesListCmd struct {
	Name   string `arg:"" optional:"" name:"connection" help:"Of this connection alone, also one that is deleted; of all where it is left out."`
	Unread bool   `help:"Only those that nobody has read."`
	Limit  int    `help:"As many as this." default:"50"`
	ofConnection
}

// mostNotices bounds --limit.
const mostNotices = 10_000

// Validate refuses what cannot be listed.
func (c *noticesListCmd) Validate() error {
	if c.Name != "" && c.Connection != "" && c.Name != c.Connection {
		return fmt.Errorf("two connections are named, %q and %q: name one", c.Name, c.Connection)
	}
	if c.Limit < 1 || c.Limit > mostNotices {
		return fmt.Errorf("--limit=%d: use 1 to %d", c.Limit, mostNotices)
	}
	return ofConnection{cmp.Or(c.Name, c.Connection)}.Validate()
}

// notices are what list prints.
type notices struct {
	// Unread counts those that nobody has read, whatever the limit.
	Unread  int      `json:"unread"`
	Notices []notice `json:"notifications"`
}

type notice struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Connection string     `json:"connection"`
	Text       string     `json:"text"`
	Link       string     `json:"link"`
	At         time.Time  `json:"at"`
	Read       bool       `json:"read"`
	ReadAt     *time.Time `json:"read_at"`
	Delivery   delivery   `json:"webhook"`
}

// delivery is what became of a notification at its webhook.
type delivery struct {
	DeliveredAt *time.Time `json:"delivered_at"`
	Tries       int        `json:"tries"`
	Problem     string     `json:"problem"`
}

// Run lists what was told.
func (c *noticesListCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	id := cmp.Or(c.Name, c.Connection)
	if id != "" {
		if err := wasTold(ctx, st, id, p.now()); err != nil {
			return err
		}
	}
	list, unread, err := st.Notices.List(ctx, administration.NoticeFilter{Connection: id, Unread: c.Unread, Limit: c.Limit}, p.now())
	if err != nil {
		return err
	}
	out := notices{Unread: unread, Notices: make([]notice, len(list))}
	for i, n := range list {
		out.Notices[i] = notice{
			ID: n.ID, Kind: n.Kind, Connection: n.Connection, Text: n.Text, Link: cmp.Or(n.Link, p.webUI(contract.IntegrationID(n.Connection))),
			At: n.CreatedAt, Read: !n.ReadAt.IsZero(), ReadAt: optional(n.ReadAt),
			Delivery: delivery{DeliveredAt: optional(n.DeliveredAt), Tries: n.Tries, Problem: n.Problem},
		}
	}
	if p.json {
		return p.printJSON(out)
	}
	p.printNotices(out)
	return nil
}

// wasTold refuses a connection that never was: a mistyped one must not look like one of which there is nothing to tell.
// One that is deleted has notifications still.
func wasTold(ctx context.Context, st *store.Store, id string, now time.Time) error {
	_, err := st.Connections.Get(ctx, id)
	if err == nil {
		return nil
	}
	list, _, listErr := st.Notices.List(ctx, administration.NoticeFilter{Connection: id, Limit: 1}, now)
	if listErr != nil || len(list) > 0 {
		return listErr
	}
	if d, lookErr := lastDeletion(ctx, st, id); lookErr != nil || d != nil {
		return lookErr
	}
	return err
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (p *program) printNotices(out notices) {
	for _, n := range out.Notices {
		state := "new "
		if n.Read {
			state = "read"
		}
		p.printf("%s  %s  %s  %s  %s\n      %s\n", state, n.At.Local().Format(time.DateTime), clean(n.Connection), clean(n.Kind), n.ID, sentence(n.Text))
		if n.Link != "" {
			p.printf("      %s\n", sentence(n.Link))
		}
		if n.Delivery.Problem != "" {
			p.printf("      not delivered to its webhook, %d tries: %s\n", n.Delivery.Tries, sentence(n.Delivery.Problem))
		}
	}
	p.printf("%d unread\n", out.Unread)
	if out.Unread > 0 {
		p.note("mark them as read with `starter notifications read ID...`, or --all")
	}
}

type noticesReadCmd struct {
	IDs []string `arg:"" optional:"" name:"id" help:"The notifications, as list names them."`
	All bool     `help:"All of them, or all of a connection."`
	ofConnection
}

// Validate refuses what names no notification, or more than is meant.
func (c *noticesReadCmd) Validate() error {
	switch {
	case len(c.IDs) == 0 && !c.All:
		return errors.New("no notification is named: give ids as `starter notifications list` shows them, or --all")
	case len(c.IDs) > 0 && c.All:
		return errors.New("notifications are named, and --all: give one of the two")
	case len(c.IDs) > 0 && c.Connection != "":
		return errors.New("notifications are named, and --connection: that is for --all")
	}
	return c.ofConnection.Validate()
}

// Run marks notifications as read, all that are named or none.
func (c *noticesReadCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	var n int
	if c.All {
		if c.Connection != "" {
			if err := wasTold(ctx, st, c.Connection, p.now()); err != nil {
				return err
			}
		}
		n, err = st.Notices.MarkAllRead(ctx, c.Connection, p.now())
	} else {
		n, err = st.Notices.MarkRead(ctx, c.IDs, p.now())
	}
	if err != nil {
		return err
	}
	if p.json {
		return p.printJSON(map[string]int{"read": n})
	}
	p.printf("%d marked as read\n", n)
	return nil
}
