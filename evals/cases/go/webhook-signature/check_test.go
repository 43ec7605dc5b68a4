package hooks

import "testing"

func TestVerify(t *testing.T) {
	v, body := NewVerifier("s3"), []byte("paid")
	full := v.Sign(body)
	if v.Verify(full, body) != nil || v.Verify(full[:7+32], body) != nil {
		t.Fatal("a right signature is refused")
	}
	for _, header := range []string{"", "sha256=", full[:9], full[:7+30], full + "00", full[7:], "sha256=zz"} {
		if v.Verify(header, body) == nil {
			t.Fatalf("%q is accepted", header)
		}
	}
}
