package document

import (
	"bytes"
	"fmt"
	"strings"
)

// Print returns the documents as a PDF.
func Print(k Kind, all ...*Document) []byte {
	var lines []string
	for _, d := range all {
		lines = append(lines, k.Name+" "+d.Number, d.CustomerName, d.Date)
		for _, l := range d.Lines {
			lines = append(lines, fmt.Sprintf("%s   %s x %s   %s", l.Name, l.Quantity, l.Rate, l.Total))
		}
		lines = append(lines, fmt.Sprintf("Total %s %s", d.Currency, d.Total), "")
	}
	return pdf(lines)
}

// pdf makes a page of text: five objects, then the table of where each begins.
func pdf(lines []string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 11 Tf 14 TL 50 790 Td\n")
	for _, l := range lines {
		text.WriteString("(" + latin(l) + ") Tj T*\n")
	}
	text.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// latin returns a text as a PDF string in the font's encoding. Characters that it does not have become "?".
func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r > 0xff:
			b.WriteByte('?')
		default:
			b.WriteByte(byte(r))
		}
	}
	return b.String()
}
