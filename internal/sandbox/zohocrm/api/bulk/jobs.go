package bulk

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// Bulk read: a job is asked for, polled until it is done, and gives a zip that holds a CSV file. What a job reads is
// read when it is first seen to be done; from then on its result stays the same, also across a restart.

const (
	Path     = "/crm/bulk/v8/read"
	idJobs   = metadata.IdBase + 3_000_000_000
	maxPages = 50
	maxBody  = 1 << 20
)

// Schema keeps the jobs with their results.
const Schema = `
CREATE TABLE IF NOT EXISTS bulk_jobs (
	id INTEGER PRIMARY KEY,
	user TEXT NOT NULL,
	created INTEGER NOT NULL,
	query TEXT NOT NULL,
	result TEXT NOT NULL DEFAULT '',
	file BLOB
);
`

type request struct {
	Callback *struct {
		URL    string `json:"url"`
		Method string `json:"method"`
	} `json:"callback"`
	Query    *jobQuery `json:"query"`
	FileType string    `json:"file_type"`
}

// job is a job as it is kept.
type job struct {
	id      int64
	user    string
	created int64
	query   jobQuery
	result  string // JSON of the reply's result; empty until the job has run
}

// Jobs makes, runs and serves the jobs.
type Jobs struct {
	db       *platform.DB
	store    *records.Store
	defs     *custom.Definitions
	settings *platform.Settings
	clock    platform.Clock

	downloads downloads
}

func New(db *platform.DB, store *records.Store, defs *custom.Definitions, settings *platform.Settings, clock platform.Clock) *Jobs {
	return &Jobs{db: db, store: store, defs: defs, settings: settings, clock: clock}
}

// scope is the one that the API's definition names.
const scope = "ZohoCRM.bulk.ALL"

func (j *Jobs) Routes(mux *http.ServeMux) {
	mux.Handle(Path, wire.Methods{"POST": wire.Scoped(scope, j.create)})
	mux.Handle(Path+"/{job}", wire.Methods{"GET": wire.Scoped(scope, j.get)})
	mux.Handle(Path+"/{job}/result", wire.Methods{"GET": wire.Scoped(scope, j.download)})
}

// create answers POST /crm/bulk/v8/read.
func (j *Jobs) create(w http.ResponseWriter, r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return &wire.Error{Status: http.StatusUnsupportedMediaType, Code: "MEDIA_TYPE_NOT_SUPPORTED", Message: "Media type is not supported."}
	}
	req, err := readRequest(r)
	if err != nil {
		return err
	}
	q := req.Query
	m := metadata.ModuleNamed(q.Module.API)
	if m == nil {
		return wire.BadRequest("MODULE_NOT_AVAILABLE", "The module given seems to be invalid", map[string]any{"module": q.Module.API})
	}
	if !wire.ModuleScope(r, m, "READ") {
		return wire.ErrScope()
	}
	if err := j.check(r, m, q); err != nil {
		return err
	}
	q.Module.API, q.Module.ID = m.API, m.Id()
	if q.Page == 0 && q.Token == "" {
		q.Page = 1
	}
	job := job{user: wire.Caller(r).ID, created: j.clock().UnixMilli(), query: *q}
	if err := j.keep(r.Context(), &job); err != nil {
		return err
	}
	return wire.WriteJSON(w, http.StatusCreated, map[string]any{"data": []any{map[string]any{"status": "success", "code": "ADDED_SUCCESSFULLY",
		"message": "Added successfully.", "details": map[string]any{"id": metadata.FormatID(job.id), "operation": "read", "state": "ADDED",
			"created_by": metadata.UserNamed(job.user).Minified(), "created_time": metadata.FormatTime(job.created)}}}, "info": map[string]any{}})
}

func readRequest(r *http.Request) (*request, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil || len(bytes.TrimSpace(body)) == 0 {
		return nil, wire.BadRequest("REQUEST_BODY_IS_EMPTY", "The request body is empty", nil)
	}
	req := &request{}
	if err := json.Unmarshal(body, req); err != nil {
		return nil, wire.BadRequest("REQUEST_BODY_NOT_READABLE", "The request body is not readable", nil)
	}
	switch {
	case req.Query == nil:
		return nil, wire.BadRequest("QUERY_NOT_SUPPORTED", "The query given seems to be invalid", nil)
	case req.FileType != "" && req.FileType != "csv":
		return nil, wire.BadRequest("NOT_SUPPORTED_FEATURE", "The file type is not supported for the module", map[string]any{"file_type": req.FileType})
	case req.Callback != nil && !strings.HasPrefix(req.Callback.URL, "https://"):
		return nil, wire.BadRequest("INVALID_CALLBACK_URL", "The callback URL given seems to be invalid", map[string]any{"url": req.Callback.URL})
	case req.Callback != nil && req.Callback.Method != "post":
		return nil, wire.BadRequest("INVALID_CALLBACK_METHOD", "The callback method given seems to be invalid", map[string]any{"method": req.Callback.Method})
	}
	return req, nil
}

// check refuses at once what the job could never read.
func (j *Jobs) check(r *http.Request, m *metadata.Module, q *jobQuery) error {
	set := j.defs.Fields(m)
	for _, name := range q.Fields {
		if name != "id" && set.ByAPI[name] == nil {
			return wire.BadRequest("FIELD_NOT_AVAILABLE", "The field given seems to be invalid", map[string]any{"field": name})
		}
	}
	switch {
	case q.CVID != "" && j.defs.View(m, q.CVID) == nil:
		return wire.BadRequest("CVID_NOT_SUPPORTED", "The cvid given seems to be invalid", map[string]any{"cvid": q.CVID})
	case q.CVID != "" && q.Criteria != nil:
		return wire.BadRequest("AMBIGUOUS_CRITERIA", "Either cvid or criteria can be given", nil)
	case q.Page < 0 || q.Page > maxPages:
		return wire.BadRequest("PAGE_RANGE_EXCEEDED", "The page range is exceeded", map[string]any{"max_limit": maxPages})
	case q.Page > 0 && q.Token != "":
		return wire.BadRequest("PAGE_NOT_SUPPORTED", "Either page or page_token can be given", nil)
	}
	if _, err := q.where(set); err != nil {
		return wire.BadRequest("INVALID_CRITERIA", err.Error(), nil)
	}
	if q.Token == "" {
		return nil
	}
	t, ok := wire.DecodePageToken(q.Token)
	switch {
	case !ok:
		return wire.ErrInvalidParam("page_token")
	case t.Binding != q.binding(wire.Caller(r).ID):
		return wire.BadRequest("TOKEN_BOUND_DATA_MISMATCH", "The query or the user differs from that which the page token was given for",
			map[string]any{"param_name": "page_token"})
	case j.clock().UnixMilli() >= t.Expires:
		return wire.BadRequest("EXPIRED_VALUE", "Page token expired", map[string]any{"param_name": "page_token"})
	}
	return nil
}

func (j *Jobs) keep(ctx context.Context, job *job) error {
	query, err := json.Marshal(job.query)
	if err != nil {
		return err
	}
	err = j.db.Write(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "INSERT INTO bulk_jobs (user, created, query) VALUES (?, ?, ?) RETURNING id",
			job.user, job.created, string(query)).Scan(&job.id)
	})
	job.id += idJobs
	return err
}

// find finds a job; nil where there is none.
func (j *Jobs) find(ctx context.Context, id string) (*job, error) {
	n, _ := metadata.ParseID(id)
	job := &job{id: n}
	var query string
	err := j.db.Read().QueryRowContext(ctx, "SELECT user, created, query, result FROM bulk_jobs WHERE id = ?", n-idJobs).
		Scan(&job.user, &job.created, &query, &job.result)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read bulk job %s: %w", id, err)
	}
	return job, json.Unmarshal([]byte(query), &job.query)
}

func errNoJob(status int, id string) *wire.Error {
	return &wire.Error{Status: status, Code: "RESOURCE_NOT_FOUND", Message: "The requested resource doesn't exist.",
		Details: map[string]any{"resource": id}}
}

// get answers GET /crm/bulk/v8/read/{job}.
func (j *Jobs) get(w http.ResponseWriter, r *http.Request) error {
	job, err := j.find(r.Context(), r.PathValue("job"))
	if err != nil {
		return err
	}
	if job == nil {
		return errNoJob(http.StatusNotFound, r.PathValue("job"))
	}
	state := j.state(job)
	if state == completed && job.result == "" {
		if err := j.run(r.Context(), job); err != nil {
			return err
		}
	}
	out := map[string]any{"id": metadata.FormatID(job.id), "operation": "read", "state": state, "query": job.query, "file_type": "csv",
		"created_by": metadata.UserNamed(job.user).Minified(), "created_time": metadata.FormatTime(job.created)}
	if job.result != "" {
		out["result"] = json.RawMessage(job.result)
		if strings.HasPrefix(job.result, `{"error_message"`) {
			out["state"] = "FAILURE"
		}
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": []any{out}})
}

const completed = "COMPLETED"

// state goes through the states over the time that the setting bulkReadDelay gives.
func (j *Jobs) state(job *job) string {
	delay, passed := j.settings.Get().BulkReadDelay.Milliseconds(), j.clock().UnixMilli()-job.created
	switch {
	case job.result != "" || passed >= delay:
		return completed
	case passed < delay/3:
		return "ADDED"
	case passed < 2*delay/3:
		return "QUEUED"
	default:
		return "IN PROGRESS"
	}
}

// download answers GET /crm/bulk/v8/read/{job}/result.
func (j *Jobs) download(w http.ResponseWriter, r *http.Request) error {
	if wait, ok := j.downloads.take(j.clock(), j.settings.Get().BulkDownloads); !ok {
		if j.settings.Get().RetryAfter {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		}
		wire.WriteRefusal(w, platform.Refusal{Kind: platform.TooPerMinute, Limit: j.settings.Get().BulkDownloads}, j.settings.Get().RateLimitCode)
		return nil
	}
	job, err := j.find(r.Context(), r.PathValue("job"))
	if err != nil {
		return err
	}
	if job == nil || job.result == "" {
		return errNoJob(http.StatusBadRequest, r.PathValue("job"))
	}
	var file []byte
	if err := j.db.Read().QueryRowContext(r.Context(), "SELECT file FROM bulk_jobs WHERE id = ?", job.id-idJobs).Scan(&file); err != nil {
		return fmt.Errorf("read result of bulk job %d: %w", job.id, err)
	}
	if file == nil { // of a job that failed
		return errNoJob(http.StatusBadRequest, r.PathValue("job"))
	}
	w.Header().Set("Content-Type", "application/x-download")
	w.Header().Set("Content-Disposition", "attachment; filename="+metadata.FormatID(job.id)+".zip")
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file)
	return nil
}
