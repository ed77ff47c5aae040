package csvfiles

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// rows reads a CSV file row by row. It is strict, but accepts a byte order mark and CRLF.
type rows struct {
	file  string
	r     *csv.Reader
	width int
}

func newRows(file string, in io.Reader) (*rows, error) {
	buffered := bufio.NewReaderSize(in, 1<<16)
	head, err := buffered.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(head) >= 2 && (head[0] == 0xFF && head[1] == 0xFE || head[0] == 0xFE && head[1] == 0xFF) {
		return nil, place{file, 1}.errorf("the file is UTF-16; save it as UTF-8")
	}
	if string(head) == "\uFEFF" {
		_, _ = buffered.Discard(3)
	}
	r := csv.NewReader(buffered)
	r.FieldsPerRecord = -1 // next counts them: its error says what to do
	return &rows{file: file, r: r}, nil
}

// next returns the cells of a row and the line on which it begins. After the last row the cells are nil.
func (c *rows) next() ([]string, place, error) {
	cells, err := c.r.Read()
	var wrong *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, place{}, nil
	case errors.As(err, &wrong):
		return nil, place{}, c.explain(wrong)
	case err != nil:
		return nil, place{}, fmt.Errorf("%s: %w", c.file, err)
	}
	line, _ := c.r.FieldPos(0)
	at := place{c.file, line}
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			line, column := c.r.FieldPos(i)
			return nil, at, place{c.file, line}.errorf("the cell at column %d is not valid UTF-8; save the file as UTF-8", column)
		}
	}
	if c.width == 0 {
		c.width = len(cells)
	}
	if len(cells) != c.width {
		return nil, at, at.errorf("%d columns where the first row has %d; check its commas, and put quotes around a value that holds one", len(cells), c.width)
	}
	return cells, at, nil
}

func (c *rows) explain(wrong *csv.ParseError) error {
	switch {
	case errors.Is(wrong.Err, csv.ErrQuote) && wrong.Line > wrong.StartLine || errors.Is(wrong.Err, csv.ErrQuote) && wrong.Line == 0:
		return place{c.file, wrong.StartLine}.errorf("a quote opens in this record and does not close, or closes in the middle of a value (line %d); close it, and write a quote inside a value twice", wrong.Line)
	case errors.Is(wrong.Err, csv.ErrQuote):
		return place{c.file, wrong.StartLine}.errorf("a quote does not close, or closes in the middle of a value (column %d); close it, and write a quote inside a value twice", wrong.Column)
	case errors.Is(wrong.Err, csv.ErrBareQuote):
		return place{c.file, wrong.Line}.errorf("a quote is inside a value that has no quotes around it (column %d); put quotes around the value, and write the quote inside twice", wrong.Column)
	default:
		return place{c.file, wrong.Line}.errorf("%v", wrong.Err)
	}
}
