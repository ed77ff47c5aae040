package zoho

// What calls cost in credits of the day (CONTRACT, "Limits"). Calls not listed here cost one, and so does a query
// of one page of ours.
const (
	costView    = 3
	costDeleted = 2
	costBulk    = 50

	writesOfCredit = 10
)

func costOfWrites(records int) int { return (records + writesOfCredit - 1) / writesOfCredit }
