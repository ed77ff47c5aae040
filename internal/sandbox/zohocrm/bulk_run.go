package zohocrm

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// bulkResult is a finished job's result as the reply shows it.
type bulkResult struct {
	Page     int     `json:"page"`
	PerPage  int     `json:"per_page"`
	Count    int     `json:"count"`
	Download string  `json:"download_url"`
	More     bool    `json:"more_records"`
	Next     *string `json:"next_page_token"`
}

// runBulk reads what the job asks for and keeps the file. Of two that run one job at once, the first to end is kept.
func (j *bulkJobs) runBulk(ctx context.Context, job *bulkJob) error {
	result, file, err := j.readBulkRecords(ctx, job)
	var failure *bulkFailure
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
		if _, err := tx.ExecContext(ctx, "UPDATE bulk_jobs SET result = ?, file = ? WHERE id = ? AND result = ''", string(kept), file, job.id-idBulkJobs); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT result FROM bulk_jobs WHERE id = ?", job.id-idBulkJobs).Scan(&job.result)
	})
	if err != nil {
		return fmt.Errorf("keep result of bulk job %d: %w", job.id, err)
	}
	return nil
}

// bulkFailure is why a job that was taken could not run.
type bulkFailure struct{ reason string }

func (f *bulkFailure) Error() string { return f.reason }

func (j *bulkJobs) readBulkRecords(ctx context.Context, job *bulkJob) (*bulkResult, []byte, error) {
	q, fields, err := j.bulkRecords(job)
	if err != nil {
		return nil, nil, err
	}
	rows := max(j.settings.Get().BulkReadRows, 1)
	page := max(job.query.Page, 1)
	if t, ok := decodeToken(job.query.Token); ok {
		q.where, page = both(q.where, onID(opGt, t.ID)), t.Page
	} else {
		q.offset = (page - 1) * rows
	}
	q.limit = rows + 1
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	entry, err := archive.Create(digits(job.id) + ".csv")
	if err != nil {
		return nil, nil, err
	}
	result := &bulkResult{Page: page, PerPage: rows, Download: bulkPath + "/" + digits(job.id) + "/result"}
	last, err := j.writeBulkRows(ctx, q, fields, rows, csv.NewWriter(entry), result)
	if err != nil {
		return nil, nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, nil, err
	}
	if result.More {
		next := pageToken{ID: last, Page: page + 1, Expires: j.clock().Add(j.settings.Get().PageTokenLife).UnixMilli(),
			Binding: job.query.binding(job.user)}.encode()
		result.Next = &next
	}
	return result, packed.Bytes(), nil
}

// bulkRecords says which records the job reads, and which fields of them.
func (j *bulkJobs) bulkRecords(job *bulkJob) (query, []*field, error) {
	m := moduleNamed(job.query.Module.API)
	set := j.defs.fields(m)
	where, err := job.query.where(set)
	if err != nil {
		return query{}, nil, &bulkFailure{"the criteria is not valid any more: " + err.Error()}
	}
	if job.query.CVID != "" {
		v := j.defs.viewByID(m, job.query.CVID)
		if v == nil {
			return query{}, nil, &bulkFailure{"the custom view " + job.query.CVID + " does not exist"}
		}
		if where, err = j.defs.viewFilter(set, v, job.user); err != nil {
			return query{}, nil, &bulkFailure{"the custom view " + job.query.CVID + " is not accessible"}
		}
	}
	fields := set.list
	if len(job.query.Fields) > 0 {
		fields = nil
		for _, name := range job.query.Fields {
			if f := set.byAPI[name]; f != nil {
				fields = append(fields, f)
			}
		}
	}
	return query{module: m, where: where, order: []sortKey{{col: column{f: idField}}}}, fields, nil
}

// writeBulkRows writes header and rows, and gives the id of the last. References are written as ids.
func (j *bulkJobs) writeBulkRows(ctx context.Context, q query, fields []*field, most int, out *csv.Writer, result *bulkResult) (last int64, err error) {
	header := make([]string, 0, len(fields)+1)
	header = append(header, "Id")
	for _, f := range fields {
		header = append(header, f.API)
	}
	if err := out.Write(header); err != nil {
		return 0, err
	}
	err = j.store.reading(ctx, func(db querier) error {
		return j.store.visit(ctx, db, q, func(r *record) (bool, error) {
			if result.Count == most {
				result.More = true
				return false, nil
			}
			row := make([]string, 0, len(header))
			row = append(row, digits(r.ID))
			for _, f := range fields {
				row = append(row, bulkCell(r, f))
			}
			result.Count++
			last = r.ID
			return true, out.Write(row)
		})
	})
	out.Flush()
	return last, errors.Join(err, out.Error())
}

func bulkCell(r *record, f *field) string {
	switch v := r.get(f).(type) {
	case int64:
		return wire(v) // the only numbers that are no json.Number are times: ids stand in a column of their own
	case nil:
		if f.Type == typeBoolean {
			return "false"
		}
		return ""
	default:
		return cell(v)
	}
}

// downloads counts the results that were fetched in the last minute.
type downloads struct {
	mu    sync.Mutex
	times []time.Time
}

// take counts one more, or says how long to wait; 0 is no limit.
func (d *downloads) take(now time.Time, most int) (time.Duration, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.times) > 0 && now.Sub(d.times[0]) >= time.Minute {
		d.times = d.times[1:]
	}
	if most > 0 && len(d.times) >= most {
		return time.Minute - now.Sub(d.times[0]), false
	}
	d.times = append(d.times, now)
	return 0, true
}
