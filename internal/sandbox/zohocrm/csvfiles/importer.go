package csvfiles

import (
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// clip shortens a value for an error message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// place is a line of a file.
type place struct {
	file string // its base name
	line int
}

func (p place) String() string { return fmt.Sprintf("%s, line %d", p.file, p.line) }

func (p place) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: %s", p, fmt.Sprintf(format, args...))
}

// importer reads the files of one import.
type importer struct {
	*records.Loader
	ids     map[string]map[int64]int // module → id → line
	fresh   map[string]bool          // the modules that had no records before
	markers map[string]place         // module and value → the line that has it
	pending []pendingLookup
}

// pendingLookup is a lookup whose record was not read yet. It may follow later in the files.
type pendingLookup struct {
	at     place
	column string
	target *metadata.Module
	id     int64
}
