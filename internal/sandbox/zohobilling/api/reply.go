package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// Reply is a good answer: the envelope's message and the parts beside it, or a file.
type Reply struct {
	status  int
	message string
	parts   []Part

	file     []byte
	fileType string
}

// Part is one named value of the envelope.
type Part struct {
	key   string
	value json.RawMessage
}

// OK answers a read.
func OK(parts ...Part) Reply { return Reply{status: http.StatusOK, message: "success", parts: parts} }

// Done answers a change.
func Done(message string, parts ...Part) Reply {
	return Reply{status: http.StatusOK, message: message, parts: parts}
}

// Created answers a creation.
func Created(message string, parts ...Part) Reply {
	return Reply{status: http.StatusCreated, message: message, parts: parts}
}

// File answers with a file's bytes, without an envelope.
func File(mediaType string, data []byte) Reply {
	return Reply{status: http.StatusOK, file: data, fileType: mediaType}
}

// RawPart is a part whose value is JSON already.
func RawPart(key string, value json.RawMessage) Part { return Part{key, value} }

// PartOf renders v as a part.
func PartOf(key string, v any) Part { return Part{key, JSON(v)} }

// JSON renders one of the sandbox's own values. A value that cannot be rendered is a fault of this program: it panics.
func JSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("render a reply: %w", err))
	}
	return raw
}

// write sends the file, or the envelope around its parts.
func (r Reply) write(w http.ResponseWriter) {
	if r.file != nil {
		w.Header().Set("Content-Type", r.fileType)
		w.WriteHeader(r.status)
		_, _ = w.Write(r.file)
		return
	}
	var b bytes.Buffer
	b.WriteString(`{"code":0,"message":`)
	b.Write(JSON(r.message))
	for _, p := range r.parts {
		b.WriteString(`,"` + p.key + `":`)
		b.Write(p.value)
	}
	b.WriteByte('}')
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(r.status)
	_, _ = w.Write(b.Bytes())
}
