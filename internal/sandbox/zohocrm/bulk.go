package zohocrm

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
)

// Bulk read: a job is asked for, polled until it is done, and gives a zip that holds a CSV file. What a job reads is
// read when it is first seen to be done; from then on its result stays the same, also across a restart.

const (
	bulkPath     = "/crm/bulk/v8/read"
	idBulkJobs   = idBase + 3_000_000_000
	maxBulkPages = 50
	maxBulkBody  = 1 << 20
)

// bulkSchema keeps the jobs with their results.
const bulkSchema = `
CREATE TABLE IF NOT EXISTS bulk_jobs (
	id INTEGER PRIMARY KEY,
	user TEXT NOT NULL,
	created INTEGER NOT NULL,
	query TEXT NOT NULL,
	result TEXT NOT NULL DEFAULT '',
	file BLOB
);
`

type bulkRequest struct {
	Callback *struct {
		URL    string `json:"url"`
		Method string `json:"method"`
	} `json:"callback"`
	Query    *bulkQuery `json:"query"`
	FileType string     `json:"file_type"`
}

// bulkJob is a job as it is kept.
type bulkJob struct {
	id      int64
	user    string
	created int64
	query   bulkQuery
	result  string // JSON of the reply's result; empty until the job has run
}

// bulkJobs makes, runs and serves the jobs.
type bulkJobs struct {
	db       *platform.DB
	store    *Store
	defs     *Definitions
	settings *platform.Settings
	clock    platform.Clock

	downloads downloads
}

func newBulkJobs(db *platform.DB, store *Store, defs *Definitions, settings *platform.Settings, clock platform.Clock) *bulkJobs {
	return &bulkJobs{db: db, store: store, defs: defs, settings: settings, clock: clock}
}

// bulkScope is the one that the API's definition names.
const bulkScope = "ZohoCRM.bulk.ALL"

func (j *bulkJobs) bulkRoutes(mux *http.ServeMux) {
	mux.Handle(bulkPath, methods{"POST": scoped(bulkScope, j.createBulkRead)})
	mux.Handle(bulkPath+"/{job}", methods{"GET": scoped(bulkScope, j.getBulkRead)})
	mux.Handle(bulkPath+"/{job}/result", methods{"GET": scoped(bulkScope, j.downloadBulkRead)})
}

// createBulkRead answers POST /crm/bulk/v8/read.
func (j *bulkJobs) createBulkRead(w http.ResponseWriter, r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return &apiError{status: http.StatusUnsupportedMediaType, code: "MEDIA_TYPE_NOT_SUPPORTED", message: "Media type is not supported."}
	}
	req, err := readBulk(r)
	if err != nil {
		return err
	}
	q := req.Query
	m := moduleNamed(q.Module.API)
	if m == nil {
		return badRequest("MODULE_NOT_AVAILABLE", "The module given seems to be invalid", map[string]any{"module": q.Module.API})
	}
	if !moduleScope(r, m, "READ") {
		return errScope()
	}
	if err := j.checkBulk(r, m, q); err != nil {
		return err
	}
	q.Module.API, q.Module.ID = m.API, m.id()
	if q.Page == 0 && q.Token == "" {
		q.Page = 1
	}
	job := bulkJob{user: caller(r).ID, created: j.clock().UnixMilli(), query: *q}
	if err := j.keepBulk(r.Context(), &job); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, map[string]any{"data": []any{map[string]any{"status": "success", "code": "ADDED_SUCCESSFULLY",
		"message": "Added successfully.", "details": map[string]any{"id": digits(job.id), "operation": "read", "state": "ADDED",
			"created_by": userNamed(job.user).minified(), "created_time": wire(job.created)}}}, "info": map[string]any{}})
}

func readBulk(r *http.Request) (*bulkRequest, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBulkBody))
	if err != nil || len(bytes.TrimSpace(body)) == 0 {
		return nil, badRequest("REQUEST_BODY_IS_EMPTY", "The request body is empty", nil)
	}
	req := &bulkRequest{}
	if err := json.Unmarshal(body, req); err != nil {
		return nil, badRequest("REQUEST_BODY_NOT_READABLE", "The request body is not readable", nil)
	}
	switch {
	case req.Query == nil:
		return nil, badRequest("QUERY_NOT_SUPPORTED", "The query given seems to be invalid", nil)
	case req.FileType != "" && req.FileType != "csv":
		return nil, badRequest("NOT_SUPPORTED_FEATURE", "The file type is not supported for the module", map[string]any{"file_type": req.FileType})
	case req.Callback != nil && !strings.HasPrefix(req.Callback.URL, "https://"):
		return nil, badRequest("INVALID_CALLBACK_URL", "The callback URL given seems to be invalid", map[string]any{"url": req.Callback.URL})
	case req.Callback != nil && req.Callback.Method != "post":
		return nil, badRequest("INVALID_CALLBACK_METHOD", "The callback method given seems to be invalid", map[string]any{"method": req.Callback.Method})
	}
	return req, nil
}

// checkBulk refuses at once what the job could never read.
func (j *bulkJobs) checkBulk(r *http.Request, m *module, q *bulkQuery) error {
	set := j.defs.fields(m)
	for _, name := range q.Fields {
		if name != "id" && set.byAPI[name] == nil {
			return badRequest("FIELD_NOT_AVAILABLE", "The field given seems to be invalid", map[string]any{"field": name})
		}
	}
	switch {
	case q.CVID != "" && j.defs.viewByID(m, q.CVID) == nil:
		return badRequest("CVID_NOT_SUPPORTED", "The cvid given seems to be invalid", map[string]any{"cvid": q.CVID})
	case q.CVID != "" && q.Criteria != nil:
		return badRequest("AMBIGUOUS_CRITERIA", "Either cvid or criteria can be given", nil)
	case q.Page < 0 || q.Page > maxBulkPages:
		return badRequest("PAGE_RANGE_EXCEEDED", "The page range is exceeded", map[string]any{"max_limit": maxBulkPages})
	case q.Page > 0 && q.Token != "":
		return badRequest("PAGE_NOT_SUPPORTED", "Either page or page_token can be given", nil)
	}
	if _, err := q.where(set); err != nil {
		return badRequest("INVALID_CRITERIA", err.Error(), nil)
	}
	if q.Token == "" {
		return nil
	}
	t, ok := decodeToken(q.Token)
	switch {
	case !ok:
		return errInvalidParam("page_token")
	case t.Binding != q.binding(caller(r).ID):
		return badRequest("TOKEN_BOUND_DATA_MISMATCH", "The query or the user differs from that which the page token was given for",
			map[string]any{"param_name": "page_token"})
	case j.clock().UnixMilli() >= t.Expires:
		return badRequest("EXPIRED_VALUE", "Page token expired", map[string]any{"param_name": "page_token"})
	}
	return nil
}

func (j *bulkJobs) keepBulk(ctx context.Context, job *bulkJob) error {
	query, err := json.Marshal(job.query)
	if err != nil {
		return err
	}
	err = j.db.Write(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "INSERT INTO bulk_jobs (user, created, query) VALUES (?, ?, ?) RETURNING id",
			job.user, job.created, string(query)).Scan(&job.id)
	})
	job.id += idBulkJobs
	return err
}

// bulkJob finds a job; nil where there is none.
func (j *bulkJobs) bulkJob(ctx context.Context, id string) (*bulkJob, error) {
	n, _ := parseID(id)
	job := &bulkJob{id: n}
	var query string
	err := j.db.Read().QueryRowContext(ctx, "SELECT user, created, query, result FROM bulk_jobs WHERE id = ?", n-idBulkJobs).
		Scan(&job.user, &job.created, &query, &job.result)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read bulk job %s: %w", id, err)
	}
	return job, json.Unmarshal([]byte(query), &job.query)
}

func errNoJob(status int, id string) *apiError {
	return &apiError{status: status, code: "RESOURCE_NOT_FOUND", message: "The requested resource doesn't exist.",
		details: map[string]any{"resource": id}}
}

// getBulkRead answers GET /crm/bulk/v8/read/{job}.
func (j *bulkJobs) getBulkRead(w http.ResponseWriter, r *http.Request) error {
	job, err := j.bulkJob(r.Context(), r.PathValue("job"))
	if err != nil {
		return err
	}
	if job == nil {
		return errNoJob(http.StatusNotFound, r.PathValue("job"))
	}
	state := j.bulkState(job)
	if state == bulkCompleted && job.result == "" {
		if err := j.runBulk(r.Context(), job); err != nil {
			return err
		}
	}
	out := map[string]any{"id": digits(job.id), "operation": "read", "state": state, "query": job.query, "file_type": "csv",
		"created_by": userNamed(job.user).minified(), "created_time": wire(job.created)}
	if job.result != "" {
		out["result"] = json.RawMessage(job.result)
		if strings.HasPrefix(job.result, `{"error_message"`) {
			out["state"] = "FAILURE"
		}
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": []any{out}})
}

const bulkCompleted = "COMPLETED"

// bulkState goes through the states over the time that the setting bulkReadDelay gives.
func (j *bulkJobs) bulkState(job *bulkJob) string {
	delay, passed := j.settings.Get().BulkReadDelay.Milliseconds(), j.clock().UnixMilli()-job.created
	switch {
	case job.result != "" || passed >= delay:
		return bulkCompleted
	case passed < delay/3:
		return "ADDED"
	case passed < 2*delay/3:
		return "QUEUED"
	default:
		return "IN PROGRESS"
	}
}

// downloadBulkRead answers GET /crm/bulk/v8/read/{job}/result.
func (j *bulkJobs) downloadBulkRead(w http.ResponseWriter, r *http.Request) error {
	if wait, ok := j.downloads.take(j.clock(), j.settings.Get().BulkDownloads); !ok {
		if j.settings.Get().RetryAfter {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		}
		writeRefusal(w, platform.Refusal{Kind: platform.TooPerMinute, Limit: j.settings.Get().BulkDownloads}, j.settings.Get().RateLimitCode)
		return nil
	}
	job, err := j.bulkJob(r.Context(), r.PathValue("job"))
	if err != nil {
		return err
	}
	if job == nil || job.result == "" {
		return errNoJob(http.StatusBadRequest, r.PathValue("job"))
	}
	var file []byte
	if err := j.db.Read().QueryRowContext(r.Context(), "SELECT file FROM bulk_jobs WHERE id = ?", job.id-idBulkJobs).Scan(&file); err != nil {
		return fmt.Errorf("read result of bulk job %d: %w", job.id, err)
	}
	if file == nil { // of a job that failed
		return errNoJob(http.StatusBadRequest, r.PathValue("job"))
	}
	w.Header().Set("Content-Type", "application/x-download")
	w.Header().Set("Content-Disposition", "attachment; filename="+digits(job.id)+".zip")
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file)
	return nil
}
