package serial

import "testing"

func TestDecode(t *testing.T) {
	whole := []byte{0x7e, 1, 0, 2, 10, 20, 30}
	frame, n, err := Decode(whole)
	if err != nil || n != 7 || string(frame.Payload) != "\n\x14" {
		t.Fatal(frame, n, err)
	}
	for cut := range whole {
		if _, n, err := Decode(whole[:cut]); err != ErrShort || n != 0 {
			t.Fatal(cut, n, err)
		}
	}
	if _, n, err := Decode([]byte{0x7e, 1, 0, 1, 10, 11}); err != ErrSum || n != 6 {
		t.Fatal(n, err)
	}
}
