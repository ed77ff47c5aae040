package zohoapi

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
)

// Upload is a file that a call sends in place of a JSON body.
type Upload struct {
	Field string // the name of the form's field
	Name  string // the file's name
	Type  string // its media type
	Data  []byte
}

// form returns the upload as a multipart form, and the form's media type. It is made once for a call: all attempts send the
// same bytes.
func (u Upload) form() (body []byte, mediaType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition(u.Field, u.Name))
	header.Set("Content-Type", u.Type)
	part, err := w.CreatePart(header)
	if err == nil {
		_, err = part.Write(u.Data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("write form: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}
