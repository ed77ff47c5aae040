package platform

import "time"

// definitions are the settings in the order in which the contract names them.
var definitions = []definition{
	onOff("uniqueUpsert", true, func(v *Values) *bool { return &v.UniqueUpsert }),
	choice("zcrmOnWrite", func(v *Values) *string { return &v.ZCRMOnWrite }, "ignore", "accept"),
	choice("crmMarker", func(v *Values) *string { return &v.CRMMarker }, "unique", "plain", "absent"),
	choice("billingMarker", func(v *Values) *string { return &v.BillingMarker }, "unique", "plain", "absent"),
	onOff("requireEmail", false, func(v *Values) *bool { return &v.RequireEmail }),
	onOff("sortByModified", true, func(v *Values) *bool { return &v.SortByModified }),
	onOff("uniqueNames", true, func(v *Values) *bool { return &v.UniqueNames }),
	onOff("uniqueSKU", true, func(v *Values) *bool { return &v.UniqueSKU }),
	onOff("freeTextLines", false, func(v *Values) *bool { return &v.FreeTextLines }),
	onOff("invoiceExtras", true, func(v *Values) *bool { return &v.InvoiceExtras }),
	onOff("mergeTrace", true, func(v *Values) *bool { return &v.MergeTrace }),
	number("notModified", "304", "204", func(v *Values) *int { return &v.NotModified }, 304, 204),
	onOff("crmMultiCurrency", false, func(v *Values) *bool { return &v.CRMMultiCurrency }),
	currency("crmBaseCurrency", func(v *Values) *string { return &v.CRMBaseCurrency }),
	currency("billingBaseCurrency", func(v *Values) *string { return &v.BillingCurrency }),
	number("billingOrganizations", "1", "2 to 9", func(v *Values) *int { return &v.Organizations }, 1, 2, 3, 4, 5, 6, 7, 8, 9),
	number("crmConcurrency", "0", "calls at once, 0 for no limit", func(v *Values) *int { return &v.CRMConcurrency }),
	number("crmCreditsPerDay", "0", "credits in 24 hours, 0 for no limit", func(v *Values) *int { return &v.CRMCreditsPerDay }),
	number("billingRequestsPerMinute", "0", "requests, 0 for no limit", func(v *Values) *int { return &v.BillingPerMinute }),
	number("billingConcurrency", "0", "calls at once, 0 for no limit", func(v *Values) *int { return &v.BillingConcurrent }),
	number("billingRequestsPerDay", "0", "requests, 0 for no limit", func(v *Values) *int { return &v.BillingPerDay }),
	number("tokensPerTenMinutes", "10", "access tokens, 0 for no limit", func(v *Values) *int { return &v.TokensPerTenMin }),
	choice("rateLimitCode", func(v *Values) *string { return &v.RateLimitCode }, "TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED"),
	onOff("retryAfter", true, func(v *Values) *bool { return &v.RetryAfter }),
	seconds("accessTokenSeconds", "3600", func(v *Values) *time.Duration { return &v.AccessTokenLife }),
	seconds("pageTokenSeconds", "86400", func(v *Values) *time.Duration { return &v.PageTokenLife }),
	seconds("lateWriteDelay", "3s", func(v *Values) *time.Duration { return &v.LateWriteDelay }),
	number("upsertInsertStatus", "200", "201", func(v *Values) *int { return &v.UpsertInsertCode }, 200, 201),
}
