package platform

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// definition is one setting. values[0] is its default. The others are its other values, or say what kind of value it has.
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
				return fmt.Errorf("not a number of 0 or more")
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

// offset is a setting with a duration that may be negative.
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
