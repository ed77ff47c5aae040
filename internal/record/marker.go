package record

import "strings"

// Marker returns our own id for a record that we create. It is made from the connection's incarnation and the
// source's module and id, so the same source always has the same marker.
func Marker(incarnation string, module Module, id string) string {
	return MarkerPrefix(incarnation) + strings.ToLower(string(module)) + "-" + id
}

// MarkerPrefix returns the beginning of every marker of an incarnation.
func MarkerPrefix(incarnation string) string { return "cw-" + incarnation + "-" }

// OwnMarker reports whether the marker belongs to this incarnation. A marker of another incarnation is ignored.
func OwnMarker(incarnation, marker string) bool {
	return strings.HasPrefix(marker, MarkerPrefix(incarnation))
}
