// Package list reads the lists of the billing sandbox, page by page.
// It must never know what a record holds: a module gives it the filters, the columns and how a record is shown.
//
//   - list.go: one page as a call asks for it: paging, sorting, filters
//   - read.go: reads the page, from where the page before ended
package list
