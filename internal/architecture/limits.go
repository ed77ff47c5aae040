package architecture

// Limits are what a room may come to. What is larger is two things.
const (
	// MaxFiles bounds the production files of a package: a reader takes in so many names at a glance.
	MaxFiles = 20
	// MaxFilesWithReason is the bound of a package whose doc.go has a sentence that begins with ReasonForFiles.
	MaxFilesWithReason = 25
	// MaxMethods bounds the methods of a type: one with more is a package that has not been made yet.
	MaxMethods = 40
	// MaxLines bounds a production file.
	MaxLines = 300
	// MinArrowFiles is the size from which a package's arrows are counted: in a smaller one, one arrow is a large share.
	MinArrowFiles = 5
	// MaxBackPercent bounds, in percent of all arrows between a package's files, those that run back up: a file that uses
	// a file which, directly or through others, uses it. See BackArrows.
	MaxBackPercent = 10
)

// ReasonForFiles begins the sentence of a doc.go that says why its package has more than MaxFiles files.
const ReasonForFiles = "More than 20 files"

// TopLevel is what may stand at the top of the tree, beside dotfiles.
var TopLevel = []string{
	"workflows", "activities", "worker", "starter", "internal",
	"docker-compose.yml", "go.mod", "go.sum", "README.md", "LICENSE",
}
