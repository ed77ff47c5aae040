package coql

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a token.
type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenString
	tokenNumber
	tokenSymbol
)

type token struct {
	kind   tokenKind
	text   string
	column int // of its first character, from 1
	line   int
}

// is reports whether the token is this key word, in any case, or this symbol.
func (t token) is(word string) bool {
	return (t.kind == tokenWord || t.kind == tokenSymbol) && strings.EqualFold(t.text, word)
}

// Error is what is wrong with a query: the code, details and message of the error reply.
type Error struct {
	Code    string
	Details map[string]any
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s %v", e.Code, e.Message, e.Details) }

func syntaxNear(t token) *Error {
	near := t.text
	if t.kind == tokenEnd {
		near = "<EOF>"
	}
	return &Error{Code: "SYNTAX_ERROR", Message: "error occured while parsing",
		Details: map[string]any{"line": t.line, "column": t.column, "near": near}}
}

type lexer struct {
	src          string
	pos          int
	line, column int
}

// lex splits a query into tokens. The last one is tokenEnd.
func lex(src string) ([]token, *Error) {
	l := &lexer{src: src, line: 1, column: 1}
	var tokens []token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == tokenEnd {
			return tokens, nil
		}
	}
}

func (l *lexer) peek() rune {
	if l.pos >= len(l.src) {
		return utf8.RuneError
	}
	r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
	return r
}

func (l *lexer) take() rune {
	r, size := utf8.DecodeRuneInString(l.src[l.pos:])
	l.pos += size
	l.column++
	if r == '\n' {
		l.line, l.column = l.line+1, 1
	}
	return r
}

func (l *lexer) next() (token, *Error) {
	for l.pos < len(l.src) && unicode.IsSpace(l.peek()) {
		l.take()
	}
	t := token{line: l.line, column: l.column}
	if l.pos >= len(l.src) {
		return t, nil
	}
	switch r := l.peek(); {
	case isWordStart(r):
		t.kind, t.text = tokenWord, l.while(func(r rune) bool { return isWordStart(r) || r >= '0' && r <= '9' || r == '.' })
	case r >= '0' && r <= '9' || r == '-' || r == '.':
		t.kind, t.text = tokenNumber, l.while(func(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == '-' })
	case r == '\'' || r == '"':
		return l.quoted(t)
	default:
		t.kind, t.text = tokenSymbol, string(l.take())
		if two := t.text + string(l.peek()); two == "!=" || two == "<>" || two == "<=" || two == ">=" {
			l.take()
			t.text = strings.Replace(two, "<>", "!=", 1)
		}
	}
	return t, nil
}

func isWordStart(r rune) bool {
	return r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func (l *lexer) while(part func(rune) bool) string {
	start := l.pos
	for l.pos < len(l.src) && part(l.peek()) {
		l.take()
	}
	return l.src[start:l.pos]
}

// quoted reads a string. A quote inside it is written twice, or after a backslash.
func (l *lexer) quoted(t token) (token, *Error) {
	quote := l.take()
	var text strings.Builder
	for l.pos < len(l.src) {
		r := l.take()
		switch {
		case r == '\\' && l.pos < len(l.src):
			text.WriteRune(l.take())
		case r == quote && l.pos < len(l.src) && l.peek() == quote:
			text.WriteRune(l.take())
		case r == quote:
			t.kind, t.text = tokenString, text.String()
			return t, nil
		default:
			text.WriteRune(r)
		}
	}
	t.text = string(quote) + text.String()
	t.kind = tokenString
	return t, syntaxNear(t)
}
