package deletions

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"time"

	"causeway/internal/deletion"
)

// exportParts is the order of an export, and of the work.
var exportParts = []string{"customers", "contact_persons", "items", deletion.PartMarkers}

// exportPage is how many rows are read at a time.
const exportPage = 1000

// EachRecord visits all records of a deletion in a steady order, until yield returns an error.
func (s *Deletions) EachRecord(ctx context.Context, id string, yield func(Record) error) error {
	for _, part := range exportParts {
		after := RowPlace{}
		for more := true; more; {
			rows, err := s.Page(ctx, id, part, after, exportPage)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := yield(r); err != nil {
					return err
				}
				after = RowPlace{ID: r.ID, Module: string(r.Module)}
			}
			more = len(rows) == exportPage
		}
	}
	return nil
}

// Header names the columns of DeletionCSV: what was linked with what, what was planned, and, once it was
// done, what became of it.
var Header = []string{
	"part", "side", "module", "id", "parent_id", "crm_module", "crm_id", "name", "born", "linked_as_duplicate", "gone_on",
	"transactions", "held", "planned_convert_all", "planned_convert_with_transactions", "outcome", "code", "reason", "done_at",
}

// CSV writes the records of a deletion as CSV, and returns the SHA-256 sum of what it wrote, in hexadecimal. These
// are the canonical rows. planned leaves the outcomes empty: what it writes never changes once the plan was made.
func (s *Deletions) CSV(ctx context.Context, id string, planned bool, to io.Writer) (sum string, err error) {
	hash := sha256.New()
	w := csv.NewWriter(io.MultiWriter(hash, to))
	if err := w.Write(Header); err != nil {
		return "", fmt.Errorf("export deletion %s: %w", id, err)
	}
	err = s.EachRecord(ctx, id, func(r Record) error { return w.Write(r.cells(planned)) })
	if err == nil {
		w.Flush()
		err = w.Error()
	}
	if err != nil {
		return "", fmt.Errorf("export deletion %s: %w", id, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func (r Record) cells(planned bool) []string {
	out := []string{
		r.Part, string(r.Side), string(r.Module), r.ID, r.ParentID, string(r.CRMModule), r.CRMID, r.Name, string(r.Born),
		strconv.FormatBool(r.Duplicate), string(r.GoneSide), strconv.FormatBool(r.Transactions), r.Held, r.PlanAll, r.PlanSome,
	}
	if planned {
		return append(out, "", "", "", "")
	}
	outcome, at := r.Outcome, ""
	switch {
	case r.State == deletion.RowFailed:
		outcome = "failed"
	case r.State != deletion.RowDone:
		outcome = ""
	}
	if r.DoneAt != 0 {
		at = r.At().Format(time.RFC3339)
	}
	return append(out, outcome, r.Code, r.Reason, at)
}
