package api

import "time"

// Zone is the organisations' time zone. It is not UTC, so that clients must read the offset.
var Zone = time.FixedZone("", -7*3600)

// WireTime writes microseconds since 1970 as replies do.
func WireTime(us int64) string {
	return time.UnixMicro(us).In(Zone).Format("2006-01-02T15:04:05-0700")
}
