package report

import (
	"time"
)

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func Optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
