package deletions

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

// PlanLives is how long a plan can be confirmed.
const PlanLives = 24 * time.Hour

// Token makes the token that confirms a plan. It follows from the plan's id and a secret that is kept nowhere
// in clear, so that a plan whose last part is delivered twice has one token.
func (s *Deletions) Token(ctx context.Context, id string) (string, error) {
	const name = "deletion-tokens"
	secret, err := connections.KeptSecret(ctx, s.db, name)
	if err != nil {
		return "", fmt.Errorf("make a confirmation token: %w", err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("deletion\x00" + id))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:20]), nil
}

// Confirmation is the wish to carry a plan out.
type Confirmation struct {
	Connection string
	Plan       string
	Choice     string
	Token      string
	// Request names the confirmation: delivered twice, it is the same one.
	Request string
	Who     string
	At      time.Time
}

const (
	confirmDeletion = `
UPDATE deletions SET state = 'confirmed', used_by = ?, confirmed_by = ?, confirmed_at = ?, choice = ? WHERE id = ? AND state = 'planned'`
	newerPlan = `
SELECT COUNT(*) FROM deletions WHERE connection = ? AND incarnation = ? AND id <> ? AND (created_at, id) > (?, ?)`
	notInPlan = `
SELECT COUNT(*) FROM links l WHERE connection = ? AND NOT EXISTS (
    SELECT 1 FROM deletion_records r WHERE r.deletion = ? AND r.id = l.billing_id AND r.module = l.billing_module AND r.part = l.entity)`
	runsSince = `SELECT COUNT(*) FROM runs WHERE connection = ? AND started_at > ?`
)

// Confirm uses up the token of a plan for a choice. Conflict where there is no such plan, the token is not
// its own, was used by another request, or is too old: a day, or a newer plan or a sync came after it. Asked again by
// the same request, it changes nothing.
func (s *Deletions) Confirm(ctx context.Context, c Confirmation) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		d, err := deletionIn(ctx, tx, lockDeletion, c.Plan, c.Connection)
		if err != nil {
			return err
		}
		again, err := checkToken(ctx, tx, d, c)
		if err != nil || again {
			return err
		}
		_, err = tx.Exec(ctx, confirmDeletion, c.Request, db.Clean(c.Who), db.Micros(c.At), c.Choice, c.Plan)
		return err
	})
	if err != nil {
		return fmt.Errorf("confirm the deletion of %s: %w", c.Connection, err)
	}
	return nil
}

func checkToken(ctx context.Context, tx db.Session, d Deletion, c Confirmation) (again bool, err error) {
	const remedy = "make a new plan, and confirm it with its token"
	switch {
	case d.State == Planning:
		return false, refuseDeletion(deletion.CodePlanUnknown, "the plan has not been finished", remedy)
	case !hmac.Equal([]byte(d.tokenHash), []byte(tokenHash(c.Token))):
		return false, refuseDeletion(deletion.CodeTokenOtherPlan, "the token does not belong to plan "+d.ID, "give the token that was shown with that plan")
	case d.usedBy == c.Request && d.usedBy != "" && d.Choice == c.Choice:
		return true, nil
	case d.usedBy != "":
		return false, refuseDeletion(deletion.CodeTokenUsed, "the token was used "+d.ConfirmedAt.Format(time.RFC3339), "a stopped deletion needs no token: resume it (`starter delete --resume`, or the signal resume_delete). Where the connection is disabled, make a new plan and confirm it")
	case c.At.Sub(d.CreatedAt) > PlanLives:
		return false, refuseDeletion(deletion.CodeTokenOld, fmt.Sprintf("the plan was made %s, more than %s ago", d.CreatedAt.Format(time.RFC3339), PlanLives), remedy)
	}
	return false, checkNewest(ctx, tx, d, remedy)
}

// checkNewest makes sure that the plan is of what is linked now.
func checkNewest(ctx context.Context, tx db.Session, d Deletion, remedy string) error {
	at := db.Micros(d.CreatedAt)
	for _, look := range []struct {
		why, query string
		args       []any
	}{
		{"a newer plan was made", newerPlan, []any{d.Connection, d.Incarnation, d.ID, at, d.ID}},
		{"the connection was synced since the plan was made", runsSince, []any{d.Connection, at}},
		{"records were linked since the plan was made", notInPlan, []any{d.Connection, d.ID}},
	} {
		var n int
		if _, err := tx.Get(ctx, &n, look.query, look.args...); err != nil {
			return err
		}
		if n > 0 {
			return refuseDeletion(deletion.CodeTokenOld, look.why, remedy)
		}
	}
	c, err := connections.Get(ctx, tx, d.Connection)
	if err == nil && c.Incarnation != d.Incarnation {
		return refuseDeletion(deletion.CodePlanUnknown, "the plan is of an earlier connection of that name", remedy)
	}
	return err
}
