package budget

import (
	"slices"
	"time"

	"causeway/internal/record"
)

// Day is the rolling period over which a side's daily allowance counts.
const Day = 24 * time.Hour

// Allowance is how many calls a side grants a connection within any 24 hours.
type Allowance struct {
	Limit int
	// Spent is what was used of it, by the hour. The newest hour may not be over.
	Spent []record.Spent
}

// Used returns what was used within the last 24 hours. The hour in which these begin counts whole, since it is not
// known when within that hour the calls were made.
func (a Allowance) Used(now time.Time) int {
	n := 0
	for _, s := range a.Spent {
		if grantedAgainAt(s).After(now) {
			n += s.Calls
		}
	}
	return n
}

// grantedAgainAt returns when the calls of an hour are granted again, at the latest.
func grantedAgainAt(s record.Spent) time.Time { return s.Hour.Add(time.Hour + Day) }

// GrantedAt returns when that many more calls will have been granted, if each is made as soon as it is granted. It
// returns now where enough is left, and the zero time where the limit grants none.
func (a Allowance) GrantedAt(calls int, now time.Time) time.Time {
	if a.Limit <= 0 {
		return time.Time{}
	}
	free := a.Limit - a.Used(now)
	if calls <= max(0, free) {
		return now
	}
	// Every day the same calls are granted at the same times, one whole limit in all.
	days := (calls - 1) / a.Limit
	calls -= days * a.Limit
	at := now
	spent := slices.Clone(a.Spent)
	slices.SortFunc(spent, func(x, y record.Spent) int { return x.Hour.Compare(y.Hour) })
	for _, s := range spent {
		if free >= calls {
			break
		}
		if grantedAgainAt(s).After(now) {
			free, at = free+s.Calls, grantedAgainAt(s)
		}
	}
	return at.Add(time.Duration(days) * Day)
}
