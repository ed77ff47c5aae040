package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// SignatureHeader is the header of the signature: "t=<unix seconds>,v1=<hex>".
const SignatureHeader = "Causeway-Signature"

// The limits of a secret's length, in bytes.
const (
	minSecret = 16
	maxSecret = 1024
)

// Sign returns the signature of a body: the HMAC-SHA256, with the secret as its key, of the time, a dot and the
// body. Because the time is signed too, a receiver can refuse a message that somebody recorded and sends again
// later.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(t + "."))
	_, _ = mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// CheckSecret refuses a secret that could be guessed. Its error never shows the secret.
func CheckSecret(secret string) error {
	switch {
	case len(secret) == 0:
		return errors.New("the secret is empty: make one with `openssl rand -hex 32`, and give the receiver the same one")
	case len(secret) < minSecret:
		return fmt.Errorf("the secret has only %d bytes, and %d is the least: make one with `openssl rand -hex 32`", len(secret), minSecret)
	case len(secret) > maxSecret:
		return fmt.Errorf("the secret has %d bytes, and %d is the most: make one with `openssl rand -hex 32`", len(secret), maxSecret)
	}
	return nil
}
