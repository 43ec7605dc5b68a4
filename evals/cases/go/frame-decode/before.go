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
)

// Frame is start, kind, length (big endian) and payload.
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
	if len(buffer) < end {
		return Frame{}, 0, ErrShort
	}
	return Frame{buffer[1], buffer[headerSize:end]}, end, nil
}
