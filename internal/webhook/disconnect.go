package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
)

// App is another finance application that is tied to a billing organisation.
type App struct {
	ID         string
	BillingOrg string
	Target
}

// disconnection is what an application is told. Every part but the time is the same in a repetition.
type disconnection struct {
	Event      string    `json:"event"`
	App        string    `json:"app"`
	BillingOrg string    `json:"billing_org"`
	Connection string    `json:"connection,omitempty"`
	At         time.Time `json:"at"`
}

// Disconnect tells an application that its billing organisation is not connected any more, because of the deletion of
// the connection (empty where that is not known). gone says that the application knows nothing of it any more (404 or
// 410), which is as good as having told it. An application that is told twice takes the second as the first.
func (s *Sender) Disconnect(ctx context.Context, app App, connection string) (gone bool, err error) {
	body, err := json.Marshal(disconnection{
		Event: "disconnect", App: app.ID, BillingOrg: app.BillingOrg, Connection: connection, At: s.now().UTC(),
	})
	if err != nil {
		return false, fmt.Errorf("disconnect application %s: %w", app.ID, err)
	}
	err = s.Send(ctx, app.Target, body)
	if record.IsKind(err, record.NotFound) {
		return true, nil
	}
	return false, err
}
