package bulk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Routes adds the calls about jobs to mux.
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
	q.Module.API, q.Module.ID = m.API, m.ID()
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

// state returns the state of a job by its age. It reaches COMPLETED after the setting bulkReadDelay.
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
	if file == nil { // the job failed
		return errNoJob(http.StatusBadRequest, r.PathValue("job"))
	}
	w.Header().Set("Content-Type", "application/x-download")
	w.Header().Set("Content-Disposition", "attachment; filename="+metadata.FormatID(job.id)+".zip")
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file)
	return nil
}
