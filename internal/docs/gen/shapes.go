package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// shape is what one command prints as JSON.
type shape struct {
	command string // or commands, as the heading shows them
	value   any    // of the type that is printed
}

// shapesTables are the tables of all shapes, and then of the objects in them, each once. tell returns the comment of
// a field.
func shapesTables(shapes []shape, tell func(reflect.Type, string) string) string {
	s := shapeWriter{tell: tell, seen: map[reflect.Type]bool{}}
	var b strings.Builder
	for _, sh := range shapes {
		t := indirect(reflect.TypeOf(sh.value))
		fmt.Fprintf(&b, "### %s\n\n%s\n", sh.command, s.table(t))
	}
	if len(s.later) > 0 {
		b.WriteString("## Objects\n\n")
	}
	for len(s.later) > 0 {
		t := s.later[0]
		s.later = s.later[1:]
		fmt.Fprintf(&b, "### object %s\n\n%s\n", t.Name(), s.table(t))
	}
	return b.String()
}

type shapeWriter struct {
	tell  func(reflect.Type, string) string
	seen  map[reflect.Type]bool
	later []reflect.Type // named objects that are still to be written
}

func (s *shapeWriter) table(t reflect.Type) string {
	if t.Kind() != reflect.Struct {
		return s.typeOf(t) + "\n"
	}
	out := table{head: []string{"field", "type", "what it is"}}
	s.rows(t, "", &out)
	return out.String()
}

// rows adds a row for each field. What is embedded stands in place; an object without a name has its fields below it.
func (s *shapeWriter) rows(t reflect.Type, prefix string, out *table) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		inner := indirect(f.Type)
		if f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			s.rows(inner, prefix, out)
			continue
		}
		if name == "" {
			name = f.Name
		}
		about := s.tell(t, f.Name)
		if strings.Contains(options, "omit") {
			about = strings.TrimSpace(about + " Left out when empty.")
		}
		out.rows = append(out.rows, []string{code(prefix + name), s.typeOf(f.Type), about})
		if inner = element(inner); inner.Kind() == reflect.Struct && inner.Name() == "" {
			s.rows(inner, prefix+name+".", out)
		}
	}
}

// The types that write themselves.
var (
	timeType      = reflect.TypeFor[time.Time]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	rawMessage    = reflect.TypeFor[json.RawMessage]()
)

// typeOf tells a type in words, and notes an object that is to be described.
func (s *shapeWriter) typeOf(t reflect.Type) string {
	switch {
	case t == timeType:
		return "time"
	case t == rawMessage, t.Kind() == reflect.Interface:
		return "any"
	case t.Kind() == reflect.Pointer:
		return s.typeOf(t.Elem()) + " or null"
	case t.Implements(textMarshaler), t.Implements(jsonMarshaler):
		return "text"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Slice, reflect.Array:
		return "list of " + s.typeOf(t.Elem())
	case reflect.Map:
		return s.typeOf(t.Elem()) + " by name"
	case reflect.Struct:
		if t.Name() == "" {
			return "object"
		}
		if !s.seen[t] {
			s.seen[t] = true
			s.later = append(s.later, t)
		}
		return "[" + t.Name() + "](#object-" + strings.ToLower(t.Name()) + ")"
	default:
		return "number"
	}
}

func indirect(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// element is what a list or a map holds, or the type itself.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
