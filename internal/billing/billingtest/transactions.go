package billingtest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// RunTransactions runs the suite for transactions. fixture returns a new organisation for each test.
func RunTransactions(t *testing.T, fixture func(t *testing.T) TransactionFixture) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, TransactionFixture){
		"ProbeFindsTheCapabilitiesAndWritesNothing":           probeTransactions,
		"ACreatedTransactionComesBackWholeWithItsMarker":      createTransactions,
		"AnUpsertAskedForTwiceGivesOneTransaction":            upsertTransactions,
		"ConcurrentUpsertsOfOneMarkerGiveOneTransaction":      upsertTransactionsConcurrently,
		"AMarkerOrANumberThatIsTakenIsAConflictThatSaysWhich": takenTransactions,
		"TotalsAreExact": exactTotals,
		"AnUpdateReplacesLinesAndDiscountsAndKeepsTheMarker":     updateTransactions,
		"ATransactionIsFoundByItsMarkerAmongTheNewest":           findTransactions,
		"AListGivesEachTransactionOnceTheNewestFirst":            listTransactions,
		"AStatusIsSetOnceAndSettingItAgainIsGood":                statuses,
		"AStatusThatIsNotAllowedIsInvalid":                       statusesRefused,
		"AQuoteIsConvertedOnce":                                  convert,
		"AnEMailIsSentToThoseNamedAndASecondCallSendsASecondOne": emails,
		"APaymentLowersTheBalanceAndOneAboveItIsInvalid":         payments,
		"APrintIsAPDF": prints,
		"CommentsComeInTheirOrderAmongBillingsOwn":         comments,
		"AFileThatWasAttachedComesBackAsItWas":             attachments,
		"FiguresFollowInvoicesAndPayments":                 figures,
		"ATransactionThatIsNotThereIsNotFound":             transactionNotFound,
		"ALineOfAnItemThatIsGoneIsNamed":                   itemsGone,
		"AFreeTextLineIsTakenOrSaidNotToBeOffered":         freeText,
		"WhatIsWrongWithATransactionIsInvalidNotAmbiguous": invalidTransactions,
		"ACanceledContextEndsATransactionUnambiguously":    canceledTransaction,
		"AGoodCredentialHasTheScopesForTransactions":       transactionScopes,
	} {
		t.Run(name, func(t *testing.T) { test(t, fixture(t)) })
	}
}

func probeTransactions(t *testing.T, f TransactionFixture) {
	offers, err := f.Transactions.ProbeTransactions(t.Context())
	require.NoError(t, err)
	for _, typ := range types {
		require.Empty(t, f.listed(t, typ, billing.TransactionQuery{}))
	}
	require.False(t, offers.FreeTextLines, "no invoice shows it yet")
	tr := f.one(t, record.Invoice, "Free")
	if f.Offers.FreeTextLines {
		tr.Lines[0].ItemID, tr.Lines[0].Name = "", "Delivery"
	}
	f.push(t, tr)
	offers, err = f.Transactions.ProbeTransactions(t.Context())
	require.NoError(t, err)
	require.Equal(t, f.Offers, offers)
}

func canceledTransaction(t *testing.T, f TransactionFixture) {
	tr := f.one(t, record.Quote, "Never")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Transactions.CreateTransaction(ctx, tr, f.Offers.UpsertByMarker)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, record.IsAmbiguous(err))
}

func transactionScopes(t *testing.T, f TransactionFixture) {
	for _, typ := range types {
		require.NoError(t, f.Transactions.CheckTransactionScopes(t.Context(), typ))
	}
}
