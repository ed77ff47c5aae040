package architecture_test

// What breaks a limit today, with what it comes to. The lists only become shorter: a test fails when an exception is
// exceeded, and when it is needed no more.
var (
	// tooManyFiles: production files of a package, beyond MaxFiles.
	tooManyFiles = map[string]int{}

	// tooManyMethods: methods of a type, beyond MaxMethods.
	tooManyMethods = map[string]int{}

	// tooManyLines: lines of a file, beyond MaxLines.
	tooManyLines = map[string]int{}

	// unnamed: files that their package's doc.go does not name.
	unnamed = map[string]int{}

	// tooManyBack: arrows of a package that run back up, beyond MaxBackPercent.
	tooManyBack = map[string]int{}
)

// toCome are the rules whose room does not exist yet.
var toCome = []string{
	"internal/telemetry",
}
