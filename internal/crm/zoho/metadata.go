package zoho

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Organizations implements crm.Port. A credential of Zoho CRM sees one organisation.
func (c *Client) Organizations(ctx context.Context) ([]record.Organization, error) {
	var out []record.Organization
	_, err := c.api.Do(ctx, c.metadata("/org", nil, "read organisation", scopeOrg, func(r zohoapi.Reply) error {
		rows, err := r.List("org")
		out = out[:0]
		for _, row := range rows {
			id, idErr := zohoapi.ID(row, "id")
			multi, _ := row["mc_status"].(bool)
			out = append(out, record.Organization{ID: id, Name: text(row, "company_name"), Email: text(row, "primary_email"),
				Country: text(row, "country"), BaseCurrency: text(row, "iso_code"), MultiCurrency: multi, TimeZone: text(row, "time_zone")})
			err = errors.Join(err, idErr)
		}
		return err
	}))
	return out, err
}

// Currencies implements crm.Port.
func (c *Client) Currencies(ctx context.Context) ([]record.Currency, error) {
	var out []record.Currency
	_, err := c.api.Do(ctx, c.metadata("/org/currencies", nil, "list currencies", scopeCurrencies, func(r zohoapi.Reply) error {
		rows, err := r.List("currencies")
		out = out[:0]
		for _, row := range rows {
			code, codeErr := zohoapi.ID(row, "iso_code")
			base, _ := row["is_base"].(bool)
			active, _ := row["is_active"].(bool)
			out = append(out, record.Currency{Code: code, Base: base, Active: active})
			err = errors.Join(err, codeErr)
		}
		return err
	}))
	var e *record.Error
	if errors.As(err, &e) && e.Code != "CURRENCIES_NOT_ENABLED" {
		return nil, err
	}
	if len(out) > 0 {
		return out, nil
	}
	orgs, err := c.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	for _, org := range orgs {
		out = append(out, record.Currency{Code: org.BaseCurrency, Base: true, Active: true})
	}
	return out, nil
}

// Users implements crm.Port.
func (c *Client) Users(ctx context.Context) ([]record.User, error) {
	members, err := c.Members(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]record.User, len(members))
	for i, m := range members {
		out[i] = m.User
	}
	return out, nil
}

// Fields implements crm.Port.
func (c *Client) Fields(ctx context.Context, module record.Module) ([]record.Field, error) {
	var out []record.Field
	op := "list fields of " + string(module)
	query := url.Values{"module": {string(module)}}
	_, err := c.api.Do(ctx, c.metadata("/settings/fields", query, op, scopeFields, func(r zohoapi.Reply) error {
		rows, err := r.List("fields")
		out = out[:0]
		for _, row := range rows {
			name, nameErr := zohoapi.ID(row, "api_name")
			f := toField(row)
			f.Name = name
			out = append(out, f)
			err = errors.Join(err, nameErr)
		}
		return err
	}))
	return out, err
}

func toField(row map[string]any) record.Field {
	flag := func(key string) bool { b, _ := row[key].(bool); return b }
	f := record.Field{Label: text(row, "field_label"), Type: text(row, "data_type"), Custom: flag("custom_field"),
		ReadOnly: flag("read_only") || flag("field_read_only"), Required: flag("system_mandatory")}
	switch f.Type {
	case "formula", "autonumber", "rollup_summary":
		f.ReadOnly = true // the CRM fills these itself
	}
	if can, ok := row["operation_type"].(map[string]any); ok && can["api_update"] == false {
		f.ReadOnly = true
	}
	// "unique" is an empty object where values may repeat.
	if unique, ok := row["unique"].(map[string]any); ok {
		f.Unique = len(unique) > 0
	}
	if n, ok := row["length"].(json.Number); ok {
		length, _ := n.Int64()
		f.Length = int(length)
	}
	// "lookup" is an empty object on other fields.
	if lookup, ok := row["lookup"].(map[string]any); ok {
		module, _ := lookup["module"].(map[string]any)
		f.Lookup = record.Module(text(module, "api_name"))
	}
	f.Options = optionsOf(row)
	return f
}

// optionsOf returns a picklist's values as records hold them, without the unused ones: the CRM still lists those
// but refuses them in a record.
func optionsOf(row map[string]any) []string {
	var out []string
	options, _ := row["pick_list_values"].([]any)
	for _, o := range options {
		option, _ := o.(map[string]any)
		if value := text(option, "actual_value"); value != "" && text(option, "type") != "unused" {
			out = append(out, value)
		}
	}
	return out
}
