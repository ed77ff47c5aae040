// Package value converts one value between the form of a CRM field and that of a billing field. It must never lose
// precision or guess: what cannot be converted returns a reason that names the remedy, and never the value itself.
//
//   - kinds.go: the kinds of values and their conversion both ways.
//   - text.go: texts, e-mail addresses and booleans.
//   - decimal.go: numbers, without floats.
//   - choices.go: picklists, single and multiple, by their pairs.
//   - types.go: the field types of both sides, grouped into classes.
package value
