package record

import "fmt"

// Drift is a mapped field whose definition changed since its map was saved. Its map is not used until it is
// corrected; the other maps are.
type Drift struct {
	Side   Side   `json:"side"`
	Module Module `json:"module"` // of that side
	Field  string `json:"field"`  // as that side names it
	What   string `json:"what"`   // what happened to the field
	Remedy string `json:"remedy"`

	// Entity, Source and Target name the map: the entity that it fills, the CRM module that it reads, and the
	// billing field.
	Entity Entity `json:"entity"`
	Source Module `json:"source"`
	Target string `json:"target"`
}

// String returns it as one sentence.
func (d Drift) String() string {
	return fmt.Sprintf("%s of %s (%s) %s; %s", d.Field, d.Module, d.Side, d.What, d.Remedy)
}
