package administration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/administration"
	"causeway/workflows/contract"
)

// Notifications lists what Causeway has told, and chooses where it is delivered.
type Notifications struct {
	List    noticesListCmd `cmd:"" default:"withargs" help:"List notifications, the newest first (default)."`
	Read    noticesReadCmd `cmd:"" help:"Mark notifications as read."`
	Webhook webhookCmd     `cmd:"" help:"Choose where notifications are delivered: set, show, remove."`
}

type noticesListCmd struct {
	Name   string `arg:"" optional:"" name:"connection" help:"Only those of this connection, which may be deleted. Default: all."`
	Unread bool   `help:"Only unread notifications."`
	Limit  int    `help:"The most notifications to list." default:"50"`
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

// Run lists what was told.
func (c *noticesListCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	id := cmp.Or(c.Name, c.Connection)
	if id != "" {
		if err := wasTold(ctx, st, id, p.Now()); err != nil {
			return err
		}
	}
	list, unread, err := st.Notices.List(ctx, administration.NoticeFilter{Connection: id, Unread: c.Unread, Limit: c.Limit}, p.Now())
	if err != nil {
		return err
	}
	out := report.NewNotifications(list, unread, func(connection string) string { return p.WebUI(contract.IntegrationID(connection)) })
	if p.JSON {
		return p.PrintJSON(out)
	}
	printNotices(p, out)
	return nil
}

// wasTold refuses a connection that never existed: a mistyped id must not look like a connection without notifications.
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
	if d, lookErr := session.LastDeletion(ctx, st, id); lookErr != nil || d != nil {
		return lookErr
	}
	return err
}

func printNotices(p *session.Session, out report.Notifications) {
	for _, n := range out.Notices {
		state := "new "
		if n.Read {
			state = "read"
		}
		p.Printf("%s  %s  %s  %s  %s\n      %s\n", state, n.At.Local().Format(time.DateTime), screen.Clean(n.Connection), screen.Clean(n.Kind), n.ID, screen.Sentence(n.Text))
		if n.Link != "" {
			p.Printf("      %s\n", screen.Sentence(n.Link))
		}
		if n.Delivery.Problem != "" {
			p.Printf("      not delivered to its webhook, %d tries: %s\n", n.Delivery.Tries, screen.Sentence(n.Delivery.Problem))
		}
	}
	p.Printf("%d unread\n", out.Unread)
	if out.Unread > 0 {
		p.Note("Mark them as read with `starter notifications read ID...`, or with --all.")
	}
}

type noticesReadCmd struct {
	IDs []string `arg:"" optional:"" name:"id" help:"The notifications, as list names them."`
	All bool     `help:"Mark all notifications as read, or all of a connection."`
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
func (c *noticesReadCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	var n int
	if c.All {
		if c.Connection != "" {
			if err := wasTold(ctx, st, c.Connection, p.Now()); err != nil {
				return err
			}
		}
		n, err = st.Notices.MarkAllRead(ctx, c.Connection, p.Now())
	} else {
		n, err = st.Notices.MarkRead(ctx, c.IDs, p.Now())
	}
	if err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.NotificationsRead{Read: n})
	}
	p.Printf("%d marked as read\n", n)
	return nil
}
