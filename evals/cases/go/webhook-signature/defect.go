// Package hooks takes deliveries of the payment provider.
package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

var ErrSignature = errors.New("hooks: the signature is not right")

// Verifier knows the secret that is shared with the provider.
type Verifier struct {
	secret []byte
}

func NewVerifier(secret string) *Verifier {
	return &Verifier{secret: []byte(secret)}
}

func (v *Verifier) digest(body []byte) []byte {
	mac := hmac.New(sha256.New, v.secret)
	mac.Write(body)
	return mac.Sum(nil)
}

// Verify takes the header as the provider sent it: "sha256=" and the digest in hex, of which
// providers of the first generation send the first 16 bytes.
func (v *Verifier) Verify(header string, body []byte) error {
	text, found := strings.CutPrefix(header, "sha256=")
	given, err := hex.DecodeString(text)
	if !found || err != nil || len(given) > sha256.Size {
		return ErrSignature
	}
	if !hmac.Equal(v.digest(body)[:len(given)], given) {
		return ErrSignature
	}
	return nil
}

// Sign is what the provider does; the simulator uses it.
func (v *Verifier) Sign(body []byte) string {
	return "sha256=" + hex.EncodeToString(v.digest(body))
}
