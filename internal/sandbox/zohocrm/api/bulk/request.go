package bulk

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

type request struct {
	Callback *struct {
		URL    string `json:"url"`
		Method string `json:"method"`
	} `json:"callback"`
	Query    *jobQuery `json:"query"`
	FileType string    `json:"file_type"`
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

// check refuses a query that no job could run.
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
