package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Ring encrypts with AES-256-GCM. The first key encrypts, all of them decrypt. To replace a key, put a new one
// before it and give it to every program.
type Ring struct {
	keys []key
}

type key struct {
	id   string
	aead cipher.AEAD
}

const keySize = 32 // bytes

// Parse reads a key ring: entries of "id:base64 of 32 bytes", separated by line ends, spaces or commas.
func Parse(text string) (Ring, error) {
	var ring Ring
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) })
	for i, field := range fields {
		k, err := parseKey(field)
		if err != nil {
			// The error must not contain the text: it is a secret.
			return Ring{}, fmt.Errorf("key ring: key %d: %w", i+1, err)
		}
		ring.keys = append(ring.keys, k)
	}
	if len(ring.keys) == 0 {
		return Ring{}, errors.New(`key ring: it is empty: give at least one "id:base64 of 32 bytes" (make the bytes: openssl rand -base64 32)`)
	}
	return ring, nil
}

func parseKey(field string) (key, error) {
	id, encoded, ok := strings.Cut(field, ":")
	if !ok || id == "" {
		return key{}, errors.New(`it is not of the form "id:base64 of 32 bytes"`)
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return key{}, fmt.Errorf("the text after %q is not base64", id)
	}
	if len(raw) != keySize {
		return key{}, fmt.Errorf("%q has %d bytes, not %d (make one: openssl rand -base64 32)", id, len(raw), keySize)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return key{}, err
	}
	aead, err := cipher.NewGCM(block)
	return key{id: id, aead: aead}, err
}

// Load reads the key ring in a file of mode 0600. If there is no file, it makes one with a new key. It refuses a
// file that others may read.
func Load(path string) (Ring, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKeyFile(path); err != nil {
			return Ring{}, fmt.Errorf("make the key ring %s: %w", path, err)
		}
		info, err = os.Stat(path)
	}
	if err != nil {
		return Ring{}, fmt.Errorf("read the key ring: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return Ring{}, fmt.Errorf("read the key ring %s: others may read it (its mode is %#o): chmod 600 %s",
			path, info.Mode().Perm(), path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Ring{}, fmt.Errorf("read the key ring: %w", err)
	}
	ring, err := Parse(string(data))
	if err != nil {
		return Ring{}, fmt.Errorf("%s: %w", path, err)
	}
	return ring, nil
}

// makeKeyFile writes a new key to a file beside the path and links it there. If two processes do so at once, one
// wins, and neither reads half a file.
func makeKeyFile(path string) error {
	raw := make([]byte, keySize)
	if _, err := rand.Read(raw); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString("k1:" + base64.StdEncoding.EncodeToString(raw) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// ErrUnknownKey is the error for a ciphertext whose key is not in the ring.
var ErrUnknownKey = errors.New("the key ring lacks this key: put it back into CAUSEWAY_KEY")

// Empty reports whether the ring has no key.
func (r Ring) Empty() bool { return len(r.keys) == 0 }

// With returns the ring with the keys of another ring appended.
func (r Ring) With(other Ring) Ring {
	return Ring{keys: append(r.keys[:len(r.keys):len(r.keys)], other.keys...)}
}

// Seal encrypts with the first key. It returns the key's id, and the nonce followed by the ciphertext. The context
// is authenticated with it, so that a ciphertext cannot be moved elsewhere.
func (r Ring) Seal(plain []byte, context string) (keyID string, sealed []byte, err error) {
	if r.Empty() {
		return "", nil, errors.New("no key to encrypt with: set CAUSEWAY_KEY")
	}
	k := r.keys[0]
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+len(plain)+k.aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return "", nil, err
	}
	return k.id, k.aead.Seal(nonce, nonce, plain, []byte(context)), nil
}

// Open decrypts what Seal returned. Where the ring lacks the key, the error is ErrUnknownKey.
func (r Ring) Open(keyID string, sealed []byte, context string) ([]byte, error) {
	for _, k := range r.keys {
		if k.id != keyID {
			continue
		}
		n := k.aead.NonceSize()
		if len(sealed) < n {
			return nil, errors.New("the ciphertext is damaged: it is too short")
		}
		plain, err := k.aead.Open(nil, sealed[:n], sealed[n:], []byte(context))
		if err != nil {
			return nil, fmt.Errorf("key %q does not decrypt it: it was encrypted with another key of the same id", keyID)
		}
		return plain, nil
	}
	return nil, fmt.Errorf("it was encrypted with key %q: %w", keyID, ErrUnknownKey)
}
