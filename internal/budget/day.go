package budget

import (
	"slices"
	"time"

	"causeway/internal/record"
)

// Day is the rolling time over which a side's daily allowance counts.
const Day = 24 * time.Hour

// Allowance is what a side grants a connection within any 24 hours.
type Allowance struct {
	Limit int
	// Spent is what was taken of it, by the hour; the newest hour may be going on.
	Spent []record.Spent
}

// Used is what was taken within the last 24 hours. Of the hour in which these begin all counts: when it was
// taken within that hour is not known.
func (a Allowance) Used(now time.Time) int {
	n := 0
	for _, s := range a.Spent {
		if freed(s).After(now) {
			n += s.Calls
		}
	}
	return n
}

// freed is when what was taken in an hour is granted again, at the latest.
func freed(s record.Spent) time.Time { return s.Hour.Add(time.Hour + Day) }

// GrantedAt is when that many more calls will have been granted, where each is made as soon as it is granted: now
// where what is left is enough. Zero where the limit grants none.
func (a Allowance) GrantedAt(calls int, now time.Time) time.Time {
	if a.Limit <= 0 {
		return time.Time{}
	}
	free := a.Limit - a.Used(now)
	if calls <= max(0, free) {
		return now
	}
	// From one day to the next the same is granted at the same times, a whole limit in all.
	days := (calls - 1) / a.Limit
	calls -= days * a.Limit
	at := now
	spent := slices.Clone(a.Spent)
	slices.SortFunc(spent, func(x, y record.Spent) int { return x.Hour.Compare(y.Hour) })
	for _, s := range spent {
		if free >= calls {
			break
		}
		if freed(s).After(now) {
			free, at = free+s.Calls, freed(s)
		}
	}
	return at.Add(time.Duration(days) * Day)
}
