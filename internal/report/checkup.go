package report

// Checkup is what doctor found.
type Checkup struct {
	OK     bool    `json:"ok"`
	Checks []Check `json:"checks"`
}

// Check is one thing that was checked.
type Check struct {
	Check      string `json:"check"`
	Connection string `json:"connection"` // empty where it concerns all
	OK         bool   `json:"ok"`
	// Found is what was found. Remedy is what to do, if something is wrong.
	Found  string `json:"found"`
	Remedy string `json:"remedy"`
}

// Wrong counts the checks that failed.
func (c Checkup) Wrong() int {
	n := 0
	for _, one := range c.Checks {
		if !one.OK {
			n++
		}
	}
	return n
}
