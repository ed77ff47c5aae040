// Package maps holds the commands about field maps. It must never save a map by itself: a map is a part of the preferences, and
// internal/cli/configure saves those.
//
// map.go: list, set, remove and apply
// try.go: shows what maps make of live records
// fields.go: the fields of both sides
package maps
