package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
)

// App is another finance application that is registered with a billing organisation.
type App struct {
	ID         string
	BillingOrg string
	Target
}

// disconnection is the message to an application. In a repetition only the time changes.
type disconnection struct {
	Event      string    `json:"event"`
	App        string    `json:"app"`
	BillingOrg string    `json:"billing_org"`
	Connection string    `json:"connection,omitempty"`
	At         time.Time `json:"at"`
}

// Disconnect tells an application that its billing organisation was disconnected, because the connection was
// deleted (empty where that is not known). gone means that the application no longer knows it (404 or 410), which
// is as good as success. Idempotent: the application ignores a second message.
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
