package documents

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/store"
)

// mail is a request to send an e-mail, as it is stored.
type mail struct {
	To      []string `json:"to_mail_ids"`
	CC      []string `json:"cc_mail_ids"`
	Subject string   `json:"subject"`
	Body    string   `json:"body"`
}

// email sends a document by e-mail. A draft becomes a sent document.
func (m *Module) email(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		var message mail
		if err := c.Decode(&message); err != nil {
			return api.Reply{}, err
		}
		if err := message.check(k); err != nil {
			return api.Reply{}, err
		}
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error { return m.send(t, c, k, c.Params["id"], message) })
		text := "Your invoice has been sent."
		if k.IsEstimate() {
			text = "Your Estimate has been sent."
		}
		return api.Done(text), err
	}
}

func (m mail) check(k document.Kind) error {
	if len(m.To) == 0 {
		return api.Invalid("to_mail_ids")
	}
	if k.IsInvoice() && (m.Subject == "" || m.Body == "") {
		return api.Invalid("subject")
	}
	for _, address := range append(append([]string(nil), m.To...), m.CC...) {
		if address == "" || api.CheckEmail("", address) != nil {
			return api.Invalid("to_mail_ids")
		}
	}
	return nil
}

func (m *Module) send(t store.Txn, c *api.Call, k document.Kind, id string, message mail) error {
	d, err := m.Change(t, c, k, id, func(d *document.Document) error {
		switch d.Status {
		case document.Void:
			return d.RefuseState(k, "e-mailed")
		case document.Draft:
			d.MarkSent()
		}
		return nil
	})
	if err != nil {
		return err
	}
	raw, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := t.Exec(`INSERT INTO mails (module, document_id, at_us, doc) VALUES (?, ?, ?, ?)`, k.Table, d.ID, t.Now(), string(raw)); err != nil {
		return fmt.Errorf("store e-mail: %w", err)
	}
	return Note(t, k, d, k.Name+" e-mailed to "+strings.Join(message.To, ", "))
}

// sendNew e-mails a new document to its customer, where the call has send=true.
func (m *Module) sendNew(t store.Txn, c *api.Call, k document.Kind, d *document.Document) error {
	if c.Query("send") != "true" {
		return nil
	}
	if d.Email == "" {
		return api.Invalid("contact_persons")
	}
	if err := m.send(t, c, k, d.ID, mail{To: []string{d.Email}}); err != nil {
		return err
	}
	sentOne, err := Load(t, c.Org, k, d.ID)
	if err == nil {
		*d = *sentOne
	}
	return err
}

// Mail is an e-mail that billing sent.
type Mail struct {
	Module     string   `json:"module"`
	DocumentID string   `json:"document_id"`
	To         []string `json:"to"`
	CC         []string `json:"cc,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Body       string   `json:"body,omitempty"`
}

// Mails returns the e-mails that billing sent, the oldest first.
func (m *Module) Mails(ctx context.Context) ([]Mail, error) {
	rows, err := m.store.Query(ctx, `SELECT module, CAST(document_id AS TEXT), doc FROM mails ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("list e-mails: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := []Mail{}
	for rows.Next() {
		var one Mail
		var raw []byte
		if err := rows.Scan(&one.Module, &one.DocumentID, &raw); err != nil {
			return nil, fmt.Errorf("list e-mails: %w", err)
		}
		var kept mail
		if err := json.Unmarshal(raw, &kept); err != nil {
			return nil, err
		}
		one.To, one.CC, one.Subject, one.Body = kept.To, kept.CC, kept.Subject, kept.Body
		out = append(out, one)
	}
	return out, rows.Err()
}
