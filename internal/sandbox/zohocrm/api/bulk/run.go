package bulk

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
	"causeway/internal/sandbox/zohocrm/records"
)

// result is the result of a finished job as replies show it.
type result struct {
	Page     int     `json:"page"`
	PerPage  int     `json:"per_page"`
	Count    int     `json:"count"`
	Download string  `json:"download_url"`
	More     bool    `json:"more_records"`
	Next     *string `json:"next_page_token"`
}

// run reads what the job asks for, and stores the file. If two calls run one job at once, the result of the first to end
// counts.
func (j *Jobs) run(ctx context.Context, job *job) error {
	result, file, err := j.readRecords(ctx, job)
	var failure *failure
	var kept []byte
	switch {
	case errors.As(err, &failure):
		kept, err = json.Marshal(map[string]string{"error_message": failure.reason})
	case err == nil:
		kept, err = json.Marshal(result)
	}
	if err != nil {
		return fmt.Errorf("run bulk job %d: %w", job.id, err)
	}
	err = j.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE bulk_jobs SET result = ?, file = ? WHERE id = ? AND result = ''", string(kept), file, job.id-idJobs); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT result FROM bulk_jobs WHERE id = ?", job.id-idJobs).Scan(&job.result)
	})
	if err != nil {
		return fmt.Errorf("keep result of bulk job %d: %w", job.id, err)
	}
	return nil
}

// failure is the reason why a job that was accepted could not run.
type failure struct{ reason string }

func (f *failure) Error() string { return f.reason }

func (j *Jobs) readRecords(ctx context.Context, job *job) (*result, []byte, error) {
	q, fields, err := j.selection(job)
	if err != nil {
		return nil, nil, err
	}
	rows := max(j.settings.Get().BulkReadRows, 1)
	page := max(job.query.Page, 1)
	if t, ok := wire.DecodePageToken(job.query.Token); ok {
		q.Where, page = query.And(q.Where, query.OnID(query.OpGt, t.ID)), t.Page
	} else {
		q.Offset = (page - 1) * rows
	}
	q.Limit = rows + 1
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	entry, err := archive.Create(metadata.FormatID(job.id) + ".csv")
	if err != nil {
		return nil, nil, err
	}
	result := &result{Page: page, PerPage: rows, Download: Path + "/" + metadata.FormatID(job.id) + "/result"}
	last, err := j.writeRows(ctx, q, fields, rows, csv.NewWriter(entry), result)
	if err != nil {
		return nil, nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, nil, err
	}
	if result.More {
		next := wire.PageToken{ID: last, Page: page + 1, Expires: j.clock().Add(j.settings.Get().PageTokenLife).UnixMilli(),
			Binding: job.query.binding(job.user)}.Encode()
		result.Next = &next
	}
	return result, packed.Bytes(), nil
}

// selection returns the query for the job's records, and the fields that the file has.
func (j *Jobs) selection(job *job) (query.Query, []*metadata.Field, error) {
	m := metadata.ModuleNamed(job.query.Module.API)
	set := j.defs.Fields(m)
	where, err := job.query.where(set)
	if err != nil {
		return query.Query{}, nil, &failure{"the criteria is not valid any more: " + err.Error()}
	}
	if job.query.CVID != "" {
		v := j.defs.View(m, job.query.CVID)
		if v == nil {
			return query.Query{}, nil, &failure{"the custom view " + job.query.CVID + " does not exist"}
		}
		if where, err = j.defs.Filter(set, v, job.user); err != nil {
			return query.Query{}, nil, &failure{"the custom view " + job.query.CVID + " is not accessible"}
		}
	}
	fields := set.List
	if len(job.query.Fields) > 0 {
		fields = nil
		for _, name := range job.query.Fields {
			if f := set.ByAPI[name]; f != nil {
				fields = append(fields, f)
			}
		}
	}
	return query.Query{Module: m, Where: where, Order: []query.SortKey{{Column: query.Column{Field: query.IDField}}}}, fields, nil
}

// writeRows writes the header and the rows, and returns the id of the last record. References are written as ids.
func (j *Jobs) writeRows(ctx context.Context, q query.Query, fields []*metadata.Field, most int, out *csv.Writer, result *result) (last int64, err error) {
	header := make([]string, 0, len(fields)+1)
	header = append(header, "Id")
	for _, f := range fields {
		header = append(header, f.API)
	}
	if err := out.Write(header); err != nil {
		return 0, err
	}
	err = j.store.WithReader(ctx, func(db records.Querier) error {
		return j.store.Visit(ctx, db, q, func(r *query.Record) (bool, error) {
			if result.Count == most {
				result.More = true
				return false, nil
			}
			row := make([]string, 0, len(header))
			row = append(row, metadata.FormatID(r.ID))
			for _, f := range fields {
				row = append(row, cellOf(r, f))
			}
			result.Count++
			last = r.ID
			return true, out.Write(row)
		})
	})
	out.Flush()
	return last, errors.Join(err, out.Error())
}

func cellOf(r *query.Record, f *metadata.Field) string {
	switch v := r.Get(f).(type) {
	case int64:
		return metadata.FormatTime(v) // the only int64 here are times: the id has a column of its own
	case nil:
		if f.Type == metadata.TypeBoolean {
			return "false"
		}
		return ""
	default:
		return metadata.Cell(v)
	}
}
