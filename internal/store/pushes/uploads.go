package pushes

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
)

// Upload is a file that waits in the finance workspace to be attached.
type Upload struct {
	ID, Connection, Name, Type string
	Data                       []byte
	By                         string // the CRM user
	At                         time.Time
}

// upload is its form in the store: what it holds is encrypted.
type upload struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	By    string `json:"by"`
	KeyID string `json:"key_id"`
	Data  string `json:"data"`
}

func uploadContext(connection, id string) string { return "upload\x00" + connection + "\x00" + id }

// PutUpload keeps a file in the finance workspace, encrypted: disabling the connection removes it. Idempotent by its id.
func (s *Workspace) PutUpload(ctx context.Context, u Upload) error {
	keyID, data, err := s.db.Seal([]byte(base64.StdEncoding.EncodeToString(u.Data)), uploadContext(u.Connection, u.ID))
	if err != nil {
		return fmt.Errorf("keep upload %s: %w", u.ID, err)
	}
	body, err := json.Marshal(upload{Name: u.Name, Type: u.Type, By: u.By, KeyID: keyID, Data: data})
	if err != nil {
		return fmt.Errorf("keep upload %s: %w", u.ID, err)
	}
	return s.Put(ctx, WorkspaceObject{Connection: u.Connection, Kind: WorkspaceAttachment, ID: u.ID, CreatedAt: u.At, Body: string(body)})
}

const getUpload = `SELECT body FROM workspace_objects WHERE connection = ? AND kind = 'attachments' AND id = ?`

// Upload reads a file of the finance workspace. NotFound where there is none, or it was removed.
func (s *Workspace) Upload(ctx context.Context, connection, id string) (Upload, error) {
	out := Upload{ID: id, Connection: connection}
	var body string
	found, err := s.db.Reader().Get(ctx, &body, getUpload, connection, id)
	if err == nil && !found {
		err = &record.Error{Kind: record.NotFound, Op: "attach", Code: "UNKNOWN_UPLOAD", RecordID: id, Message: "no such file was uploaded", Remedy: "upload it again"}
	}
	if err != nil {
		return out, fmt.Errorf("read upload %s: %w", id, err)
	}
	var u upload
	if err := json.Unmarshal([]byte(body), &u); err != nil {
		return out, fmt.Errorf("read upload %s: %w", id, err)
	}
	plain, err := s.db.Unseal(u.KeyID, u.Data, uploadContext(connection, id))
	if err != nil {
		return out, fmt.Errorf("read upload %s: %w", id, err)
	}
	out.Name, out.Type, out.By = u.Name, u.Type, u.By
	out.Data, err = base64.StdEncoding.DecodeString(string(plain))
	return out, err
}
