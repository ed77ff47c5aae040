package zoho

// What calls take of the day's credits (CONTRACT, "Limits"). Those that are not named here take one, and so does
// a query of a page of ours.
const (
	costView    = 3
	costDeleted = 2
	costBulk    = 50

	writesOfCredit = 10
)

func costOfWrites(records int) int { return (records + writesOfCredit - 1) / writesOfCredit }
