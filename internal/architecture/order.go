package architecture

import (
	"cmp"
	"slices"
)

// BackArrows returns the arrows that run back up: few arrows without which the others form no circle.
//
// Files that use each other in a circle, directly or through others, form a group (a strongly connected component).
// Each group is put in an order, from those that use to those that are used. An arrow against that order runs back up.
// To find the fewest is a hard problem: the order begins with a greedy one (who uses most and is used least stands
// highest), and single files are moved as long as a move leaves fewer arrows against the order. So the number may be
// a little above the fewest, and never below.
func BackArrows(arrows []Arrow) []Arrow {
	var back []Arrow
	for _, group := range circles(arrows) {
		within := among(arrows, group)
		at := positions(improve(greedy(group, within), within))
		for _, a := range within {
			if at[a.From] > at[a.To] {
				back = append(back, a)
			}
		}
	}
	slices.SortFunc(back, compare)
	return back
}

// circles returns the groups of two and more files that reach each other.
func circles(arrows []Arrow) [][]string {
	reach := map[string]map[string]bool{}
	next := map[string][]string{}
	for _, a := range arrows {
		next[a.From] = append(next[a.From], a.To)
	}
	for from := range next {
		reach[from] = reachable(from, next)
	}
	done := map[string]bool{}
	var out [][]string
	for _, a := range arrows { // in their order, so that the answer is always the same
		if done[a.From] {
			continue
		}
		group := []string{a.From}
		for to := range reach[a.From] {
			if to != a.From && reach[to][a.From] {
				group = append(group, to)
			}
		}
		if len(group) > 1 {
			slices.Sort(group)
			out = append(out, group)
		}
		for _, f := range group {
			done[f] = true
		}
	}
	return out
}

// reachable returns what a file uses, directly and through others.
func reachable(from string, next map[string][]string) map[string]bool {
	seen := map[string]bool{}
	for todo := []string{from}; len(todo) > 0; {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, to := range next[f] {
			if !seen[to] {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return seen
}

// among returns the arrows between files of the group.
func among(arrows []Arrow, group []string) []Arrow {
	var out []Arrow
	for _, a := range arrows {
		if slices.Contains(group, a.From) && slices.Contains(group, a.To) {
			out = append(out, a)
		}
	}
	return out
}

// greedy orders files: of those that are left, the one that uses most and is used least comes next.
func greedy(group []string, arrows []Arrow) []string {
	left := slices.Clone(group)
	var order []string
	for len(left) > 0 {
		rest := among(arrows, left)
		balance := map[string]int{}
		for _, a := range rest {
			balance[a.From]++
			balance[a.To]--
		}
		top := slices.MaxFunc(left, func(a, b string) int { return cmp.Or(cmp.Compare(balance[a], balance[b]), cmp.Compare(b, a)) })
		order = append(order, top)
		left = slices.DeleteFunc(left, func(f string) bool { return f == top })
	}
	return order
}

// improve moves single files as long as that leaves fewer arrows against the order.
func improve(order []string, arrows []Arrow) []string {
	for best := against(order, arrows); ; {
		before := best
		for _, file := range slices.Clone(order) {
			rest := slices.DeleteFunc(slices.Clone(order), func(f string) bool { return f == file })
			for i := range len(order) {
				moved := slices.Insert(slices.Clone(rest), i, file)
				if n := against(moved, arrows); n < best {
					order, best = moved, n
				}
			}
		}
		if best == before {
			return order
		}
	}
}

// against counts the arrows that run against an order.
func against(order []string, arrows []Arrow) int {
	at, n := positions(order), 0
	for _, a := range arrows {
		if at[a.From] > at[a.To] {
			n++
		}
	}
	return n
}

func positions(order []string) map[string]int {
	at := make(map[string]int, len(order))
	for i, f := range order {
		at[f] = i
	}
	return at
}
