package operations

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// SentPart are the operations of one run, entity and direction that were sent and have no outcome.
type SentPart struct {
	Run    string
	Entity record.Entity
	To     record.Side
	Sent   int
	// Deadline is the latest of theirs: after it, and a margin, all can be settled.
	Deadline time.Time
}

const sentParts = `
SELECT run, entity, CASE WHEN target_module IN ('Accounts', 'Contacts', 'Products') THEN 'crm' ELSE 'billing' END AS side,
       COUNT(*) AS sent, MAX(deadline) AS deadline
FROM operations WHERE connection = ? AND state = 'sent' AND pending GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

// SentParts lists what is of unknown outcome in a connection, of all its runs.
func (s *Operations) SentParts(ctx context.Context, connection string) ([]SentPart, error) {
	var rows []struct {
		Run      string `db:"run"`
		Entity   string `db:"entity"`
		Side     string `db:"side"`
		Sent     int    `db:"sent"`
		Deadline int64  `db:"deadline"`
	}
	if err := s.db.Reader().All(ctx, &rows, sentParts, connection); err != nil {
		return nil, fmt.Errorf("look for operations of unknown outcome of %s: %w", connection, err)
	}
	out := make([]SentPart, len(rows))
	for i, r := range rows {
		out[i] = SentPart{Run: r.Run, Entity: record.Entity(r.Entity), To: record.Side(r.Side), Sent: r.Sent, Deadline: db.FromMicros(r.Deadline)}
	}
	return out, nil
}
