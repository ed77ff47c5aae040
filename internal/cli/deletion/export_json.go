package deletion

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"

	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
)

// exportJSON writes a deletion as one JSON object, its records one a line, and returns their checksum. It is made from
// the CSV, so that the two cannot differ, and one checksum serves for both; no more than a few
// records are in memory at a time.
func exportJSON(ctx context.Context, st *store.Store, d deletions.Deletion, to io.Writer) (string, error) {
	head, err := report.ReadExportHead(ctx, st, d)
	if err != nil {
		return "", err
	}
	begin, err := json.Marshal(head)
	if err != nil {
		return "", err
	}
	out := bufio.NewWriter(to)
	_, _ = out.Write(bytes.TrimSuffix(begin, []byte("}"))) // Flush returns the first error
	_, _ = out.WriteString(`,"records":[`)
	sum, err := recordsJSON(ctx, st, d.ID, out)
	if err != nil {
		return "", err
	}
	_, _ = out.WriteString("\n],\"checksum\":\"" + sum + "\"}\n")
	return sum, out.Flush()
}

func recordsJSON(ctx context.Context, st *store.Store, id string, to *bufio.Writer) (string, error) {
	in, rows := io.Pipe()
	summed := make(chan string, 1)
	go func() {
		sum, err := st.Deletions.CSV(ctx, id, false, rows)
		_ = rows.CloseWithError(err)
		summed <- sum
	}()
	err := eachRow(csv.NewReader(in), func(first bool, row []byte) error {
		if !first {
			_ = to.WriteByte(',')
		}
		_ = to.WriteByte('\n')
		_, err := to.Write(row)
		return err
	})
	_ = in.CloseWithError(err) // it ends who still writes into it
	sum := <-summed
	return sum, err
}

// truths are the columns that say yes or no.
var truths = map[string]bool{"linked_as_duplicate": true, "transactions": true}

// eachRow yields each row as a JSON object. Its members are in the order of the columns.
func eachRow(in *csv.Reader, yield func(first bool, row []byte) error) error {
	header, err := in.Read()
	for first := true; err == nil; first = false {
		var cells []string
		if cells, err = in.Read(); err != nil {
			break
		}
		var row []byte
		if row, err = rowJSON(header, cells); err == nil {
			err = yield(first, row)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func rowJSON(header, cells []string) ([]byte, error) {
	var b bytes.Buffer
	for i, name := range header {
		b.WriteByte("{,"[min(i, 1)])
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value := []byte(cells[i])
		if !truths[name] {
			if value, err = json.Marshal(cells[i]); err != nil {
				return nil, err
			}
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
