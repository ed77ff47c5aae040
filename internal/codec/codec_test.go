package codec_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"causeway/internal/codec"
	"causeway/internal/keyring"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"
)

const (
	oldKey = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	newKey = "k2:YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI="
)

func with(t *testing.T, keys string) codec.Codec {
	t.Helper()
	ring, err := keyring.Parse(keys)
	require.NoError(t, err)
	return codec.New(ring)
}

type person struct{ Name, Email string }

var ana = person{"Ana Söhne", "ana@example.com"}

func TestAPayloadIsEncryptedAndNamesItsKey(t *testing.T) {
	t.Parallel()
	c := with(t, oldKey).Converter()
	p, err := c.ToPayload(ana)
	require.NoError(t, err)
	require.Equal(t, "binary/encrypted", string(p.Metadata["encoding"]))
	require.Equal(t, "k1", string(p.Metadata["encryption-key-id"]))
	for _, secret := range []string{"Ana", "example.com"} {
		require.NotContains(t, p.String(), secret)
	}
	again, err := c.ToPayload(ana)
	require.NoError(t, err)
	require.NotEqual(t, p.Data, again.Data, "what is equal does not look so")
	var got person
	require.NoError(t, c.FromPayload(p, &got))
	require.Equal(t, ana, got)
}

func TestAKeyIsReplacedByANewOneBeforeIt(t *testing.T) {
	t.Parallel()
	old, both := with(t, oldKey).Converter(), with(t, newKey+" "+oldKey).Converter()
	was, err := old.ToPayload(ana)
	require.NoError(t, err)
	var got person
	require.NoError(t, both.FromPayload(was, &got))
	require.Equal(t, ana, got)
	is, err := both.ToPayload(ana)
	require.NoError(t, err)
	err = old.FromPayload(is, &got)
	require.ErrorIs(t, err, keyring.ErrUnknownKey)
	require.ErrorContains(t, err, `"k2"`)
	require.ErrorContains(t, err, "CAUSEWAY_KEY")
}

func TestWhatCameInClearIsReadAndWhatIsDamagedIsRefused(t *testing.T) {
	t.Parallel()
	c := with(t, oldKey).Converter()
	clear, err := converter.GetDefaultDataConverter().ToPayload(ana)
	require.NoError(t, err)
	var got person
	require.NoError(t, c.FromPayload(clear, &got))
	require.Equal(t, ana, got)
	p, err := c.ToPayload(ana)
	require.NoError(t, err)
	p.Data[len(p.Data)-1] ^= 1
	require.Error(t, c.FromPayload(p, &got))
	p.Data = []byte("x")
	require.ErrorContains(t, c.FromPayload(p, &got), "damaged")
}

func TestNothingIsEncodedWithoutAKey(t *testing.T) {
	t.Parallel()
	_, err := codec.New(keyring.Ring{}).Converter().ToPayload(ana)
	require.ErrorContains(t, err, "CAUSEWAY_KEY")
}

func TestTheEndpointDecryptsForTheWebUIsPagesOnly(t *testing.T) {
	t.Parallel()
	c := with(t, oldKey)
	const ui, host = "http://127.0.0.1:8233", "127.0.0.1:9999"
	handler := c.Handler("/codec", []string{host}, []string{ui})
	p, err := c.Converter().ToPayload(ana)
	require.NoError(t, err)
	body, err := protojson.Marshal(&common.Payloads{Payloads: []*common.Payload{p}})
	require.NoError(t, err)
	ask := func(method, path, origin, at string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://"+at+path, bytes.NewReader(body))
		r.Header.Set("Origin", origin)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	good := ask(http.MethodPost, "/codec/decode", ui, host)
	require.Equal(t, http.StatusOK, good.Code, good.Body)
	require.Equal(t, ui, good.Header().Get("Access-Control-Allow-Origin"))
	var payloads common.Payloads
	require.NoError(t, protojson.Unmarshal(good.Body.Bytes(), &payloads))
	var got person
	require.NoError(t, json.Unmarshal(payloads.Payloads[0].Data, &got))
	require.Equal(t, ana, got)
	require.Equal(t, http.StatusNoContent, ask(http.MethodOptions, "/codec/decode", ui, host).Code)
	require.Equal(t, http.StatusForbidden, ask(http.MethodPost, "/codec/decode", "http://evil.example", host).Code)
	require.Equal(t, http.StatusOK, ask(http.MethodPost, "/codec/decode", "", host).Code, "Temporal's CLI")
	require.Equal(t, http.StatusForbidden, ask(http.MethodPost, "/codec/decode", ui, "evil.example").Code)
	require.Equal(t, http.StatusNotFound, ask(http.MethodPost, "/codec/encode", ui, host).Code)
	require.Equal(t, http.StatusNotFound, ask(http.MethodPost, "/other/decode", ui, host).Code)
}
