package zoho

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// bulkResult is the state of a job.
type bulkResult struct {
	done    bool
	failure string // why a finished job has no file
	count   int
	next    string // the token of the next job, where there are more records
}

// bulkMembers returns the members of a view that one job reads. If the job takes longer than one call, it returns
// no members and a cursor with that job, so the job is not requested twice. If the CRM no longer knows the job, a
// new one is requested.
func (c *Client) bulkMembers(ctx context.Context, module record.Module, view, at string) (crm.MemberPage, error) {
	job, asked := strings.CutPrefix(at, bulkJob)
	if !asked {
		token := strings.TrimPrefix(at, bulkNext)
		var err error
		job, err = c.startBulk(ctx, module, view, token)
		if token != "" && refusedWith(err, "EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH") {
			job, err = c.startBulk(ctx, module, view, "")
		}
		if err != nil {
			return crm.MemberPage{}, err
		}
	}
	result, err := c.awaitBulk(ctx, job)
	var ids []string
	if err == nil && result.done && result.failure == "" {
		ids, err = c.downloadBulk(ctx, job, result.count)
	}
	switch {
	case record.IsKind(err, record.NotFound):
		return crm.MemberPage{Next: record.Cursor{ID: bulkCursor}, More: true}, nil
	case err != nil:
		return crm.MemberPage{}, err
	case !result.done:
		return crm.MemberPage{Next: record.Cursor{ID: bulkCursor + bulkJob + job}, More: true}, nil
	case result.failure != "":
		return crm.MemberPage{}, c.bulkFailed(ctx, module, view, result.failure)
	}
	out := crm.MemberPage{IDs: ids}
	if result.next != "" {
		out.Next, out.More = record.Cursor{ID: bulkCursor + bulkNext + result.next}, true
	}
	return out, nil
}

// startBulk requests a job. A job changes no record, so it counts as a read and may be repeated.
func (c *Client) startBulk(ctx context.Context, module record.Module, view, token string) (job string, err error) {
	query := map[string]any{"module": map[string]any{"api_name": string(module)}, "cvid": view, "fields": []string{"id"}}
	if token != "" {
		query["page_token"] = token
	}
	op := "request a bulk read of " + string(module)
	_, err = c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodPost, Path: bulkBase, Body: map[string]any{"query": query, "file_type": "csv"},
		Class: budget.Read, Cost: costBulk, Op: op, RecordID: view, Scopes: []string{scopeBulk, scopeRead(module)},
		Read: func(r zohoapi.Reply) error {
			row, err := onlyRow(r)
			if err != nil {
				return err
			}
			details, _ := row["details"].(map[string]any)
			job, err = zohoapi.ID(details, "id")
			return err
		},
	})
	return job, viewError(err, op, view)
}

// onlyRow returns the one object in a reply's data.
func onlyRow(r zohoapi.Reply) (map[string]any, error) {
	rows, err := r.List("data")
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("%d results instead of one", len(rows))
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// awaitBulk waits for a job to end, for at most half of the call's deadline. The other half is for the file.
func (c *Client) awaitBulk(ctx context.Context, job string) (bulkResult, error) {
	wait := c.bulkWait
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)/2)
	}
	over := time.NewTimer(wait)
	defer over.Stop()
	waiting, cancel := budget.Waiting(ctx)
	defer cancel()
	for pause := bulkFirstPoll; ; pause = min(2*pause, bulkLongPoll) {
		result, err := c.bulkState(ctx, job)
		if err != nil || result.done {
			return result, err
		}
		select {
		case <-waiting.Done(): // the next bulkState returns why
		case <-over.C:
			return result, nil
		case <-time.After(pause):
		}
	}
}

func (c *Client) bulkState(ctx context.Context, job string) (bulkResult, error) {
	var out bulkResult
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: bulkBase + "/" + job, Class: budget.Read, Op: "read the state of a bulk read", RecordID: job,
		Scopes: []string{scopeBulk},
		Read: func(r zohoapi.Reply) error {
			out = bulkResult{}
			row, err := onlyRow(r)
			if err != nil {
				return err
			}
			result, _ := row["result"].(map[string]any)
			switch text(row, "state") {
			case "ADDED", "QUEUED", "IN PROGRESS":
				return nil
			case "FAILURE":
				out.done, out.failure = true, text(result, "error_message")
				if out.failure == "" {
					out.failure = "the CRM returned no reason"
				}
				return nil
			case "COMPLETED":
				out.done = true
				out.next = text(result, "next_page_token")
				if more, _ := result["more_records"].(bool); more != (out.next != "") {
					return errors.New("the fields more_records and next_page_token contradict each other")
				}
				out.count, err = number(result, "count")
				return err
			default:
				return fmt.Errorf("%q is not a state of a bulk read", text(row, "state"))
			}
		},
	})
	return out, err
}

// bulkFailed returns why a job failed. If the view was deleted, it says so.
func (c *Client) bulkFailed(ctx context.Context, module record.Module, view, reason string) error {
	if _, err := c.listMembers(ctx, module, view, ""); record.IsKind(err, record.NotFound) {
		return err
	}
	return &record.Error{Kind: record.Invalid, Side: record.CRM, Op: "bulk read of " + string(module), Code: "BULK_READ_FAILED", RecordID: view,
		Message: reason, Remedy: "the next sync tries again; if that fails too, choose a view with fewer records"}
}

// downloadBulk fetches the ids in a job's file.
func (c *Client) downloadBulk(ctx context.Context, job string, count int) ([]string, error) {
	var ids []string
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: bulkBase + "/" + job + "/result", Class: budget.Read, Op: "download a bulk read", RecordID: job,
		Scopes: []string{scopeBulk},
		File: func(contents []byte) (err error) {
			if ids, err = unpackIDs(contents); err == nil && len(ids) != count {
				err = fmt.Errorf("%d rows instead of %d", len(ids), count)
			}
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// unpackIDs reads the column Id of the one CSV file in a zip.
func unpackIDs(contents []byte) ([]string, error) {
	archive, err := zip.NewReader(bytes.NewReader(contents), int64(len(contents)))
	if err != nil {
		return nil, err
	}
	if len(archive.File) != 1 {
		return nil, fmt.Errorf("%d files instead of one", len(archive.File))
	}
	file, err := archive.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	rows := csv.NewReader(io.LimitReader(file, maxBulkFile))
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimPrefix(name, "\ufeff"), "id") })
	if at < 0 {
		return nil, errors.New("the file has no column Id")
	}
	var ids []string
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return ids, nil
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, strings.Clone(row[at]))
	}
}
