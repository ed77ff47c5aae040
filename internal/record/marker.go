package record

import "strings"

// Marker is our own id on a record that we created: deterministic, so that the same source always asks
// for the same record. It names the connection's incarnation, and the source's module and id.
func Marker(incarnation string, module Module, id string) string {
	return MarkerPrefix(incarnation) + strings.ToLower(string(module)) + "-" + id
}

// MarkerPrefix is what every marker of an incarnation begins with.
func MarkerPrefix(incarnation string) string { return "cw-" + incarnation + "-" }

// OwnMarker says whether the marker was given under this incarnation. A marker of another one counts as
// none.
func OwnMarker(incarnation, marker string) bool {
	return strings.HasPrefix(marker, MarkerPrefix(incarnation))
}
