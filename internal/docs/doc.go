// Package docs holds Causeway's documentation: Markdown pages, embedded in the programs that show them. It must
// never import another package of Causeway, so that the command line and the console can both show it.
//
// The parts of a page that are made from the code stand between two comments that say so. `go generate
// ./internal/docs` writes them, and a test of internal/docs/gen fails when they are stale.
//
//   - index.go: the topics, in the order in which a newcomer reads them.
//   - page.go: lists the topics and returns a page.
//   - search.go: finds the sections that hold some words.
//   - blocks.go: the command lines in the pages, for the tests that run them.
//   - pages: one Markdown file a topic.
package docs

//go:generate go run ./gen
