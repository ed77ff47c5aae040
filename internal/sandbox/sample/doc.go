// Package sample makes believable CRM records from a seed, as many as needed: companies, people and products in many
// scripts, with the oddities of real data. It must never do I/O, nor depend on anything but its arguments: the same seed
// makes the same records on every machine and with every version of Go.
//
//   - random.go: random numbers, one sequence for each record
//   - sample.go: the records
//   - words.go: names, places and words of each language
package sample
