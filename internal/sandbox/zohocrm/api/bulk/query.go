package bulk

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// jobQuery is what a job reads. Requests and replies have it in this form.
type jobQuery struct {
	Module struct {
		API string `json:"api_name"`
		ID  string `json:"id,omitempty"`
	} `json:"module"`
	CVID     string          `json:"cvid,omitempty"`
	Fields   []string        `json:"fields,omitempty"`
	Page     int             `json:"page,omitempty"`
	Token    string          `json:"page_token,omitempty"`
	Criteria json.RawMessage `json:"criteria,omitempty"`
	FileType string          `json:"file_type,omitempty"`
}

// binding returns a hash of what a job's page tokens are bound to: the user, and the query without its page.
func (q *jobQuery) binding(user string) string {
	return wire.Digest("bulk", user, strings.ToLower(q.Module.API), q.CVID, strings.Join(q.Fields, ","), string(q.Criteria))
}

// criteria is a condition as bulk read writes it: a field is an object.
type criteria struct {
	GroupOperator string     `json:"group_operator"`
	Group         []criteria `json:"group"`
	Field         struct {
		API string `json:"api_name"`
	} `json:"field"`
	APIName    string `json:"api_name"` // the older form
	Comparator string `json:"comparator"`
	Value      any    `json:"value"`
}

func (c criteria) criteria() query.Criteria {
	out := query.Criteria{GroupOperator: c.GroupOperator, Field: c.Field.API, Comparator: c.Comparator, Value: c.Value}
	if out.Field == "" {
		out.Field = c.APIName
	}
	for _, kid := range c.Group {
		out.Group = append(out.Group, kid.criteria())
	}
	return out
}

// where returns the condition of the query's criteria, and nil if it has none.
func (q *jobQuery) where(set *metadata.FieldSet) (*query.Expr, error) {
	if len(q.Criteria) == 0 || string(q.Criteria) == "null" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(q.Criteria))
	d.UseNumber()
	var c criteria
	if err := d.Decode(&c); err != nil {
		return nil, errors.New("the criteria is no object of conditions")
	}
	criteria := c.criteria()
	return criteria.Expr(set)
}
