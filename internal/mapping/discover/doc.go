// Package discover proposes field maps: the default maps, and pairs of custom fields with the same name. It must never
// do I/O, and never propose a map that package check refuses.
//
//   - catalogue.go: the default maps.
//   - pairs.go: how a well-known pair is written, and when names and types fit.
//   - discover.go: pairs of custom fields.
//   - propose.go: the kind of value between two given fields.
package discover
