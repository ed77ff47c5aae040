package documents

import (
	"encoding/json"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/store"
)

func (m *Module) commentRoutes(rt *api.Router, k document.Kind, one string) {
	rt.Add("GET", one+"/comments", k.Scope+".READ", extra(k, m.listComments(k)))
	rt.Add("POST", one+"/comments", k.Scope+".CREATE", extra(k, m.addComment(k)))
	rt.Add("PUT", one+"/comments/{comment}", k.Scope+".UPDATE", extra(k, m.changeComment(k)))
	rt.Add("DELETE", one+"/comments/{comment}", k.Scope+".DELETE", extra(k, m.dropComment(k)))
}

func (m *Module) listComments(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		if _, err := m.read(c, k, c.Params["id"]); err != nil {
			return api.Reply{}, err
		}
		all, err := m.commentsOf(c.Request.Context(), k, c.Params["id"])
		return api.OK(api.PartOf("comments", all)), err
	}
}

type commentBody struct {
	Description string `json:"description"`
	Shown       bool   `json:"show_comment_to_clients"`
}

func (b *commentBody) check() error {
	if strings.TrimSpace(b.Description) == "" {
		return api.Invalid("description")
	}
	return api.CheckLines("description", b.Description, 64<<10)
}

func (m *Module) addComment(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		var b commentBody
		if err := c.Decode(&b); err != nil {
			return api.Reply{}, err
		}
		if err := b.check(); err != nil {
			return api.Reply{}, err
		}
		said := comment{Text: b.Description, By: "Ada Quay", ByID: "4600000000070001", Type: "internal", Operation: "Added"}
		var id int64
		err := m.store.Write(c.Request.Context(), func(t store.Txn) (err error) {
			if _, err = Load(t, c.Org, k, c.Params["id"]); err != nil {
				return err
			}
			said.AtUS = t.Now()
			id, err = insertComment(t, k, c.Params["id"], said)
			return err
		})
		return api.Created("Comments added.", api.PartOf("comment", said.wire(k, id, c.Params["id"]))), err
	}
}

func (m *Module) changeComment(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		var b commentBody
		if err := c.Decode(&b); err != nil {
			return api.Reply{}, err
		}
		if err := b.check(); err != nil {
			return api.Reply{}, err
		}
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			is, err := commentOf(t, c, k)
			if err != nil {
				return err
			}
			is.Text = b.Description
			_, err = t.Exec(`UPDATE document_comments SET doc = ? WHERE id = ?`, string(api.JSON(is)), c.Params["comment"])
			return err
		})
		return api.Done("Comment updated."), err
	}
}

func (m *Module) dropComment(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			if _, err := commentOf(t, c, k); err != nil {
				return err
			}
			_, err := t.Exec(`DELETE FROM document_comments WHERE id = ?`, c.Params["comment"])
			return err
		})
		return api.Done("The comment has been deleted."), err
	}
}

var errNoComment = api.NotFound(1002, "Comment does not exist.")

// commentOf returns the comment in the path. Only a user's can be changed, not billing's own.
func commentOf(t store.Txn, c *api.Call, k document.Kind) (comment, error) {
	var raw []byte
	var out comment
	err := t.Find(errNoComment, `SELECT doc FROM document_comments WHERE module = ? AND document_id = CAST(? AS INTEGER) AND id = CAST(? AS INTEGER)`,
		[]any{k.Table, c.Params["id"], c.Params["comment"]}, &raw)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, err
	}
	if out.Type == "system" {
		return out, api.Invalid("comment_id")
	}
	return out, nil
}
