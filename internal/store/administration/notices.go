package administration

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Notices keeps notifications, and the webhooks to which they are delivered. Its methods are safe for concurrent use.
type Notices struct{ db *db.DB }

// NewNotices is for the store's front.
func NewNotices(d *db.DB) *Notices { return &Notices{db: d} }

// NoticesKept is how long a notice is kept, read or not.
const NoticesKept = 90 * 24 * time.Hour

// pruneNotices bounds what one new notice prunes, in rows.
const pruneNotices = 500

// Notice is one notification. It stays when its connection is deleted.
type Notice struct {
	ID         string
	Connection string
	Key        string
	Kind       string
	Text       string
	Link       string
	CreatedAt  time.Time
	ReadAt     time.Time // zero while it is unread
	// Of the webhook.
	DeliveredAt time.Time // zero where it was not delivered
	Tries       int
	Problem     string // why the last try failed
}

type noticeRow struct {
	ID          string `db:"id"`
	Connection  string `db:"connection"`
	Key         string `db:"notice_key"`
	Kind        string `db:"kind"`
	Body        string `db:"body"`
	Link        string `db:"link"`
	CreatedAt   int64  `db:"created_at"`
	ReadAt      int64  `db:"read_at"`
	DeliveredAt int64  `db:"delivered_at"`
	Tries       int    `db:"tries"`
	Problem     string `db:"problem"`
}

func (r noticeRow) notice() Notice {
	return Notice{
		ID: r.ID, Connection: r.Connection, Key: r.Key, Kind: r.Kind, Text: r.Body, Link: r.Link, CreatedAt: db.FromMicros(r.CreatedAt),
		ReadAt: db.FromMicros(r.ReadAt), DeliveredAt: db.FromMicros(r.DeliveredAt), Tries: r.Tries, Problem: r.Problem,
	}
}

const (
	putNotice = `
INSERT INTO notices (id, connection, notice_key, kind, body, link, created_at, read_at, delivered_at, tries, problem)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '') ON CONFLICT (connection, notice_key) DO NOTHING`
	noticeByKey = `SELECT * FROM notices WHERE connection = ? AND notice_key = ?`
	oldNotices  = `DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE created_at < ? ORDER BY created_at LIMIT ?)`
	// The webhook of a connection that is gone serves until its last notices were delivered, for which there is a day.
	lostWebhooks = `
DELETE FROM webhooks WHERE connection <> ''
AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.id = webhooks.connection AND c.incarnation = webhooks.incarnation)
AND NOT EXISTS (SELECT 1 FROM deletions d WHERE d.connection = webhooks.connection AND d.finished_at > ?)`
)

// deliveredWithin is how long a notice is tried to be delivered, with room to spare.
const deliveredWithin = 25 * time.Hour

// Put stores a notice once by its connection and key, and returns the stored one: a second delivery changes
// nothing. It also removes some notices that are older than NoticesKept.
func (s *Notices) Put(ctx context.Context, n Notice) (Notice, error) {
	var row noticeRow
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Exec(ctx, putNotice, n.ID, n.Connection, db.IndexKey(n.Key), n.Kind, db.Clean(n.Text), db.Clean(n.Link), db.Micros(n.CreatedAt))
		if err != nil {
			return err
		}
		if _, err := tx.Get(ctx, &row, noticeByKey, n.Connection, db.IndexKey(n.Key)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, oldNotices, db.Micros(n.CreatedAt.Add(-NoticesKept)), pruneNotices); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, lostWebhooks, db.Micros(n.CreatedAt.Add(-deliveredWithin)))
		return err
	})
	if err != nil {
		return Notice{}, fmt.Errorf("leave a notification of %s: %w", n.Connection, err)
	}
	return row.notice(), nil
}

const getNotice = `SELECT * FROM notices WHERE id = ?`

// Get reads one notice.
func (s *Notices) Get(ctx context.Context, id string) (Notice, error) {
	var row noticeRow
	found, err := s.db.Reader().Get(ctx, &row, getNotice, id)
	if err != nil {
		return Notice{}, fmt.Errorf("read notification: %w", err)
	}
	if !found {
		return Notice{}, unknownNotice(id)
	}
	return row.notice(), nil
}

func unknownNotice(id string) error {
	return &record.Error{Kind: record.NotFound, Op: "read notification", Code: "UNKNOWN_NOTIFICATION",
		Message: fmt.Sprintf("there is no notification %q: it never was, or is older than 90 days", db.Clean(id)), Remedy: "`starter notifications list` lists the notifications"}
}

// NoticeFilter selects notices.
type NoticeFilter struct {
	Connection string // empty: of all, also of those that are deleted
	Unread     bool
	Limit      int
}

const (
	listNotices = `
SELECT * FROM notices WHERE (? = '' OR connection = ?) AND created_at > ? ORDER BY created_at DESC, id DESC LIMIT ?`
	listUnread = `
SELECT * FROM notices WHERE read_at = 0 AND (? = '' OR connection = ?) AND created_at > ? ORDER BY created_at DESC, id DESC LIMIT ?`
	countUnread = `SELECT COUNT(*) FROM notices WHERE read_at = 0 AND (? = '' OR connection = ?) AND created_at > ?`
)

// List lists notices, the newest first, and counts those that are unread, whatever the limit.
func (s *Notices) List(ctx context.Context, f NoticeFilter, now time.Time) (list []Notice, unread int, err error) {
	query := listNotices
	if f.Unread {
		query = listUnread
	}
	from := db.Micros(now.Add(-NoticesKept))
	var rows []noticeRow
	if err := s.db.Reader().All(ctx, &rows, query, f.Connection, f.Connection, from, f.Limit); err != nil {
		return nil, 0, fmt.Errorf("list notifications: %w", err)
	}
	if _, err := s.db.Reader().Get(ctx, &unread, countUnread, f.Connection, f.Connection, from); err != nil {
		return nil, 0, fmt.Errorf("count unread notifications: %w", err)
	}
	list = make([]Notice, len(rows))
	for i, r := range rows {
		list[i] = r.notice()
	}
	return list, unread, nil
}

const (
	readNotice = `UPDATE notices SET read_at = ? WHERE id = ? AND read_at = 0`
	isNotice   = `SELECT COUNT(*) FROM notices WHERE id = ?`
	readAll    = `UPDATE notices SET read_at = ? WHERE read_at = 0 AND (? = '' OR connection = ?)`
)

// MarkRead marks notices as read, all or nothing, and counts those that were not. Idempotent: when one was read
// first stays. NotFound names the first that there is not.
func (s *Notices) MarkRead(ctx context.Context, ids []string, at time.Time) (n int, err error) {
	err = s.db.Write(ctx, func(tx db.Session) error {
		n = 0
		for _, id := range ids {
			changed, err := tx.Exec(ctx, readNotice, db.Micros(at), id)
			if err != nil {
				return err
			}
			if n += changed; changed > 0 {
				continue
			}
			var is int
			if _, err := tx.Get(ctx, &is, isNotice, id); err != nil {
				return err
			}
			if is == 0 {
				return unknownNotice(id)
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("mark notifications as read: %w", err)
	}
	return n, nil
}

// MarkAllRead marks all notices of a connection, or of all where it is empty, as read, and counts them.
func (s *Notices) MarkAllRead(ctx context.Context, connection string, at time.Time) (int, error) {
	return s.db.Exec(ctx, "mark notifications as read", readAll, db.Micros(at), connection, connection)
}

const keepDelivery = `
UPDATE notices SET tries = tries + 1, delivered_at = ?, problem = ? WHERE id = ? AND delivered_at = 0`

// KeepDelivery stores what became of one try to deliver a notice: at is zero where it failed, with the problem. One
// that was delivered stays so.
func (s *Notices) KeepDelivery(ctx context.Context, id string, at time.Time, problem string) error {
	_, err := s.db.Exec(ctx, "keep what became of a delivery", keepDelivery, db.Micros(at), db.Clean(problem), id)
	return err
}
