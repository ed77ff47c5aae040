package api

import (
	"net/http"
	"strings"

	"causeway/internal/sandbox/zohocrm/api/bulk"
	"causeway/internal/sandbox/zohocrm/coql"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Cost returns what a call takes from the day's credits: 1 for most calls, 1 for each ten records of a write, 3 for a list
// by view, 2 for the list of deletions, 1 to 3 for COQL by its limit, and 50 for a bulk read job. It is a platform.Cost.
func (a *API) Cost(r *http.Request, body []byte) int {
	path := strings.Trim(strings.TrimPrefix(r.URL.Path, "/crm/v8"), "/")
	switch {
	case r.URL.Path == bulk.Path:
		return 50
	case path == "coql":
		return a.coqlCost(body)
	case strings.HasPrefix(path, "settings/"):
		return 1
	case r.Method == http.MethodGet && strings.HasSuffix(path, "/deleted"):
		return 2
	case r.Method == http.MethodGet && r.URL.Query().Get("cvid") != "":
		return 3
	case r.Method == http.MethodPost || r.Method == http.MethodPut:
		object, err := metadata.DecodeObject(body)
		if err != nil {
			return 1
		}
		data, _ := object["data"].([]any)
		return max(1, (len(data)+9)/10)
	default:
		return 1
	}
}

func (a *API) coqlCost(body []byte) int {
	object, err := metadata.DecodeObject(body)
	if err != nil {
		return 1
	}
	src, _ := object["select_query"].(string)
	q, queryErr := coql.Parse(src, a.defs.Fields)
	switch {
	case queryErr != nil || q.Limit <= 200:
		return 1
	case q.Limit <= 1000:
		return 2
	default:
		return 3
	}
}
