package platform

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is a way in which a call goes wrong.
type Fault string

// The faults. Those with Write in their name happen to writes only.
const (
	NoFault              Fault = ""
	RateLimited          Fault = "rateLimit"           // 429 without Retry-After
	RateLimitedWithAfter Fault = "rateLimitRetryAfter" // 429 with Retry-After: 1
	ServerError          Fault = "serverError"         // 500, 502 or 503
	Reset                Fault = "reset"               // nothing is done; the connection is reset
	ResetAfterWrite      Fault = "resetAfterWrite"     // it is done; the connection is reset
	TimeoutAfterWrite    Fault = "timeoutAfterWrite"   // it is done; no reply comes
	LateWrite            Fault = "lateWrite"           // no reply comes; it is done seconds after the client gave up
	Truncate             Fault = "truncate"            // it is done; the reply's body ends in the middle
	NotJSON              Fault = "notJSON"             // it is done; an HTML page comes instead of the reply
	WrongType            Fault = "wrongType"           // it is done; the reply's lists and objects are strings
	ExpiredToken         Fault = "expiredToken"        // a valid token is refused
)

const latency = "latency"

var (
	allFaults = []Fault{Reset, ExpiredToken, RateLimited, RateLimitedWithAfter, ServerError, LateWrite,
		ResetAfterWrite, TimeoutAfterWrite, Truncate, NotJSON, WrongType}
	onWrites = []Fault{ResetAfterWrite, TimeoutAfterWrite, LateWrite}
)

// Faults decides which calls go wrong, at random from a seed. It is safe for concurrent use.
type Faults struct {
	mu      sync.Mutex
	rng     *rand.Rand
	rates   map[string]float64 // "side.kind"
	latency map[Side]time.Duration
}

// NewFaults returns faults that are drawn from seed, with the given rates ("crm.truncate": "0.1", "latency": "20ms").
func NewFaults(seed uint64, rates map[string]string) (*Faults, error) {
	f := &Faults{rng: rand.New(rand.NewPCG(seed, 0x5a17)), rates: map[string]float64{}, latency: map[Side]time.Duration{}}
	return f, f.Apply(rates)
}

// Apply sets all of the given rates, or none.
func (f *Faults) Apply(rates map[string]string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	nextRates, nextLatency := maps.Clone(f.rates), maps.Clone(f.latency)
	for name, value := range rates {
		if err := setFault(nextRates, nextLatency, name, value); err != nil {
			return err
		}
	}
	f.rates, f.latency = nextRates, nextLatency
	return nil
}

// Set sets the rate of one fault, or the latency. A name without a side is for both organisations.
func (f *Faults) Set(name, value string) error { return f.Apply(map[string]string{name: value}) }

func setFault(rates map[string]float64, delays map[Side]time.Duration, name, value string) error {
	sides, kind := []Side{CRM, Billing}, name
	if side, rest, ok := strings.Cut(name, "."); ok {
		sides, kind = []Side{Side(side)}, rest
	}
	if !slices.Contains([]Side{CRM, Billing, AuthSide}, sides[0]) || kind != latency && !slices.Contains(allFaults, Fault(kind)) {
		return fmt.Errorf("fault %q is unknown; use latency=20ms, or a rate from 0 to 1 for one of %s; "+
			"put crm., billing. or accounts. before the name for one side only", name, joinFaults())
	}
	if kind == latency {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return fmt.Errorf("fault %s=%s: not a duration like 20ms", name, value)
		}
		for _, side := range sides {
			delays[side] = d
		}
		return nil
	}
	rate, err := strconv.ParseFloat(value, 64)
	if err != nil || !(rate >= 0 && rate <= 1) {
		return fmt.Errorf("fault %s=%s: not a rate from 0 to 1", name, value)
	}
	for _, side := range sides {
		rates[string(side)+"."+kind] = rate
	}
	return nil
}

func joinFaults() string {
	names := make([]string, len(allFaults))
	for i, k := range allFaults {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// All returns the rates and latencies that are set, by name.
func (f *Faults) All() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]string{}
	for name, rate := range f.rates {
		all[name] = strconv.FormatFloat(rate, 'g', -1, 64)
	}
	for side, d := range f.latency {
		all[string(side)+"."+latency] = d.String()
	}
	return all
}

// Draw decides the fault and the latency of one call.
func (f *Faults) Draw(side Side, class Class) (Fault, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, kind := range allFaults {
		rate := f.rates[string(side)+"."+string(kind)]
		if rate == 0 || class != Write && slices.Contains(onWrites, kind) {
			continue
		}
		if f.rng.Float64() < rate {
			return kind, f.latency[side]
		}
	}
	return NoFault, f.latency[side]
}

func (f *Faults) pick(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rng.IntN(n)
}
