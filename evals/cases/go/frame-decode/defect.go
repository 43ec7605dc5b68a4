// Package serial decodes the frames of the lift's door controllers.
package serial

import (
	"encoding/binary"
	"errors"
)

const (
	start      = 0x7e
	headerSize = 4
)

var (
	ErrShort = errors.New("serial: more bytes are needed")
	ErrStart = errors.New("serial: not the start of a frame")
	ErrSum   = errors.New("serial: the checksum is wrong")
)

// Frame is start, kind, length (big endian), payload and the sum of the payload's bytes.
type Frame struct {
	Kind    byte
	Payload []byte
}

// Decode reads one frame and tells how many bytes it took.
func Decode(buffer []byte) (Frame, int, error) {
	if len(buffer) < headerSize {
		return Frame{}, 0, ErrShort
	}
	if buffer[0] != start {
		return Frame{}, 0, ErrStart
	}
	end := headerSize + int(binary.BigEndian.Uint16(buffer[2:]))
	payload := buffer[headerSize:end]
	if sum(payload) != buffer[end] {
		return Frame{}, end + 1, ErrSum
	}
	return Frame{buffer[1], payload}, end + 1, nil
}

func sum(payload []byte) byte {
	var total byte
	for _, b := range payload {
		total += b
	}
	return total
}
