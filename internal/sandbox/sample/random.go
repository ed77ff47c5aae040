package sample

import (
	"fmt"
	"strings"
	"time"
)

// random is SplitMix64. It is our own generator because the standard library does not promise the same numbers in every
// version.
type random struct{ state uint64 }

// newRandom returns the numbers of one record. They do not depend on how many records there are.
func newRandom(seed uint64, kind, i int) *random {
	r := &random{state: seed ^ uint64(kind)<<56}
	r.state = r.next() + uint64(i)*0x9e3779b97f4a7c15
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1.
func (r *random) below(n int) int { return int(r.next() % uint64(n)) }

func pick(r *random, from []string) string { return from[r.below(len(from))] }

// set sets a field in so many percent of the records.
func (r *random) set(values map[string]any, percent int, name string, v any) {
	if r.below(100) < percent {
		values[name] = v
	}
}

// age returns how old a record is: at least an hour, and up to two years.
func (r *random) age() time.Duration {
	return time.Hour + time.Duration(r.below(2*365*24*3600))*time.Second
}

// space adds odd spaces to one name in fifty, as people do who type in a hurry.
func (r *random) space(name string) string {
	switch r.below(200) {
	case 0:
		return " " + name
	case 1:
		return name + "  "
	case 2, 3:
		return strings.Replace(name, " ", "  ", 1)
	default:
		return name
	}
}

func (r *random) address(values map[string]any, prefix, code string, l *locale) {
	city := r.below(len(l.cities))
	r.set(values, 90, prefix+"_Street", fmt.Sprintf(l.street, r.below(180)+1))
	values[prefix+"_City"] = l.cities[city]
	r.set(values, 90, prefix+"_"+code, fmt.Sprintf(l.code, r.below(90000)+10000))
	values[prefix+"_Country"] = l.country
}

// shuffled maps each k below n to its own number below n, so that neighbours differ.
func shuffled(k, n int, seed uint64) int {
	stride := n*5/8 | 1
	for gcd(stride, n) != 1 {
		stride += 2
	}
	offset := int((&random{state: seed}).next() % uint64(n))
	return int((uint64(k)*uint64(stride) + uint64(offset)) % uint64(n))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
