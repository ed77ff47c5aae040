//go:build unix

package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// bareLoop is what the sync is measured against. It pages through the CRM, maps, and upserts by the marker, with as many
// calls at once, and keeps no state: when it is killed, it has to begin from the start. It returns how long it took, and
// how many records it made.
func bareLoop(b *testing.B, at access) (time.Duration, int) {
	b.Helper()
	o := lookFromOutside(b, at, leaveFaults)
	begin := time.Now()
	made := o.copyModule(b, "Accounts", accountColumns, "customers", accountBody) +
		o.copyModule(b, "Products", productColumns, "items", productBody)
	return time.Since(begin), made
}

const (
	accountColumns = "Account_Name, Phone, Website, Description, Fax, " +
		"Billing_Street, Billing_City, Billing_State, Billing_Code, Billing_Country, " +
		"Shipping_Street, Shipping_City, Shipping_State, Shipping_Code, Shipping_Country"
	productColumns = "Product_Name, Product_Code, Unit_Price, Usage_Unit, Description"
	loopPage       = 200
)

func accountBody(r object) object {
	return object{
		"display_name": r["Account_Name"], "company_name": r["Account_Name"], "phone": r["Phone"], "website": r["Website"],
		"notes": r["Description"], "customer_sub_type": "business",
		"billing_address": object{"street": r["Billing_Street"], "city": r["Billing_City"], "state": r["Billing_State"],
			"zip": r["Billing_Code"], "country": r["Billing_Country"], "fax": r["Fax"]},
		"shipping_address": object{"street": r["Shipping_Street"], "city": r["Shipping_City"], "state": r["Shipping_State"],
			"zip": r["Shipping_Code"], "country": r["Shipping_Country"]},
	}
}

func productBody(r object) object {
	return object{"name": r["Product_Name"], "sku": r["Product_Code"], "rate": r["Unit_Price"], "unit": r["Usage_Unit"],
		"description": r["Description"]}
}

// copyModule copies one module from the CRM to billing.
func (o *outside) copyModule(b *testing.B, module, columns, target string, body func(object) object) int {
	b.Helper()
	group, ctx := errgroup.WithContext(b.Context())
	rows := make(chan object, loopPage)
	made := 0
	group.Go(func() error {
		defer close(rows)
		for last := "0"; ; {
			page, err := o.call(ctx, http.MethodPost, o.CRMURL+"/crm/v8/coql", nil, object{"select_query": fmt.Sprintf(
				"select id, %s from %s where id > '%s' order by id asc limit %d", columns, module, last, loopPage)})
			if err != nil {
				return err
			}
			read := objects(page["data"])
			for _, r := range read {
				rows <- r
			}
			if made += len(read); len(read) < loopPage {
				return nil
			}
			last = read[len(read)-1].text("id")
		}
	})
	for range inFlight {
		group.Go(func() error {
			for r := range rows {
				marker := "cw-loop-" + strings.ToLower(module) + "-" + r.text("id")
				headers := map[string]string{"X-Unique-Identifier-Key": "cf_causeway_id", "X-Unique-Identifier-Value": marker, "X-Upsert": "true"}
				if _, err := o.call(ctx, http.MethodPut, o.BillingURL+"/billing/v1/"+target, headers, withoutEmpty(body(r), r)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(b, group.Wait())
	return made
}

// withoutEmpty leaves out the fields that the record does not have.
func withoutEmpty(body, r object) object {
	for name, v := range body {
		if nested, ok := v.(object); ok {
			v = withoutEmpty(nested, r)
			body[name] = v
		}
		if v == nil {
			delete(body, name)
		}
	}
	return body
}

// call makes one call with a JSON body. Where billing refuses a name that it already has, the call is repeated with a
// suffix, as the sync does: some names in the sample data are equal.
func (o *outside) call(ctx context.Context, method, address string, headers map[string]string, body object) (object, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+o.token)
	req.Header.Set("X-com-zoho-subscriptions-organizationid", o.BillingOrgID)
	req.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := o.client.Do(req)
	if err != nil {
		return nil, err
	}
	reply, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // all was read
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		for _, name := range []string{"display_name", "name"} {
			if plain := body.text(name); plain != "" && !strings.Contains(plain, " (again ") {
				body[name] = plain + " (again " + strconv.Itoa(len(data)) + "-" + headers["X-Unique-Identifier-Value"] + ")"
				return o.call(ctx, method, address, headers, body)
			}
		}
		return nil, fmt.Errorf("%s: %s: %s", address, resp.Status, reply)
	}
	if len(reply) == 0 {
		return nil, nil // no content
	}
	var out object
	return out, json.Unmarshal(reply, &out)
}
