package documents

import (
	"encoding/json"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/list"
)

// statusNow is the SQL of Document.StatusOn. Its argument is the date.
func statusNow(k document.Kind) string {
	late := map[string]string{"estimate": "expired", "invoice": "overdue"}[k.One]
	return `(CASE WHEN status = 'sent' AND due <> '' AND due < ? THEN '` + late + `' ELSE status END)`
}

func (m *Module) list(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		l, err := m.Page(c, k)
		if err != nil {
			return api.Reply{}, err
		}
		if err := filterByStatus(&l, k, strings.TrimPrefix(l.Param("filter_by"), "Status."), m.store.Today()); err != nil {
			return api.Reply{}, err
		}
		return m.lists.Reply(c.Request.Context(), l, k.Table)
	}
}

// filterByStatus adds a filter by status. The wire writes statuses without underscores.
func filterByStatus(l *list.List, k document.Kind, status, today string) error {
	l.Filter = "Status." + status
	switch status = strings.ToLower(status); status {
	case "", "all":
		l.Filter = "Status.All"
	case "unpaid":
		l.Where(statusNow(k)+` IN ('sent', 'overdue', 'partially_paid')`, today)
	case document.Draft, document.Sent, document.Accepted, document.Declined, document.Invoiced, document.Paid, document.Void,
		"overdue", "expired", "partiallypaid":
		if status == "partiallypaid" {
			status = document.PartiallyPaid
		}
		l.Where(statusNow(k)+` = ?`, today, status)
	default:
		return api.Invalid("filter_by")
	}
	return nil
}

// Page reads which page of a kind a call asks for: of one customer or of all, in which order.
func (m *Module) Page(c *api.Call, k document.Kind) (list.List, error) {
	l, err := list.New(c, k.Table, "doc", k.Table)
	if err != nil {
		return l, err
	}
	l.Show = func(raw []byte) ([]byte, error) {
		var d document.Document
		if err := json.Unmarshal(raw, &d); err != nil {
			return nil, err
		}
		return json.Marshal(d.Short(k, m.store.Today()))
	}
	if v := l.Param("customer_id"); v != "" {
		l.Where("customer_id = CAST(? AS INTEGER)", v)
	}
	columns := map[string]string{"created_time": "created_us"}
	if c.Settings.SortByModified {
		columns["last_modified_time"] = "updated_us"
	}
	return l, l.Sort(columns)
}
