package platform

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path/filepath"
)

// What is wrong with an upload.
var (
	ErrNoFile   = errors.New("the form has no such file")
	ErrFileSize = errors.New("the file is too large")
)

// Upload is a file of a form. Its name is the last part of the path that the client sent.
type Upload struct {
	Name, Type string
	Data       []byte
}

// ReadUpload reads the file of a form. It fails with ErrNoFile if there is none or if it is empty, and with ErrFileSize
// if it has more than most bytes. Any other error comes from the connection.
func ReadUpload(r *http.Request, field string, most int64) (Upload, error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return Upload{}, ErrNoFile
	}
	form := multipart.NewReader(r.Body, params["boundary"])
	for {
		p, err := form.NextPart()
		if err != nil {
			return Upload{}, ErrNoFile
		}
		if p.FormName() != field {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(p, most+1))
		name := filepath.Base(p.FileName())
		switch {
		case err != nil:
			return Upload{}, fmt.Errorf("read upload: %w", err)
		case int64(len(data)) > most:
			return Upload{}, ErrFileSize
		case len(data) == 0 || name == ".":
			return Upload{}, ErrNoFile
		}
		return Upload{Name: name, Type: p.Header.Get("Content-Type"), Data: data}, nil
	}
}
