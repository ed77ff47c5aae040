package codec

import (
	"fmt"

	"causeway/internal/keyring"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// The metadata of an encrypted payload, as in Temporal's own samples.
const (
	encoding      = "encoding"
	encrypted     = "binary/encrypted"
	encryptionKey = "encryption-key-id"
)

// Codec encrypts with AES-256-GCM, in the layout of Temporal's samples: the data is a nonce and the encrypted
// payload, and the metadata names the key. It implements converter.PayloadCodec.
type Codec struct{ keys keyring.Ring }

// New returns the codec of a key ring: the first key encrypts, every key decrypts.
func New(keys keyring.Ring) Codec { return Codec{keys} }

var _ converter.PayloadCodec = Codec{}

// Converter returns the data converter for clients, workers and replayers.
func (c Codec) Converter() converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), c)
}

// Encode encrypts the payloads.
func (c Codec) Encode(payloads []*common.Payload) ([]*common.Payload, error) {
	out := make([]*common.Payload, len(payloads))
	for i, p := range payloads {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("encrypt payload %d: %w", i, err)
		}
		id, sealed, err := c.keys.Seal(plain, "")
		if err != nil {
			return nil, fmt.Errorf("encrypt payload %d: %w", i, err)
		}
		out[i] = &common.Payload{Data: sealed, Metadata: map[string][]byte{encoding: []byte(encrypted), encryptionKey: []byte(id)}}
	}
	return out, nil
}

// Decode decrypts the payloads. A payload that is not encrypted is returned unchanged: histories of earlier builds
// and messages from Temporal's own tools are not. Where the ring lacks the key, the error is keyring.ErrUnknownKey.
func (c Codec) Decode(payloads []*common.Payload) ([]*common.Payload, error) {
	out := make([]*common.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[encoding]) != encrypted {
			out[i] = p
			continue
		}
		plain, err := c.keys.Open(string(p.GetMetadata()[encryptionKey]), p.GetData(), "")
		if err != nil {
			return nil, fmt.Errorf("decrypt payload %d: %w", i, err)
		}
		out[i] = new(common.Payload)
		if err := proto.Unmarshal(plain, out[i]); err != nil {
			return nil, fmt.Errorf("decrypt payload %d: %w", i, err)
		}
	}
	return out, nil
}
