package platform

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Values are the settings of a sandbox at one moment: each behaviour that the wire contract leaves open, and the limits.
type Values struct {
	UniqueUpsert      bool   // billing creates by unique field (PUT with X-Upsert)
	ZCRMOnWrite       string // ignore | accept: zcrm_* fields in billing's requests
	CRMMarker         string // unique | plain | absent
	BillingMarker     string // unique | plain | absent
	RequireEmail      bool   // billing's customers and contact persons need an e-mail
	SortByModified    bool   // billing sorts customers by last_modified_time
	UniqueNames       bool   // billing refuses a second customer or item of one name
	UniqueSKU         bool   // billing refuses a second item of one SKU
	FreeTextLines     bool   // billing takes invoice lines without an item
	InactiveLines     bool   // billing takes lines of inactive items
	InvoiceExtras     bool   // billing offers comments, attachments, PDF and mark as sent
	MergeTrace        bool   // the CRM answers for a merged record with the survivor's id
	PersonsTouch      bool   // a customer's updated_time moves when a contact person of it changes
	CustomFieldValues string // text | native: how billing writes numbers, switches and lists of custom fields
	StrictPicklists   string // off | custom | all: of which fields the CRM refuses values that no list shows
	NotModified       int    // 304 | 204
	CRMMultiCurrency  bool
	CRMBaseCurrency   string
	BillingCurrency   string // the base currency of billing's organisations
	Organizations     int    // billing organisations that a credential sees
	CRMConcurrency    int    // limits: 0 is off
	CRMCreditsPerDay  int
	BillingPerMinute  int
	BillingConcurrent int
	BillingPerDay     int
	TokensPerTenMin   int           // access tokens that one refresh token gives in ten minutes
	RateLimitCode     string        // TOO_MANY_REQUESTS | RATE_LIMIT_EXCEEDED
	RetryAfter        bool          // limits answer with Retry-After
	AccessTokenLife   time.Duration // accessTokenSeconds
	PageTokenLife     time.Duration // pageTokenSeconds
	LateWriteDelay    time.Duration
	UpsertInsertCode  int           // 200 | 201: the CRM's status for an upsert that inserted
	CRMClockAhead     time.Duration // how far that side's clock is off
	BillingClockAhead time.Duration
	SearchDelay       time.Duration
	PageTokenRecords  int // records that page tokens of one list reach
	BulkReadRows      int // records of one bulk read job
	BulkReadDelay     time.Duration
	BulkDownloads     int // results of bulk reads in a minute, 0 for no limit
}

// Settings holds the values of a running sandbox. It is safe for concurrent use, and may change at any time.
type Settings struct {
	mu sync.RWMutex
	v  Values
}

// NewSettings returns the defaults, changed by overrides (name to value).
func NewSettings(overrides map[string]string) (*Settings, error) {
	s := &Settings{}
	for _, d := range definitions {
		if err := d.set(&s.v, d.values[0]); err != nil {
			return nil, fmt.Errorf("setting %s: default: %w", d.name, err)
		}
	}
	for name, value := range overrides {
		if err := s.Set(name, value); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Get returns a copy of the values.
func (s *Settings) Get() Values {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.v
}

// Set changes one setting. "marker" sets both sides' marker. Its error lists what would be taken.
func (s *Settings) Set(name, value string) error {
	if name == "marker" {
		if err := s.Set("crmMarker", value); err != nil {
			return err
		}
		return s.Set("billingMarker", value)
	}
	for _, d := range definitions {
		if d.name != name {
			continue
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		next := s.v
		if err := d.set(&next, value); err != nil {
			return fmt.Errorf("setting %s=%s: %w; it takes %s", name, value, err, strings.Join(d.values, " | "))
		}
		s.v = next
		return nil
	}
	return fmt.Errorf("setting %q is unknown; the settings are: %s", name, strings.Join(describe(), ", "))
}

// All returns every setting's value by its name.
func (s *Settings) All() map[string]string {
	v := s.Get()
	all := make(map[string]string, len(definitions))
	for _, d := range definitions {
		all[d.name] = d.get(v)
	}
	return all
}

func describe() []string {
	var lines []string
	for _, d := range definitions {
		lines = append(lines, d.name+"="+strings.Join(d.values, "|"))
	}
	sort.Strings(lines)
	return lines
}

// definition is one setting; values[0] is its default, the others are what else it takes (or what kind of value).
type definition struct {
	name   string
	values []string
	set    func(*Values, string) error
	get    func(Values) string
}

func onOff(name string, on bool, field func(*Values) *bool) definition {
	values := []string{"off", "on"}
	if on {
		values = []string{"on", "off"}
	}
	return definition{name, values,
		func(v *Values, s string) error {
			if s != "on" && s != "off" {
				return fmt.Errorf("not a switch")
			}
			*field(v) = s == "on"
			return nil
		},
		func(v Values) string {
			if *field(&v) {
				return "on"
			}
			return "off"
		}}
}

func choice(name string, field func(*Values) *string, values ...string) definition {
	return definition{name, values,
		func(v *Values, s string) error {
			for _, value := range values {
				if value == s {
					*field(v) = s
					return nil
				}
			}
			return fmt.Errorf("not one of its values")
		},
		func(v Values) string { return *field(&v) }}
}

func currency(name string, field func(*Values) *string) definition {
	return definition{name, []string{"USD", "a currency code of three capital letters"},
		func(v *Values, s string) error {
			if len(s) != 3 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				return fmt.Errorf("not a currency code")
			}
			*field(v) = s
			return nil
		},
		func(v Values) string { return *field(&v) }}
}

func number(name, def, takes string, field func(*Values) *int, allowed ...int) definition {
	return definition{name, []string{def, takes},
		func(v *Values, s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				return fmt.Errorf("not a number from 0 on")
			}
			for i, a := range allowed {
				if a == n {
					break
				}
				if i == len(allowed)-1 {
					return fmt.Errorf("not one of its values")
				}
			}
			*field(v) = n
			return nil
		},
		func(v Values) string { return strconv.Itoa(*field(&v)) }}
}

// offset is a duration that may be below 0.
func offset(name string, field func(*Values) *time.Duration) definition {
	return definition{name, []string{"0s", "a duration like 90s or -5m"},
		func(v *Values, s string) error {
			d, err := time.ParseDuration(s)
			if err != nil {
				return fmt.Errorf("not a duration")
			}
			*field(v) = d
			return nil
		},
		func(v Values) string { return field(&v).String() }}
}

func seconds(name, def string, field func(*Values) *time.Duration) definition {
	return definition{name, []string{def, "a number of seconds, or a duration like 500ms"},
		func(v *Values, s string) error {
			d, err := time.ParseDuration(s)
			if n, e := strconv.Atoi(s); e == nil {
				d, err = time.Duration(n)*time.Second, nil
			}
			if err != nil || d < 0 {
				return fmt.Errorf("not a duration")
			}
			*field(v) = d
			return nil
		},
		func(v Values) string { return field(&v).String() }}
}
