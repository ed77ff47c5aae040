package screen

import (
	"os"

	"golang.org/x/term"
)

// IsTerminal says whether somebody sits at the other end.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
