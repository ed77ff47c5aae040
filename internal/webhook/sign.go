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

// SignatureHeader carries the signature: "t=<unix seconds>,v1=<hex>".
const SignatureHeader = "Causeway-Signature"

// The bounds of a secret, in bytes.
const (
	shortestSecret = 16
	longestSecret  = 1024
)

// Sign signs a body: the HMAC-SHA256, under the secret, of the time, a dot and the body. The time is signed with it, so
// that a receiver can refuse what somebody has kept and repeats later.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(t + "."))
	_, _ = mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// CheckSecret refuses a secret that could be guessed. Its error never shows it.
func CheckSecret(secret string) error {
	switch {
	case len(secret) == 0:
		return errors.New("the secret is empty: make one with `openssl rand -hex 32`, and give it to the receiver, too")
	case len(secret) < shortestSecret:
		return fmt.Errorf("the secret has %d bytes, less than %d: make one with `openssl rand -hex 32`", len(secret), shortestSecret)
	case len(secret) > longestSecret:
		return fmt.Errorf("the secret has %d bytes, more than %d: make one with `openssl rand -hex 32`", len(secret), longestSecret)
	}
	return nil
}
