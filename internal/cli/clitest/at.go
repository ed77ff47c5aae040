package clitest

import "time"

// At is the clock of these tests.
var At = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
